"""The loader as an iterator, the older autograd, TensorBoard's callback."""

from __future__ import annotations

import logging
import sys
import types

import pytest

from compat_tests.inputs import array, attempt


@pytest.mark.parametrize("dtype", ["float32", "float16"])
@pytest.mark.parametrize("last_batch", ["keep", "discard"])
def test_loader_iter(mx, last_batch, dtype):
    data = mx.gluon.data
    pairs = data.ArrayDataset(array(mx.nd, "float32", (5, 2)), [1, 2, 3, 4, 5])
    loader = data.DataLoader(pairs, 2, last_batch=last_batch)
    found = mx.contrib.io.DataLoaderIter(loader, "x", "y", dtype)
    seen = []
    for _ in range(2):
        for batch in found:
            rows = found.batch_size - batch.pad
            seen.append(
                ([x[:rows] for x in batch.data], [y[:rows] for y in batch.label], batch.pad,
                 batch.index, batch.data[0].shape)
            )  # fmt: skip
        found.reset()
    described = [(d.name, d.shape, str(d.dtype)) for d in found.provide_data + found.provide_label]
    return seen, described, found.batch_size


def square(x, y):
    return x * x + 3 * y


def test_grad(mx):
    grad = mx.contrib.autograd
    x, y = array(mx.nd, "float32", (3,)), array(mx.nd, "float32", (3,), seed=2)
    return (
        grad.grad(square)(x, y), grad.grad(square, 1)(x, y), grad.grad(square, [1, 0])(x, y),
        grad.grad_and_loss(square, 0)(x, y), grad.grad(square).__name__,
        attempt(lambda: grad.grad(square)(x, 5)),
    )  # fmt: skip


def test_sections(mx):
    old, new = mx.contrib.autograd, mx.autograd
    seen = []

    def note():
        seen.append((new.is_recording(), new.is_training()))

    with old.train_section():
        note()
        with old.test_section():
            note()
        note()
    note()
    before = old.set_is_training(True)
    note()
    return seen, before, old.set_is_training(False)


def test_backward(mx):
    old = mx.contrib.autograd
    x = array(mx.nd, "float32", (3,))
    grad = mx.nd.zeros((3,))
    old.mark_variables([x], [grad], "add")
    for head in (None, [mx.nd.array([1, 2, 3])], [None]):
        with old.train_section():
            y = x * 2
        old.backward([y], head)
    with old.train_section():
        y = x * x
    old.compute_gradient([y])
    return grad, attempt(lambda: old.backward(y)), attempt(lambda: old.backward([y], []))


class Writer:
    def __init__(self, folder):
        self.seen = [folder]

    def add_scalar(self, *args, **kwargs):
        self.seen.append((args, kwargs))


@pytest.mark.parametrize("prefix", ["none", "train"])
def test_tensorboard(mx, monkeypatch, prefix):
    monkeypatch.setitem(sys.modules, "mxboard", types.SimpleNamespace(SummaryWriter=Writer))
    make = mx.contrib.tensorboard.LogMetricsCallback
    callback = make("logs", None if prefix == "none" else prefix)
    metric = mx.metric.CompositeEvalMetric(["acc", "mse"])
    metric.update([mx.nd.array([1, 0])], [mx.nd.array([1, 1])])
    callback(types.SimpleNamespace(eval_metric=metric, epoch=3))
    callback(types.SimpleNamespace(eval_metric=None, epoch=3))
    return callback.summary_writer.seen


def test_tensorboard_without_its_package(mx, monkeypatch, caplog):
    monkeypatch.setitem(sys.modules, "mxboard", None)
    with caplog.at_level(logging.ERROR):
        callback = mx.contrib.tensorboard.LogMetricsCallback("logs")
    return hasattr(callback, "summary_writer"), [record.message for record in caplog.records]
