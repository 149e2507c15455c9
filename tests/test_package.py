"""The package as a whole: what importing it loads, and that its versions agree."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import mxshim

ROOT = Path(__file__).resolve().parents[1]
OPTIONAL = ["cupy", "cv2", "mpi4py", "libcst", "onnx", "safetensors", "tqdm", "graphviz"]
UNWANTED = ["pytest", "IPython", "matplotlib", "pandas", "multiprocessing"]


def newly_loaded(before: str = "") -> set[str]:
    """Import mxshim in a process of its own; return the modules that are new to it."""
    code = (
        f"import sys{before}; old = set(sys.modules); import mxshim; print(*set(sys.modules) - old)"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return set(done.stdout.split())


def test_importing_mxshim_loads_nothing_slow_beside_numpy():
    slow = {"numpy.random", "numpy.fft", "difflib", "tempfile", "logging", "scipy", "mxshim._ops"}
    assert sorted(newly_loaded(", numpy") & slow) == []


def test_importing_mxshim_loads_nothing_optional():
    names = newly_loaded()
    loaded = {name.partition(".")[0] for name in names}
    assert "mxshim" in loaded
    assert sorted(loaded.intersection(OPTIONAL + UNWANTED)) == []
    assert "mxshim._shim.runner" not in names


def test_versions():
    tomllib = pytest.importorskip("tomllib")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert mxshim.__shim_version__ == project["version"]
    assert mxshim.__version__ == "1.9.1"
