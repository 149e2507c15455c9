"""Operators that repeat elements: broadcasting, tiling, repeating, padding, and reversing."""

from __future__ import annotations

from typing import Any

from .._core.errors import check_failed, shape_text, shapes_unknown
from .._core.flags import flags
from .._core.params import Axis, OptionalInt, Shape
from .._core.registry import op
from .._core.shapes import ShapeT, size
from .reshape import outside


def stretched(xp: Any, data: Any, shape: ShapeT) -> Any:
    """Copy ``data`` to a larger shape; an assignment is faster than NumPy's ``broadcast_to``."""
    out = xp.empty(shape, data.dtype)
    out[...] = data
    return out


def _passed(xp, ct, *arrays, **params):
    """Give the gradient of a broadcast: the engine sums over the stretched axes."""
    return ct


def _stretch(shape: ShapeT, target: ShapeT, want: str, have: str = "ishape") -> ShapeT:
    """Check that ``shape`` stretches to ``target`` of the same rank."""
    for n, wanted in zip(shape, target, strict=True):
        if n not in (1, wanted):
            raise check_failed(
                f"{have}[i] == {want}[i] || {have}[i] == 1",
                f"Array cannot be broadcasted from {shape_text(shape)} to {shape_text(target)}",
            )
    return target


def _rank_differs(shape: ShapeT, target: ShapeT, have: str, want: str) -> Exception:
    return check_failed(
        f"{have}.ndim() == {want}.ndim() ({len(shape)} vs. {len(target)}) ",
        f"Operand of shape {shape_text(shape)} cannot be broadcasted to {shape_text(target)}",
    )


@op("broadcast_to")
def broadcast_to(xp, data, *, shape: Shape = ()):
    """Repeat axes of length 1 to reach ``shape``; a 0 in it keeps the input's dimension."""
    return stretched(xp, data, _legacy_to(data.shape, shape))


def _legacy_to(have: ShapeT, shape: ShapeT) -> ShapeT:
    if len(have) != len(shape):
        raise _rank_differs(have, shape, "ishape", "param.shape")
    return _stretch(have, tuple(n or h for n, h in zip(shape, have, strict=True)), "oshape")


@broadcast_to.shape
def _(data, *, shape):
    return (data,), _legacy_to(data, shape)


broadcast_to.vjp("data")(_passed)


@op("_npi_broadcast_to")
def np_broadcast_to(xp, array, *, shape: Shape = ()):
    """Repeat axes of length 1, and add leading axes, to reach ``shape``."""
    return stretched(xp, array, _numpy_to(array.shape, shape))


def _numpy_to(have: ShapeT, shape: ShapeT) -> ShapeT:
    words = f"shape {shape_text(have)} is not broadcastable to {shape_text(shape)}"
    if len(have) > len(shape):
        raise check_failed(
            f"ishape.ndim() <= param.shape.ndim() ({len(have)} vs. {len(shape)}) ", words
        )
    lead = len(shape) - len(have)
    full = tuple(h if n == -2 else n for n, h in zip(shape[lead:], have, strict=True))
    for n, wanted in zip(have, full, strict=True):
        if n not in (1, wanted):
            raise check_failed("ishape[j] == pshape[i] || ishape[j] == 1", words)
    return (*shape[:lead], *full)


@np_broadcast_to.shape
def _(array, *, shape):
    return (array,), _numpy_to(array, shape)


np_broadcast_to.vjp("array")(_passed)


@op("broadcast_axis", "broadcast_axes")
def broadcast_axis(xp, data, *, axis: Shape = (), size: Shape = ()):
    """Repeat the given axes, which must have length 1, to the given sizes."""
    return stretched(xp, data, _axes_to(data.shape, axis, size))


def _axes_to(shape: ShapeT, axes: ShapeT, sizes: ShapeT) -> ShapeT:
    if len(axes) != len(sizes):
        raise check_failed(
            f"param.axis.ndim() == param.size.ndim() ({len(axes)} vs. {len(sizes)}) "
        )
    out = list(shape)
    for axis, length in zip(axes, sizes, strict=True):
        if not 0 <= axis < len(shape):
            raise outside(axis, len(shape))
        if out[axis] != 1:
            raise check_failed(
                f"oshape[param.axis[i]] == 1U ({out[axis]} vs. 1) ",
                "Broadcasting axis must have size 1",
            )
        out[axis] = length
    return tuple(out)


@broadcast_axis.shape
def _(data, *, axis, size):
    return (data,), _axes_to(data, axis, size)


broadcast_axis.vjp("data")(_passed)


@op("broadcast_like")
def broadcast_like(xp, lhs, rhs, *, lhs_axes: Axis = None, rhs_axes: Axis = None):
    """Repeat axes of ``lhs`` to the lengths ``rhs`` has, on all axes or on the given pairs."""
    return stretched(xp, lhs, _like(lhs.shape, rhs.shape, lhs_axes, rhs_axes))


def _like(lhs: ShapeT, rhs: ShapeT, lhs_axes: Any, rhs_axes: Any) -> ShapeT:
    if lhs_axes is None or rhs_axes is None:
        if len(lhs) != len(rhs):
            raise _rank_differs(lhs, rhs, "lhs_shape", "rhs_shape")
        return _stretch(lhs, rhs, "rhs_shape", "lhs_shape")
    if len(lhs_axes) != len(rhs_axes):
        raise check_failed(
            f"param.lhs_axes.value().ndim() == param.rhs_axes.value().ndim() "
            f"({len(lhs_axes)} vs. {len(rhs_axes)}) "
        )
    out = list(lhs)
    for left, right in zip(lhs_axes, rhs_axes, strict=True):
        if not (-len(lhs) <= left < len(lhs) and -len(rhs) <= right < len(rhs)):
            raise check_failed("axis < ndim", f"axes {left} and {right} of broadcast_like")
        if out[left] not in (1, rhs[right]):
            raise check_failed(
                "rhs_shape[rhs_axis] == lhs_shape[lhs_axis] || lhs_shape[lhs_axis] == 1",
                f"Array cannot be broadcasted from {shape_text(lhs)} to {shape_text(rhs)}",
            )
        out[left] = rhs[right]
    return tuple(out)


