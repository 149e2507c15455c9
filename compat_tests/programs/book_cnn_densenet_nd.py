"""Dense blocks: concatenate what every layer says; transition layers."""

import mxnet as mx
from mxnet import autograd, gluon, nd
from mxnet.gluon import nn

mx.random.seed(113)


def conv_block(channels):
    block = nn.Sequential()
    block.add(nn.BatchNorm(), nn.Activation("relu"), nn.Conv2D(channels, 3, padding=1))
    return block


class DenseBlock(nn.Block):
    def __init__(self, count, channels, **kwargs):
        super(DenseBlock, self).__init__(**kwargs)
        with self.name_scope():
            self.net = nn.Sequential()
            for _ in range(count):
                self.net.add(conv_block(channels))

    def forward(self, X):
        for block in self.net:
            X = nd.concat(X, block(X), dim=1)
        return X


def transition(channels):
    block = nn.Sequential()
    block.add(nn.BatchNorm(), nn.Activation("relu"), nn.Conv2D(channels, kernel_size=1))
    block.add(nn.AvgPool2D(pool_size=2, strides=2))
    return block


block = DenseBlock(2, 5)
block.initialize()
X = nd.random.uniform(shape=(4, 3, 8, 8))
Y = block(X)
print(Y.shape)
small = transition(4)
small.initialize()
print(small(Y).shape)

net = nn.Sequential()
net.add(nn.Conv2D(16, kernel_size=3, padding=1), nn.BatchNorm(), nn.Activation("relu"))
channels = 16
for i, count in enumerate([1, 1]):
    net.add(DenseBlock(count, 8))
    channels += count * 8
    if i == 0:
        channels //= 2
        net.add(transition(channels))
net.add(nn.BatchNorm(), nn.Activation("relu"), nn.GlobalAvgPool2D(), nn.Dense(3))
net.initialize(mx.init.Xavier())
print(net)
x, y = nd.random.normal(shape=(6, 1, 16, 16)), nd.array([0, 1, 2, 2, 1, 0])
loss = gluon.loss.SoftmaxCrossEntropyLoss()
trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.05})
for step in range(4):
    with autograd.record():
        cost = loss(net(x), y)
    cost.backward()
    trainer.step(6)
    print("loss %.5f" % cost.mean().asscalar())
print(len(net.collect_params().keys()), net(x)[:2])
