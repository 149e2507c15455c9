"""Compiled networks over NumPy-style arrays, with BatchNorm, training and a saved model."""

import mxnet as mx
from mxnet import autograd, gluon, np, npx
from mxnet.gluon import nn

npx.set_np()
mx.random.seed(79)


class Gate(nn.HybridBlock):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.value = nn.Dense(units, flatten=False)
        self.gate = nn.Dense(units, activation="sigmoid", flatten=False)

    def hybrid_forward(self, F, x):
        return F.np.tanh(self.value(x)) * self.gate(x)


net = nn.HybridSequential()
net.add(Gate(8), nn.BatchNorm(), nn.Dropout(0.3), nn.Dense(3))
net.initialize(mx.init.Xavier())
x = np.random.normal(size=(12, 5))
y = np.array([0, 1, 2] * 4)
loss = gluon.loss.SoftmaxCrossEntropyLoss()
print(net)


def run(net, steps):
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.2})
    for _ in range(steps):
        with autograd.record():
            cost = loss(net(x), y)
        cost.backward()
        trainer.step(12)
        print("loss %.6f" % float(cost.mean()))


run(net, 2)
net.hybridize()
run(net, 2)
net.hybridize(static_alloc=True, static_shape=True)
run(net, 2)
print(net(x)[:2], net[1].running_mean.data()[:3])
net.export("gate", epoch=4)
again = gluon.SymbolBlock.imports("gate-symbol.json", ["data"], "gate-0004.params")
print(np.abs(again(x) - net(x)).max() < 1e-6)
print(sum(p.data().size for p in net.collect_params().values()))
