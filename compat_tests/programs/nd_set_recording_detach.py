"""A chain broken by hand: z.backward gives v.grad, which is the head gradient of u."""

from mxnet import autograd as ag
from mxnet import ndarray as nd

x = nd.array([1, 2, 3, 4])
y = nd.array([5, 6, 7, 8])
x.attach_grad()
y.attach_grad()

print(ag.set_recording(True))
u = x * y
v = u.detach()
v.attach_grad()
z = v * x
print(ag.set_recording(False))
z.backward()
print("after z", x.grad, y.grad, v.grad)
u.backward(v.grad)
print("after u", x.grad, y.grad)
print("wanted", (2 * x * y).asnumpy())
