"""Contiguous and stepped parts of arrays, cut out or written."""

from __future__ import annotations

from typing import Any

from .._core.errors import check_failed, shape_text
from .._core.params import Float, OptionalInt, OrEmpty, Shape, Tuple
from .._core.registry import kernel, op
from .._core.shapes import ShapeT
from .join_split import axis_in

#: A tuple of integers that may hold ``None``.
Corner = Tuple("Shape(tuple)", int)


def window(shape: ShapeT, begin: Any, end: Any, step: Any) -> tuple[slice, ...]:
    """Return Python slices for ``begin``, ``end`` and ``step``, checked as MXNet checks them."""
    if len(begin) > len(shape):
        raise check_failed(
            f"param_begin.ndim() <= dshape.ndim() ({len(begin)} vs. {len(shape)}) ",
            "Slicing axis exceeds data dimensions",
        )
    if len(begin) != len(end):
        raise check_failed(
            f"param_begin.ndim() == param_end.ndim() ({len(begin)} vs. {len(end)}) ",
            "begin and end must have the same length",
        )
    if step and len(step) != len(begin):
        raise check_failed(
            f"param_step.ndim() == param_begin.ndim() ({len(step)} vs. {len(begin)}) ",
            "step and begin must have the same length",
        )
    for position, each in enumerate(step):
        if each == 0:
            raise check_failed("s != 0 (0 vs. 0) ", f"slice op step[{position}] cannot be 0")
    steps = step or (None,) * len(begin)
    return tuple(slice(*bounds) for bounds in zip(begin, end, steps, strict=True))


def _window_shape(shape: ShapeT, key: tuple[slice, ...]) -> ShapeT:
    cut = [len(range(n)[part]) for n, part in zip(shape, key, strict=False)]
    return (*cut, *shape[len(cut) :])


@op("slice", "crop", "_npi_slice", "_npx_slice", "_sparse_slice")
def slice_(xp, data, *, begin: Corner, end: Corner, step: OrEmpty(Corner) = ()):
    """Cut out the part from ``begin`` to ``end`` (each may hold None) in steps of ``step``."""
    return xp.packed(data[window(data.shape, begin, end, step)])


@slice_.shape
def _(data, *, begin, end, step):
    return (data,), _window_shape(data, window(data, begin, end, step))


@slice_.vjp("data")
def _(xp, ct, out, data, **params):
    return pasted(xp, ct, shape=data.shape, **params)


@kernel
def pasted(xp, ct, *, shape: object, begin: object, end: object, step: object = ()):
    """Put ``ct`` into zeros of ``shape`` where a slice was cut out."""
    total = xp.zeros(shape, ct.dtype)
    total[window(shape, begin, end, step)] = ct
    return total


@pasted.vjp("ct")
def _(xp, ct, out, first, *, shape, **params):
    return slice_(xp, ct, **params)


@op("slice_axis")
def slice_axis(xp, data, *, axis: int, begin: int, end: OptionalInt):
    """Cut out the stretch [begin, end) of one axis."""
    return xp.packed(data[_stretch(data.shape, axis, begin, end)])


def _stretch(shape: ShapeT, axis: int, begin: int, end: int | None) -> tuple[slice, ...]:
    rank = len(shape)
    at = axis + rank if axis < 0 else axis
    if not 0 <= at < rank:
        raise check_failed(
            "*axis < ishape.ndim() && *axis >= 0",
            "Transformed axis must be smaller than the source ndim and larger than zero! "
            f"Recieved axis={axis}, src_ndim={rank}, transformed axis={at}",
        )
    length = shape[at]
    first = begin + length if begin < 0 else begin
    last = length if end is None else end + length if end < 0 else end
    if last > length:
        raise check_failed(
            "*end <= axis_size", f"Invalid end for end={end} as axis_size is {length}"
        )
    if not first < last:
        raise check_failed("(*begin < *end)", f"Invalid begin, end, get begin={begin}, end={end}")
    if first < 0:
        raise check_failed("*begin >= 0", f"Invalid begin for begin={begin}")
    return (*(slice(None),) * at, slice(first, last))


@slice_axis.shape
def _(data, *, axis, begin, end):
    return (data,), _window_shape(data, _stretch(data, axis, begin, end))


