"""The same slip with NumPy arrays: attach_grad, yet nothing recorded."""

from mxnet import np, npx

npx.set_np()
x = np.arange(4.0)
x.attach_grad()
y = 2 * np.dot(x, x)
print(y)
y.backward()
