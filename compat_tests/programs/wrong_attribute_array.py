"""A method that arrays do not have."""

from mxnet import np

x = np.ones(3)
print(x.size)
x.unsqueeze(0)
