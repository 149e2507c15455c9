"""The data iterators, under the module in which MXNet has them."""

from __future__ import annotations

from .._core.missing import module_getattr
from ._base import DataBatch, DataDesc, DataIter
from ._native import MXDataIter
from ._ndarray_iter import NDArrayIter
from ._wrappers import PrefetchingIter, ResizeIter

__all__ = [
    "DataBatch",
    "DataDesc",
    "DataIter",
    "MXDataIter",
    "NDArrayIter",
    "PrefetchingIter",
    "ResizeIter",
]

__getattr__ = module_getattr(__name__)
