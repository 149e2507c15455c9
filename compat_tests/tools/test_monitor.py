"""The monitor: what it sees of an executor, when, in which order and how it is written."""

from __future__ import annotations

import io
import logging

import pytest

from compat_tests.inputs import array, attempt


def bound(mx, data=(2, 4)):
    sym = mx.sym
    x = sym.FullyConnected(sym.Variable("data"), num_hidden=3, name="fc")
    x = sym.BatchNorm(x, name="bn", fix_gamma=False)
    x = sym.SliceChannel(x, num_outputs=3, name="sp")
    exe = sym.SoftmaxOutput(x[0] + x[1] * x[2], name="sm").simple_bind(mx.cpu(), data=data)
    for number, each in enumerate(exe.arg_arrays):
        each[:] = array(mx.nd, "float32", each.shape, seed=number, low=0.5, high=2.0)
    for each in exe.aux_arrays:
        each[:] = 1
    return exe


def batches(monitor, exe, steps=3, **options):
    seen = []
    for _ in range(steps):
        monitor.tic()
        exe.forward(**options)
        seen.append(monitor.toc())
    return seen


@pytest.mark.parametrize("sort", [False, True], ids=["as run", "sorted"])
@pytest.mark.parametrize("monitor_all", [False, True], ids=["outputs", "all"])
@pytest.mark.parametrize("train", [False, True], ids=["predict", "train"])
def test_batches(mx, monitor_all, train, sort):
    monitor = mx.mon.Monitor(
        2, stat_func=lambda x: x.sum().round(), monitor_all=monitor_all, sort=sort
    )
    exe = bound(mx)
    monitor.install(exe)
    return batches(monitor, exe, is_train=train)


@pytest.mark.parametrize(
    "pattern",
    [".*weight|.*bias", "fc.*", "output", ".*output$", "nothing", "bn_moving.*", "fc_output"],
)
def test_pattern(mx, pattern):
    monitor = mx.mon.Monitor(1, stat_func=lambda x: x.size * mx.nd.ones((1,)), pattern=pattern)
    exe = bound(mx)
    monitor.install(exe)
    return batches(monitor, exe, steps=2)


@pytest.mark.parametrize("interval", [1, 2, 3])
def test_interval(mx, interval):
    monitor = mx.mon.Monitor(interval, stat_func=lambda x: mx.nd.ones((1,)), pattern="fc_output")
    exe = bound(mx)
    monitor.install(exe)
    seen = batches(monitor, exe, steps=6)
    return seen, monitor.step, monitor.activated, monitor.queue


def test_default_statistic(mx):
    monitor = mx.mon.Monitor(1, pattern="data|fc_bias")
    exe = bound(mx)
    exe.arg_dict["data"][:] = 3
    exe.arg_dict["fc_bias"][:] = -2
    monitor.install(exe)
    return batches(monitor, exe, steps=1)


STATISTICS = {
    "list": lambda x: [x.min().round(), x.max().round()],
    "array": lambda x: x.shape_array(),
    "matrix": lambda x: x.ones_like().reshape((1, -1)),
    "tuple": lambda x: (x, x),
    "number": lambda x: 3.0,
    "list of numbers": lambda x: [3.0],
}


@pytest.mark.parametrize("kind", STATISTICS)
def test_statistics(mx, kind):
    monitor = mx.mon.Monitor(1, stat_func=STATISTICS[kind], pattern="data|fc_output")
    exe = bound(mx)
    monitor.install(exe)
    return attempt(lambda: batches(monitor, exe, steps=1))


def test_two_executors(mx):
    monitor = mx.mon.Monitor(1, stat_func=lambda x: x.shape_array(), pattern="data|fc_output")
    one, two = bound(mx), bound(mx, (5, 4))
    monitor.install(one)
    monitor.install(two)
    monitor.tic()
    one.forward()
    two.forward()
    return monitor.toc(), len(monitor.exes)


def test_no_tic(mx):
    monitor = mx.mon.Monitor(1)
    exe = bound(mx)
    monitor.install(exe)
    exe.forward()
    return monitor.toc(), monitor.queue


def test_printed(mx):
    page, root = io.StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(page), root.level
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        monitor = mx.mon.Monitor(2, stat_func=lambda x: x.size * mx.nd.ones((1,)), pattern="fc.*")
        exe = bound(mx)
        monitor.install(exe)
        for _ in range(3):
            monitor.tic()
            exe.forward()
            monitor.toc_print()
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    return page.getvalue()


def test_wrong(mx):
    return (
        attempt(lambda: mx.mon.Monitor(1).install(3)),
        attempt(lambda: mx.monitor.Monitor()),
    )
