"""Making sparse arrays: from parts, dense arrays, SciPy's matrices, shapes."""

from __future__ import annotations

import sys
from typing import Any

import numpy

from ..._core.device import current
from ..._core.errors import check_failed
from ..._core.tensor import Tensor
from .._copies import known_dtype
from .._create import zeros as dense_zeros
from .._data import array as dense_array
from ..ndarray import NDArray
from .kinds import BaseSparseNDArray, CSRNDArray, RowSparseNDArray, built

CLASSES = {"csr": CSRNDArray, "row_sparse": RowSparseNDArray}


def zeros(stype: str, shape: Any, ctx: Any = None, dtype: Any = None, **kwargs: Any) -> Any:
    """Make an array of zeros that stores none of them (``default``: a dense one)."""
    if stype == "default":
        return dense_zeros(shape, ctx=ctx, dtype=dtype, **kwargs)
    if stype not in CLASSES:
        raise ValueError("unknown storage type" + stype)
    ctx = current() if ctx is None else ctx
    shape = (shape,) if isinstance(shape, (int, numpy.integer)) else tuple(shape)
    xp, kind = ctx.xp, known_dtype(dtype)
    if stype == "csr":
        _check_matrix(shape)
        empty, starts = xp.zeros((0,), xp.int64), xp.zeros((shape[0] + 1,), xp.int64)
        return built(CSRNDArray, ctx, shape, xp.zeros((0,), kind), empty, starts)
    values = xp.zeros((0, *shape[1:]), kind)
    return built(RowSparseNDArray, ctx, shape, values, xp.zeros((0,), xp.int64))


def _check_matrix(shape: Any) -> None:
    if len(shape) != 2:
        raise ValueError(f"a csr array has two axes, not the shape {shape}")


def empty(stype: str, shape: Any, ctx: Any = None, dtype: Any = None) -> Any:
    """Make an array of zeros; Exception for an unknown storage type."""
    assert stype is not None
    if stype not in CLASSES:
        raise Exception("unknown stype : " + str(stype))
    return zeros(stype, shape, ctx=ctx, dtype=dtype)


def array(source_array: Any, ctx: Any = None, dtype: Any = None) -> Any:
    """Make a sparse array from another one or from SciPy's ``csr_matrix``.

    Raises ValueError for anything dense; use ``mx.nd.array`` or ``tostype``.
    """
    ctx = current() if ctx is None else ctx
    if isinstance(source_array, NDArray):
        assert source_array._sparse, (
            "Please use `tostype` to create RowSparseNDArray or CSRNDArray from an NDArray"
        )
        return source_array._copied(
            type(source_array), ctx, known_dtype(dtype or source_array.dtype)
        )
    if is_scipy(source_array):
        matrix = source_array.sorted_indices()
        matrix.sum_duplicates()
        return _from_csr_parts(
            matrix.data, matrix.indices, matrix.indptr, matrix.shape, ctx, dtype or matrix.dtype
        )
    if isinstance(source_array, (numpy.ndarray, numpy.generic)):
        raise ValueError(
            "Please use mx.nd.array to create an NDArray with source_array of type ",
            type(source_array),
        )
    raise ValueError("Unexpected source_array type: ", type(source_array))


def is_scipy(value: Any) -> bool:
    """Tell whether a value is a ``scipy.sparse.csr_matrix``, without importing SciPy for it."""
    scipy = sys.modules.get("scipy.sparse")
    return scipy is not None and isinstance(value, scipy.csr_matrix)


def csr_matrix(arg1: Any, shape: Any = None, ctx: Any = None, dtype: Any = None) -> Any:
    """Make a matrix in compressed rows.

    ``arg1`` is a dense or csr array, a SciPy matrix, a shape ``(M, N)``, the parts ``(data,
    indices, indptr)`` or ``(data, (row, column))``. The dtype is the source's if it is an array,
    else float32. Parts are not checked; see ``check_format``.
    """
    if isinstance(arg1, tuple):
        if len(arg1) == 3:
            return _from_csr_parts(*arg1, shape, ctx, dtype)
        if len(arg1) != 2:
            raise ValueError("Unexpected length of input tuple: " + str(len(arg1)))
        if isinstance(arg1[1], tuple) and len(arg1[1]) == 2:
            return _from_coordinates(*arg1, shape, ctx, dtype)
        _check_shape(arg1, shape)
        return empty("csr", arg1, ctx=ctx, dtype=dtype)
    if isinstance(arg1, RowSparseNDArray):
        raise ValueError("Unexpected input type: RowSparseNDArray")
    if isinstance(arg1, CSRNDArray) or is_scipy(arg1):
        _check_shape(arg1.shape, shape)
        return array(arg1, ctx=ctx, dtype=dtype)
    return _from_dense(arg1, "csr", shape, ctx, dtype)


