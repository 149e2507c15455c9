"""z = v + x through a detached v: [1, 1, 1, 1], then y as the head gradient brings [2, 2, 2, 2]."""

from mxnet import autograd, np, npx

npx.set_np()
y = np.ones(4) * 2
x = np.arange(4.0)
x.attach_grad()
with autograd.record():
    u = x * y
    v = u.detach()  # u still keeps the computation graph
    v.attach_grad()
    z = v + x
z.backward()
print("dz/dx with v fixed", x.grad)
print("dz/dv", v.grad)
u.backward(v.grad)
print("du/dx times dz/dv", x.grad)