@slice_axis.vjp("data")
def _(xp, ct, out, data, *, axis, begin, end):
    key = _stretch(data.shape, axis, begin, end)
    return pasted(xp, ct, shape=data.shape, **_corners(key))


def _corners(key: tuple[slice, ...]) -> dict[str, Any]:
    return {"begin": tuple(part.start for part in key), "end": tuple(part.stop for part in key)}


@op("slice_like")
def slice_like(xp, data, shape_like, *, axes: Shape = ()):
    """Cut ``data`` down to the shape of another array, on all axes or on ``axes``."""
    return xp.packed(data[_like(data.shape, shape_like.shape, axes)])


def _like(shape: ShapeT, target: ShapeT, axes: ShapeT) -> tuple[slice, ...]:
    if not axes and len(shape) != len(target):
        raise check_failed(
            f"ishape.ndim() == from_shape.ndim() ({len(shape)} vs. {len(target)}) ",
            "By default slice_axis performs slice on all axes, but ndim mismatch for inputs: "
            f"{len(shape)} vs. {len(target)}",
        )
    key = [slice(None)] * len(shape)
    for axis in axes or range(len(shape)):
        at = axis + len(shape) if axis < 0 else axis
        if not 0 <= at < len(shape):
            raise check_failed(
                "axis < ishape.ndim()", f"Slice axis {axis} out of range of {shape_text(shape)}"
            )
        if shape[at] < target[axis]:
            raise check_failed(
                f"ishape[axis] >= from_shape[axis] ({shape[at]} vs. {target[axis]}) ",
                f"Slice axis {at} with size {target[axis]}exceeds limit of input with size "
                f"{shape[at]}",
            )
        key[at] = slice(0, target[axis])
    return tuple(key)


@slice_like.shape
def _(data, shape_like, *, axes):
    return (data, shape_like), _window_shape(data, _like(data, shape_like, axes))


@slice_like.vjp("data")
def _(xp, ct, out, data, shape_like, *, axes):
    key = _like(data.shape, shape_like.shape, axes)
    return pasted(xp, ct, shape=data.shape, **_corners(key))


@slice_like.vjp("shape_like")
def _(xp, ct, out, data, shape_like, **params):
    return xp.zeros_like(shape_like)


@op("_slice_assign", "_crop_assign", "_npi_slice_assign")
def slice_assign(xp, lhs, rhs, *, begin: Corner, end: Corner, step: Corner = ()):
    """Return ``lhs`` with ``rhs`` written into a slice of it."""
    out = lhs.copy()
    out[window(lhs.shape, begin, end, step)] = rhs
    return out


@slice_assign.shape
def _(lhs, rhs, *, begin, end, step):
    return (lhs, _window_shape(lhs, window(lhs, begin, end, step))), lhs


@slice_assign.vjp("lhs")
def _(xp, ct, out, lhs, rhs, *, begin, end, step):
    return ct - pasted(xp, slice_(xp, ct, begin=begin, end=end, step=step), shape=lhs.shape,
                        begin=begin, end=end, step=step)  # fmt: skip


@slice_assign.vjp("rhs")
def _(xp, ct, out, lhs, rhs, *, begin, end, step):
    return slice_(xp, ct, begin=begin, end=end, step=step)


@op("_slice_assign_scalar", "_crop_assign_scalar", "_npi_slice_assign_scalar")
def slice_assign_scalar(
    xp, data, *, scalar: Float("double") = 0.0, begin: Corner, end: Corner, step: Corner = ()
):
    """Return ``data`` with a number written into a slice of it."""
    out = data.copy()
    out[window(data.shape, begin, end, step)] = xp.asarray(scalar, xp.float64).astype(data.dtype)
    return out


@slice_assign_scalar.shape
def _(data, *, scalar, begin, end, step):
    window(data, begin, end, step)
    return (data,), data


@slice_assign_scalar.vjp("data")
def _(xp, ct, out, data, *, scalar, **params):
    return ct - pasted(xp, slice_(xp, ct, **params), shape=data.shape, **params)


def axis_window(axis: int, rank: int, part: slice) -> tuple[slice, ...]:
    """Return the key that cuts ``part`` out of one axis."""
    return (*(slice(None),) * axis_in(axis, rank), part)
