"""y.backward() equals y.sum().backward()."""

from mxnet import autograd, nd

x = nd.arange(4).reshape((4, 1))
x.attach_grad()
with autograd.record():
    y = 2 * x * x
print(y.shape)
y.backward()
print(x.grad)
with autograd.record():
    y = (2 * x * x).sum()
print(y)
y.backward()
print(x.grad)
