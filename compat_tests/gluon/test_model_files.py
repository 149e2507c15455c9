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

NEAR = Tolerance(1e-5, 2e-6)
"""For losses in float64 too, which would be held to more than rounding errors allow."""


@pytest.mark.tolerance(
    rtol=1e-5, atol=2e-6, reason="deep networks in float64 enlarge rounding errors"
)
@pytest.mark.parametrize("name", REPLAYED)
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
@pytest.mark.parametrize("name", MODELS)
def test_exchange(mx, oracle, tmp_path, name):
    """Let both write and both read what either wrote; graphs, outputs and losses must agree."""
    folders, written = {}, {}
    for side, ask in (("mxnet", oracle.ask), ("mxshim", lambda request: call(mx, request))):
        folder = tmp_path / side
        folder.mkdir()
        folders[side] = str(folder)
        written[side] = ask(_request("write", name, folders[side]))
    _agree(written["mxshim"], written["mxnet"], "written")
    for side, folder in folders.items():
        request = _request("read", name, folder)
        mine, theirs = call(mx, request), oracle.ask(request)
        _agree(mine, theirs, f"read from {side}")
        for way in ("loaded", "imported"):
            _agree(_part(mine, way), _part(written[side], "out"), f"{way} from {side}")
        shutil.rmtree(folder)  # the largest are 100 MB


def _request(step, name, folder):
    return {"body": f"compat_tests.gluon.exchange:{step}", "args": [name, folder]}


def _part(seen, key):
    return dict(seen["dict"])[key]


def _agree(mine, theirs, what):
    assert "dict" in theirs or "array" in theirs or isinstance(theirs, list), f"{what}: {theirs}"
    found = diff(mine, theirs, NEAR)
    assert not found, f"{what}\n  " + "\n  ".join(found[:20])
