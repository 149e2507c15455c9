"""Operators that permute axes; every result is a copy."""

from __future__ import annotations

from .._core.errors import MXNetError, check_failed, shape_text
from .._core.params import Axis, Int, Shape
from .._core.registry import op
from .._core.shapes import ShapeT
from .reshape import outside


@op("transpose")
def transpose(xp, data, *, axes: Shape = ()):
    """Permute the axes, by default in reverse order."""
    return xp.packed(data.transpose(order_of(data.ndim, axes)))


def order_of(rank: int, axes: ShapeT | None) -> ShapeT:
    """Return the full permutation that ``axes`` stands for; check it as MXNet does."""
    if not axes:
        return tuple(range(rank))[::-1]
    if len(axes) != rank:
        raise check_failed(
            f"std: :max(shp.ndim(), out_shp.ndim()) == param.axes.ndim() ({rank} vs. {len(axes)}) "
        )
    for axis in axes:
        if axis >= rank:
            raise check_failed("param.axes[i] < static_cast<int64_t>(shp.ndim())")
        if axis < 0:
            raise outside(axis, rank)
    if len(set(axes)) != rank:
        raise check_failed("repeated axis in transpose", f"axes {axes} name one axis twice")
    return axes


@transpose.shape
def _(data, *, axes):
    return (data,), tuple(data[axis] for axis in order_of(len(data), axes))


@transpose.vjp("data")
def _(xp, ct, out, data, *, axes):
    return xp.transpose(ct, inverse(order_of(data.ndim, axes)))


def inverse(order: ShapeT) -> ShapeT:
    """Return the permutation that undoes ``order``."""
    back = [0] * len(order)
    for position, axis in enumerate(order):
        back[axis] = position
    return tuple(back)


@op("_np_transpose")
def np_transpose(xp, a, *, axes: Axis = None):
    """Permute the axes, by default in reverse order; axes may be negative."""
    return xp.packed(a.transpose(_signed_order(a.ndim, axes, a.shape)))


def _signed_order(rank: int, axes: ShapeT | None, shape: ShapeT | None = None) -> ShapeT:
    if axes is None:
        return tuple(range(rank))[::-1]
    if len(axes) != rank:
        raise check_failed(
            f"ndim == param.axes.ndim() ({rank} vs. {len(axes)}) ",
            "The number of axes does not match the dimension of the tensor. "
            f"axes = {shape_text(axes)}, input tensor shape = {shape_text(shape)}",
        )
    order = tuple(axis + rank if axis < 0 else axis for axis in axes)
    for position, axis in enumerate(order):
        if not 0 <= axis < rank:
            raise check_failed(
                "axes[i] >= 0 && axes[i] < ndim",
                f"axes[{position}]={axis} exceeds the range [0, {rank})",
            )
    if len(set(order)) != rank:
        raise ValueError(
            f"ValueError: Check failed: axes_set.size() == axes.ndim() ({len(set(order))} vs. "
            f"{rank}) : Repeated axis in transpose. param.axes = {shape_text(order)}"
        )
    return order


@np_transpose.shape
def _(a, *, axes):
    return (a,), tuple(a[axis] for axis in _signed_order(len(a), axes, a))


@np_transpose.vjp("a")
def _(xp, ct, out, a, *, axes):
    return xp.transpose(ct, inverse(_signed_order(a.ndim, axes)))


@op("SwapAxis", "swapaxes", "_npi_swapaxes")
def swapaxes(xp, data, *, dim1: Int() = 0, dim2: Int() = 0):
    """Interchange two axes."""
    return xp.packed(data.swapaxes(*_pair(data.ndim, dim1, dim2)))


def _pair(rank: int, *axes: int) -> list[int]:
    found = []
    for number, axis in enumerate(axes, 1):
        at = axis + rank if axis < 0 else axis
        if not 0 <= at < rank:
            raise MXNetError(
                f"axis{number}: Check failed: axis{number} >= 0 && axis{number} < shape0.ndim(): "
                f"axis {axis} is out of bounds for array of ndim {rank}"
            )
        found.append(at)
    return found


@swapaxes.shape
def _(data, *, dim1, dim2):
    first, second = _pair(len(data), dim1, dim2)
    out = list(data)
    out[first], out[second] = out[second], out[first]
    return (data,), tuple(out)


@swapaxes.vjp("data")
def _(xp, ct, out, data, *, dim1, dim2):
    return xp.swapaxes(ct, dim1 % data.ndim, dim2 % data.ndim)


@op("_np_moveaxis")
def moveaxis(xp, a, *, source: Shape(), destination: Shape()):
    """Move axes to new positions; the others keep their order."""
    return xp.packed(xp.transpose(a, moved_order(a.ndim, source, destination)))


def moved_order(rank: int, source: ShapeT, destination: ShapeT) -> ShapeT:
    """Return the permutation that moves ``source`` axes to ``destination``."""
    if len(source) != len(destination):
        raise check_failed(
            f"param.source.ndim() == param.destination.ndim() ({len(source)} vs. "
            f"{len(destination)}) ",
            "source and destination not equal.",
        )
    sources, targets = (
        _axes(rank, axes, word) for axes, word in ((source, "source"), (destination, "destination"))
    )
    order = [axis for axis in range(rank) if axis not in sources]
    for target, axis in sorted(zip(targets, sources, strict=True)):
        order.insert(target, axis)
    return tuple(order)


def _axes(rank: int, axes: ShapeT, word: str) -> list[int]:
    found: list[int] = []
    for axis in axes:
        at = axis + rank if axis < 0 else axis
        if not 0 <= at < rank:
            raise check_failed(f"static_cast<size_t>(param.{word}[i]) < ndim ({axis} vs. {rank}) ")
        if at in found:
            real = "src" if word == "source" else "des"
            raise check_failed(
                f"real_{real}[i] != real_{real}[j] ({at} vs. {at}) ",
                f"repeated axis in `{word}` argument",
            )
        found.append(at)
    return found


@moveaxis.shape
def _(a, *, source, destination):
    return (a,), tuple(a[axis] for axis in moved_order(len(a), source, destination))


@moveaxis.vjp("a")
def _(xp, ct, out, a, *, source, destination):
    return xp.transpose(ct, inverse(moved_order(a.ndim, source, destination)))
