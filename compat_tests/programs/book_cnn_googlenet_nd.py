"""Inception blocks joined along channels."""

import mxnet as mx
from mxnet import autograd, gluon, nd
from mxnet.gluon import nn

mx.random.seed(107)


class Inception(nn.Block):
    """Four ways side by side, joined along the channels."""

    def __init__(self, one, three, five, pooled, **kwargs):
        super(Inception, self).__init__(**kwargs)
        with self.name_scope():
            self.ways = nn.Sequential()
            for layers in (
                [(one, 1, 0)],
                [(three[0], 1, 0), (three[1], 3, 1)],
                [(five[0], 1, 0), (five[1], 5, 2)],
            ):
                way = nn.Sequential()
                for channels, size, padding in layers:
                    way.add(nn.Conv2D(channels, size, padding=padding, activation="relu"))
                self.ways.add(way)
            way = nn.Sequential()
            way.add(nn.MaxPool2D(3, strides=1, padding=1), nn.Conv2D(pooled, 1, activation="relu"))
            self.ways.add(way)

    def forward(self, x):
        return nd.concat(*(way(x) for way in self.ways), dim=1)


first, second, third, last = (nn.Sequential() for _ in range(4))
first.add(nn.Conv2D(8, kernel_size=7, strides=2, padding=3, activation="relu"))
first.add(nn.MaxPool2D(pool_size=3, strides=2, padding=1))
second.add(nn.Conv2D(8, kernel_size=1, activation="relu"), nn.Conv2D(12, 3, padding=1))
second.add(nn.MaxPool2D(pool_size=3, strides=2, padding=1))
third.add(Inception(8, (6, 8), (2, 4), 4), Inception(8, (8, 12), (4, 6), 4))
third.add(nn.MaxPool2D(pool_size=3, strides=2, padding=1))
last.add(Inception(12, (6, 12), (2, 4), 4), nn.GlobalAvgPool2D())
net = nn.Sequential()
net.add(first, second, third, last, nn.Dense(5))
net.initialize(mx.init.Xavier())
print(net)
X = nd.random.uniform(shape=(1, 1, 48, 48))
for layer in net:
    X = layer(X)
    print(layer.name, "output shape:\t", X.shape)
print(sum(p.data().size for p in net.collect_params().values()))
x, y = nd.random.normal(shape=(3, 1, 48, 48)), nd.array([0, 3, 1])
trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1})
for step in range(3):
    with autograd.record():
        cost = gluon.loss.SoftmaxCrossEntropyLoss()(net(x), y)
    cost.backward()
    trainer.step(3)
    print("loss %.6f" % cost.mean().asscalar())
