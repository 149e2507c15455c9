"""Tools, linear models, optimisation."""

from __future__ import annotations

import mxnet as mx
from mxnet import autograd, gluon
from mxnet.gluon import nn

from compat_tests.d2l.book.common import numpy_of, only, some
from compat_tests.d2l.harness import figure

np = mx.np


def basics(d2l):
    """Draw, time, and train what the first chapters and those on optimisation do."""
    seen = dict(drawing(d2l), **linear(d2l), **optimisation(d2l), **only(d2l).basics(d2l))
    with d2l.Benchmark("slept"):
        pass
    timer = d2l.Timer()
    timer.stop()
    seen["timer"] = [len(timer.times), timer.avg() <= timer.sum() + 1e-9, len(timer.cumsum())]
    seen["devices"] = [d2l.try_gpu(), d2l.try_all_gpus(), d2l.get_dataloader_workers()]
    x, kernel = some(4, 5), some(2, 2)
    seen["corr2d"] = d2l.corr2d(x, kernel)
    seen["aliases"] = aliases(d2l)
    return seen


def drawing(d2l):
    """Draw with each helper; matplotlib's agg needs no display."""
    seen, x = {}, np.arange(0, 3, 0.5)
    d2l.plot(x, [x**2, 2 * x - 1], "x", "f(x)", legend=["f", "tangent"])
    d2l.annotate("here", (1, 1), (1.5, 3))
    seen["plot"] = figure()
    d2l.plot([x.asnumpy()], [[1, 2, 3, 4, 5, 6]], xlim=[0, 3], axes=d2l.plt.gca())
    seen["plot of a list"] = figure()
    d2l.set_figsize((4, 3))
    seen["figsize"] = list(d2l.plt.rcParams["figure.figsize"])
    animator = d2l.Animator(xlabel="epoch", legend=["a", "b"], xlim=[0, 2])
    for step in range(3):
        animator.add(step, (np.array(step * 0.5), None if step == 1 else step))
    seen["animator"] = [animator.X, [[float(y) for y in line] for line in animator.Y], figure()]
    d2l.show_heatmaps(some(1, 2, 3, 4), "Keys", "Queries", titles=["one", "two"])
    seen["heatmaps"] = figure()
    box = d2l.bbox_to_rect([1.0, 2.0, 4.0, 6.0], "blue")
    seen["rectangle"] = list(box.get_bbox().bounds)
    d2l.show_bboxes(d2l.plt.gca(), np.array([[1, 2, 3, 4], [2, 2, 5, 5.0]]), ["one", "two"])
    seen["bboxes"] = figure()
    d2l.show_list_len_pair_hist(["a", "b"], "length", "count", [[1], [1, 2]], [[1, 2, 3], []])
    seen["histogram"] = figure()
    descent = d2l.train_2d(lambda x1, x2, s1, s2: (0.8 * x1, 0.6 * x2, 0, 0), steps=5)
    gradient = d2l.train_2d(
        lambda x1, x2, s1, s2, f: (x1 - 0.1 * f(x1, x2)[0], x2 - 0.1 * f(x1, x2)[1], 0, 0),
        steps=4, f_grad=lambda x1, x2: (2 * x1, 4 * x2),
    )  # fmt: skip
    # matplotlib cannot take an array of MXNet's as heights.
    d2l.show_trace_2d(lambda x1, x2: numpy_of(x1) ** 2 + 2 * numpy_of(x2) ** 2, descent)
    lines = d2l.plt.gca().get_lines()
    seen["descent"] = [descent, gradient, lines[0].get_xdata().tolist()]
    d2l.plt.close("all")
    return seen


def linear(d2l):
    """Train linear regression from the library's parts."""
    features, labels = d2l.synthetic_data(np.array([2, -3.4]), 4.2, 60)
    weight, bias = np.zeros((2, 1)), np.zeros(1)
    for array in (weight, bias):
        array.attach_grad()
    loader = d2l.load_array((features, labels), 10)
    for x, y in loader:
        with autograd.record():
            loss = d2l.squared_loss(d2l.linreg(x, weight, bias), y)
        loss.backward()
        d2l.sgd([weight, bias], 0.1, 10)
    net = nn.Dense(3)
    net.initialize()
    test = d2l.load_array((features, np.arange(60) % 3), 20, is_train=False)
    guess, truth = np.array([[0.1, 0.7], [0.8, 0.3]]), np.array([1, 1])
    sums = d2l.Accumulator(2)
    sums.add(np.array(2.5), 1)
    total = [sums[0], sums[1]]
    sums.reset()
    return {
        "linear": (features, labels, weight, bias, loss),
        "loss": d2l.evaluate_loss(net, test, gluon.loss.SoftmaxCrossEntropyLoss()),
        "accuracies": [
            d2l.accuracy(guess, truth), d2l.evaluate_accuracy(net, test),
            d2l.evaluate_accuracy_gpu(net, test),
            d2l.evaluate_accuracy_gpus(net, test, d2l.split_batch),
        ],
        "sums": [total, sums.data],
        "labels": d2l.get_fashion_mnist_labels(truth),
    }  # fmt: skip


def optimisation(d2l):
    """Train on the airfoil data, by hand and with a gluon Trainer."""
    data, width = d2l.get_data_ch11(batch_size=100, n=1000)

    def descend(params, states, hyper):
        for param in params:
            param[:] -= hyper["lr"] * param.grad

    _, losses = d2l.train_ch11(descend, None, {"lr": 0.2}, data, width, 2)
    by_hand = figure()
    d2l.train_concise_ch11("adam", {"learning_rate": 0.02}, data, 2)
    return {"ch11": [width, [float(loss) for loss in losses], by_hand, figure()]}


def aliases(d2l):
    """Call the short names at the library's end that stand for functions of arrays."""
    x = some(2, 3, low=0.5)
    names = [
        "size", "transpose", "sin", "sinh", "cos", "cosh", "tanh", "exp", "log", "abs", "numpy",
        "reduce_sum", "argmax", "sigmoid", "ones_like", "zeros_like", "reduce_mean",
    ]  # fmt: skip
    seen = {name: getattr(d2l, name)(x) for name in names if hasattr(d2l, name)}
    seen["makers"] = [
        d2l.ones(2), d2l.zeros((2, 1)), d2l.arange(3), d2l.linspace(0, 1, 5), d2l.eye(2),
        d2l.tensor([1, 2]), d2l.normal(0, 1, (2,)), d2l.rand(2),
        d2l.meshgrid(np.arange(2), np.arange(3)),
    ]  # fmt: skip
    seen["others"] = [
        d2l.matmul(x, x.T), d2l.concat([x, x], axis=1), d2l.stack([x, x]), d2l.reshape(x, (3, 2)),
        d2l.to(x, mx.cpu()), d2l.astype(x, d2l.int32), d2l.astype(x, d2l.float32),
    ]  # fmt: skip
    if hasattr(d2l, "swapaxes"):
        seen["newer"] = [
            d2l.swapaxes(x, 0, 1), d2l.repeat(x, 2, axis=0), d2l.expand_dims(x, 0), d2l.int64,
            d2l.batch_matmul(some(2, 1, 3), some(2, 3, 2)), d2l.randn(2),
        ]  # fmt: skip
    return seen
