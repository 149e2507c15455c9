"""dy/dz and dy/dx of y = z.z, z = 2x with nd arrays and a detached twin."""

from mxnet import autograd, nd

x = nd.array([0, 1, 2])
x.attach_grad()
with autograd.record():
    z = 2 * x
    twin = z.detach()
    twin.attach_grad()
    y = nd.dot(twin, twin)
y.backward()
z.backward(twin.grad)
print("dy/dz", twin.grad)
print("dy/dx", x.grad)
