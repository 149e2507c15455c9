"""Asynchronous execution: what waits, what does not, and that results are the same."""

import mxnet as mx
from mxnet import autograd, gluon, nd
from mxnet.gluon import nn

mx.random.seed(199)


class Stage:
    """Say when a part of the program starts and ends (a reader would print the time)."""

    def __init__(self, what):
        self.what = what

    def __enter__(self):
        print("begin", self.what)

    def __exit__(self, *args):
        print("end", self.what)


with Stage("queueing"):
    x = nd.random.uniform(shape=(200, 200))
    y = nd.dot(x, x).sum()
with Stage("waiting"):
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


def sum_of_four(a, b, c, d):
    return (a + b) + (c + d)


source = "result = total_of(2, 5) * total_of(1, 1)"
namespace = {"total_of": lambda a, b: a + b}
exec(compile(source, "<made>", "exec"), namespace)
print(sum_of_four(*nd.arange(4)).asscalar(), namespace["result"])
with mx.engine.bulk(10):
    value = nd.ones((2, 2))
    for _ in range(20):
        value = value + 1
print(value)
