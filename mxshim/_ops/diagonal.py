"""Diagonals and triangles of matrices and stacks of matrices."""

from __future__ import annotations

from .._core.errors import check_failed, mxnet_error
from .._core.registry import kernel, op
from .._core.shapes import ShapeT
from .reshape import outside


def diagonal_shape(shape: ShapeT, k: int, axis1: int, axis2: int) -> ShapeT:
    """Return the shape of the ``k``-th diagonals of a stack of matrices."""
    rank = len(shape)
    first, second = axis1 % rank, axis2 % rank
    if first == second:
        raise check_failed(
            f"x1 != x2 ({first} vs. {second}) ",
            f"axis1 and axis2 cannot refer to the same axis {first}",
        )
    rows, columns = shape[first] + min(k, 0), shape[second] - max(k, 0)
    kept = tuple(n for i, n in enumerate(shape) if i not in (first, second))
    return (*kept, max(min(rows, columns), 0))


@kernel
def undiagonal(xp, ct, *, shape: object, k: int, axis1: int, axis2: int):
    """Put diagonals back into zeros of ``shape``."""
    total = xp.zeros(shape, ct.dtype)
    view = xp.moveaxis(total, (axis1, axis2), (-2, -1))
    count = ct.shape[-1]
    rows, columns = xp.arange(count) - min(k, 0), xp.arange(count) + max(k, 0)
    view[..., rows, columns] = ct
    return total


@undiagonal.vjp("ct")
def _(xp, ct, out, first, *, shape, k, axis1, axis2):
    return diagonals(xp, ct, k=k, axis1=axis1, axis2=axis2)


@kernel
def diagonals(xp, data, *, k: int, axis1: int, axis2: int):
    """Take the ``k``-th diagonals of a stack of matrices."""
    return xp.diagonal(data, k, axis1, axis2).copy()


@diagonals.vjp("data")
def _(xp, ct, out, data, **params):
    return undiagonal(xp, ct, shape=data.shape, **params)


def _square(count: int, k: int) -> ShapeT:
    return (count + abs(k),) * 2


@op("diag")
def diag(xp, data, *, k: int = 0, axis1: int = 0, axis2: int = 1):
    """Take diagonals of a matrix (or a stack of them), or make a matrix from a vector."""
    _diag_shape(data.shape, k, axis1, axis2)
    if data.ndim == 1:
        return undiagonal.forward(xp, data, shape=_square(data.size, k), k=k, axis1=0, axis2=1)
    return diagonals.forward(xp, data, k=k, axis1=axis1, axis2=axis2)


def _diag_shape(shape: ShapeT, k: int, axis1: int, axis2: int) -> ShapeT:
    if len(shape) == 1:
        return _square(shape[0], k)
    out = diagonal_shape(shape, k, axis1, axis2)
    if not out[-1]:
        raise mxnet_error("Diagonal does not exist.")
    return out


@diag.shape
def _(data, *, k, axis1, axis2):
    return (data,), _diag_shape(data, k, axis1, axis2)


@diag.vjp("data")
def _(xp, ct, out, data, *, k, axis1, axis2):
    if data.ndim == 1:
        return diagonals(xp, ct, k=k, axis1=0, axis2=1)
    return undiagonal(xp, ct, shape=data.shape, k=k, axis1=axis1, axis2=axis2)


@op("_np_diag")
def np_diag(xp, data, *, k: int = 0):
    """Take a diagonal of a matrix, or make a matrix from a vector."""
    _np_diag_shape(data.shape, k)
    if data.ndim == 1:
        return undiagonal.forward(xp, data, shape=_square(data.size, k), k=k, axis1=0, axis2=1)
    return diagonals.forward(xp, data, k=k, axis1=0, axis2=1)


def _np_diag_shape(shape: ShapeT, k: int) -> ShapeT:
    if len(shape) > 2:
        raise check_failed(f"ishape.ndim() <= 2 ({len(shape)} vs. 2) ", "Input must be 1- or 2-d")
    if not shape:
        raise outside(0, 0)
    return _square(shape[0], k) if len(shape) == 1 else diagonal_shape(shape, k, 0, 1)


