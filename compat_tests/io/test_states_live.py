"""Files of optimizer states that one library writes and the other goes on with."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from compat_tests.io import state_files

SCRIPT = state_files.__file__
ROOT = Path(__file__).parents[2]


def run(python, *args):
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [python, "-W", "ignore", SCRIPT, *args]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.live
@pytest.mark.parametrize("semantics", [(), ("np",)], ids=["nd", "np"])
def test_mxnet_goes_on_with_ours(oracle, tmp_path, semantics):
    run(sys.executable, "mxshim", "write", str(tmp_path), *semantics)
    assert run(oracle.python, "mxnet", "read", str(tmp_path), *semantics) == ""


@pytest.mark.live
@pytest.mark.parametrize("semantics", [(), ("np",)], ids=["nd", "np"])
def test_we_go_on_with_mxnets(oracle, tmp_path, semantics):
    run(oracle.python, "mxnet", "write", str(tmp_path), *semantics)
    assert run(sys.executable, "mxshim", "read", str(tmp_path), *semantics) == ""


@pytest.mark.live
def test_mxnet_reads_our_arrays(oracle, tmp_path):
    import mxshim as mx

    path = str(tmp_path / "a.params")
    csr = mx.nd.sparse.csr_matrix(([1, 2, 3], [0, 2, 1], [0, 2, 2, 3]), shape=(3, 4))
    saved = {
        "a": mx.nd.array([[1, 2]], dtype="float16"),
        "b": csr,
        "c": mx.nd.ones((2,), ctx=mx.cpu(1)),
    }
    mx.nd.save(path, saved)
    seen = oracle.ask({"fn": "nd.load", "args": [path]})
    names = [name for name, _ in seen["dict"]]
    assert sorted(names) == ["a", "b", "c"]
    found = dict(seen["dict"])
    assert found["a"]["dtype"] == "float16"
    assert found["b"]["stype"] == "csr"
    assert found["b"]["values"] == [1, 0, 2, 0, 0, 0, 0, 0, 0, 3, 0, 0]
