"""Padding, strides, several channels and pooling, first edition."""

import mxnet as mx
from mxnet import nd
from mxnet.gluon import nn

mx.random.seed(89)


def shape_of(conv, X):
    conv.initialize()
    return conv(X.reshape((1, 1) + X.shape)).shape[2:]


X = nd.random.uniform(shape=(8, 8))
print(shape_of(nn.Conv2D(1, kernel_size=3, padding=1), X))
print(shape_of(nn.Conv2D(1, kernel_size=(5, 3), padding=(2, 1)), X))
print(shape_of(nn.Conv2D(1, kernel_size=3, padding=1, strides=2), X))
print(shape_of(nn.Conv2D(1, kernel_size=(3, 5), padding=(0, 1), strides=(3, 4)), X))
print(shape_of(nn.Conv2D(1, kernel_size=3, dilation=2), X))


def pool2d(X, size, mode="max"):
    h, w = size
    Y = nd.zeros((X.shape[0] - h + 1, X.shape[1] - w + 1))
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            window = X[i : i + h, j : j + w]
            Y[i, j] = window.max() if mode == "max" else window.mean()
    return Y


small = nd.arange(9).reshape((3, 3))
print(pool2d(small, (2, 2)), pool2d(small, (2, 2), "avg"))
X = nd.arange(16).reshape((1, 1, 4, 4))
print(nn.MaxPool2D(3)(X))
print(nn.MaxPool2D(3, padding=1, strides=2)(X))
print(nn.MaxPool2D((2, 3), padding=(1, 2), strides=(2, 3))(X))
X = nd.concat(X, X + 1, dim=1)
print(nn.AvgPool2D(3, padding=1, strides=2)(X))
print(nn.AvgPool2D(3, padding=1, strides=2, count_include_pad=False)(X))
print(nn.AvgPool2D(3, strides=2, ceil_mode=True)(X).shape, nn.GlobalMaxPool2D()(X))


def one_by_one(X, K):
    c, h, w = X.shape
    return nd.dot(K.reshape((K.shape[0], c)), X.reshape((c, h * w))).reshape((-1, h, w))


X, K = nd.random.uniform(shape=(3, 3, 3)), nd.random.uniform(shape=(2, 3, 1, 1))
conv = nd.Convolution(X.expand_dims(0), K, kernel=(1, 1), num_filter=2, no_bias=True)[0]
print((one_by_one(X, K) - conv).norm().asscalar() < 1e-5, conv[0])
grouped = nn.Conv2D(4, 3, groups=2, in_channels=4)
grouped.initialize()
print(grouped, grouped.weight.shape, nn.Conv1D(3, 2), nn.Conv3D(3, (1, 2, 2)))
