"""Layers and blocks: a perceptron class, a Sequential of one's own, code in forward, nesting."""

import mxnet as mx
from mxnet import np, npx
from mxnet.gluon import nn

npx.set_np()
mx.random.seed(43)


class MLP(nn.Block):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.hidden = nn.Dense(6, activation="relu")
        self.out = nn.Dense(3)

    def forward(self, x):
        return self.out(self.hidden(x))


class MySequential(nn.Block):
    def add(self, block):
        self._children[block.name] = block

    def forward(self, x):
        for block in self._children.values():
            x = block(x)
        return x


class FixedHidden(nn.Block):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.random_weight = self.params.get_constant("weight", np.random.uniform(size=(8, 8)))
        self.dense = nn.Dense(8, activation="relu")

    def forward(self, x):
        x = self.dense(x)
        x = npx.relu(np.dot(x, self.random_weight.data()) + 1)
        x = self.dense(x)
        while np.abs(x).sum() > 1:
            x /= 2
        return x.sum()


class Nest(nn.Block):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.net = nn.Sequential()
        self.net.add(nn.Dense(7, activation="relu"), nn.Dense(5, activation="relu"))
        self.dense = nn.Dense(4, activation="relu")

    def forward(self, x):
        return self.dense(self.net(x))


x = np.random.uniform(size=(2, 8))
plain = nn.Sequential()
plain.add(nn.Dense(6, activation="relu"), nn.Dense(3))
own = MySequential()
own.add(nn.Dense(6, activation="relu"))
own.add(nn.Dense(3))
chimera = nn.Sequential()
chimera.add(Nest(), nn.Dense(8), FixedHidden())
for net in (plain, MLP(), own, FixedHidden(), chimera):
    net.initialize()
    print(net)
    print(net(x))
    print({name.split("_", 1)[-1]: p.shape for name, p in net.collect_params().items()})
