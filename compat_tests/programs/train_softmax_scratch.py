"""Train softmax regression from scratch, on data drawn from MXNet's own random numbers."""

import zlib

import mxnet as mx
from mxnet import autograd, nd

mx.random.seed(1)


def show(name, array):
    print(name, array.shape, "%08x" % zlib.crc32(array.asnumpy().tobytes()))


features = nd.random.normal(scale=1, shape=(500, 30))
true_w = nd.random.normal(shape=(30, 5))
labels = nd.dot(features, true_w).argmax(axis=1)
noise = nd.random.uniform(shape=500)
labels = nd.where(noise < 0.1, nd.random.randint(0, 5, shape=500).astype("float32"), labels)
show("features", features)

w = nd.random.normal(scale=0.01, shape=(30, 5))
b = nd.zeros(5)
w.attach_grad()
b.attach_grad()
show("w", w)


def softmax(x):
    exponentials = x.exp()
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def cross_entropy(predicted, y):
    return -nd.pick(predicted, y).log()


order = nd.shuffle(nd.arange(500))
for start in range(0, 500, 50):
    rows = order[start : start + 50]
    x, y = features.take(rows), labels.take(rows)
    with autograd.record():
        loss = cross_entropy(softmax(nd.dot(x, w) + b), y).sum()
    loss.backward()
    for parameter in (w, b):
        parameter[:] = parameter - 0.1 * parameter.grad / 50
    print("loss %.4e" % (loss.asscalar() / 50))
