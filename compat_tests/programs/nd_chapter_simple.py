"""Create, attach, forward, backward, verify."""

from mxnet import autograd, nd

x = nd.arange(4).reshape((4, 1))
print(x)
x.attach_grad()
print(x.grad)
with autograd.record():
    y = 2 * nd.dot(x.T, x)
print(repr(y))
y.backward()
print((x.grad - 4 * x).norm().asscalar() == 0)
print(x.grad)
