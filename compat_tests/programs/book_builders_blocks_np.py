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


class Halving(nn.Block):
    """Use a constant, one layer twice, and a loop that depends on the data."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.mixing = self.params.get_constant("mixing", np.random.uniform(-1, 1, size=(8, 8)))
        self.shared = nn.Dense(8, activation="relu")

    def forward(self, x):
        x = self.shared(np.tanh(np.dot(self.shared(x), self.mixing.data())) + 0.5)
        turns = 0
        while float(np.abs(x).max()) > 0.25:
            x, turns = x / 2, turns + 1
        print("halved", turns)
        return x.mean()


class Nest(nn.Block):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.inner = MLP()
        self.outer = nn.Dense(4, activation="relu")

    def forward(self, x):
        return self.outer(self.inner(x))


x = np.random.uniform(size=(2, 8))
plain = nn.Sequential()
plain.add(nn.Dense(6, activation="relu"), nn.Dense(3))
own = MySequential()
own.add(nn.Dense(6, activation="relu"))
own.add(nn.Dense(3))
mixed = nn.Sequential()
mixed.add(Nest(), nn.Dense(8), Halving())
for net in (plain, MLP(), own, Halving(), mixed):
    net.initialize()
    print(net)
    print(net(x))
    print({name.split("_", 1)[-1]: p.shape for name, p in net.collect_params().items()})
