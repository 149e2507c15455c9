"""Fit a cubic with the right, too small and too large a polynomial."""

import math

import mxnet as mx
from mxnet import autograd, gluon, np, npx
from mxnet.gluon import nn

npx.set_np()
mx.random.seed(23)
degree, n_train, n_test = 8, 40, 40
true_w = np.zeros(degree)
true_w[0:4] = np.array([5, 1.2, -3.4, 5.6])
features = np.random.normal(size=(n_train + n_test, 1))
powers = np.power(features, np.arange(degree).reshape(1, -1))
for i in range(degree):
    powers[:, i] /= math.gamma(i + 1)
labels = np.dot(powers, true_w)
labels += np.random.normal(scale=0.1, size=labels.shape)
print(features[:2], powers[:2, :4], labels[:2])


def evaluate(net, loss, x, y):
    return float(loss(net(x), y.reshape(-1, 1)).mean())


def fit(columns, rate=0.02, epochs=8):
    x, held = powers[:n_train, :columns], powers[n_train:, :columns]
    y, held_y = labels[:n_train], labels[n_train:]
    loss = gluon.loss.L2Loss()
    net = nn.Sequential()
    net.add(nn.Dense(1, use_bias=False))
    net.initialize(mx.init.Zero())
    batches = gluon.data.DataLoader(gluon.data.ArrayDataset(x, y.reshape(-1, 1)), 10)
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": rate})
    for epoch in range(epochs):
        for features, label in batches:
            with autograd.record():
                cost = loss(net(features), label)
            cost.backward()
            trainer.step(10)
        if epoch % 4 == 3:
            seen = evaluate(net, loss, x, y), evaluate(net, loss, held, held_y)
            print("epoch %d train %.6g test %.6g" % (epoch + 1, *seen))
    print("weight:", net[0].weight.data().asnumpy())


for columns in (4, 2, degree):
    print(columns, "columns")
    fit(columns)
