"""Momentum, AdaGrad, RMSProp and AdaDelta by hand and by name, first edition."""

import mxnet as mx
from mxnet import autograd, gluon, nd
from mxnet.gluon import nn

mx.random.seed(191)
features = nd.random.normal(shape=(60, 4))
labels = nd.dot(features, nd.array([2.0, -1.0, 0.5, 0.1])) + 0.3


def momentum(params, states, h):
    for p, v in zip(params, states):
        v[:] = h["momentum"] * v + h["lr"] * p.grad
        p[:] -= v


def adagrad(params, states, h):
    for p, s in zip(params, states):
        s[:] += p.grad.square()
        p[:] -= h["lr"] * p.grad / (s + 1e-6).sqrt()


def rmsprop(params, states, h):
    for p, s in zip(params, states):
        s[:] = h["gamma"] * s + (1 - h["gamma"]) * p.grad.square()
        p[:] -= h["lr"] * p.grad / (s + 1e-6).sqrt()


def adadelta(params, states, h):
    rho, eps = h["rho"], 1e-5
    for p, (s, delta) in zip(params, states):
        s[:] = rho * s + (1 - rho) * p.grad.square()
        g = ((delta + eps).sqrt() / (s + eps).sqrt()) * p.grad
        p[:] -= g
        delta[:] = rho * delta + (1 - rho) * g * g


def run(rule, states, h):
    w, b = nd.ones((4, 1)) * 0.01, nd.zeros(1)
    for p in (w, b):
        p.attach_grad()
    for epoch in range(3):
        for i in range(0, 60, 12):
            X, y = features[i : i + 12], labels[i : i + 12].reshape((-1, 1))
            with autograd.record():
                cost = ((nd.dot(X, w) + b - y) ** 2 / 2).mean()
            cost.backward()
            rule([w, b], states, h)
        print("%s %.6g" % (rule.__name__, cost.asscalar()))


def zeros():
    return [nd.zeros((4, 1)), nd.zeros(1)]


run(momentum, zeros(), {"lr": 0.05, "momentum": 0.5})
run(adagrad, zeros(), {"lr": 0.3})
run(rmsprop, zeros(), {"lr": 0.05, "gamma": 0.9})
run(adadelta, list(zip(zeros(), zeros())), {"rho": 0.9})

for name, options in (
    ("sgd", {"learning_rate": 0.05, "momentum": 0.9}),
    ("nag", {"learning_rate": 0.05, "momentum": 0.5}),
    ("adagrad", {"learning_rate": 0.3}),
    ("rmsprop", {"learning_rate": 0.05, "gamma1": 0.9}),
    ("rmsprop", {"learning_rate": 0.02, "gamma1": 0.9, "gamma2": 0.8, "centered": True}),
    ("adadelta", {"rho": 0.9}),
    ("ftrl", {"learning_rate": 0.5}),
    ("signum", {"learning_rate": 0.05}),
):
    net = nn.Dense(1, weight_initializer=mx.init.Constant(0.01))
    net.initialize()
    trainer = gluon.Trainer(net.collect_params(), name, options)
    for i in range(0, 60, 12):
        with autograd.record():
            cost = gluon.loss.L2Loss()(net(features[i : i + 12]), labels[i : i + 12])
        cost.backward()
        trainer.step(12)
    print(name, "%.6g" % cost.mean().asscalar(), net.weight.data()[0])
