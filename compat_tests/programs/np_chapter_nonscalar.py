"""backward on a vector is backward on its sum."""

from mxnet import autograd, np, npx

npx.set_np()
x = np.arange(4.0)
x.attach_grad()
with autograd.record():
    y = x * x
y.backward()
print(y, x.grad)
first = x.grad.copy()
with autograd.record():
    y = (x * x).sum()
y.backward()
print(x.grad == first, y)
with autograd.record():
    y = x * x
    z = 3 * x
autograd.backward([y, z], [np.ones(4), np.full((4,), 10.0)])
print(x.grad)
