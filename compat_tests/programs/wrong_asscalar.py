"""asscalar on more than one element."""

from mxnet import nd

print(nd.array([7]).asscalar())
print(nd.array([7, 8]).asscalar())
