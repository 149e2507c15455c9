"""Files of networks: what one library writes, the other one reads, and trains on with it."""

from __future__ import annotations

import shutil

import pytest

from compat_tests.differ import Tolerance, diff
from compat_tests.gluon import exchange
from compat_tests.gluon.models import MODELS, ZOO
from compat_tests.live import call

REPLAYED = (
    *(name for name in MODELS if name not in ZOO),
    *("mobilenet0.25", "mobilenetv2_0.25", "resnet18_v1", "resnet50_v2", "squeezenet1.1"),
)
"""What is compared with golden files: of the zoo some that take little time."""

SIDES = ("mxnet", "mxshim")
NEAR = Tolerance(1e-5, 2e-6)
"""For losses in float64 too, which would be held to more than rounding errors allow."""


def _under_its_semantics(name):
    return pytest.param(name, marks=[pytest.mark.np] if MODELS[name].np else [])


@pytest.mark.tolerance(
    rtol=1e-5, atol=2e-6, reason="deep networks in float64 enlarge rounding errors"
)
@pytest.mark.parametrize("name", [_under_its_semantics(name) for name in REPLAYED])
def test_round_trip(mx, tmp_path, name):
    folder = str(tmp_path)
    written = exchange.write(mx, name, folder)
    read = exchange.read(mx, name, folder)
    graph, again = written["graph"], read.pop("again")
    return {
        "out": written["out"],
        "nodes": len(graph["nodes"]),
        "graph": exchange.digest(graph),
        "again": exchange.digest(again),
        "saved": {key: value.shape for key, value in written["saved"].items()},
        "exported": exchange.digest(sorted(written["exported"])),
        **read,
    }


@pytest.mark.live
@pytest.mark.filterwarnings("ignore:Cannot decide type:UserWarning")
@pytest.mark.filterwarnings("ignore:ndarray.context has been renamed:DeprecationWarning")
@pytest.mark.parametrize("name", MODELS)
def test_exchange(mx, oracle, tmp_path, name):
    """Let both write, and each read what the other wrote; graphs, outputs and losses must agree."""
    ask = {"mxnet": oracle.ask, "mxshim": lambda request: call(mx, request)}
    written, read = {}, {}
    for side in SIDES:
        (tmp_path / side).mkdir()
        written[side] = ask[side](_request("write", name, str(tmp_path / side)))
    _agree(written["mxshim"], written["mxnet"], "written")
    for side, other in (SIDES, SIDES[::-1]):
        read[side] = ask[side](_request("read", name, str(tmp_path / other)))
        shutil.rmtree(tmp_path / other)  # the largest are 100 MB
    _agree(read["mxshim"], read["mxnet"], "read")
    for way in ("loaded", "imported"):
        _agree(_part(read["mxshim"], way), _part(written["mxnet"], "out"), way)


def _request(step, name, folder):
    body = f"compat_tests.gluon.exchange:{step}"
    return {"body": body, "args": [name, folder], "np": MODELS[name].np}


def _part(seen, key):
    return dict(seen["dict"])[key]


def _agree(mine, theirs, what):
    assert "error" not in theirs and "crash" not in theirs, f"{what}: {theirs}"
    found = diff(mine, theirs, NEAR)
    assert not found, f"{what}\n  " + "\n  ".join(found[:20])
