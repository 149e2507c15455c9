"""Networks from blocks: VGG and network in network, small, hybrid."""

import mxnet as mx
from mxnet import autograd, gluon, init, np, npx
from mxnet.gluon import nn

npx.set_np()
mx.random.seed(103)


def vgg_block(convolutions, channels):
    block = nn.HybridSequential()
    for _ in range(convolutions):
        block.add(nn.Conv2D(channels, kernel_size=3, padding=1, activation="relu"))
    block.add(nn.MaxPool2D(pool_size=2, strides=2))
    return block


def vgg(architecture):
    net = nn.HybridSequential()
    for convolutions, channels in architecture:
        net.add(vgg_block(convolutions, channels))
    net.add(nn.Dense(32, activation="relu"), nn.Dropout(0.5))
    net.add(nn.Dense(32, activation="relu"), nn.Dropout(0.5), nn.Dense(10))
    return net


def nin_block(channels, kernel_size, strides, padding):
    block = nn.HybridSequential()
    block.add(
        nn.Conv2D(channels, kernel_size, strides, padding, activation="relu"),
        nn.Conv2D(channels, kernel_size=1, activation="relu"),
        nn.Conv2D(channels, kernel_size=1, activation="relu"),
    )
    return block


def nin():
    net = nn.HybridSequential()
    net.add(
        nin_block(8, kernel_size=5, strides=2, padding=0),
        nn.MaxPool2D(pool_size=3, strides=2),
        nin_block(12, kernel_size=3, strides=1, padding=1),
        nn.Dropout(0.5),
        nin_block(10, kernel_size=3, strides=1, padding=1),
        nn.GlobalAvgPool2D(),
        nn.Flatten(),
    )
    return net


loss = gluon.loss.SoftmaxCrossEntropyLoss()
images, labels = np.random.uniform(size=(4, 1, 64, 64)), np.array([1, 5, 5, 9])
for net in (vgg(((1, 4), (1, 8), (2, 8), (2, 12))), nin()):
    net.initialize(init.Xavier())
    print(net)
    X = images[:1]
    for layer in net:
        X = layer(X)
        print(layer.name, "output shape:\t", X.shape)
    net.hybridize()
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.05})
    for step in range(2):
        with autograd.record():
            cost = loss(net(images), labels)
        cost.backward()
        trainer.step(4)
        print("loss %.6f" % float(cost.mean()))
    print(float(np.abs(net(images)).sum()))
