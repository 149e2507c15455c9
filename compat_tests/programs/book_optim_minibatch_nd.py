"""Vectors instead of loops, minibatches by hand and through a trainer, first edition."""

import mxnet as mx
from mxnet import autograd, gluon, init, nd
from mxnet.gluon import data as gdata
from mxnet.gluon import loss as gloss
from mxnet.gluon import nn

mx.random.seed(181)
A, B, C = nd.zeros((8, 8)), nd.random.normal(shape=(8, 8)), nd.random.normal(shape=(8, 8))
for i in range(8):
    for j in range(8):
        A[i, j] = nd.dot(B[i, :], C[:, j])
by_row = nd.zeros((8, 8))
for j in range(8):
    by_row[:, j] = nd.dot(B, C[:, j])
A.wait_to_read()
print((A - nd.dot(B, C)).abs().max().asscalar() < 1e-4, (by_row - A).norm().asscalar() < 1e-4)

raw = nd.random.normal(shape=(200, 5)) * nd.array([1, 10, 100, 0.1, 3]) + 2
centred = raw - raw.mean(axis=0)
features = centred / centred.square().mean(axis=0).sqrt()
labels = nd.dot(features, nd.array([1, -2, 0.5, 0.3, 0.1])) + nd.random.normal(0, 0.1, shape=200)


def linreg(X, w, b):
    return nd.dot(X, w) + b


def sgd(params, states, hyperparams):
    for p in params:
        p[:] -= hyperparams["lr"] * p.grad


def train(trainer_fn, states, hyperparams, batch_size, epochs=2):
    w, b = nd.random.normal(scale=0.01, shape=(5, 1)), nd.zeros(1)
    w.attach_grad()
    b.attach_grad()
    loss = gloss.L2Loss()
    losses = [loss(linreg(features, w, b), labels).mean().asscalar()]
    batches = gdata.DataLoader(gdata.ArrayDataset(features, labels), batch_size)
    for _ in range(epochs):
        for X, y in batches:
            with autograd.record():
                cost = loss(linreg(X, w, b), y).mean()
            cost.backward()
            trainer_fn([w, b], states, hyperparams)
        losses.append(loss(linreg(features, w, b), labels).mean().asscalar())
    print(batch_size, " ".join("%.6f" % value for value in losses))


train(sgd, None, {"lr": 1}, 200, 4)
train(sgd, None, {"lr": 0.05}, 20)
train(sgd, None, {"lr": 0.005}, 1, 1)

net = nn.Sequential()
net.add(nn.Dense(1))
net.initialize(init.Normal(sigma=0.01))
loss = gloss.L2Loss()
trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.05})
for X, y in gdata.DataLoader(gdata.ArrayDataset(features, labels), 10, last_batch="discard"):
    with autograd.record():
        cost = loss(net(X), y)
    cost.backward()
    trainer.step(10)
print("concise %.6f" % loss(net(features), labels).mean().asscalar(), net[0].weight.data())
