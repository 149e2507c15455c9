"""NumPy-only ways to rearrange elements: rolling, rotating, diagonals, triangles, at-least-nd."""

from __future__ import annotations

from typing import Any

from .._core.errors import check_failed, mxnet_error, shape_text
from .._core.params import Axis, Int
from .._core.registry import kernel, op
from .._core.shapes import ShapeT
from .reshape import outside


@op("_np_copy", shape=lambda a: ((a,), a))
def copy(xp, a):
    """Return a copy."""
    return a.copy()


@copy.vjp("a")
def _(xp, ct, out, a):
    return ct


@op("_np_roll", shape=lambda data, **params: ((data,), data))
def roll(xp, data, *, shift: Axis = None, axis: Axis = None):
    """Move elements along axes (None: of the flattened array); those that fall off come back."""
    shifts, axes = _rolls(data.shape, shift, axis)
    return xp.roll(data, shifts, axes)


def _rolls(shape: ShapeT, shift: ShapeT | None, axis: ShapeT | None) -> tuple[Any, Any]:
    if shift is None:
        raise mxnet_error("roll missing 1 required positional argument: 'shift'.")
    if axis is None:
        if len(shift) != 1:
            raise mxnet_error("shift must be an int.")
        return shift[0], None
    if len(shift) == 1:
        shift = shift * len(axis)
    if len(shift) != len(axis):
        raise mxnet_error("shift and `axis` must be a tuple of the same size.")
    rank = len(shape)
    worst = max((a + rank if a < 0 else a for a in axis), default=0)
    if worst >= rank or min((a + rank for a in axis), default=0) < 0:
        raise check_failed(
            f"axes[axes.ndim() - 1] < ndim ({worst} vs. {rank}) ",
            f"axis {worst} Exceeds input dimensions {shape_text(shape)}",
        )
    return shift, axis


@roll.vjp("data")
def _(xp, ct, out, data, *, shift, axis):
    shifts, axes = _rolls(data.shape, shift, axis)
    back = -shifts if axes is None else tuple(-s for s in shifts)
    return roll(xp, ct, shift=(back,) if axes is None else back, axis=axes)


@op("_npi_rot90")
def rot90(xp, data, *, k: int = 1, axes: Axis = None):
    """Rotate by ``k`` quarter turns in the plane of two axes, from the first towards the second."""
    return xp.rot90(data, k, _plane(data.shape, axes)).copy()


def _plane(shape: ShapeT, axes: ShapeT | None) -> tuple[int, int]:
    rank = len(shape)
    if axes is None or len(axes) != 2:
        raise check_failed("param.axes.value().ndim() == 2", "The length of axes must be 2.")
    first, second = (a + rank if a < 0 else a for a in axes)
    if first == second:
        raise check_failed(
            f"real_axes[0] != real_axes[1] ({first} vs. {second}) ",
            f"axes have duplicates {shape_text((first, second))}",
        )
    if rank < 2:
        raise outside(max(first, second), rank)
    if not (0 <= first < rank and 0 <= second < rank):
        raise mxnet_error("Axes out of range for array of ndim")
    return first, second


@rot90.shape
def _(data, *, k, axes):
    first, second = _plane(data, axes)
    out = list(data)
    if k % 2:
        out[first], out[second] = out[second], out[first]
    return (data,), tuple(out)


@rot90.vjp("data")
def _(xp, ct, out, data, *, k, axes):
    return rot90(xp, ct, k=k, axes=axes)  # mxnet: turns on instead of back, test_numpy[rot90]


def _raised(shape: ShapeT, rank: int) -> ShapeT:
    if len(shape) >= rank:
        return shape
    if rank < 3:
        return (1,) * (rank - len(shape)) + shape
    return (1, *(shape or (1,)), 1) if len(shape) < 2 else (*shape, 1)


def _at_least(rank: int) -> None:
    def forward(xp, *arys, num_args: Int(min=1)):
        return tuple([a.reshape(_raised(a.shape, rank)).copy() for a in arys])

    def rule(*arys, num_args):
        return arys, [_raised(a, rank) for a in arys]

    forward.__doc__ = f"Give each array at least {rank} axes."
    name = f"_np_atleast_{rank}d"
    # mxnet: the gradient is zero, test_atleast_gradient
    op(name, visible=lambda params: params["num_args"], shape=rule, flat=True)(forward)


for _rank in (1, 2, 3):
    _at_least(_rank)


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


@op("_npi_share_memory", flat=True, shape=lambda a, b: ((a, b), ()))
def share_memory(xp, a, b):
    """Tell whether two arrays may use the same memory."""
    return xp.asarray(xp.may_share_memory(a, b))


@op("_npx_constraint_check", flat=True, shape=lambda input, **_: ((input,), ()))
def constraint_check(xp, input, *, msg: str = "Constraint violated."):
    """Raise ValueError with ``msg`` unless all elements of a bool array are true."""
    if input.dtype.kind != "b":
        raise check_failed("in_attrs->at(0) == mshadow: :kBool")
    if not bool(input.all()):
        raise ValueError(f"ValueError: Check failed: red_output == true (0 vs. 1) : {msg}")
    return xp.asarray(True)


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
