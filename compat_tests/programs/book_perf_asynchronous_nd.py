"""Asynchronous execution: what waits, what does not, and that results are the same."""

import os
import subprocess

import mxnet as mx
from mxnet import autograd, gluon, nd
from mxnet.gluon import nn

mx.random.seed(199)


class Benchmark:
    def __init__(self, prefix=None):
        self.prefix = prefix + " " if prefix else ""

    def __enter__(self):
        print("%sstarts" % self.prefix)

    def __exit__(self, *args):
        print("%sends" % self.prefix)


with Benchmark("Workloads are queued."):
    x = nd.random.uniform(shape=(200, 200))
    y = nd.dot(x, x).sum()
with Benchmark("Workloads are finished."):
    print("sum = %.6g" % y.asscalar())
y = nd.dot(x, x)
y.wait_to_read()
y = nd.dot(x, x)
z = nd.dot(x, x)
nd.waitall()
print((y - z).norm().asscalar(), y.asnumpy().shape, y.norm().asscalar() > 0)


def data_iter():
    for i in range(6):
        X = nd.random.normal(shape=(16, 12))
        yield X, nd.ones((16,)) * i / 6


net = nn.Sequential()
net.add(nn.Dense(24, activation="relu"), nn.Dense(8, activation="relu"), nn.Dense(1))
net.initialize(mx.init.Xavier())
trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.005})
loss = gluon.loss.L2Loss()
for X, y in data_iter():
    break
loss(y, net(X)).wait_to_read()
total = nd.zeros(1)
for X, y in data_iter():
    with autograd.record():
        cost = loss(net(X), y)
    cost.backward()
    trainer.step(X.shape[0])
    total += cost.mean()
mx.nd.waitall()
print("total %.6f" % total.asscalar())


def imperative(a, b, c, d):
    return a + b + c + d


def evoke():
    return "def add(a, b):\n    return a + b\nprint(add(add(1, 2), add(3, 4)))\n"


exec(compile(evoke(), "", "exec"))
print(imperative(*nd.arange(4)).asscalar(), os.path.basename(subprocess.__file__))
with mx.engine.bulk(10):
    value = nd.ones((2, 2))
    for _ in range(20):
        value = value + 1
print(value)
