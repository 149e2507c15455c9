"""Operators that change the shape or the order of axes and keep every element.

No result shares memory with its input: MXNet's operators copy, only ``NDArray.reshape`` (a method)
is a view. Inside a compiled graph, where no one can write into a value, views do.
"""

from __future__ import annotations

from typing import Any

from .._core.errors import MXNetError, check_failed, shape_text
from .._core.params import Axis, OptionalInt, Shape
from .._core.registry import op
from .._core.shapes import ShapeT, legacy, size
from .kernels.reshape_codes import legacy_target, numpy_target, numpyx_target


def outside(axis: int, ndim: int) -> MXNetError:
    """Build the error of an index into a shape that is out of range."""
    return check_failed("i >= 0 && i < ndim()", f"index = {axis} must be in range [0, {ndim})")


def _apart(xp: Any, view: Any) -> Any:
    """Return a view's elements in memory of their own, unless this is inside a compiled graph."""
    return view if xp.any_layout else view.copy()


@op("Reshape", "reshape")
def reshape(
    xp, data, *, shape: Shape = (), reverse: bool = False, target_shape: Shape = (),
    keep_highest: bool = False,
):  # fmt: skip
    """Give the elements a new shape.

    Codes in ``shape``: 0 keeps the input's dimension, -1 is inferred, -2 keeps all that remain, -3
    merges two, -4 splits one into the two that follow.  ``reverse`` reads both from the right.
    """
    if not shape and target_shape:
        shape = tuple(n or -1 for n in target_shape)
    return _apart(xp, data.reshape(legacy_target(data.shape, shape, reverse)))


@reshape.shape
def _(data, *, shape, reverse, target_shape, keep_highest):
    return (data,), legacy_target(data, shape or target_shape, reverse)


@op("_np_reshape")
def np_reshape(xp, a, *, newshape: Shape(), order: str = "C"):
    """Give the elements a new shape; -1 is inferred."""
    return _apart(xp, a.reshape(numpy_target(a.shape, newshape)))


@np_reshape.shape
def _(a, *, newshape, order):
    return (a,), numpy_target(a, newshape)


@op("_npx_reshape", "_npi_reshape")
def npx_reshape(xp, a, *, newshape: Shape(), reverse: bool = False, order: str = "C"):
    """Give the elements a new shape, described relative to the old one.

    Codes: -1 is inferred, -2 keeps the dimension, -3 drops one of size 1, -4 keeps all that
    remain, -5 merges two, -6 splits one into the two that follow.
    """
    return _apart(xp, a.reshape(numpyx_target(a.shape, newshape, reverse)))


@npx_reshape.shape
def _(a, *, newshape, reverse, order):
    return (a,), numpyx_target(a, newshape, reverse)


@op("Flatten", "flatten", "_npx_batch_flatten")
def flatten(xp, data):
    """Collapse all axes but the first: (n, ...) becomes (n, k)."""
    return _apart(xp, data.reshape(_rows(data.shape)))


def _rows(shape: ShapeT) -> ShapeT:
    return shape[0], size(shape[1:])


@flatten.shape
def _(data):
    return (data,), _rows(data)


@op("reshape_like", "_npx_reshape_like")
def reshape_like(
    xp, lhs, rhs, *, lhs_begin: OptionalInt = None, lhs_end: OptionalInt = None,
    rhs_begin: OptionalInt = None, rhs_end: OptionalInt = None,
):  # fmt: skip
    """Give ``lhs`` the shape of ``rhs``, or its axes [begin, end) those of ``rhs``'s."""
    window = (lhs_begin, lhs_end, rhs_begin, rhs_end)
    return _apart(xp, lhs.reshape(_like(lhs.shape, rhs.shape, *window)))


