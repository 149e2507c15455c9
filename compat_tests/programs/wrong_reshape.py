"""A new shape of another size."""

from mxnet import nd

x = nd.arange(6)
print(x.reshape((2, -1)))
print(x.reshape((4, 2)))
