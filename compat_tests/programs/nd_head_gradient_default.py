"""Without a head gradient, backward takes ones: x.grad is then dz/dx of the sum."""

from mxnet import autograd, nd

x = nd.array([0.0, 1.0, 2.0, 3.0])
x.attach_grad()
with autograd.record():
    y = x * 2
    z = y * x
z.backward()
print("no head:", x.grad)
with autograd.record():
    z = x * 2 * x
z.backward(nd.ones_like(x))
print("ones:", x.grad)
with autograd.record():
    z = x * 2 * x
z.backward(nd.array([10, 1.0, 0.1, 0.01]))
print("given:", x.grad)
