"""Legacy arrays and operators, ``mx.nd``: the registry projected on :class:`NDArray`.

Functions of operators are made when they are first asked for; those written in Python (making
arrays, arithmetic on arrays or numbers, files) stand before operators of the same name.
"""

from __future__ import annotations

import sys as _sys
from importlib import import_module as _import_module
from typing import Any

from .._core import device as _device
from .._core.dtypes import CODES as _CODES
from .._core.lazy import submodules as _submodules
from .._core.missing import module_getattr as _module_getattr
from . import _arithmetic, _fluent, op
from ._cached_op import CachedOp
from ._create import (
    arange,
    concatenate,
    empty,
    eye,
    full,
    linspace,
    moveaxis,
    onehot_encode,
    ones,
    split_v2,
    zeros,
)  # fmt: skip
from ._data import (
    array,
    from_dlpack,
    from_numpy,
    histogram,
    to_dlpack_for_read,
    to_dlpack_for_write,
)
from .ndarray import NDArray
from .utils import load, load_frombuffer, save

globals().update({_name: _arithmetic.function(_name) for _name in _arithmetic.FUNCTIONS})
_fluent.install(globals())

_lazy = _submodules(
    __name__,
    ["contrib", "image", "linalg", "op", "random", "sparse", "utils", "_internal"],
)
_refuse = _module_getattr(__name__)

#: Codes that other libraries look up: grad_req, element types.
_GRAD_REQ_MAP = {"null": 0, "write": 1, "add": 3}
_DTYPE_NP_TO_MX = {None: -1, **{dtype.type: code for dtype, code in _CODES.items()}}
_DTYPE_MX_TO_NP = {code: dtype for dtype, code in _DTYPE_NP_TO_MX.items()}
#: ``F.np`` and ``F.npx`` of a ``hybrid_forward`` that computes with NumPy-like arrays.
_FRONTS = {
    "np": "numpy", "numpy": "numpy", "npx": "numpy_extension", "numpy_extension": "numpy_extension",
}  # fmt: skip


def waitall() -> None:
    """Wait until all work on all devices is done."""
    if "cupy" in _sys.modules and _device.gpu_count():  # else no array lies on a GPU
        _device.Context("gpu", 0).xp.cuda.Device().synchronize()


def _beside(name: str) -> Any:
    """Find what MXNet keeps beside the array class, or say what is wrong with the name."""
    helpers = _import_module(f"{__name__}._inside")
    return getattr(helpers, name) if name in helpers.__all__ else _refuse(name)


def __getattr__(name: str) -> Any:
    found = _lazy(name)
    if name in _FRONTS:
        found = _import_module(f"{__package__.partition('.')[0]}.{_FRONTS[name]}")
    if found is None:
        found = op.__getattr__(name) if name in op.registered else _beside(name)
        globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *op.__dir__(), *_lazy.names})


__all__ = sorted(
    {
        *op.__all__, *_arithmetic.FUNCTIONS, "NDArray", "arange", "array", "concatenate",
        "contrib", "empty", "eye", "from_dlpack", "from_numpy", "full", "histogram", "image",
        "linalg",
        "linspace", "load", "load_frombuffer", "moveaxis", "onehot_encode", "ones", "random",
        "save", "sparse", "split_v2", "to_dlpack_for_read", "to_dlpack_for_write", "waitall",
        "zeros",
    }
)  # fmt: skip
