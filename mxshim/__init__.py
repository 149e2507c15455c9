"""mxshim: Apache MXNet 1.9.1 for today's Python, on NumPy and CuPy."""

from __future__ import annotations

__version__ = "1.9.1"
__shim_version__ = "0.1.0"

from . import autograd, ndarray
from . import ndarray as nd
from ._core.errors import MXNetError

__all__ = ["MXNetError", "autograd", "nd", "ndarray"]
