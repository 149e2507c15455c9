"""The same with legacy arrays, and parameters of a Sequential with trainer states."""

import mxnet as mx
from mxnet import autograd, gluon, nd
from mxnet.gluon import nn

mx.random.seed(67)
x, y = nd.ones(3), nd.zeros(4)
nd.save("xy", [x, y])
print(nd.load("xy"))
nd.save("mydict", {"x": x, "y": y})
loaded = nd.load("mydict")
print(type(loaded).__name__, sorted(loaded), loaded["x"])

net = nn.HybridSequential(prefix="net_")
with net.name_scope():
    net.add(nn.Dense(6, activation="tanh"), nn.BatchNorm(), nn.Dense(2))
net.initialize()
data = nd.random.uniform(shape=(5, 3))
trainer = gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.01})


def step(net, trainer):
    with autograd.record():
        cost = ((net(data) - 1) ** 2).sum(axis=1)
    cost.backward()
    trainer.step(5)
    return "%.6f" % cost.mean().asscalar()


print(step(net, trainer), step(net, trainer))
net.save_parameters("net.params")
trainer.save_states("net.states")
print({name: value.shape for name, value in sorted(nd.load("net.params").items())})
first = step(net, trainer), step(net, trainer)

again = nn.HybridSequential(prefix="net_")
with again.name_scope():
    again.add(nn.Dense(6, activation="tanh"), nn.BatchNorm(), nn.Dense(2))
again.load_parameters("net.params", ctx=mx.cpu())
trainer = gluon.Trainer(again.collect_params(), "adam", {"learning_rate": 0.01})
trainer.load_states("net.states")
second = step(again, trainer), step(again, trainer)
print(first, second)
again.collect_params().save("all.params", strip_prefix="net_")
print(sorted(nd.load("all.params")))
