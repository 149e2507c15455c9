"""Sorting and the positions of extremes."""

from __future__ import annotations

from typing import Any

from .._core.dtypes import float32
from .._core.errors import check_failed, mxnet_error, shape_text
from .._core.params import DType, Enum, OptionalInt
from .._core.registry import kernel, op
from .._core.shapes import ShapeT, legacy
from .join_split import axis_in

INDEX = DType("float16", "float32", "float64", "int32", "int64", "uint8")


def sort_axis(axis: int | None, shape: ShapeT) -> int:
    """Return the position of a sort axis; raise MXNet's error when there is none."""
    rank = len(shape)
    if axis is None:
        return 0
    at = axis + rank if axis < 0 else axis
    if not 0 <= at < rank:
        raise check_failed(
            "*axis >= 0 && *axis < static_cast<int>(src_shape.ndim())",
            f"Invalid axis! axis should be between 0 and {rank}, found axis={at}",
        )
    return at


def ranked(xp: Any, data: Any, axis: int, ascending: bool) -> Any:
    """Return the positions that sort ``data``; equal elements keep their order either way."""
    if ascending:
        return xp.argsort(data, axis=axis, kind="stable")
    if data.dtype.kind == "f":
        return xp.argsort(-data, axis=axis, kind="stable")
    turned = xp.argsort(xp.flip(data, axis), axis=axis, kind="stable")
    return data.shape[axis] - 1 - xp.flip(turned, axis)


def _flat(shape: ShapeT, axis: int | None) -> ShapeT:
    if axis is not None:
        sort_axis(axis, shape)
        return shape
    count = 1
    for n in shape:
        count *= n
    return (count,)


@kernel
def spread(xp, ct, index, *, shape: object, axis: int):
    """Put ``ct`` at ``index`` along ``axis`` of an array of zeros: the gradient of selecting."""
    total = xp.zeros(shape, ct.dtype)
    rank = index.ndim
    key = [
        xp.arange(n).reshape((1,) * i + (n,) + (1,) * (rank - i - 1))
        for i, n in enumerate(index.shape)
    ]
    key[axis] = index
    xp.scatter_add(total, tuple(key), ct)
    return total


@spread.vjp("ct")
def _(xp, ct, out, first, index, *, shape, axis):
    return xp.take_along_axis(ct, index, axis)


def _sortable(data: Any) -> None:
    """Refuse the floating-point type that MXNet does not sort."""
    if data.dtype.name == "float16":
        raise mxnet_error("This operation does not support float16")  # mxnet: test_sorting


@op("sort", "_npi_sort", shape=lambda data, *, axis, is_ascend: ((data,), _flat(data, axis)))
def sort(xp, data, *, axis: OptionalInt = -1, is_ascend: bool = True):
    """Sort along an axis, or all elements when it is None."""
    _sortable(data)
    flat = data.reshape(-1) if axis is None else data
    at = sort_axis(axis, flat.shape)
    if is_ascend:
        return xp.sort(flat, axis=at)
    return xp.flip(xp.sort(flat, axis=at), at).copy()


@sort.vjp("data")
def _(xp, ct, out, data, *, axis, is_ascend):
    flat = data.reshape(-1) if axis is None else data
    at = sort_axis(axis, flat.shape)
    index = ranked(xp, flat, at, is_ascend)
    return spread(xp, ct, index, shape=flat.shape, axis=at).reshape(data.shape)


@op(
    "argsort", "_npi_argsort", flat=True,
    shape=lambda data, *, axis, **params: ((data,), _flat(data, axis)),
)  # fmt: skip
def argsort(xp, data, *, axis: OptionalInt = -1, is_ascend: bool = True, dtype: INDEX = float32):
    """Return the positions that sort along an axis; equal elements keep their order."""
    _sortable(data)
    flat = data.reshape(-1) if axis is None else data
    return ranked(xp, flat, sort_axis(axis, flat.shape), is_ascend).astype(dtype)


def _selected(shape: ShapeT, axis: int | None, k: int, ret_typ: str) -> tuple[int, int, ShapeT]:
    """Return the axis, the number of elements to select and the shape of the result."""
    flat = _flat(shape, axis)
    at = sort_axis(axis, flat)
    if not 0 <= k <= flat[at] and k > 0:
        raise check_failed(
            "*k >= 0 && *k <= *element_num", f"k must be smaller than {flat[at]}, get k = {k}"
        )
    count = k if k > 0 else flat[at]
    if ret_typ == "mask":
        return at, count, shape
    return at, count, (*flat[:at], count, *flat[at + 1 :])


def _top_shape(data, *, axis, k, ret_typ, **params):
    shape = _selected(data, axis, k, ret_typ)[2]
    return (data,), [shape, shape] if ret_typ in ("both", "value") else shape


