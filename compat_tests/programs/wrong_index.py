"""An index past the end."""

from mxnet import nd

x = nd.arange(3)
print(x[2], x[-3])
print(x[5])
