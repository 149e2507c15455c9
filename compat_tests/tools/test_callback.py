"""Callbacks of training loops: when they log and the text of it, checkpoints."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import re
import tempfile

import pytest

from compat_tests.inputs import attempt


@contextlib.contextmanager
def logs():
    """Give a list that in the end has what was logged, speeds blanked out."""
    page, root, lines = io.StringIO(), logging.getLogger(), []
    handler, level = logging.StreamHandler(page), root.level
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield lines
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
        lines.append(re.sub(r"Speed: (\d+\.\d\d|inf)", "Speed: #", page.getvalue()))


def metric_of(mx, kind):
    if kind == "none":
        return None
    label, pred = mx.nd.array([0, 1, 1]), mx.nd.array([[0.9, 0.1], [0.3, 0.7], [0.8, 0.2]])
    metric = mx.metric.create("acc" if kind == "one" else ["acc", "ce"])
    if kind != "empty":
        metric.update([label], [pred])
    return metric


def param(mx, nbatch, epoch=2, metric=None):
    return mx.model.BatchEndParam(epoch=epoch, nbatch=nbatch, eval_metric=metric, locals=None)


def state(metric):
    return None if metric is None else (metric.get(), metric.get_global())


@pytest.mark.parametrize("auto_reset", [True, False], ids=["reset", "keep"])
@pytest.mark.parametrize("frequent", [1, 2, 50])
@pytest.mark.parametrize("kind", ["one", "several", "none", "empty"])
def test_speedometer(mx, kind, frequent, auto_reset):
    meter = mx.callback.Speedometer(4, frequent, auto_reset)
    metric = metric_of(mx, kind)
    with logs() as lines:
        for nbatch in (0, 1, 2, 3, 4, 0, 1, 2):
            meter(param(mx, nbatch, metric=metric))
    return lines, meter.last_count, meter.init, state(metric)


def test_speedometer_defaults(mx):
    meter = mx.callback.Speedometer(8)
    return meter.batch_size, meter.frequent, meter.auto_reset, meter.init, meter.tic


@pytest.mark.parametrize("length", [80, 10, 7, 0])
@pytest.mark.parametrize("total", [1, 3, 7, 8])
def test_progress_bar(mx, total, length):
    bar = mx.callback.ProgressBar(total, length)
    with logs() as lines:
        for nbatch in range(total + 2):
            bar(param(mx, nbatch))
    return lines


def test_progress_bar_refusals(mx):
    return attempt(lambda: mx.callback.ProgressBar(0)(param(mx, 1)))


@pytest.mark.parametrize("auto_reset", [True, False], ids=["reset", "keep"])
@pytest.mark.parametrize("period", [1, 2, 3])
@pytest.mark.parametrize("kind", ["one", "several", "none", "empty"])
def test_log_train_metric(mx, kind, period, auto_reset):
    callback = mx.callback.log_train_metric(period, auto_reset)
    metric = metric_of(mx, kind)
    with logs() as lines:
        for nbatch in range(4):
            callback(param(mx, nbatch, metric=metric))
    return lines, state(metric)


@pytest.mark.parametrize("kind", ["one", "several", "none", "empty"])
def test_validation_metrics(mx, kind):
    metric = metric_of(mx, kind)
    with logs() as lines:
        returned = mx.callback.LogValidationMetricsCallback()(param(mx, 3, metric=metric))
    return lines, returned


@pytest.mark.parametrize("period", [1, 2, 2.7, 0, -3])
def test_module_checkpoint(mx, period):
    calls = []

    class Module:
        def save_checkpoint(self, *args):
            calls.append(args)

    callback = mx.callback.module_checkpoint(Module(), "prefix", period, True)
    for epoch in range(4):
        callback(epoch)
        callback(epoch, None, {}, {})
    return calls


@pytest.mark.parametrize("period", [1, 2, 2.7, 0, -3])
def test_do_checkpoint(mx, period):
    symbol = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=2, name="fc")
    arguments = {"fc_weight": mx.nd.ones((2, 3)), "fc_bias": mx.nd.zeros((2,))}
    with tempfile.TemporaryDirectory() as folder, logs() as lines:
        callback = mx.callback.do_checkpoint(os.path.join(folder, "net"), period)
        for epoch in range(4):
            callback(epoch, symbol, arguments, {"mean": mx.nd.ones((1,))})
        found = sorted(os.listdir(folder))
        loaded = mx.nd.load(os.path.join(folder, found[0]))
    return found, [line.replace(folder, "FOLDER") for line in lines], loaded


def test_do_checkpoint_without_symbol(mx):
    with tempfile.TemporaryDirectory() as folder:
        mx.callback.do_checkpoint(os.path.join(folder, "net"))(11, None, {}, {})
        return os.listdir(folder)
