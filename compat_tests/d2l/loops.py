"""Run one training loop of a d2l library, unmodified, and write its curves as JSON.

``python loops.py TASK OUT.json`` runs it on MXNet, ``python -m mxshim loops.py TASK OUT.json`` on
mxshim. The library and its dependencies come in through PYTHONPATH, the Fashion-MNIST files through
the home folder or MXNET_GLUON_REPO. The random streams of the two sides differ, so the initial
weights follow a fixed formula; the order of the samples is NumPy's and follows from its seed.
"""

from __future__ import annotations

import json
import sys
import zlib

import matplotlib

matplotlib.use("agg")

import mxnet as mx
import numpy
from mxnet import autograd, gluon, init
from mxnet.gluon import nn


def fixed_weight(self, name, array, gain=1.0):
    """Fill a weight with numbers that depend on its shape alone; ``gain`` 1 is Xavier's range."""
    shape = tuple(int(n) for n in array.shape)
    draw = numpy.random.RandomState(zlib.crc32(repr(shape).encode()))
    fans = (shape[0] + shape[1]) * numpy.prod(shape[2:], dtype=int)
    bound = gain * (6.0 / fans) ** 0.5
    array[:] = draw.uniform(-bound, bound, shape).astype("float32")


def steep_weight(self, name, array):
    """Fill a weight so that LeNet's sigmoid layers leave their plateau within few steps."""
    fixed_weight(self, name, array, gain=4.0)


class Recorder:
    """Wrap a loss function and keep the mean loss of every training step."""

    def __init__(self, loss):
        self.loss = loss
        self.curve = []

    def __call__(self, *args):
        out = self.loss(*args)
        self.curve.append(out.mean().asnumpy().item())
        return out


def the_book():
    """Import d2l's MXNet version and switch to np semantics, as its chapters do."""
    from d2l import mxnet as d2l

    mx.npx.set_np()
    return d2l


def drawn(d2l):
    """Return the curves of the figure that the library's Animator has drawn, by legend."""
    axes = d2l.plt.gcf().axes[0]
    names = [text.get_text() for text in axes.get_legend().get_texts()]
    return {name: [float(v) for v in line.get_ydata()] for name, line in zip(names, axes.lines)}


def dense(*widths):
    """Build a multilayer perceptron; the last width is that of its output."""
    net = nn.Sequential()
    for width in widths[:-1]:
        net.add(nn.Dense(width, activation="relu"))
    net.add(nn.Dense(widths[-1]))
    net.initialize(init.Normal(sigma=0.01))
    return net


# ---- d2l 0.17.6


def ch3_scratch():
    """Train softmax regression written by hand with train_ch3 and the library's sgd."""
    d2l = the_book()
    train, test = d2l.load_data_fashion_mnist(256)
    weight, bias = mx.np.zeros((784, 10)), mx.np.zeros(10)
    fixed_weight(None, "", weight)
    weight.attach_grad()
    bias.attach_grad()

    def net(images):
        out = mx.np.dot(images.reshape((-1, 784)), weight) + bias
        out = mx.np.exp(out)
        return out / out.sum(1, keepdims=True)

    def cross_entropy(probabilities, labels):
        return -mx.np.log(probabilities[range(len(probabilities)), labels])

    loss = Recorder(cross_entropy)
    d2l.train_ch3(net, train, test, loss, 6, lambda size: d2l.sgd([weight, bias], 0.1, size))
    return dict(drawn(d2l), steps=loss.curve)


def ch3_concise():
    """Train softmax regression as a gluon block with train_ch3 and a gluon Trainer."""
    d2l = the_book()
    train, test = d2l.load_data_fashion_mnist(256)
    net = dense(10)
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1})
    loss = Recorder(gluon.loss.SoftmaxCrossEntropyLoss())
    d2l.train_ch3(net, train, test, loss, 6, trainer)
    return dict(drawn(d2l), steps=loss.curve)


