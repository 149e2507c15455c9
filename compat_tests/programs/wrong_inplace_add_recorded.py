"""`+=` on a recorded value."""

from mxnet import autograd, np, npx

npx.set_np()
x = np.arange(4.0)
x.attach_grad()
with autograd.record():
    y = x * x
    y += 1
print(y)
