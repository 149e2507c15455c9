"""The CPU namespace: NumPy, SciPy's special functions and a few scatter helpers."""

from __future__ import annotations

from typing import Any

import numpy
from numpy.lib import stride_tricks

from .._core.dtypes import cut
from . import base
from .base import namespace, relaxed
from .heap import keep_memory
from .numpy_kernels import copies, sums

_CONSTANTS: dict[str, dict[float, Any]] = {"f": {}, "d": {}}
#: The constants of float32 and float64 that are kept.
SINGLES, DOUBLES = _CONSTANTS["f"], _CONSTANTS["d"]


def constant(dtype: Any, value: float) -> Any:
    """Return a 0-d array of ``dtype`` that holds ``value``; frequent ones are kept.

    NumPy meets a 0-d array faster than a scalar of its own or Python's.
    """
    try:
        if value or value.__class__ is int:
            return _CONSTANTS[dtype.char][value]
    except KeyError:
        pass
    made = numpy.asarray(cut(dtype, value))
    made.flags.writeable = False
    # neither nan, which is never found, nor a float's zero, which has a sign
    if value == value and (value or value.__class__ is int):
        kept = _CONSTANTS.setdefault(dtype.char, {})
        if len(kept) < 1024:
            kept[value] = made
    return made


def scatter_add(target: Any, index: Any, values: Any) -> None:
    """Add ``values`` to ``target[index]`` in place; repeated indices add up."""
    numpy.add.at(target, index, values)


def as_strided(array: Any, shape: Any, strides: Any) -> Any:
    """View an array's memory with another shape and strides (in bytes)."""
    if array.flags.c_contiguous:  # a tenth of the time of NumPy's own
        return numpy.ndarray(shape, array.dtype, array, 0, strides)
    return stride_tricks.as_strided(array, shape, strides)


def assign(target: Any, values: Any) -> None:
    """Write ``values`` into ``target`` in place; for gradient bodies that update state."""
    target[...] = values


def take_clipped(array: Any, index: Any, axis: int) -> Any:
    """Take slices along an axis; indices below 0 and beyond the end mean the first and the last."""
    return array.take(index, axis, None, "clip")


def row_sum(rows: Any, values: Any, count: int) -> Any:
    """Sum ``values`` (n, d) into ``count`` rows by the row number in ``rows`` (n,).

    It is the product of a sparse matrix of ones with the values, forty times as fast as
    ``add.at``. What SciPy's product does not know is sorted by row and summed run by run.
    """
    total = numpy.zeros((count, *values.shape[1:]), values.dtype)
    if values.dtype.kind in "fiu" and values.dtype.char != "e":
        add_rows(total, rows, values)
    elif rows.size:
        order = numpy.argsort(rows, kind="stable")
        ordered = rows[order]
        starts = numpy.flatnonzero(numpy.concatenate(([True], ordered[1:] != ordered[:-1])))
        total[ordered[starts]] = numpy.add.reduceat(values[order], starts, axis=0)
    return total


def add_rows(total: Any, rows: Any, values: Any) -> None:
    """Add ``values`` (n, d) into the rows of a contiguous ``total`` that ``rows`` (n,) names.

    Raises IndexError for a row that is not there.
    """
    size, count = rows.size, len(total)
    if not values.size:
        return
    if not 0 <= int(rows.min()) <= int(rows.max()) < count:
        raise IndexError(f"a row is not among {count}")
    rows, values = numpy.ascontiguousarray(rows, numpy.int64), numpy.ascontiguousarray(values)
    ones, offsets = numpy.ones(size, values.dtype), numpy.arange(size + 1)
    try:
        from scipy.sparse._sparsetools import csc_matvecs
    except ImportError:  # it is not public: SciPy may put it elsewhere
        flat = values.reshape((size, -1))
        total += csr_matmul(ones, rows, offsets, (size, count), flat, True).reshape(total.shape)
    else:
        width = values.size // size
        whole = total.reshape(-1)
        csc_matvecs(count, size, width, offsets, rows, ones, values.reshape(-1), whole)


def csr_matmul(
    values: Any, columns: Any, offsets: Any, shape: Any, dense: Any, transposed: bool
) -> Any:
    """Multiply a matrix in compressed rows, or its transpose, by a dense matrix."""
    from scipy.sparse import csr_matrix

    matrix = csr_matrix((values, columns, offsets), shape=shape)
    return numpy.asarray((matrix.T if transposed else matrix) @ dense)


def to_host(array: Any) -> numpy.ndarray[Any, Any]:
    """Return the array as NumPy sees it (a no-op on the CPU)."""
    return array


_sums, _copies = (base, base) if base.switched_off() else (sums, copies)
summed, packed, reshaped = _sums.summed, _copies.packed, _copies.reshaped

xp = relaxed(
    namespace(
        "mxshim._backends.cpu.xp",
        numpy,
        "scipy.special",
        constant=constant,
        summed=summed,
        packed=packed,
        reshaped=reshaped,
        as_strided=as_strided,
        scatter_add=scatter_add,
        assign=assign,
        row_sum=row_sum,
        csr_matmul=csr_matmul,
        take_clipped=take_clipped,
        to_host=to_host,
        from_host=to_host,
    )
)

keep_memory()
