"""Shapes come with the first data; what can be asked before that."""

import mxnet as mx
from mxnet import gluon, init, nd
from mxnet.gluon import nn

mx.random.seed(53)


class Told(init.Initializer):
    def _init_weight(self, name, data):
        print("Init", name, data.shape)
        data[:] = 0.5


net = nn.Sequential()
net.add(nn.Dense(6, activation="relu"), nn.Dense(3))
print(net.collect_params())
try:
    net[0].weight.data()
except RuntimeError as error:
    print(type(error).__name__)
net.initialize(init=Told())
print("nothing yet")
try:
    net[0].weight.data()
except gluon.parameter.DeferredInitializationError as error:
    print(type(error).__name__)
x = nd.random.uniform(shape=(2, 5))
y = net(x)
print("first data seen", y.shape)
y = net(x)
print(net[0].weight.shape, net[1].weight.shape)
net.initialize(init=Told(), force_reinit=True)

known = nn.Sequential()
known.add(nn.Dense(4, in_units=5, activation="relu"), nn.Dense(2, in_units=4))
known.initialize(init=Told())
print(known(x))
try:
    known(nd.ones((2, 6)))
except mx.MXNetError as error:
    print(type(error).__name__)
net.initialize()
print(net(x))
print(net)
net[0].weight.zero_grad()
print([p.grad_req for p in net.collect_params().values()])
net.collect_params().setattr("grad_req", "null")
print([p.grad_req for p in net.collect_params().values()])
