"""NumPy-like arrays and functions, ``mx.np``.

The functions stand in one module a family (``_<family>.py``); each has NumPy's signature and
invokes one operator.  What MXNet itself takes from NumPy stands in ``_fallback``.
"""

from __future__ import annotations

import importlib as _importlib
import pkgutil as _pkgutil
import sys as _sys
from typing import Any as _Any

import numpy as _numpy

from .._core.lazy import submodules as _submodules
from .._core.missing import module_getattr as _module_getattr
from . import _fallback, _methods
from ._printing import set_printoptions
from .io import genfromtxt
from .multiarray import array, ndarray

#: Modules of this package that hold no functions of ``mx.np``.
_PLUMBING = {"_arguments", "_dispatch", "_fallback", "_methods", "_printing"}

globals().update(_fallback.functions())
for _module in _pkgutil.iter_modules(__path__):
    if _module.name.startswith("_") and _module.name not in _PLUMBING:
        _family = _importlib.import_module(f"{__name__}.{_module.name}")
        for _name in getattr(_family, "__all__", ()):
            globals()[_name] = getattr(_family, _name)
_methods.install(_sys.modules[__name__])

float16, float32, float64 = _numpy.float16, _numpy.float32, _numpy.float64
uint8, int8, int32, int64 = _numpy.uint8, _numpy.int8, _numpy.int32, _numpy.int64
bool_ = _numpy.bool_
bool = bool
pi, e, inf, nan = _numpy.pi, _numpy.e, _numpy.inf, _numpy.nan
NaN = NAN = nan
PINF, NINF = inf, -inf
PZERO, NZERO = 0.0, -0.0
newaxis = None
finfo = _numpy.finfo
_STR_2_DTYPE_ = {
    "float16": float16, "float32": float32, "float64": float64, "float": float64, "uint8": uint8,
    "int8": int8, "int32": int32, "int64": int64, "int": int64, "bool": bool, "bool_": bool_,
    "None": None,
}  # fmt: skip

_lazy = _submodules(
    __name__,
    ["arrayprint", "fallback", "function_base", "io", "linalg", "random", "stride_tricks", "utils"],
)
_refuse = _module_getattr(__name__)


def __getattr__(name: str) -> _Any:
    found = _lazy(name)
    return _refuse(name) if found is None else found


def __dir__() -> list[str]:
    return sorted({*globals(), *_lazy.names})


__all__ = sorted(
    {name for name in globals() if not name.startswith("_")} - {"annotations", "multiarray"}
)
