"""Inner dimensions that do not meet."""

from mxnet import nd

print(nd.dot(nd.ones((2, 3)), nd.ones((3, 2))))
print(nd.dot(nd.ones((2, 3)), nd.ones((4, 5))))
