"""Arrays of different lengths in one data set."""

from mxnet import gluon, nd

data = gluon.data.ArrayDataset(nd.arange(4), nd.arange(4))
print(len(data), [float(x) for x in data[3]])
gluon.data.ArrayDataset(nd.arange(4), nd.arange(5))
