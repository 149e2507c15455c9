"""What the reader expected, z = x * y + x in one graph: y + 1 everywhere."""

from mxnet import autograd, np, npx

npx.set_np()
y = np.ones(4) * 2
x = np.arange(4.0)
x.attach_grad()
with autograd.record():
    z = x * y + x
z.backward()
print(x.grad)
with autograd.record():
    u = x * y
    z = u + x
z.backward()
print(x.grad, (x.grad == y + 1).all())

x.attach_grad(grad_req="add")
with autograd.record():
    u = x * y
    v = u.detach()
    v.attach_grad()
    z = v + x
z.backward()
u.backward(v.grad)
print("added up", x.grad)
