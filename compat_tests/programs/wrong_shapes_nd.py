"""Operands that do not broadcast."""

from mxnet import nd

print(nd.ones((2, 3)) + nd.ones((1, 3)))
print(nd.ones((2, 3)) + nd.ones((4, 5)))
