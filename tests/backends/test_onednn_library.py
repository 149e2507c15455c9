"""Finding oneDNN, doing without it, and using it from several threads."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import mxshim as mx
from mxshim._backends.onednn import library

INSTALLED = pytest.mark.skipif(library.load() is None, reason="oneDNN is not installed")
REPORT = "from mxshim._backends.onednn import library; print(*library.search(), sep='|')"


def asked(code: str, **variables: str) -> str:
    """Run a program with these variables; return what it printed."""
    env = {key: value for key, value in os.environ.items() if key != library.SWITCH}
    made = subprocess.run(
        [sys.executable, "-c", code], env=env | variables, capture_output=True, text=True,
        timeout=60,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    return made.stdout.strip()


def test_switched_off() -> None:
    """MXSHIM_ONEDNN=0 keeps the library out, and says so."""
    assert asked(REPORT, MXSHIM_ONEDNN="0") == "None|switched off by MXSHIM_ONEDNN=0"


def test_another_library_is_refused(tmp_path: Path) -> None:
    """A named file that is no oneDNN is not used; the reason names it."""
    other = tmp_path / "libdnnl.so.3"
    other.write_bytes(b"not a library")
    found = asked(REPORT, MXSHIM_ONEDNN=str(other))
    assert found.startswith(f"None|{other} does not load")


def test_results_without_it() -> None:
    """A network trains without the library."""
    code = """
import mxshim as mx
net = mx.gluon.nn.Conv2D(4, 3)
net.initialize()
with mx.autograd.record():
    out = net(mx.nd.ones((2, 3, 16, 16))).sum()
out.backward()
print(net.weight.grad().shape)
"""
    assert asked(code, MXSHIM_ONEDNN="0") == "(4, 3, 3, 3)"


@INSTALLED
def test_import_leaves_it_alone() -> None:
    """Importing mxshim and small operators do not load the library."""
    code = """
import mxshim as mx
mx.nd.relu(mx.nd.ones((2, 3))).asnumpy()
print("libdnnl" in open("/proc/self/maps").read())
"""
    if not os.path.exists("/proc/self/maps"):
        pytest.skip("no list of loaded libraries")
    assert asked(code) == "False"


@INSTALLED
def test_threads() -> None:
    """Threads that convolve different arrays at the same time do not meet in one buffer."""
    weight = mx.nd.random.normal(shape=(16, 8, 3, 3))

    def convolved(seed: int) -> tuple[np.ndarray, np.ndarray]:
        data = np.random.default_rng(seed).standard_normal((4, 8, 20, 20)).astype("float32")
        found = [
            mx.nd.Convolution(
                mx.nd.array(data), weight, kernel=(3, 3), num_filter=16, no_bias=True
            ).asnumpy()
            for _ in range(10)
        ]
        return found[0], np.stack(found)

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(convolved, range(8)))
    for seed, (_, repeated) in enumerate(together):
        alone, _ = convolved(seed)
        assert (repeated == alone).all()


@INSTALLED
def test_thread_count() -> None:
    """MXNET_CPU_WORKER_NTHREADS limits the library's threads where OMP_NUM_THREADS is not set."""
    code = """
import ctypes, os
os.environ.pop("OMP_NUM_THREADS", None)
from mxshim._backends.onednn import library
library.load()
print(ctypes.CDLL("libgomp.so.1").omp_get_max_threads())
"""
    env = {"MXNET_CPU_WORKER_NTHREADS": "3", "OMP_NUM_THREADS": ""}
    assert asked(code, **env) == "3"


@INSTALLED
@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_forked_child_does_without() -> None:
    """A child forked after the library has used threads computes the same, and does not hang."""
    code = """
import os, warnings
warnings.simplefilter("ignore", DeprecationWarning)
import mxshim as mx
data, weight = mx.nd.random.normal(shape=(4, 8, 32, 32)), mx.nd.random.normal(shape=(16, 8, 3, 3))
def convolved():
    return mx.nd.Convolution(data, weight, kernel=(3, 3), num_filter=16, no_bias=True).asnumpy()
here = convolved()
child = os.fork()
if child == 0:
    os._exit(0 if abs(convolved() - here).max() < 1e-4 else 1)
print(os.waitpid(child, 0)[1])
"""
    assert asked(code, OMP_NUM_THREADS="2") == "0"


@INSTALLED
def test_objects_go_with_their_handles(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a primitive is made of is destroyed with it, each object once."""
    gone: list[int | None] = []
    kinds: dict[int | None, str] = {}
    made = library.made

    def watched(name: str, *arguments: Any) -> library.Owned:
        handle = made(name, *arguments)
        kinds[handle.value] = name
        destroy = handle.destroy
        if destroy is not None:
            handle.destroy = lambda h: (gone.append(h.value), destroy(h))
        return handle

    monkeypatch.setattr(library, "made", watched)
    library.engine()
    data, out = np.ones((3, 5), np.float32), np.empty((5, 3), np.float32)
    kinds.clear()
    turn = library.reorder(library.strided((3, 5), (5, 1)), library.strided((3, 5), (1, 3)))
    turn.run(data, out)
    assert not gone
    del turn
    assert sorted(gone) == sorted(kinds)
    assert (
        len(kinds) == 6
    )  # two descriptors, two memories, what describes a primitive, the primitive
