"""The same cut with nd arrays, attached inside and after the record scope."""

from mxnet import autograd, nd

x = nd.arange(3)
x.attach_grad()
with autograd.record():
    z = 2 * x
    z.attach_grad()
    y = nd.dot(z, z)
y.backward()
print("x", x.grad, "z", z.grad)

with autograd.record():
    z = 2 * x
z.attach_grad()
with autograd.record():
    y = (z * z).sum()
y.backward()
print("x", x.grad, "z", z.grad)
