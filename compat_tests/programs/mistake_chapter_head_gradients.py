"""The chapter's own cell: y.attach_grad outside record has cut y off, so y.backward is refused."""

from mxnet import autograd, nd

x = nd.arange(4).reshape((4, 1))
x.attach_grad()
with autograd.record():
    y = x * 2
y.attach_grad()
with autograd.record():
    z = y * x
z.backward()  # y.grad = dz/dy
print(y.grad)
print(x.grad == 2 * x)
y.backward(y.grad)
print(x.grad)
