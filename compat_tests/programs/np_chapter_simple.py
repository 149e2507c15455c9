"""y = 2 x.x, the gradient before and after, and its check."""

from mxnet import autograd, np, npx

npx.set_np()
x = np.arange(4.0)
print(x)
x.attach_grad()
print(x.grad)
with autograd.record():
    y = 2 * np.dot(x, x)
print(y, repr(y), y.shape)
y.backward()
print(x.grad)
print(x.grad == 4 * x)
print(repr(x.grad == 4 * x))
with autograd.record():
    y = x.sum()
y.backward()
print(x.grad)  # overwritten by the newly calculated gradient
