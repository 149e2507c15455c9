"""Layers of one's own, without and with parameters."""

import mxnet as mx
from mxnet import autograd, gluon, np, npx
from mxnet.gluon import nn

npx.set_np()
mx.random.seed(59)


class Centred(nn.Block):
    def forward(self, x):
        return x - x.mean()


class MyDense(nn.Block):
    def __init__(self, units, in_units, **kwargs):
        super().__init__(**kwargs)
        self.weight = self.params.get("weight", shape=(in_units, units))
        self.bias = self.params.get("bias", shape=(units,))

    def forward(self, x):
        ctx = x.ctx
        return npx.relu(np.dot(x, self.weight.data(ctx)) + self.bias.data(ctx))


class Bilinear(nn.HybridBlock):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        with self.name_scope():
            self.kernel = self.params.get(
                "kernel", shape=(units, 0, 0), allow_deferred_init=True, init=mx.init.Uniform(0.5)
            )

    def infer_shape(self, x, *args):
        self.kernel.shape = (self.kernel.shape[0], x.shape[1], x.shape[1])

    def hybrid_forward(self, F, x, kernel):
        return F.np.einsum("bi,kij,bj->bk", x, kernel, x)


print(Centred()(np.array([1.0, 2, 3, 6, 8])))
net = nn.Sequential()
net.add(nn.Dense(16), Centred())
net.initialize()
y = net(np.random.uniform(size=(4, 8)))
print(abs(float(y.mean())) < 1e-6, y.shape)

dense = MyDense(units=3, in_units=5)
print(dense.params)
dense.initialize()
print(dense(np.random.uniform(size=(2, 5))))
net = nn.Sequential()
net.add(MyDense(8, in_units=6), MyDense(1, in_units=8))
net.initialize(mx.init.Normal(0.3))
x = np.random.uniform(size=(4, 6))
trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.05})
for step in range(3):
    with autograd.record():
        cost = ((net(x) - 1) ** 2).sum()
    cost.backward()
    trainer.step(4)
    print("%.6f" % float(cost))

layer = Bilinear(2)
layer.initialize()
probe = np.random.normal(size=(3, 4))
print(layer(probe))
layer.hybridize()
print(layer(probe), layer.kernel.shape)
