"""Train LeNet with Xavier initialization on legacy arrays."""

import math
import zlib

import mxnet as mx
from mxnet import autograd, gluon, nd
from mxnet.gluon import nn

mx.random.seed(7)


def stripes(count, classes):
    """Make images of stripes at an angle that tells the class."""
    images, labels = [], []
    for i in range(count):
        label = i * 3 % classes
        turn = math.pi * label / classes
        phase = i * 0.7
        images.append(
            [
                [
                    [
                        math.sin(0.9 * (r * math.cos(turn) + c * math.sin(turn)) + phase)
                        for c in range(28)
                    ]
                    for r in range(28)
                ]
            ]
        )
        labels.append(label)
    return nd.array(images), nd.array(labels)


net = nn.Sequential()
net.add(
    nn.Conv2D(6, kernel_size=5, padding=2, activation="sigmoid"),
    nn.AvgPool2D(pool_size=2, strides=2),
    nn.Conv2D(16, kernel_size=5, activation="sigmoid"),
    nn.AvgPool2D(pool_size=2, strides=2),
    nn.Dense(120, activation="sigmoid"),
    nn.Dense(84, activation="sigmoid"),
    nn.Dense(10),
)
net.initialize(mx.init.Xavier())
images, labels = stripes(64, 10)
net(images[:1])
for name, parameter in net.collect_params().items():
    print(parameter.shape, "%08x" % zlib.crc32(parameter.data().asnumpy().tobytes()))

loss = gluon.loss.SoftmaxCrossEntropyLoss()
trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.9})
for batch in range(8):
    x, y = images[batch * 8 : batch * 8 + 8], labels[batch * 8 : batch * 8 + 8]
    with autograd.record():
        cost = loss(net(x), y)
    cost.backward()
    trainer.step(8)
    print("loss %.4e" % cost.mean().asscalar())
