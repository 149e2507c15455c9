"""Dropout by hand and as a layer."""

import mxnet as mx
from mxnet import autograd, gluon, init, nd
from mxnet.gluon import nn

mx.random.seed(31)


def dropout(x, probability):
    assert 0 <= probability <= 1
    keep = 1 - probability
    if keep == 0:
        return x.zeros_like()
    mask = nd.random.uniform(0, 1, x.shape) < keep
    return mask * x / keep


x = nd.arange(16).reshape((2, 8))
for probability in (0, 0.5, 1):
    print(dropout(x, probability))

labels = nd.array([i % 4 for i in range(64)])
features = nd.one_hot(labels, 10) * 2 + nd.random.normal(0, 0.5, shape=(64, 10))
W1, b1 = nd.random.normal(scale=0.1, shape=(10, 24)), nd.zeros(24)
W2, b2 = nd.random.normal(scale=0.1, shape=(24, 4)), nd.zeros(4)
parameters = [W1, b1, W2, b2]
for parameter in parameters:
    parameter.attach_grad()


def net(x):
    hidden = (nd.dot(x, W1) + b1).relu()
    if autograd.is_training():
        hidden = dropout(hidden, 0.2)
    return nd.dot(hidden, W2) + b2


loss = gluon.loss.SoftmaxCrossEntropyLoss()
for step in range(6):
    with autograd.record():
        cost = loss(net(features), labels)
    cost.backward()
    for parameter in parameters:
        parameter[:] = parameter - 0.5 * parameter.grad / 64
    print("by hand %.6f" % cost.mean().asscalar())

layers = nn.Sequential()
layers.add(
    nn.Dense(24, activation="relu"),
    nn.Dropout(0.2),
    nn.Dense(24, activation="relu"),
    nn.Dropout(0.5),
    nn.Dense(4),
)
layers.initialize(init.Normal(sigma=0.1))
print(layers)
trainer = gluon.Trainer(layers.collect_params(), "sgd", {"learning_rate": 0.5})
for step in range(6):
    with autograd.record():
        cost = loss(layers(features), labels)
    cost.backward()
    trainer.step(64)
    print("layers %.6f" % cost.mean().asscalar())
print((layers(features).argmax(axis=1) == labels).mean())
