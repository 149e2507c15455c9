"""The profiler's clocks: all of them go in and come out, wherever a kernel is held on to."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from types import FunctionType

import pytest

import mxshim as mx
from mxshim._core.registry import OPS


@pytest.fixture
def trace(tmp_path):
    """Configure a file of its own; afterwards everything is as it was."""
    name = tmp_path / "trace.json"
    mx.profiler.set_config(filename=str(name), aggregate_stats=True, continuous_dump=False)
    yield name
    mx.profiler.set_state("stop")
    mx.profiler.resume()
    mx.profiler.dumps(reset=True)
    mx.profiler.set_config(continuous_dump=False)


def counts():
    """Return the number of times that each operator counted."""
    mx.profiler.set_state("stop")
    found = json.loads(mx.profiler.dumps(reset=True, format="json"))["Time"].get("operator", {})
    return {name: entry["Count"] for name, entry in found.items()}


def clocks():
    """Return the timed functions that someone still holds."""
    functions = (f.__code__ for f in gc.get_objects() if isinstance(f, FunctionType))
    return [c for c in functions if c.co_name == "timed" and "_profiler" in c.co_filename]


def everything():
    """Use fast paths, methods, parameters, gradients of one and of two inputs, compiled graphs."""
    x = mx.nd.array([[1.0, 2.0], [3.0, 4.0]])
    x.attach_grad()
    net = mx.gluon.nn.Dense(2, in_units=2)
    net.initialize()
    net.hybridize()
    bound = (mx.sym.exp(mx.sym.Variable("data")) * 2).simple_bind(mx.cpu(), data=(2,))

    def once():
        bound.forward(is_train=True)
        with mx.autograd.record():
            y = mx.nd.broadcast_mul(mx.nd.exp(x), x) + x * 2
            y = net(mx.nd.sum(y, axis=0, keepdims=True))
        y.backward()

    return once


def test_closures_and_graphs_from_before_are_timed(trace):
    once = everything()
    once()
    mx.profiler.set_state("run")
    once()
    seen = counts()
    assert {"exp", "broadcast_mul", "broadcast_add", "_mul_scalar", "sum", "FullyConnected"} <= set(
        seen
    )
    assert seen["_backward_broadcast_mul"] == seen["_backward_FullyConnected"] == 1


def test_nothing_is_left(trace):
    once = everything()
    once()
    kernels = {name: op.forward for name, op in OPS.items()}
    pulls = {name: list(op.pulls) for name, op in OPS.items()}
    mx.profiler.set_state("run")
    made_meanwhile = everything()
    made_meanwhile()
    once()
    assert OPS["exp"].forward is not kernels["exp"]
    mx.profiler.set_state("stop")
    assert {name: op.forward for name, op in OPS.items()} == kernels
    assert {name: list(op.pulls) for name, op in OPS.items()} == pulls
    once()
    made_meanwhile()
    gc.collect()
    assert clocks() == []
    seen = counts()
    made_meanwhile()
    assert counts() == {} != seen


def test_run_twice_then_stop(trace):
    kernel = OPS["exp"].forward
    mx.profiler.set_state("run")
    mx.profiler.set_state("run")
    mx.nd.exp(mx.nd.ones((2,)))
    assert counts()["exp"] == 1
    assert OPS["exp"].forward is kernel


def test_inner_operators_are_part_of_the_outer(trace):
    mx.profiler.set_state("run")
    with mx.autograd.record():
        x = mx.nd.array([[2.0, 1.0], [1.0, 2.0]])
        mx.nd.linalg.gemm(x, x, x)
    assert counts() == {"_linalg_gemm": 1}


def test_failing_operator_leaves_the_clock_usable(trace):
    mx.profiler.set_state("run")
    with pytest.raises(mx.MXNetError):
        mx.nd.dot(mx.nd.ones((2, 3)), mx.nd.ones((2, 3)))
    mx.nd.exp(mx.nd.ones((2,)))
    assert counts()["exp"] == 1


def test_times_are_real(trace):
    x = mx.nd.ones((600, 600))
    mx.profiler.set_state("run")
    before = time.time() * 1e6
    mx.nd.dot(x, x)
    after = time.time() * 1e6
    mx.profiler.set_state("stop")
    mx.profiler.dump()
    events = [e for e in json.loads(trace.read_text())["traceEvents"] if e["name"] == "dot"]
    start, end = (next(e["ts"] for e in events if e["ph"] == phase) for phase in "BE")
    assert before - 1e4 < start < end < after + 1e4
    assert end - start > 0.3 * (after - before)


def test_memory_is_what_results_hold(trace):
    x = mx.nd.ones((256,))
    mx.profiler.set_state("run")
    y = mx.nd.exp(x)
    z = mx.nd.exp(y)
    del y
    del z
    mx.profiler.set_state("stop")
    mx.profiler.dump()
    events = json.loads(trace.read_text())["traceEvents"]
    held = [e["args"]["Memory: cpu/0"] for e in events if e.get("cat") == "Device Storage"]
    assert held == [1024, 2048, 1024, 0]


def test_continuous_dump_grows_one_document(tmp_path):
    name = tmp_path / "trace.json"
    mx.profiler.set_config(filename=str(name), dump_period=0.02)
    try:
        mx.profiler.set_state("run")
        sizes = []
        for label in ("one", "two"):
            mx.profiler.Event(label).stop()
            deadline = time.time() + 10
            while label not in (name.read_text() if name.exists() else ""):
                assert time.time() < deadline
                time.sleep(0.01)
            sizes.append(len(json.loads(name.read_text())["traceEvents"]))
        assert sizes[0] < sizes[1]
    finally:
        mx.profiler.set_state("stop")
        mx.profiler.dump()
        mx.profiler.set_config(continuous_dump=False)
    events = json.loads(name.read_text())["traceEvents"]
    assert [e["name"] for e in events if e["ph"] == "B"] == ["one", "two"]


def test_autostart_writes_at_the_end(tmp_path):
    program = "import mxshim as mx\nmx.nd.exp(mx.nd.ones((2,)))\nprint(mx.profiler.dumps())"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True,
        env={**os.environ, "MXNET_PROFILER_AUTOSTART": "1",
             "PYTHONPATH": str(Path(mx.__file__).parents[1])},
    )  # fmt: skip
    assert done.stdout == "\n"
    events = json.loads((tmp_path / "profile.json").read_text())["traceEvents"]
    assert "exp" in {event["name"] for event in events}
