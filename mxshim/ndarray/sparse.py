"""Sparse arrays, ``mx.nd.sparse``: matrices in compressed rows (csr) and arrays of a few rows.

Operators that know them work on the parts; all others make them dense first, as MXNet does.
"""

from __future__ import annotations

from typing import Any

from .._core.device import current as current_context  # noqa: F401  (MXNet offers it here too)
from .._core.functions import check_class
from .._core.invoke import call
from .._core.registry import OPS
from .._core.tensor import Tensor
from ..base import c_array_buf, check_call  # noqa: F401  (MXNet offers them here too)
from . import _arithmetic
from ._project import project
from ._sparse.kinds import BaseSparseNDArray, CSRNDArray, RowSparseNDArray
from ._sparse.make import CLASSES, array, csr_matrix, empty, row_sparse_array, zeros
from .ndarray import NDArray


def _function(name: str, same_shape: str) -> Any:
    """Build a function of two operands: arrays of one shape stay sparse where they can."""
    broadcast = _arithmetic.function(name)

    def compute(lhs: Any, rhs: Any) -> Any:
        arrays = isinstance(lhs, Tensor) and isinstance(rhs, Tensor)
        if arrays and lhs.shape == rhs.shape:
            op = OPS[same_shape]
            for argument, tensor in zip(op.inputs, (lhs, rhs), strict=True):
                check_class(op, same_shape, argument, tensor, NDArray)
            for tensor in (lhs, rhs):
                if tensor._sparse:
                    return tensor._invoke(op, (lhs, rhs), op.defaults)
            return call(op, NDArray, (lhs, rhs), op.defaults)
        return broadcast(lhs, rhs)

    compute.__name__ = compute.__qualname__ = name
    compute.__doc__ = f"Compute ``{name}`` of arrays or numbers; arrays broadcast."
    return compute


add = _function("add", "elemwise_add")
subtract = _function("subtract", "elemwise_sub")
multiply = _function("multiply", "elemwise_mul")
divide = _function("divide", "elemwise_div")


def _ndarray_cls(handle: Any, writable: bool = True, stype: Any = None) -> Any:
    """Wrap an array again as the class of its storage type."""
    return CLASSES.get(getattr(handle, "stype", "default"), NDArray)(handle, writable=writable)


__all__, _get, __dir__ = project(globals(), "sparse")
__all__ += [
    "BaseSparseNDArray", "CSRNDArray", "RowSparseNDArray", "add", "array", "csr_matrix", "divide",
    "empty", "multiply", "row_sparse_array", "subtract", "zeros",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    return _get("retain" if name == "gs_retain" else name)
