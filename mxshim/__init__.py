"""mxshim: Apache MXNet 1.9.1 for today's Python, on NumPy and CuPy.

PYTEST_DONT_REWRITE (``pytest -p mxshim`` makes this very module the plugin)
"""

from __future__ import annotations

__version__ = "1.9.1"
__shim_version__ = "0.1.0"

import warnings as _warnings

# MXNet computes with inf and nan silently. Only warnings raised by mxshim's own frames are muted.
_warnings.filterwarnings("ignore", category=RuntimeWarning, module=r"mxshim(\.|$)")

from . import autograd, ndarray
from . import ndarray as nd
from ._core.errors import MXNetError
from ._core.missing import module_getattr as _module_getattr
from ._shim import LAZY as _LAZY
from ._shim.alias import install, uninstall

__all__ = ["MXNetError", "autograd", "install", "nd", "ndarray", "uninstall"]

__getattr__ = _module_getattr(__name__, _LAZY)
