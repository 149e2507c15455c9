"""The same function without the detour: the whole gradient in one backward."""

from mxnet import autograd as ag
from mxnet import ndarray as nd

x = nd.array([1, 2, 3, 4])
y = nd.array([5, 6, 7, 8])
x.attach_grad()
y.attach_grad()
ag.set_recording(True)
u = x * y
z = u * x
ag.set_recording(False)
z.backward()
print(x.grad, y.grad)
