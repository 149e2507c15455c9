"""Reading elements and rows by position, and writing them back for the gradient."""

from __future__ import annotations

from typing import Any

from .._core.dtypes import float32
from .._core.errors import check_failed, mxnet_error, shape_text
from .._core.params import DType, Enum, Float, OptionalInt, Shape
from .._core.registry import kernel, op
from .._core.shapes import ShapeT, legacy
from .join_split import axis_in

NUMERIC = DType("bfloat16", "float16", "float32", "float64", "int32", "int64", "int8", "uint8")


def whole(xp: Any, index: Any) -> Any:
    """Return an index array as int64; MXNet takes indices of any type and cuts them."""
    return index if index.dtype.kind in "iu" else index.astype(xp.int64)


def bounded(xp: Any, index: Any, length: int, mode: str) -> Any:
    """Bring indices into range: ``clip`` to the ends, ``wrap`` around, or ``raise``."""
    index = whole(xp, index)
    if mode == "clip":
        return xp.minimum(xp.maximum(index, 0), length - 1)  # a third of the time of clip
    if mode == "wrap":
        return index % length
    if index.size and not bool(((index >= 0) & (index < length)).all()):
        raise check_failed("is_valid", "take operator contains indices out of bound")
    return index


@kernel
def add_rows(xp, ct, index, *, shape: object, axis: int, mode: str):
    """Add the rows of ``ct`` into zeros of ``shape`` where ``take`` read them."""
    rank = index.ndim
    index = bounded(xp, index, shape[axis], mode).reshape(-1)
    if axis:
        ct = xp.moveaxis(ct, tuple(range(axis, axis + rank)), tuple(range(rank)))
    rest = (*shape[:axis], *shape[axis + 1 :])
    total = xp.row_sum(index, ct.reshape((index.size, *rest)), shape[axis])
    return xp.moveaxis(total, 0, axis) if axis else total


@add_rows.vjp("ct")
def _(xp, ct, out, first, index, *, shape, axis, mode):
    return take(xp, ct, index, axis=axis, mode=mode)


@op("take", "_npi_take")
def take(xp, a, indices, *, axis: int = 0, mode: Enum("clip", "raise", "wrap") = "clip"):
    """Take slices of ``a`` along an axis; ``mode`` says what happens to indices out of range."""
    at = _take_axis(axis, a.ndim)
    if mode == "clip":
        return xp.take_clipped(a, whole(xp, indices), at)
    return xp.take(a, bounded(xp, indices, a.shape[at], mode), axis=at)


def _take_axis(axis: int, rank: int) -> int:
    if not -rank <= axis < rank:
        raise check_failed(
            "param.axis >= -1 * arrshape.ndim() && param.axis < arrshape.ndim()",
            "Axis should be in the range of [-r, r-1] where r is the rank of input tensor",
        )
    return axis % rank


@take.shape
def _(a, indices, *, axis, mode):
    at = _take_axis(axis, len(a))
    return (a, indices), (*a[:at], *indices, *a[at + 1 :])


@take.vjp("a")
def _(xp, ct, out, a, indices, *, axis, mode):
    return add_rows(xp, ct, indices, shape=a.shape, axis=axis % a.ndim, mode=mode)


@kernel
def unpick(xp, ct, index, *, shape: object, axis: int, mode: str):
    """Put ``ct`` where ``pick`` read it in zeros of ``shape``."""
    total = xp.zeros(shape, ct.dtype)
    kept = (*shape[:axis], 1, *shape[axis + 1 :])
    index = bounded(xp, index, shape[axis], mode)
    if axis == len(shape) - 1:
        total.reshape((-1, shape[axis]))[_along(xp, index)] = ct.reshape(-1)
        return total
    index = index.reshape(kept)
    hit = index == xp.arange(shape[axis]).reshape((-1,) + (1,) * (len(shape) - axis - 1))
    return xp.where(hit, ct.reshape(kept), total)


