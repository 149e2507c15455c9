"""nd and np arrays do not mix in one call."""

from mxnet import nd, np

a = nd.ones((2, 3))
b = np.ones((2, 3))
print(a + b.as_nd_ndarray())
print(a + b)
