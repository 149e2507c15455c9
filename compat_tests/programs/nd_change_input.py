"""The simple example with a changed input: the old graph keeps its values, a new record sees the new."""

from mxnet import autograd, nd

x = nd.arange(4).reshape((4, 1))
x.attach_grad()
with autograd.record():
    y = 2 * nd.dot(x.T, x)
x[:] = 10
print(y)
print(x.grad.T)
with autograd.record():
    y = 2 * nd.dot(x.T, x)
y.backward()
print(x.T, x.grad.T)
held = x.grad
x[0] = -1
with autograd.record():
    y = 2 * nd.dot(x.T, x)
y.backward()
print(held.T)
