"""Another framework's way to reset a gradient does not exist here."""

from mxnet import autograd, np, npx

npx.set_np()
x = np.arange(4.0)
x.attach_grad()
with autograd.record():
    y = x.sum()
y.backward()
print(x.grad)
x.grad.zero_()
