"""Operands that do not broadcast, NumPy arrays."""

from mxnet import np, npx

npx.set_np()
print(np.ones((2, 1)) + np.ones((1, 3)))
print(np.ones((2, 3)) + np.ones((4, 5)))
