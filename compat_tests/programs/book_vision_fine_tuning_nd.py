"""Fine-tuning: share the features of a trained network, a new output, a larger rate for it."""

import mxnet as mx
from mxnet import autograd, gluon, init, nd
from mxnet.gluon import loss as gloss
from mxnet.gluon import nn

mx.random.seed(229)


class Net(nn.HybridBlock):
    def __init__(self, classes, **kwargs):
        super(Net, self).__init__(**kwargs)
        with self.name_scope():
            self.features = nn.HybridSequential(prefix="")
            self.features.add(nn.Conv2D(6, 3, padding=1, activation="relu"), nn.BatchNorm())
            self.features.add(nn.MaxPool2D(2), nn.Conv2D(8, 3, activation="relu"))
            self.features.add(nn.GlobalAvgPool2D(), nn.Flatten())
            self.output = nn.Dense(classes)

    def hybrid_forward(self, F, x):
        return self.output(self.features(x))


def patterns(count, classes, seed):
    mx.random.seed(seed)
    labels = nd.array([i % classes for i in range(count)])
    grid = nd.arange(64).reshape((1, 1, 8, 8))
    wave = nd.sin(grid * 0.3 * (labels.reshape((-1, 1, 1, 1)) + 1))
    return nd.concat(wave, -wave, dim=1) + nd.random.normal(0, 0.2, shape=(count, 2, 8, 8)), labels


def train(net, X, y, trainer, epochs):
    loss = gloss.SoftmaxCrossEntropyLoss()
    for epoch in range(epochs):
        for i in range(0, len(X), 10):
            with autograd.record():
                cost = loss(net(X[i : i + 10]), y[i : i + 10])
            cost.backward()
            trainer.step(10)
        right = (net(X).argmax(axis=1) == y).mean().asscalar()
        print("epoch %d, loss %.5f, accuracy %.3f" % (epoch + 1, cost.mean().asscalar(), right))


X, y = patterns(30, 5, 1)
pretrained = Net(5, prefix="pre_")
pretrained.initialize(init.Xavier())
pretrained.hybridize()
train(
    pretrained, X, y, gluon.Trainer(pretrained.collect_params(), "sgd", {"learning_rate": 0.1}), 3
)
print(pretrained.output)

X, y = patterns(20, 2, 2)
finetune = Net(2, prefix="new_")
finetune.features = pretrained.features
finetune.output.initialize(init.Xavier())
finetune.output.collect_params().setattr("lr_mult", 10)
print({name: p.lr_mult for name, p in finetune.collect_params().items() if "dense" in name})
trainer = gluon.Trainer(finetune.collect_params(), "sgd", {"learning_rate": 0.01, "wd": 0.001})
train(finetune, X, y, trainer, 2)

frozen = Net(2, prefix="frozen_")
frozen.features = pretrained.features
frozen.output.initialize(init.Xavier())
frozen.features.collect_params().setattr("grad_req", "null")
before = pretrained.features[0].weight.data().copy()
train(frozen, X, y, gluon.Trainer(frozen.output.collect_params(), "sgd", {"learning_rate": 0.2}), 2)
print((before == pretrained.features[0].weight.data()).min())
