"""nd does not mix dtypes."""

from mxnet import nd

x = nd.ones((2, 2))
y = nd.ones((2, 2), dtype="float64")
print(x.astype("float64") + y)
print(nd.dot(x, y))
