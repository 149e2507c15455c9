"""An nd array handed to an np function."""

from mxnet import nd, np

print(np.sum(np.ones((2, 3))))
print(np.sum(nd.ones((2, 3))))
