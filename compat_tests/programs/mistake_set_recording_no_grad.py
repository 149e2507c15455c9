"""As the forum shows it: recording switched on, no attach_grad on anything."""

from mxnet import autograd as ag
from mxnet import ndarray as nd

x = nd.array([1, 2, 3, 4])
y = nd.array([5, 6, 7, 8])
ag.set_recording(True)
u = x * y
v = u.detach()
z = v * x
ag.set_recording(False)
print(z)
z.backward()
