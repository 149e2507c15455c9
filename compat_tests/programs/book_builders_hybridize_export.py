"""Imperative and compiled: hybridize, export, read the symbol, import it again."""

import json
import os

import mxnet as mx
from mxnet import gluon, nd, sym
from mxnet.gluon import nn

mx.random.seed(73)


def factory():
    net = nn.HybridSequential(prefix="fac_")
    with net.name_scope():
        net.add(nn.Dense(8, activation="relu"), nn.Dense(6, activation="relu"), nn.Dense(2))
    net.initialize()
    return net


x = nd.random.normal(shape=(1, 12))
net = factory()
before = net(x)
net.hybridize()
print(before, net(x))
net.export("my_mlp")
print(sorted(os.listdir(".")))
graph = json.load(open("my_mlp-symbol.json"))
print([node["op"] + ":" + node["name"] for node in graph["nodes"]])
print(graph["heads"], graph["attrs"])

data = sym.var("data")
symbol = net(data)
print(symbol, symbol.list_arguments(), symbol.list_outputs())
print(symbol.infer_shape(data=(1, 12))[1])
loaded = gluon.SymbolBlock.imports("my_mlp-symbol.json", ["data"], "my_mlp-0000.params")
print(loaded(x), sorted(nd.load("my_mlp-0000.params")))


class Printing(nn.HybridBlock):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.hidden = nn.Dense(4)
        self.output = nn.Dense(2)

    def hybrid_forward(self, F, x):
        print("F:", F.__name__.split(".")[-1])
        print("x:", type(x).__name__)
        x = F.relu(self.hidden(x))
        print("hidden:", type(x).__name__)
        return self.output(x)


told = Printing()
told.initialize()
told(nd.ones((1, 4)))
told(nd.ones((1, 4)))
told.hybridize()
told(nd.ones((1, 4)))
told(nd.ones((1, 4)))
print("compiled:", told(nd.ones((2, 4))).shape)
