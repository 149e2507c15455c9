"""Operators that return an array with elements removed, inserted or overwritten."""

from __future__ import annotations

from typing import Any

from .._core.errors import check_failed
from .._core.params import Axis, Optional, OptionalFloat, OptionalInt, Tuple
from .._core.registry import kernel, op
from .._core.shapes import ShapeT
from .index import add_rows, take
from .join_split import axis_in

Ends = Optional(Tuple("tuple of <double>"))


def _flat(data: Any, axis: int | None) -> tuple[Any, int]:
    """Return the array and the axis to work on; None flattens."""
    return (data.reshape(-1), 0) if axis is None else (data, axis_in(axis, data.ndim))


def _kept(xp: Any, count: int, obj: Any, start: Any, stop: Any, step: Any, one: Any) -> Any:
    """Return the positions that a deletion leaves."""
    if one is not None:
        if not -count <= one < count:
            raise check_failed(
                "(index >= -1 * N) && (index < N)",
                f"index {one} is out of bounds for axis 0 with size {count}",
            )
        gone = xp.asarray([one % count])
    elif obj is not None:
        gone = obj.reshape(-1).astype(xp.int64)
        gone = gone[(gone >= -count) & (gone < count)] % count
    else:
        gone = xp.arange(count)[slice(start, stop, step)]
    keep = xp.ones(count, dtype=bool)
    keep[gone] = False
    return xp.flatnonzero(keep)


@op("_npi_delete")
def delete(
    xp, arr, obj=None, *, start: OptionalInt = None, stop: OptionalInt = None,
    step: OptionalInt = None, int_ind: OptionalInt = None, axis: OptionalInt = None,
):  # fmt: skip
    """Remove the slices of an axis (None: elements) at an index, a slice or an index array."""
    flat, at = _flat(arr, axis)
    index = _kept(xp, flat.shape[at], obj, start, stop, step, int_ind)
    return xp.take(flat, index, axis=at)


@delete.shape
def _(arr, obj=None, *, axis, **params):
    if axis is None:
        return (arr,), (-1,)
    at = axis_in(axis, len(arr))
    return (arr,), (*arr[:at], -1, *arr[at + 1 :])


@delete.vjp("arr")
def _(xp, ct, out, arr, obj=None, *, axis, **params):
    flat = (arr.size,) if axis is None else arr.shape
    at = 0 if axis is None else axis % arr.ndim
    return undelete(xp, ct, obj, shape=flat, axis=at, **params).reshape(arr.shape)


@kernel
def undelete(
    xp, ct, obj=None, *, shape: object, axis: int, start: object, stop: object, step: object,
    int_ind: object,
):  # fmt: skip
    """Put the slices that a deletion left back into zeros of ``shape``."""
    index = _kept(xp, shape[axis], obj, start, stop, step, int_ind)
    return add_rows.forward(xp, ct, index, shape=shape, axis=axis, mode="clip")


@undelete.vjp("ct")
def _(xp, ct, out, first, obj=None, *, shape, **params):
    return delete(xp, ct, obj, **params)


def _places(xp: Any, count: int, index: Any) -> Any:
    """Check insertion points and map negative ones; they refer to the array before insertion."""
    if index.size and not bool(((index >= -count) & (index <= count)).all()):
        raise check_failed(
            "index >= -1 * N && index <= N",
            "Index should be in the range of [-r, r-1] where r is the dim size in 'axis'",
        )
    return xp.where(index < 0, index + count, index)


def _order(xp: Any, count: int, places: Any) -> Any:
    """Return where each position of the result comes from: below ``count`` old, above new."""
    origin = xp.concatenate([places, xp.arange(count)])
    rank = xp.argsort(origin, kind="stable")
    return xp.where(rank < places.size, count + rank, rank - places.size)


def _insert(xp: Any, arr: Any, values: Any, places: Any, axis: Any, single: bool) -> Any:
    flat, at = _flat(arr, axis)
    count = flat.shape[at]
    values = values.astype(arr.dtype)
    if single:
        places = xp.repeat(places, values.shape[at] if values.ndim == flat.ndim else 1)
    where = _places(xp, count, places)
    shape = (*flat.shape[:at], where.size, *flat.shape[at + 1 :])
    if values.ndim == 1 and values.size == where.size and flat.ndim > 1 and not single:
        values = values.reshape((-1,) + (1,) * (flat.ndim - at - 1))
    both = xp.concatenate([flat, xp.broadcast_to(values, shape)], axis=at)
    return xp.take(both, _order(xp, count, where), axis=at)


def _value(xp: Any, arr: Any, values: Any, val: float | None) -> Any:
    return xp.asarray(val, xp.float64).astype(arr.dtype) if values is None else values


def _inserted(arr, *others, axis, **params):
    if axis is None:
        return (arr, *others), (-1,)
    at = axis_in(axis, len(arr))
    return (arr, *others), (*arr[:at], -1, *arr[at + 1 :])