@unpick.vjp("ct")
def _(xp, ct, out, first, index, *, shape, axis, mode):
    return pick(xp, ct, index, axis=axis, keepdims=len(shape) == first.ndim, mode=mode)


@op("pick", "choose_element_0index", "_npx_pick")
def pick(
    xp, data, index, *, axis: OptionalInt = -1, keepdims: bool = False,
    mode: Enum("clip", "wrap") = "clip",
):  # fmt: skip
    """Pick one element an ``axis`` by an index array, shaped like the data without the axis."""
    at, kept, out = _picked(data.shape, index.shape, axis, keepdims)
    where = bounded(xp, index, data.shape[at], mode)
    if at == data.ndim - 1:
        return data.reshape((-1, data.shape[at]))[_along(xp, where)].reshape(out)
    return xp.take_along_axis(data, where.reshape(kept), at).reshape(out)


def _along(xp: Any, index: Any) -> tuple[Any, Any]:
    """Return the key of one element a row of a matrix."""
    return xp.arange(index.size), index.reshape(-1)


def _picked(
    data: ShapeT, index: ShapeT, axis: int | None, keepdims: bool
) -> tuple[int, ShapeT, ShapeT]:
    if axis is None:
        raise mxnet_error("axis=None is not supported by pick yet. Must specify an axis.")
    at = axis_in(axis, len(data))
    kept = (*data[:at], 1, *data[at + 1 :])
    flat = (*data[:at], *data[at + 1 :])
    if index not in (flat, kept) and not (len(data) == 1 and index == (1,)):
        expected = kept if len(index) == len(kept) else flat
        raise mxnet_error(
            f"Shape inconsistent, Provided = {shape_text(index)}, "
            f"inferred shape={shape_text(expected)}"
        )
    return at, kept, kept if keepdims else legacy(flat)


@pick.shape
def _(data, index, *, axis, keepdims, mode):
    return (data, index), _picked(data, index, axis, keepdims)[2]


@pick.vjp("data")
def _(xp, ct, out, data, index, *, axis, keepdims, mode):
    return unpick(xp, ct, index, shape=data.shape, axis=axis % data.ndim, mode=mode)


@op("batch_take", shape=lambda a, indices: ((a, indices), indices))
def batch_take(xp, a, indices):
    """Take one element of each row of ``a`` (n, k) by int32 ``indices`` (n,), clipped."""
    if indices.dtype.name != "int32":
        raise mxnet_error(
            f"Type inconsistent, Provided = {indices.dtype.name}, inferred type = int32"
        )
    where = bounded(xp, indices, a.shape[1], "clip").reshape((-1, 1))
    return xp.take_along_axis(a, where, 1).reshape(indices.shape)


@batch_take.vjp("a")
def _(xp, ct, out, a, indices):
    return unpick(xp, ct, indices, shape=a.shape, axis=1, mode="clip")


@op("one_hot", "_npx_one_hot", flat=True)
def one_hot(
    xp, indices, *, depth: int, on_value: Float("double") = 1.0, off_value: Float("double") = 0.0,
    dtype: NUMERIC = float32,
):  # fmt: skip
    """Turn indices into rows of length ``depth`` that are ``on_value`` at the index.

    Indices outside [0, depth) give a row of ``off_value``.
    """
    hit = whole(xp, indices)[..., None] == xp.arange(depth)
    if on_value == 1 and off_value == 0:
        return hit.astype(dtype)
    on, off = xp.asarray([on_value, off_value], xp.float64).astype(dtype)
    return xp.where(hit, on, off)


@one_hot.shape
def _(indices, *, depth, **params):
    return (indices,), (*indices, depth)


@op("gather_nd", "_npi_gather_nd", "_npx_gather_nd")
def gather_nd(xp, data, indices):
    """Gather the elements or slices at ``indices`` (m, ...): column j names one position."""
    return data[_key(xp, indices, data.shape)]


