"""With u = x * x detached, z = u * x has the gradient u, not 3 x ** 2."""

from mxnet import autograd, nd

x = nd.arange(4).reshape((4, 1))
x.attach_grad()
with autograd.record():
    y = x * x
    u = y.detach()
    z = u * x
z.backward()
print(x.grad == u)
with autograd.record():
    z = x * x * x
z.backward()
print(x.grad == 3 * x * x)
with autograd.record():
    z = nd.BlockGrad(x * x) * x
z.backward()
print(x.grad.T)
