"""Adam and Yogi by hand, Adam and its kin by name, a custom optimizer."""

import mxnet as mx
from mxnet import autograd, gluon, np, npx
from mxnet.gluon import nn

npx.set_np()
mx.random.seed(193)
features = np.random.normal(size=(80, 5))
labels = np.dot(features, np.array([1.0, -2.0, 0.5, 0.0, 0.7])) - 0.4


def adam(params, states, h):
    beta1, beta2, eps = 0.9, 0.999, 1e-6
    for p, (v, s) in zip(params, states):
        v[:] = beta1 * v + (1 - beta1) * p.grad
        s[:] = beta2 * s + (1 - beta2) * np.square(p.grad)
        v_hat, s_hat = v / (1 - beta1 ** h["t"]), s / (1 - beta2 ** h["t"])
        p[:] -= h["lr"] * v_hat / (np.sqrt(s_hat) + eps)
    h["t"] += 1


def yogi(params, states, h):
    beta1, beta2, eps = 0.9, 0.999, 1e-3
    for p, (v, s) in zip(params, states):
        v[:] = beta1 * v + (1 - beta1) * p.grad
        s[:] = s + (1 - beta2) * np.sign(np.square(p.grad) - s) * np.square(p.grad)
        v_hat, s_hat = v / (1 - beta1 ** h["t"]), s / (1 - beta2 ** h["t"])
        p[:] -= h["lr"] * v_hat / (np.sqrt(s_hat) + eps)
    h["t"] += 1


def run(rule):
    params = [np.zeros((5, 1)), np.zeros(1)]
    states = [(np.zeros_like(p), np.zeros_like(p)) for p in params]
    h = {"lr": 0.05, "t": 1}
    for p in params:
        p.attach_grad()
    for i in range(0, 80, 16):
        X, y = features[i : i + 16], labels[i : i + 16].reshape(-1, 1)
        with autograd.record():
            cost = ((np.dot(X, params[0]) + params[1] - y) ** 2 / 2).mean()
        cost.backward()
        rule(params, states, h)
        print("%s %.6f" % (rule.__name__, float(cost)))
    return params[0].reshape(-1)


print(run(adam))
print(run(yogi))


@mx.optimizer.Optimizer.register
class Shrinking(mx.optimizer.Optimizer):
    """Sign descent whose steps get smaller."""

    def create_state(self, index, weight):
        return mx.nd.zeros(weight.shape)

    def update(self, index, weight, grad, state):
        self._update_count(index)
        lr, t = self._get_lr(index), self._index_update_count[index]
        state[:] += mx.nd.abs(grad)
        weight[:] -= lr / t * mx.nd.sign(grad)


for name in ("adam", "adamax", "nadam", "ftml", "lamb", "shrinking"):
    try:
        optimizer = mx.optimizer.create(name, learning_rate=0.05)
    except ValueError as error:
        print(str(error)[:60])
        continue
    net = nn.Dense(1)
    net.initialize(mx.init.Constant(0.1))
    trainer = gluon.Trainer(net.collect_params(), optimizer)
    for i in range(0, 80, 16):
        with autograd.record():
            cost = gluon.loss.L2Loss()(net(features[i : i + 16]), labels[i : i + 16])
        cost.backward()
        trainer.step(16)
    print(name, "%.6f" % float(cost.mean()), net.weight.data()[0], trainer.learning_rate)
