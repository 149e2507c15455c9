"""Inception blocks joined along channels."""

import mxnet as mx
from mxnet import autograd, gluon, nd
from mxnet.gluon import nn

mx.random.seed(107)


class Inception(nn.Block):
    def __init__(self, c1, c2, c3, c4, **kwargs):
        super(Inception, self).__init__(**kwargs)
        self.p1_1 = nn.Conv2D(c1, kernel_size=1, activation="relu")
        self.p2_1 = nn.Conv2D(c2[0], kernel_size=1, activation="relu")
        self.p2_2 = nn.Conv2D(c2[1], kernel_size=3, padding=1, activation="relu")
        self.p3_1 = nn.Conv2D(c3[0], kernel_size=1, activation="relu")
        self.p3_2 = nn.Conv2D(c3[1], kernel_size=5, padding=2, activation="relu")
        self.p4_1 = nn.MaxPool2D(pool_size=3, strides=1, padding=1)
        self.p4_2 = nn.Conv2D(c4, kernel_size=1, activation="relu")

    def forward(self, x):
        p1 = self.p1_1(x)
        p2 = self.p2_2(self.p2_1(x))
        p3 = self.p3_2(self.p3_1(x))
        p4 = self.p4_2(self.p4_1(x))
        return nd.concat(p1, p2, p3, p4, dim=1)


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