def ch6():
    """Train LeNet with train_ch6."""
    d2l = the_book()
    train, test = d2l.load_data_fashion_mnist(64)
    net = nn.Sequential()
    net.add(
        nn.Conv2D(channels=6, kernel_size=5, padding=2, activation="sigmoid"),
        nn.AvgPool2D(pool_size=2, strides=2),
        nn.Conv2D(channels=16, kernel_size=5, activation="sigmoid"),
        nn.AvgPool2D(pool_size=2, strides=2),
        nn.Dense(120, activation="sigmoid"),
        nn.Dense(84, activation="sigmoid"),
        nn.Dense(10),
    )
    d2l.train_ch6(net, train, test, 8, 0.3, d2l.try_gpu())
    return drawn(d2l)


# ---- d2l 1.0.3


def _fit(make, epochs, batch_size=128):
    d2l = the_book()
    model = make(d2l)
    d2l.Trainer(max_epochs=epochs).fit(model, d2l.FashionMNIST(batch_size=batch_size))
    return {key: [float(point.y) for point in points] for key, points in model.board.data.items()}


def fit_softmax():
    """Train SoftmaxRegression with Trainer.fit."""
    return _fit(lambda d2l: d2l.SoftmaxRegression(num_outputs=10, lr=0.1), 4)


def fit_mlp():
    """Train the book's multilayer perceptron, a Classifier, with Trainer.fit."""

    def make(d2l):
        class MLP(d2l.Classifier):
            def __init__(self, num_outputs, num_hiddens, lr):
                super().__init__()
                self.save_hyperparameters()
                self.net = nn.Sequential()
                self.net.add(nn.Dense(num_hiddens, activation="relu"), nn.Dense(num_outputs))
                self.net.initialize()

        return MLP(num_outputs=10, num_hiddens=64, lr=0.1)

    return _fit(make, 4)


def fit_lenet():
    """Train LeNet with Trainer.fit."""
    return _fit(lambda d2l: d2l.LeNet(lr=0.3), 8, batch_size=64)


# ---- d2lzh 1.0.0


def zh_ch3_scratch():
    """Train softmax regression written by hand with d2lzh's train_ch3 and sgd."""
    import d2lzh as d2l
    from mxnet import nd

    train, test = d2l.load_data_fashion_mnist(256)
    weight, bias = nd.zeros((784, 10)), nd.zeros(10)
    fixed_weight(None, "", weight)
    weight.attach_grad()
    bias.attach_grad()

    def net(images):
        out = (nd.dot(images.reshape((-1, 784)), weight) + bias).exp()
        return out / out.sum(axis=1, keepdims=True)

    loss = Recorder(lambda probabilities, labels: -nd.pick(probabilities, labels).log())
    d2l.train_ch3(net, train, test, loss, 4, 256, [weight, bias], 0.1)
    return {"steps": loss.curve, "test acc": float(d2l.evaluate_accuracy(test, net))}


def zh_ch3_mlp():
    """Train a multilayer perceptron of gluon layers with d2lzh's train_ch3 and a gluon Trainer."""
    import d2lzh as d2l

    train, test = d2l.load_data_fashion_mnist(256)
    net = dense(256, 10)
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.2})
    loss = Recorder(gluon.loss.SoftmaxCrossEntropyLoss())
    d2l.train_ch3(net, train, test, loss, 4, 256, None, None, trainer)
    return {"steps": loss.curve, "test acc": float(d2l.evaluate_accuracy(test, net))}


TASKS = {
    task.__name__: task
    for task in (
        ch3_scratch,
        ch3_concise,
        ch6,
        fit_softmax,
        fit_mlp,
        fit_lenet,
        zh_ch3_scratch,
        zh_ch3_mlp,
    )
}


def main(task, out):
    """Run ``task`` and write its curves to the file ``out``."""
    for drawer in (init.Uniform, init.Normal, init.Xavier):
        drawer._init_weight = steep_weight if task in ("ch6", "fit_lenet") else fixed_weight
    # The reference downloads a data file whose sha1 is not the published one; ours is a made one.
    gluon.utils.check_sha1 = lambda filename, sha1: True
    numpy.random.seed(7)
    curves = TASKS[task]()
    assert not autograd.is_recording()
    with open(out, "w", encoding="utf-8") as file:
        json.dump(curves, file)


if __name__ == "__main__":
    main(*sys.argv[1:])
