"""Residual blocks, a small residual network, training and hybridizing."""

import mxnet as mx
from mxnet import autograd, gluon, init, np, npx
from mxnet.gluon import nn

npx.set_np()
mx.random.seed(109)


class Residual(nn.Block):
    """Add what two convolutions make of the input to the input, or to a projection of it."""

    def __init__(self, channels, use_1x1conv=False, strides=1, **kwargs):
        super().__init__(**kwargs)
        self.body = nn.Sequential()
        self.body.add(nn.Conv2D(channels, 3, strides, 1), nn.BatchNorm(), nn.Activation("relu"))
        self.body.add(nn.Conv2D(channels, 3, padding=1), nn.BatchNorm())
        self.side = nn.Conv2D(channels, 1, strides) if use_1x1conv else None

    def forward(self, X):
        return npx.relu(self.body(X) + (X if self.side is None else self.side(X)))


blk = Residual(3)
blk.initialize()
X = np.random.uniform(size=(4, 3, 6, 6))
print(blk(X).shape)
blk = Residual(6, use_1x1conv=True, strides=2)
blk.initialize()
print(blk(X).shape, blk)


def resnet_block(channels, count, first=False):
    block = nn.Sequential()
    for i in range(count):
        if i == 0 and not first:
            block.add(Residual(channels, use_1x1conv=True, strides=2))
        else:
            block.add(Residual(channels))
    return block


net = nn.Sequential()
net.add(nn.Conv2D(8, kernel_size=3, padding=1), nn.BatchNorm(), nn.Activation("relu"))
net.add(nn.MaxPool2D(pool_size=3, strides=2, padding=1))
net.add(resnet_block(8, 2, first=True), resnet_block(12, 2), nn.GlobalAvgPool2D(), nn.Dense(4))
net.initialize(init.Xavier())
X = np.random.uniform(size=(1, 1, 24, 24))
for layer in net:
    X = layer(X)
    print(layer.name, "output shape:\t", X.shape)

labels = np.arange(8) % 4
images = np.random.normal(size=(8, 1, 24, 24)) + labels.reshape(-1, 1, 1, 1)
trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.05})
loss = gluon.loss.SoftmaxCrossEntropyLoss()
for step in range(3):
    with autograd.record():
        predicted = net(images)
        cost = loss(predicted, labels)
    cost.backward()
    trainer.step(8)
    print("loss %.5f" % float(cost.mean()), predicted.argmax(axis=1))
print(net(images)[0])
