"""Learning rate schedulers: rules of one's own and the library's."""

import math

import mxnet as mx
from mxnet import autograd, gluon, lr_scheduler, np, npx
from mxnet.gluon import nn

npx.set_np()
mx.random.seed(197)


class SquareRootScheduler:
    def __init__(self, lr=0.1):
        self.lr = lr

    def __call__(self, num_update):
        return self.lr * pow(num_update + 1.0, -0.5)


class CosineScheduler:
    def __init__(self, max_update, base_lr=0.3, final_lr=0.01, warmup_steps=3):
        self.max_update, self.base_lr, self.final_lr = max_update, base_lr, final_lr
        self.warmup_steps = warmup_steps

    def __call__(self, t):
        if t < self.warmup_steps:
            return self.base_lr * t / self.warmup_steps
        if t > self.max_update:
            return self.final_lr
        part = (t - self.warmup_steps) / (self.max_update - self.warmup_steps)
        return self.final_lr + (self.base_lr - self.final_lr) * (1 + math.cos(math.pi * part)) / 2


features = np.random.normal(size=(48, 6))
labels = (features[:, 0] > 0).astype("float32") + (features[:, 1] > 0.3).astype("float32")
loss = gluon.loss.SoftmaxCrossEntropyLoss()


def train(options):
    net = nn.HybridSequential()
    net.add(nn.Dense(12, activation="relu"), nn.Dense(3))
    net.initialize(mx.init.Constant(0.1))
    net.hybridize()
    trainer = gluon.Trainer(net.collect_params(), "sgd", options)
    rates, losses = [], []
    for i in range(8):
        X, y = features[i % 4 * 12 :][:12], labels[i % 4 * 12 :][:12]
        with autograd.record():
            cost = loss(net(X), y)
        cost.backward()
        trainer.step(12)
        rates.append("%.5f" % trainer.learning_rate)
        losses.append("%.6f" % float(cost.mean()))
    print(*rates)
    print(*losses)


train({"learning_rate": 0.3})
for scheduler in (
    SquareRootScheduler(0.5),
    CosineScheduler(6),
    lr_scheduler.FactorScheduler(step=2, factor=0.5, stop_factor_lr=0.05, base_lr=0.4),
    lr_scheduler.MultiFactorScheduler(step=[3, 6], factor=0.5, base_lr=0.5),
    lr_scheduler.PolyScheduler(8, base_lr=0.4, pwr=2, final_lr=0.01),
    lr_scheduler.CosineScheduler(7, warmup_steps=2, base_lr=0.3, final_lr=0.01),
):
    print(type(scheduler).__name__)
    train({"lr_scheduler": scheduler})
net = nn.Dense(1, in_units=6)
net.initialize()
trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.5})
trainer.set_learning_rate(0.1)
print(trainer.learning_rate)