@broadcast_like.shape
def _(lhs, rhs, *, lhs_axes, rhs_axes):
    return (lhs, rhs), _like(lhs, rhs, lhs_axes, rhs_axes)


broadcast_like.vjp("lhs")(_passed)


@broadcast_like.vjp("rhs")
def _(xp, ct, out, lhs, rhs, **params):
    return xp.zeros_like(rhs)


@op("tile", "_npi_tile")
def tile(xp, data, *, reps: Shape()):
    """Repeat the whole array ``reps`` times along each axis."""
    return xp.tile(data, _checked(data.shape, reps))


def _checked(shape: ShapeT, reps: ShapeT) -> ShapeT:
    if 0 in reps and not flags.np_shape:
        sizes = zip(*_padded(shape, reps), strict=True)
        out = tuple(n * count or -1 for n, count in sizes)
        raise shapes_unknown("tile", [shape], [out], {"reps": reps})
    for count in reps:
        if count < 0:
            wrong = count * (shape[-1] if shape else 1)
            raise check_failed(
                f"dim_size >= -1 ({wrong} vs. -1) ",
                f"shape dim size must be >= -1, while received {wrong}",
            )
    return reps


def _padded(shape: ShapeT, reps: ShapeT) -> tuple[ShapeT, ShapeT]:
    rank = max(len(shape), len(reps))
    return (1,) * (rank - len(shape)) + shape, (1,) * (rank - len(reps)) + reps


@tile.shape
def _(data, *, reps):
    lengths, counts = _padded(data, _checked(data, reps))
    return (data,), tuple(n * count for n, count in zip(lengths, counts, strict=True))


@tile.vjp("data")
def _(xp, ct, out, data, *, reps):
    lengths, counts = _padded(data.shape, reps)
    pairs = [n for pair in zip(counts, lengths, strict=True) for n in pair]
    total = ct.reshape(tuple(pairs)).sum(axis=tuple(range(0, len(pairs), 2)))
    return total.reshape(data.shape)


@op("repeat", "_np_repeat")
def repeat(xp, data, *, repeats: int, axis: OptionalInt = None):
    """Repeat every element ``repeats`` times along an axis, or of the flattened array."""
    _repeated(data.shape, repeats, axis)
    return xp.repeat(data, repeats, axis)


def _repeated(shape: ShapeT, repeats: int, axis: int | None) -> ShapeT:
    if repeats < 0:
        raise check_failed(
            f"*repeats >= 0 ({repeats} vs. 0) ", "repeats cannot be a negative number"
        )
    if axis is None:
        return (size(shape) * repeats,)
    at = axis + len(shape) if axis < 0 else axis
    if not 0 <= at < len(shape):
        raise check_failed("axis >= 0 && axis < ndims", f"axis = {at} out of bounds")
    return (*shape[:at], shape[at] * repeats, *shape[at + 1 :])


@repeat.shape
def _(data, *, repeats, axis):
    return (data,), _repeated(data, repeats, axis)


@repeat.vjp("data")
def _(xp, ct, out, data, *, repeats, axis):
    shape = (data.size,) if axis is None else data.shape
    at = 0 if axis is None else axis % data.ndim
    total = ct.reshape((*shape[: at + 1], repeats, *shape[at + 1 :])).sum(axis=at + 1)
    return total.reshape(data.shape)


@op("reverse", "flip")
def reverse(xp, data, *, axis: Shape()):
    """Reverse the order of the elements along the given axes."""
    return data[_backwards(data.ndim, axis)].copy()


def _backwards(rank: int, axes: ShapeT) -> tuple[slice, ...]:
    for axis in axes:
        if axis >= rank:
            raise check_failed(f"axis < ishape.ndim() ({axis} vs. {rank}) ")
        if axis < 0:
            raise outside(axis, rank)
    return tuple(slice(None, None, -1 if axis in axes else None) for axis in range(rank))


@reverse.shape
def _(data, *, axis):
    _backwards(len(data), axis)
    return (data,), data


@reverse.vjp("data")
def _(xp, ct, out, data, *, axis):
    return ct[_backwards(data.ndim, axis)]


@op("_npi_flip")
def np_flip(xp, data, *, axis: Axis):
    """Reverse the order of the elements along the given axes (None: all)."""
    return data[_turned(data.ndim, axis)].copy()


def _turned(rank: int, axes: ShapeT | None) -> tuple[slice, ...]:
    if axes is None:
        return (slice(None, None, -1),) * rank
    steps = [1] * rank
    for axis in axes:
        if axis >= rank:
            raise check_failed(
                f"axis < ishape.ndim() ({axis} vs. {rank}) ",
                f"axis {axis} is out of bounds for array of dimension {rank}",
            )
        if axis < 0:
            raise outside(axis, rank)  # mxnet: np.flip refuses negative axes
        steps[axis] = -steps[axis]
    return tuple(slice(None, None, step) for step in steps)


@np_flip.shape
def _(data, *, axis):
    _turned(len(data), axis)
    return (data,), data


@np_flip.vjp("data")
def _(xp, ct, out, data, *, axis):
    return ct[_turned(data.ndim, axis)]
