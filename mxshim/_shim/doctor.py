"""``mxshim doctor``: say what this installation consists of and where it looks for data."""

from __future__ import annotations

import importlib
import os
import platform
import sys
from importlib import metadata

#: Extra, the module it brings, and what that is for.
EXTRAS = [
    ("image", "cv2", "mx.image, image transforms"),
    ("migrate", "libcst", "rewriting legacy programs"),
    ("dist", "mpi4py", "distributed key-value stores"),
    ("test", "pytest", "the tests"),
    ("test", "hypothesis", "the property-based tests"),
]


def main() -> int:
    """Print the report; return 0, or 1 when mxshim itself cannot be imported."""
    print(f"Python     {platform.python_version()} ({sys.executable})")
    print(f"system     {platform.platform()}, {os.cpu_count()} processors")
    try:
        mxshim = importlib.import_module("mxshim")
    except ImportError as error:
        print(f"mxshim     cannot be imported: {error}")
        return 1
    print(f"mxshim     {mxshim.__shim_version__}, speaks MXNet {mxshim.__version__}")
    for name in ("numpy", "scipy"):
        print(f"{name:<10} {_version(name)}")
    print(f"CuPy       {_cupy()}")
    print(f"oneDNN     {_onednn()}")
    for extra, module, use in EXTRAS:
        print(f"{module:<10} {_version(module)} ({use}; extra '{extra}')")
    real = _installed("mxnet")
    print(f"mxnet      {f'the real one, {real}, is installed too' if real else 'not installed'}")
    print(f"data       {os.path.join(_home(), 'datasets')}")
    print(
        f"mirror     {os.environ.get('MXNET_GLUON_REPO') or 'none (MXNET_GLUON_REPO is not set)'}"
    )
    return 0


def _installed(distribution: str) -> str | None:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def _version(module: str) -> str:
    try:
        loaded = importlib.import_module(module)
    except ImportError as error:
        return f"not available: {error}"
    return str(getattr(loaded, "__version__", "found"))


def _cupy() -> str:
    version = _version("cupy")
    if version.startswith("not available"):
        return f"{version} (mx.gpu(i); extra 'cuda12' or 'cuda13')"
    cupy = importlib.import_module("cupy")
    try:
        count = cupy.cuda.runtime.getDeviceCount()
    except cupy.cuda.runtime.CUDARuntimeError as error:
        return f"{version}, no GPU: {error}"
    return f"{version}, {count} GPU(s)"


def _onednn() -> str:
    library = importlib.import_module("mxshim._backends.onednn.library")
    found, where = library.search()
    if found is None:
        return f"not in use, {where} (faster convolution; extra 'onednn')"
    return f"{library.version()}, {where}"


def _home() -> str:
    return os.environ.get("MXNET_HOME") or os.path.join(os.path.expanduser("~"), ".mxnet")