def _key(xp: Any, indices: Any, shape: ShapeT) -> tuple[Any, ...]:
    """Split an index array into one index an axis; negative ones count from the end."""
    if indices.ndim < 2 or indices.shape[0] > len(shape):
        _gathered(shape, indices.shape)
    key = []
    for axis, index in enumerate(whole(xp, indices)):
        length = shape[axis]
        if index.size and not (-length <= int(index.min()) and int(index.max()) < length):
            wrong = next(int(i) for i in index.ravel() if not -length <= int(i) < length)
            raise IndexError(
                f"IndexError: index {wrong} is out of bounds for axis {axis} with size {length}"
            )
        key.append(index)
    return tuple(key)


def _gathered(data: ShapeT, indices: ShapeT) -> ShapeT:
    if len(indices) < 2:
        raise check_failed(
            f"ishape.ndim() > 1 ({len(indices)} vs. 1) ",
            "gather_nd requires index tensor to have at least 2 dimensions",
        )
    if indices[0] > len(data):
        raise check_failed(
            f"ishape[0] <= dshape.ndim() ({indices[0]} vs. {len(data)}) ",
            "Number of indices exceeds data dimension",
        )
    return (*indices[1:], *data[indices[0] :])


@gather_nd.shape
def _(data, indices):
    return (data, indices), _gathered(data, indices)


@gather_nd.vjp("data")
def _(xp, ct, out, data, indices):
    return add_at(xp, ct, indices, shape=data.shape)


@kernel
def add_at(xp, ct, indices, *, shape: object):
    """Add the slices of ``ct`` into zeros of ``shape`` where ``gather_nd`` read them."""
    total = xp.zeros(shape, ct.dtype)
    xp.scatter_add(total, _key(xp, indices, shape), ct)
    return total


@add_at.vjp("ct")
def _(xp, ct, out, first, indices, *, shape):
    return gather_nd(xp, ct, indices)


@op("scatter_nd")
def scatter_nd(xp, data, indices, *, shape: Shape()):
    """Write ``data`` at ``indices`` of an array of zeros; the last of equal positions wins."""
    _scattered(data.shape, indices.shape, shape)
    out = xp.zeros(shape, data.dtype)
    key = whole(xp, indices)
    lengths = xp.asarray(shape[: key.shape[0]]).reshape((-1,) + (1,) * (key.ndim - 1))
    inside = ((key >= 0) & (key < lengths)).all(axis=0)
    if bool(inside.all()):
        out[tuple(key)] = data
    else:
        out[tuple(k[inside] for k in key)] = data[inside]
    return out


def _scattered(data: ShapeT, indices: ShapeT, shape: ShapeT) -> ShapeT:
    rank = indices[0] if indices else 0
    if rank > len(shape) or data != (*indices[1:], *shape[rank:]):
        raise check_failed(
            "valid",
            "Invalid data, indices, and output shape combination for scatter_nd: "
            f"{shape_text(data)}, {shape_text(indices)}, {shape_text(shape)}",
        )
    return shape


@scatter_nd.shape
def _(data, indices, *, shape):
    return (data, indices), _scattered(data, indices, shape)


@scatter_nd.vjp("data")
def _(xp, ct, out, data, indices, *, shape):
    return gather_nd(xp, ct, indices)


@op("_scatter_set_nd", "_npi_scatter_set_nd")
def scatter_set_nd(xp, lhs, rhs, indices, *, shape: Shape()):
    """Return ``lhs`` with ``rhs`` written at ``indices``."""
    out = lhs.copy()
    out[tuple(whole(xp, indices))] = rhs
    return out


@scatter_set_nd.shape
def _(lhs, rhs, indices, *, shape):
    return (lhs, rhs, indices), lhs


def no_gradient(position: int):
    """Build the gradient of an index or a condition: zeros."""

    def pull(xp, ct, out, *arrays, **params):
        return xp.zeros_like(arrays[position])

    return pull


for _op, _input in (
    (take, "indices"), (pick, "index"), (batch_take, "indices"), (gather_nd, "indices"),
    (scatter_nd, "indices"),
):  # fmt: skip
    _op.vjp(_input)(no_gradient(_op.inputs.index(_input)))
