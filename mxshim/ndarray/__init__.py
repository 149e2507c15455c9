"""Legacy arrays and operators, ``mx.nd``: the registry projected on :class:`NDArray`."""

from __future__ import annotations

from typing import Any

import numpy as _numpy

from .. import _ops  # noqa: F401  fills the registry
from .._core import device as _device
from .._core.dtypes import as_dtype as _as_dtype
from .._core.invoke import function as _function
from .._core.registry import OPS as _OPS
from .._core.tensor import Tensor as _Tensor
from .._core.tensor import make as _make
from ._create import (
    arange, concatenate, empty, eye, full, linspace, moveaxis, onehot_encode, ones, split_v2, zeros,
)  # fmt: skip
from .ndarray import NDArray

for _name, _op in _OPS.items():
    if not _name.startswith("_"):
        globals()[_name] = _function(_op, NDArray, _name)


def array(source_array: Any, ctx: Any = None, dtype: Any = None) -> NDArray:
    """Make an array from a list, a NumPy array or another array."""
    ctx = _device.parse(ctx)
    if isinstance(source_array, _Tensor):
        source_array = source_array._ctx.xp.to_host(source_array._buf)
    if dtype is None:
        dtype = source_array.dtype if isinstance(source_array, _numpy.ndarray) else "float32"
    host = _numpy.array(source_array, dtype=_as_dtype(dtype))
    return _make(NDArray, ctx.xp.from_host(host), ctx)
