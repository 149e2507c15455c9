"""Kernel regression: average, fixed and learnt attention over the training points."""

import mxnet as mx
from mxnet import autograd, gluon, np, npx
from mxnet.gluon import nn

npx.set_np()
mx.random.seed(157)

x = np.sort(np.random.uniform(size=20) * 5)
y = 2 * np.sin(x) + x**0.8 + np.random.normal(0.0, 0.3, (20,))
queries = np.arange(0, 5, 1.0)
weights = npx.softmax(-((queries.repeat(20).reshape(-1, 20) - x) ** 2) / 2)
print(np.dot(weights, y), weights.shape)
print("average %.6f" % float(y.mean()))


class Kernel(nn.Block):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.w = self.params.get("w", shape=(1,), init=mx.init.One())

    def forward(self, queries, keys, values):
        queries = queries.repeat(keys.shape[1]).reshape(-1, keys.shape[1])
        self.weights = npx.softmax(-(((queries - keys) * self.w.data()) ** 2) / 2)
        return npx.batch_dot(np.expand_dims(self.weights, 1), np.expand_dims(values, -1)).reshape(
            -1
        )


kernel = Kernel()
kernel.initialize()
trainer = gluon.Trainer(kernel.collect_params(), "sgd", {"learning_rate": 0.3})
others = [[j for j in range(20) if j != i] for i in range(20)]
keys, values = np.stack([x[o] for o in others]), np.stack([y[o] for o in others])
for epoch in range(3):
    with autograd.record():
        cost = gluon.loss.L2Loss()(kernel(x, keys, values), y)
    cost.backward()
    trainer.step(20)
    print(f"epoch {epoch + 1}, loss {float(cost.sum()):.6f}, w {float(kernel.w.data()):.5f}")
print(kernel.weights[:2, :4], kernel(queries, np.tile(x, (5, 1)), np.tile(y, (5, 1))))