def _like(lhs: ShapeT, rhs: ShapeT, lb: Any, le: Any, rb: Any, re: Any) -> ShapeT:
    bounds = []
    for shape, begin, end, side in ((lhs, lb, le, "lhs"), (rhs, rb, re, "rhs")):
        rank = len(shape)
        begin = 0 if begin is None else begin + rank * (begin < 0)
        end = rank if end is None else end + rank * (end < 0)
        if not 0 <= begin < end <= rank:
            raise check_failed(
                f"{side}_begin < {side}_end", f"Invalid begin, end, get begin={begin}, end={end}"
            )
        bounds.append((begin, end))
    (lb, le), (rb, re) = bounds
    target = (*lhs[:lb], *rhs[rb:re], *lhs[le:])
    if size(target) != size(lhs):
        raise check_failed(
            f"(*in_attrs)[0].Size() == oshape.Size() ({size(lhs)} vs. {size(target)}) ",
            f"Cannot reshape lhs with shape {shape_text(lhs)}to new shape {shape_text(target)} "
            "because they have different size.",
        )
    return target


@reshape_like.shape
def _(lhs, rhs, *, lhs_begin, lhs_end, rhs_begin, rhs_end):
    return (lhs, rhs), _like(lhs, rhs, lhs_begin, lhs_end, rhs_begin, rhs_end)


@op("expand_dims", "_npi_expand_dims")
def expand_dims(xp, data, *, axis: int):
    """Insert an axis of length 1 at position ``axis``."""
    return _apart(xp, data.reshape(_expanded(data.shape, axis)))


def _expanded(shape: ShapeT, axis: int) -> ShapeT:
    rank = len(shape)
    at = axis + rank + 1 if axis < 0 else axis
    if not 0 <= at <= rank:
        raise check_failed(
            "axis >= 0 && axis <= indim",
            f"axis must be in the range [{-rank}, {rank}] ({axis} provided)",
        )
    return (*shape[:at], 1, *shape[at:])


@expand_dims.shape
def _(data, *, axis):
    return (data,), _expanded(data, axis)


@op("_np_squeeze")
def np_squeeze(xp, a, *, axis: Axis = None):
    """Drop axes of length 1: all of them, or those in ``axis``."""
    return _apart(xp, a.reshape(squeezed(a.shape, _once(axis))))


def _once(axis: Any) -> Any:
    return axis if axis is None else tuple(dict.fromkeys(axis))  # mxnet: np takes repeated axes


def squeezed(shape: ShapeT, axis: Any) -> ShapeT:
    """Return the shape without the axes of length 1 that ``axis`` names (None: all)."""
    if axis is None:
        return tuple(n for n in shape if n != 1)
    rank, gone = len(shape), set()
    for given in axis:
        at = given + rank if given < 0 else given
        if at < 0 or at >= rank:
            raise check_failed(
                f"axes[i] < dndim ({at} vs. {rank}) " if at >= 0 else f"axes[i] >= 0 ({at} vs. 0) ",
                f"axis {given} is out of bounds for array of dimension {rank}",
            )
        if at in gone:
            raise check_failed("oshape[axes[i]] != -1 (-1 vs. -1) ", "duplicate value in axis")
        if shape[at] != 1:
            raise check_failed(
                f"dshape[axes[i]] == 1 ({shape[at]} vs. 1) ",
                f"cannot select an axis to squeeze out which has size={shape[at]} not equal to one",
            )
        gone.add(at)
    return tuple(n for i, n in enumerate(shape) if i not in gone)


@np_squeeze.shape
def _(a, *, axis):
    return (a,), squeezed(a, _once(axis))


@op("squeeze")
def squeeze(xp, data, *, axis: Axis = None):
    """Drop axes of length 1, all or those in ``axis``; at least one axis stays."""
    return _apart(xp, data.reshape(legacy(squeezed(data.shape, axis))))


@squeeze.shape
def _(data, *, axis):
    return (data,), legacy(squeezed(data, axis))


for _reshaping in (
    reshape, np_reshape, npx_reshape, flatten, reshape_like, expand_dims, np_squeeze, squeeze
):  # fmt: skip
    _reshaping.views = True

    @_reshaping.vjp(_reshaping.inputs[0])
    def _(xp, ct, out, x, *others, **params):
        return xp.reshaped(ct, x.shape)