def row_sparse_array(arg1: Any, shape: Any = None, ctx: Any = None, dtype: Any = None) -> Any:
    """Make an array that stores some of its rows.

    ``arg1`` is a dense or row_sparse array, a shape, or the parts ``(data, indices)``. The dtype is
    the source's if it is an array, else float32. Parts are not checked; see ``check_format``.
    """
    if isinstance(arg1, tuple):
        if len(arg1) < 2:
            raise ValueError("Unexpected length of input tuple: " + str(len(arg1)))
        sizes = all(isinstance(n, (int, numpy.int32, numpy.int64)) for n in arg1)
        if len(arg1) > 2 or sizes:
            _check_shape(arg1, shape)
            return empty("row_sparse", arg1, ctx=ctx, dtype=dtype)
        return _from_row_parts(*arg1, shape, ctx, dtype)
    if isinstance(arg1, CSRNDArray):
        raise ValueError("Unexpected input type: CSRNDArray")
    if isinstance(arg1, RowSparseNDArray):
        _check_shape(arg1.shape, shape)
        return array(arg1, ctx=ctx, dtype=dtype)
    return _from_dense(arg1, "row_sparse", shape, ctx, dtype)


def _check_shape(given: Any, wanted: Any) -> None:
    if given and wanted and given != wanted:
        raise ValueError(f"Shape mismatch detected. {given} v.s. {wanted}")


def _dtype_of(source: Any, dtype: Any) -> Any:
    if dtype is None and isinstance(source, (NDArray, numpy.ndarray)):
        return source.dtype
    return known_dtype(dtype)


def _from_dense(source: Any, stype: str, shape: Any, ctx: Any, dtype: Any) -> Any:
    dense = dense_array(source, dtype=_dtype_of(source, dtype))
    if ctx is not None:
        dense = dense.as_in_context(ctx)
    _check_shape(dense.shape, shape)
    return dense.tostype(stype)


def _raw(value: Any, ctx: Any, dtype: Any) -> Any:
    """Return a part as a raw array of the device, in memory of its own."""
    if isinstance(value, Tensor):
        host = value._ctx.xp.to_host(value._buf)
    else:
        try:
            host = numpy.asarray(value) if isinstance(value, numpy.ndarray) else value
            host = numpy.array(host, dtype=dtype)
        except (ValueError, TypeError, OverflowError):
            raise TypeError("values must be array like object") from None
    return ctx.xp.from_host(numpy.array(host, dtype=dtype, order="C"))


def _from_csr_parts(
    data: Any, indices: Any, indptr: Any, shape: Any, ctx: Any, dtype: Any
) -> CSRNDArray:
    ctx = current() if ctx is None else ctx
    kind = known_dtype(_dtype_of(data, dtype))
    values, columns, starts = (
        _raw(data, ctx, kind), _raw(indices, ctx, "int64"), _raw(indptr, ctx, "int64"),
    )  # fmt: skip
    if shape is None:
        if columns.ndim != 1 or not columns.shape[0]:
            raise ValueError("invalid shape")
        shape = (starts.shape[0] - 1, int(columns.max()) + 1)
    flat = values.ndim == columns.ndim == starts.ndim == 1
    if not flat or not starts.shape[0] or len(shape) != 2:
        raise ValueError("invalid shape")
    return built(CSRNDArray, ctx, shape, values, columns, starts)


def _from_coordinates(data: Any, places: Any, shape: Any, ctx: Any, dtype: Any) -> CSRNDArray:
    from scipy.sparse import coo_matrix

    row, column, data = (
        part.asnumpy() if isinstance(part, NDArray) else part for part in (*places, data)
    )
    matrix = coo_matrix((data, (row, column)), shape=shape)
    _check_shape(matrix.shape, shape)
    return array(matrix.tocsr(), ctx=ctx, dtype=dtype)


def _from_row_parts(data: Any, indices: Any, shape: Any, ctx: Any, dtype: Any) -> Any:
    ctx = current() if ctx is None else ctx
    values = _raw(data, ctx, known_dtype(_dtype_of(data, dtype)))
    rows = _raw(indices, ctx, "int64")
    if shape is None:
        if not rows.shape[0]:
            raise ValueError("invalid shape")
        shape = (int(rows[-1]) + 1, *values.shape[1:])
    if values.ndim != len(shape) or rows.ndim != 1 or numpy.prod(shape[1:]) == 0:
        raise ValueError("invalid shape")
    if not rows.shape[0]:
        values = values.reshape((0, *shape[1:]))
    wanted = (rows.shape[0], *shape[1:])
    if values.shape != wanted:
        have, need = int(numpy.prod(values.shape)), int(numpy.prod(wanted))
        width = values.dtype.itemsize
        raise check_failed(
            f"size == to->Size() ({have} vs. {need}) ",
            f"copying size mismatch, from: {have * width} bytes, to: {need * width} bytes.",
            f"{rows.shape[0]} rows of an array of shape {tuple(shape)} need data of shape "
            f"{wanted}, got {values.shape}",
        )
    return built(RowSparseNDArray, ctx, shape, values, rows)


__all__ = ["CLASSES", "BaseSparseNDArray", "array", "csr_matrix", "empty", "row_sparse_array",
           "zeros"]  # fmt: skip