@np_diag.shape
def _(data, *, k):
    return (data,), _np_diag_shape(data, k)


@np_diag.vjp("data")
def _(xp, ct, out, data, *, k):
    if data.ndim == 1:
        return diagonals(xp, ct, k=k, axis1=0, axis2=1)
    return undiagonal(xp, ct, shape=data.shape, k=k, axis1=0, axis2=1)


@op("_np_diagflat")
def diagflat(xp, data, *, k: int = 0):
    """Make a matrix with the flattened input on diagonal ``k``."""
    if not data.ndim:
        raise mxnet_error("Diagonal does not exist.")
    shape = _square(data.size, k)
    return undiagonal.forward(xp, data.reshape(-1), shape=shape, k=k, axis1=0, axis2=1)


@diagflat.shape
def _(data, *, k):
    count = 1
    for n in data:
        count *= n
    return (data,), _square(count, k)


@diagflat.vjp("data")
def _(xp, ct, out, data, *, k):
    return diagonals(xp, ct, k=k, axis1=0, axis2=1).reshape(data.shape)


@op("_np_diagonal")
def diagonal(xp, data, *, offset: int = 0, axis1: int = 0, axis2: int = 1):
    """Take the diagonals of a stack of matrices, stacked along a new last axis."""
    _diagonal_shape(data.shape, offset, axis1, axis2)
    return diagonals.forward(xp, data, k=offset, axis1=axis1, axis2=axis2)


def _diagonal_shape(shape: ShapeT, offset: int, axis1: int, axis2: int) -> ShapeT:
    rank = len(shape)
    if rank < 2:
        raise check_failed(
            f"ishape.ndim() >= 2 ({rank} vs. 2) ", "Input array should be at least 2d"
        )
    for axis in (axis1, axis2):
        if not -rank <= axis < rank:
            raise check_failed(
                "axis < ndim && axis >= -ndim", f"axis {axis} exceeds the input dimension of {rank}"
            )
    return diagonal_shape(shape, offset, axis1, axis2)


@diagonal.shape
def _(data, *, offset, axis1, axis2):
    return (data,), _diagonal_shape(data, offset, axis1, axis2)


@diagonal.vjp("data")
def _(xp, ct, out, data, *, offset, axis1, axis2):
    return undiagonal(xp, ct, shape=data.shape, k=offset, axis1=axis1, axis2=axis2)


@op("_npi_tril")
def tril(xp, data, *, k: int = 0):
    """Zero the elements above diagonal ``k``; a vector is repeated to a square first."""
    _triangle(data.shape)
    if data.dtype.kind == "b":
        raise mxnet_error("Unknown type enum 7", "tril does not take bool")
    return xp.tril(data, k)


def _triangle(shape: ShapeT) -> ShapeT:
    if not shape:
        raise outside(1, 0)
    return shape * 2 if len(shape) == 1 else shape


@tril.shape
def _(data, *, k):
    return (data,), _triangle(data)


@tril.vjp("data")
def _(xp, ct, out, data, *, k):
    return xp.where(xp.tril(xp.ones(ct.shape[-2:], bool), k), ct, 0)


@op("_np_trace")
def trace(xp, data, *, offset: int = 0, axis1: int = 0, axis2: int = 1):
    """Sum the diagonals of a stack of matrices."""
    _diagonal_shape(data.shape, offset, axis1, axis2)
    return xp.trace(data, offset, axis1, axis2, data.dtype)


@trace.shape
def _(data, *, offset, axis1, axis2):
    return (data,), _diagonal_shape(data, offset, axis1, axis2)[:-1]


@trace.vjp("data")
def _(xp, ct, out, data, *, offset, axis1, axis2):
    shape = _diagonal_shape(data.shape, offset, axis1, axis2)
    spread = xp.broadcast_to(xp.expand_dims(ct, -1), shape)
    return undiagonal(xp, spread, shape=data.shape, k=offset, axis1=axis1, axis2=axis2)
