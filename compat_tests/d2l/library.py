"""Fetch the d2l libraries from the package registry, at test time, into a cache folder."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy

NEEDS = ("matplotlib", "matplotlib_inline", "pandas", "IPython", "requests")
"""What the libraries import besides mxnet and numpy; installed where it is missing."""


def cache():
    """Return the cache folder of this interpreter and its NumPy."""
    home = os.environ.get("MXSHIM_TEST_CACHE") or os.environ.get("XDG_CACHE_HOME")
    base = Path(home) if home else Path.home() / ".cache"
    return base / "mxshim-tests" / ("py%d.%d-numpy%s" % (*sys.version_info[:2], numpy.__version__))


def install(name, *requirements):
    """Install ``requirements`` into a folder of their own, once; return the folder.

    RuntimeError with pip's words where that fails.
    """
    folder = cache() / name
    if folder.exists():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=name, dir=folder.parent))
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run(
        [*pip, "--target", str(fresh), *requirements], capture_output=True, text=True
    )
    if done.returncode:
        shutil.rmtree(fresh)
        raise RuntimeError(
            "pip install %s failed:\n%s" % (" ".join(requirements), done.stderr[-2000:])
        )
    try:
        fresh.rename(folder)
    except OSError:  # another process was faster
        shutil.rmtree(fresh)
    return folder


def paths(requirement):
    """Return the folders for PYTHONPATH with the library ``name==version`` and its imports."""
    found = [install(requirement, "--no-deps", requirement)]
    missing = [name for name in NEEDS if importlib.util.find_spec(name) is None]
    if missing:
        names = ["ipython" if name == "IPython" else name.replace("_", "-") for name in missing]
        folder = "-".join(["imports", *names])
        found.append(install(folder, "numpy==" + numpy.__version__, *names))
    return [str(path) for path in found]
