"""The partial and the total derivative of z = x * y + x with nd arrays."""

from mxnet import autograd, nd

y = nd.ones(4) * 2
x = nd.arange(4)
x.attach_grad()
with autograd.record():
    u = x * y
    v = u.detach()
    v.attach_grad()
    z = v + x
z.backward()
print(x.grad, v.grad)
u.backward(v.grad)
print(x.grad)
with autograd.record():
    z = x * y + x
z.backward()
print(x.grad)