def _top_visible(params: dict[str, Any]) -> int:
    return 2 if params["ret_typ"] == "both" else 1


@op("topk", "_npx_topk", visible=_top_visible, shape=_top_shape)
def topk(
    xp, data, *, axis: OptionalInt = -1, k: int = 1,
    ret_typ: Enum("value", "indices", "mask", "both") = "indices", is_ascend: bool = False,
    dtype: INDEX = float32,
):  # fmt: skip
    """Select the ``k`` largest (or smallest) elements along an axis, in order.

    ``k <= 0`` selects all.  Returns positions as ``dtype``, values, both, or a mask of the input's
    shape.
    """
    flat = data.reshape(-1) if axis is None else data
    at, count, _ = _selected(data.shape, axis, k, ret_typ)
    index = ranked(xp, flat, at, is_ascend)[(slice(None),) * at + (slice(count),)]
    if ret_typ == "mask":
        mask = spread.forward(
            xp, xp.ones(index.shape, data.dtype), index, shape=flat.shape, axis=at
        )
        return mask.reshape(data.shape)
    if ret_typ == "indices":
        return index.astype(dtype)
    return xp.take_along_axis(flat, index, at), index.astype(dtype)


@topk.vjp("data")
def _(xp, ct, out, data, *, axis, k, ret_typ, is_ascend, dtype):
    if ret_typ in ("indices", "mask"):
        return xp.zeros_like(data)
    flat = data.reshape(-1) if axis is None else data
    at, count, _ = _selected(data.shape, axis, k, ret_typ)
    index = ranked(xp, flat, at, is_ascend)[(slice(None),) * at + (slice(count),)]
    return spread(xp, ct[0], index, shape=flat.shape, axis=at).reshape(data.shape)


def reduced(shape: ShapeT, axis: int | None, keepdims: bool) -> ShapeT:
    """Return the shape that is left when one axis (None: all) is reduced."""
    if axis is None:
        return (1,) * len(shape) if keepdims else ()
    at = axis_in(axis, len(shape))
    return (*shape[:at], *((1,) if keepdims else ()), *shape[at + 1 :])


def reduced_np(shape: ShapeT, axis: int | None, keepdims: bool) -> ShapeT:
    """Do :func:`reduced` with the words of NumPy's operators; refuse to search nothing."""
    rank = len(shape)
    at = axis + rank if axis is not None and axis < 0 else axis
    if at is not None and not 0 <= at < max(rank, 1):
        raise check_failed(
            f"axes[axes.ndim()-1] < ishape.ndim() ({at} vs. {rank}) ",
            f"Reduction axis {at} Exceeds input dimensions {shape_text(shape)}",
        )
    if at is None and 0 in shape:
        raise check_failed(
            "inputs[0].shape_.Size() != 0U (0 vs. 0) ", "attempt to search an empty sequence"
        )
    if at is not None and rank and shape[at] == 0:
        raise check_failed(
            "inputs[0].shape_[axis] != 0 (0 vs. 0) ",
            f"searching input tensor of shape {shape_text(shape)} along axis = {at} of zero "
            "dim-size is not allowed",
        )
    return reduced(shape, at, keepdims) if rank else ()


def _legacy_shape(data, *, axis, keepdims):
    return (data,), legacy(reduced(data, axis, keepdims))


def _extreme_shape(data, *, axis, keepdims):
    return (data,), reduced_np(data, axis, keepdims)


def _extreme(name: str, best: str) -> None:
    def same_type(xp, data, *, axis: OptionalInt = None, keepdims: bool = False):
        kept = legacy(reduced(data.shape, axis, keepdims))
        found = xp.asarray(getattr(xp, name)(data, axis=axis))
        return found.astype(data.dtype).reshape(kept)

    def whole(xp, data, *, axis: OptionalInt = None, keepdims: bool = False):
        kept = reduced_np(data.shape, axis, keepdims)
        return xp.asarray(getattr(xp, name)(data, axis=axis)).reshape(kept)

    same_type.__doc__ = f"Return the positions of the {best} along an axis, in the input's type."
    whole.__doc__ = f"Return the positions of the {best} along an axis, as int64."
    op(name, flat=True, shape=_legacy_shape)(same_type)
    op(f"_npi_{name}", flat=True, shape=_extreme_shape)(whole)


_extreme("argmax", "largest elements")
_extreme("argmin", "smallest elements")


@op("argmax_channel", shape=lambda data: ((data,), (data[0], *data[2:])))
def argmax_channel(xp, data):
    """Return the positions of the largest elements along axis 1, in the input's type."""
    return xp.argmax(data, axis=1).astype(data.dtype)
