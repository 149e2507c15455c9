"""The chapter's own cell: y.attach_grad has cut y off, so y.backward(y.grad) never reaches x."""

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
y.backward(y.grad)
print(x.grad == 2 * x)
print(x.grad)
