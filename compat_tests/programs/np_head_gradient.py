"""The same head gradient with NumPy arrays."""

from mxnet import autograd, np, npx

npx.set_np()
x = np.array([0.0, 1.0, 2.0, 3.0])
x.attach_grad()
with autograd.record():
    y = x * 2
y.backward(np.array([10, 1.0, 0.1, 0.01]))
print(x.grad)
print(repr(x.grad))
