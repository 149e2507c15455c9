"""An index past the end of the second axis."""

from mxnet import np, npx

npx.set_np()
x = np.arange(6).reshape(2, 3)
print(x[1, 2])
print(x[0, 3])
