"""The chain rule broken by hand: y gets its gradient, then passes it on as a head gradient."""

from mxnet import autograd, nd

x = nd.arange(4).reshape((4, 1))
x.attach_grad()
with autograd.record():
    y = x * 2
    kept = y.copy()
    y.attach_grad()
    z = y * x
z.backward()
print("dz/dy", y.grad)
kept.backward(y.grad)
print(x.grad == 2 * x)
