"""A required parameter left out."""

from mxnet import nd

x = nd.ones((2, 3))
print(nd.Convolution(x, no_bias=True))
