"""Parameters: access, gather, initialize, tie."""

import mxnet as mx
from mxnet import autograd, gluon, init, np, npx
from mxnet.gluon import nn

npx.set_np()
mx.random.seed(47)
net = nn.Sequential()
net.add(nn.Dense(5, activation="relu"), nn.Dense(1))
net.initialize()
x = np.random.uniform(size=(2, 4))
print(net(x))
print(net[1].params)
print(type(net[1].bias).__name__, net[1].bias, net[1].bias.data())
print(net[0].weight.grad(), net[0].weight.list_ctx())
print(net[0].collect_params())
print(net.collect_params())
print(net.collect_params()["dense1_bias"].data())
print(list(net.collect_params(".*weight").keys()))


def inner(number):
    net = nn.Sequential(prefix="inner%d_" % number)
    with net.name_scope():
        net.add(nn.Dense(4, activation="relu"), nn.Dense(4, activation="relu"))
    return net


def outer():
    net = nn.Sequential()
    for number in range(3):
        net.add(inner(number))
    return net


deep = nn.Sequential()
deep.add(outer(), nn.Dense(2))
deep.initialize()
deep(x)
print(deep)
print(deep[0][1][0].bias.data(), deep[0][1][0].weight.name)

net.initialize(init.Normal(sigma=0.01), force_reinit=True)
print(net[0].weight.data()[0])
net.initialize(init.Constant(1), force_reinit=True)
print(net[0].weight.data()[0])
net[0].weight.initialize(init.Xavier(), force_reinit=True)
net[1].initialize(init.Constant(42), force_reinit=True)
print(net[0].weight.data()[0], net[1].weight.data()[0, 0])


class Far(init.Initializer):
    def _init_weight(self, name, data):
        print("Init", name, data.shape)
        data[:] = np.random.uniform(-10, 10, data.shape)
        data *= np.abs(data) >= 5


net.initialize(Far(), force_reinit=True)
print(net[0].weight.data()[:2])
net[0].weight.data()[:] += 1
net[0].weight.data()[0, 0] = 42
print(net[0].weight.data()[0])
net[1].bias.set_data(np.array([0.25]))
print(net[1].bias.data())

tied = nn.Sequential()
shared = nn.Dense(4, activation="relu")
tied.add(shared, nn.Dense(4, activation="relu", params=shared.params), nn.Dense(2))
tied.initialize()
with autograd.record():
    out = tied(x).sum()
out.backward()
print(tied[0].weight.data()[0] == tied[1].weight.data()[0], tied[1].weight is shared.weight)
tied[0].weight.data()[0, 0] = 100
print(tied[1].weight.data()[0, 0], shared.weight.grad()[0])
trainer = gluon.Trainer(tied.collect_params(), "sgd")
print(len(tied.collect_params().keys()), trainer.learning_rate)