@op("_npi_insert_scalar", shape=_inserted)
def insert_scalar(
    xp, arr, values=None, *, val: OptionalFloat = None, start: OptionalInt = None,
    stop: OptionalInt = None, step: OptionalInt = None, int_ind: OptionalInt = None,
    axis: OptionalInt = None,
):  # fmt: skip
    """Insert values before one position of an axis (None: of the flattened array)."""
    places = xp.asarray([int_ind or 0])
    return _insert(xp, arr, _value(xp, arr, values, val), places, axis, True)


@op("_npi_insert_slice", shape=_inserted)
def insert_slice(
    xp, arr, values=None, *, val: OptionalFloat = None, start: OptionalInt = None,
    stop: OptionalInt = None, step: OptionalInt = None, int_ind: OptionalInt = None,
    axis: OptionalInt = None,
):  # fmt: skip
    """Insert one value before each position of a slice."""
    flat, at = _flat(arr, axis)
    places = xp.arange(flat.shape[at])[slice(start, stop, step)]
    return _insert(xp, arr, _value(xp, arr, values, val), places, axis, False)


@op("_npi_insert_tensor", shape=_inserted)
def insert_tensor(
    xp, arr, values=None, obj=None, *, val: OptionalFloat = None, start: OptionalInt = None,
    stop: OptionalInt = None, step: OptionalInt = None, int_ind: OptionalInt = None,
    axis: OptionalInt = None,
):  # fmt: skip
    """Insert one value before each position of an index array (the last input)."""
    if obj is None:
        values, obj = None, values
    places = obj.reshape(-1).astype(xp.int64)
    single = places.size == 1 and values is not None
    return _insert(xp, arr, _value(xp, arr, values, val), places, axis, single)


@op("_contrib_index_copy")
def index_copy(xp, old_tensor, index_vector, new_tensor):
    """Return the first array with the rows at the indices replaced by those of the last."""
    _copied(old_tensor.shape, index_vector.shape, new_tensor.shape)
    out = old_tensor.copy()
    out[xp.clip(index_vector.astype(xp.int64), 0, len(out) - 1)] = new_tensor
    return out


def _copied(old: ShapeT, index: ShapeT, new: ShapeT) -> None:
    if index[0] != new[0]:
        raise check_failed(f"in_attrs->at(1)[0] == in_attrs->at(2)[0] ({index[0]} vs. {new[0]}) ")


@index_copy.shape
def _(old_tensor, index_vector, new_tensor):
    _copied(old_tensor, index_vector, new_tensor)
    return (old_tensor, index_vector, new_tensor), old_tensor


@index_copy.vjp("old_tensor")
def _(xp, ct, out, old_tensor, index_vector, new_tensor):
    mask = xp.ones((old_tensor.shape[0],) + (1,) * (old_tensor.ndim - 1), ct.dtype)
    hit = xp.arange(old_tensor.shape[0])[:, None] == index_vector.reshape(1, -1)
    return ct * xp.where(xp.any(hit, axis=1).reshape(mask.shape), 0, mask)


@index_copy.vjp("new_tensor")
def _(xp, ct, out, old_tensor, index_vector, new_tensor):
    return take(xp, ct, index_vector)


@op("_contrib_index_array", flat=True)
def index_array(xp, data, *, axes: Axis = None):
    """Return for each element its position, as int64 along a new last axis."""
    grid = xp.indices(data.shape)
    chosen = range(data.ndim) if axes is None else [a % data.ndim for a in axes]
    return xp.stack([grid[a] for a in chosen], axis=-1).astype(xp.int64)


@index_array.shape
def _(data, *, axes):
    return (data,), (*data, len(data) if axes is None else len(axes))


@op("fill_element_0index", flat=True, shape=lambda lhs, mhs, rhs: ((lhs, mhs, rhs), lhs))
def fill_element(xp, lhs, mhs, rhs):
    """Return ``lhs`` (n, k) with ``mhs[i]`` written at column ``rhs[i]`` of each row ``i``."""
    out = lhs.copy()
    out[xp.arange(lhs.shape[0]), rhs.astype(xp.int64)] = mhs
    return out


@op("_histogram", "_npi_histogram", visible=2)
def histogram(xp, data, bins=None, *, bin_cnt: OptionalInt = None, range: Ends = None):
    """Count the elements that fall into bins: counts as int64, then the edges of the bins."""
    if bin_cnt is None:
        counts = xp.histogram(data, bins)[0]
        return counts.astype(xp.int64), bins.copy()
    counts, edges = xp.histogram(data, bin_cnt, range)
    return counts.astype(xp.int64), edges.astype(data.dtype)


@histogram.shape
def _(data, bins=None, *, bin_cnt, range):
    count = bins[0] - 1 if bin_cnt is None else bin_cnt
    return (data,) if bins is None else (data, bins), [(count,), (count + 1,)]
