"""Softmax regression by hand, with an accumulator and an evaluation loop."""

import mxnet as mx
from mxnet import autograd, gluon, np, npx

npx.set_np()
mx.random.seed(13)


class Accumulator:
    def __init__(self, n):
        self.data = [0.0] * n

    def add(self, *values):
        self.data = [a + float(b) for a, b in zip(self.data, values)]

    def __getitem__(self, index):
        return self.data[index]


def softmax(x):
    exponential = np.exp(x)
    return exponential / exponential.sum(1, keepdims=True)


def cross_entropy(predicted, y):
    return -np.log(predicted[range(len(predicted)), y])


def correct(predicted, y):
    if len(predicted.shape) > 1 and predicted.shape[1] > 1:
        predicted = predicted.argmax(axis=1)
    return float((predicted.astype(y.dtype) == y).astype(y.dtype).sum())


shown = np.array([[0.1, 0.3, 0.6], [0.3, 0.2, 0.5]])
print(cross_entropy(shown, np.array([0, 2])), correct(shown, np.array([0, 2])) / 2)
probe = softmax(np.random.normal(0, 1, (2, 5)))
print(probe, probe.sum(1))

centres = np.random.normal(0, 1, (4, 6, 6))
labels = np.random.randint(0, 4, size=(240,)).astype("int32")
images = centres[labels] + np.random.normal(0, 0.8, (240, 6, 6))
train = gluon.data.DataLoader(gluon.data.ArrayDataset(images[:192], labels[:192]), 32)
test = gluon.data.DataLoader(gluon.data.ArrayDataset(images[192:], labels[192:]), 32)
W = np.random.normal(0, 0.01, (36, 4))
b = np.zeros(4)
W.attach_grad()
b.attach_grad()


def net(x):
    return softmax(np.dot(x.reshape((-1, W.shape[0])), W) + b)


for epoch in range(3):
    metric = Accumulator(3)
    for x, y in train:
        with autograd.record():
            predicted = net(x)
            cost = cross_entropy(predicted, y)
        cost.backward()
        for parameter in (W, b):
            parameter[:] = parameter - 0.1 * parameter.grad / len(y)
        metric.add(cost.sum(), correct(predicted, y), y.size)
    held = Accumulator(2)
    for x, y in test:
        held.add(correct(net(x), y), y.size)
    print(
        f"epoch {epoch + 1}: loss {metric[0] / metric[2]:.5f}, "
        f"train {metric[1] / metric[2]:.4f}, test {held[0] / held[1]:.4f}"
    )
print(net(images[:2]).argmax(axis=1), labels[:2])
