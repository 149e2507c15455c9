"""Reading and writing parts of arrays, by MXNet's rules.

Basic keys (integers, slices, ``...``, ``None``) give a view where the part is contiguous and a
copy elsewhere; keys with lists or arrays always copy.  Both record.  A key is first brought into
a form that the array library understands and that needs no second look: Python integers, slices,
None, and raw index arrays of the array's own device.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy

from .errors import check_failed
from .flags import flags
from .lift import PRIMITIVES
from .registry import Op
from .tape import Node, refuse_write, state
from .tensor import Tensor, make, new

INTEGERS = (int, numpy.int32, numpy.int64)
_ARRAYS = (numpy.ndarray, list, tuple, range)
_NO_PARAMS: dict[str, Any] = {}


def _take(xp: Any, x: Any, *, key: object) -> Any:
    return x[key]


def _put(xp: Any, values: Any, *, key: object, shape: object) -> Any:
    total = xp.zeros(shape, values.dtype)
    total[key] = values
    return total


def _gather(xp: Any, x: Any, *, key: object) -> Any:
    return x[key]


def _scatter(xp: Any, values: Any, *, key: object, shape: object) -> Any:
    total = xp.zeros(shape, values.dtype)
    rows = _rows(key)
    if rows is not None and hasattr(xp, "row_sum") and values.ndim > 1:
        return xp.row_sum(rows % shape[0], values, shape[0])  # type: ignore[index]
    xp.scatter_add(total, key, values)
    return total


def _rows(key: Any) -> Any:
    """Return the index array of a key that picks whole rows, else None."""
    if isinstance(key, tuple):
        if any(part != slice(None) for part in key[1:] if isinstance(part, slice)):
            return None
        if not all(isinstance(part, slice) for part in key[1:]):
            return None
        key = key[0]
    return key if getattr(key, "ndim", 0) == 1 and key.dtype.kind == "i" else None


#: Reading a basic key, and its gradient: writing into zeros.
take = Op(_take, ("slice",))
put = Op(_put, ("_backward_slice",))
#: Reading a key with index arrays, and its gradient: adding up in zeros.
gather = Op(_gather, ("gather_nd",))
scatter = Op(_scatter, ("_backward_gather_nd",))


@take.vjp("x")
def _(xp: Any, ct: Any, out: Any, x: Any, *, key: Any) -> Any:
    return put(xp, ct, key=key, shape=x.shape)


@put.vjp("values")
def _(xp: Any, ct: Any, out: Any, values: Any, *, key: Any, shape: Any) -> Any:
    return take(xp, ct, key=key)


@gather.vjp("x")
def _(xp: Any, ct: Any, out: Any, x: Any, *, key: Any) -> Any:
    return scatter(xp, ct, key=key, shape=x.shape)


@scatter.vjp("values")
def _(xp: Any, ct: Any, out: Any, values: Any, *, key: Any, shape: Any) -> Any:
    return gather(xp, ct, key=key)


def part(tensor: Any, result: Any, op: Op, key: Any) -> Any:
    """Wrap a part of a tensor's buffer as a tensor of the same class, recorded when asked."""
    ctx = tensor._ctx
    xp = ctx.xp
    if result.__class__ is not xp.ndarray:
        result = xp.asarray(result)
    made = new(tensor.__class__)
    made._buf = result
    made._ctx = ctx
    node = tensor._node
    made._node = (
        Node(op, (node,), result, (tensor._buf,), {"key": key}, ctx)
        if node is not None and state.recording
        else None
    )
    return made


def out_of_bounds(index: int, axis: int, size: int) -> IndexError:
    """Build the error for an integer index outside its axis."""
    return IndexError(f"index {index} is out of bounds for axis {axis} with size {size}")


def getter(otherwise: Callable[[Any, Any], Any], legacy: bool) -> Callable[[Any, Any], Any]:
    """Build ``__getitem__``: rows and plain slices here, every other key by ``otherwise``.

    An element of a vector has the shape ``()``, or ``(1,)`` for ``legacy`` arrays as long as NumPy
    shapes are off.
    """

    def __getitem__(self: Any, key: Any) -> Any:
        kind = key.__class__
        buf = self._buf
        if kind is int:
            ndim = buf.ndim
            if ndim == 1:
                if legacy and not flags.np_shape:
                    if not -buf.shape[0] <= key < buf.shape[0]:
                        raise out_of_bounds(key, 0, buf.shape[0])
                    key = slice(key, key + 1 or None)
                else:
                    key = (key, ...)
            elif not ndim:
                return otherwise(self, key)
            result = buf[key]  # the library's words for an index out of range are MXNet's
        elif kind is slice and key.step is None and buf.ndim:
            if key.start is None and key.stop is None:
                return self
            result = buf[key]
            if not result.size:
                return rows(self, key)
        else:
            return otherwise(self, key)
        made = new(self.__class__)
        made._buf = result
        made._ctx = ctx = self._ctx
        node = self._node
        made._node = (
            Node(take, (node,), result, (buf,), {"key": key}, ctx)
            if node is not None and state.recording
            else None
        )
        return made

    return __getitem__


def rows(tensor: Any, key: slice) -> Any:
    """Return a slice of step 1 along the first axis: always a view."""
    buf = tensor._buf
    start, stop = _span(key, buf.shape[0])
    if start > stop:
        raise check_failed(
            f"begin <= end ({start} vs. {stop}) ", f"Invalid slicing range [{start}, {stop})"
        )
    key = slice(start, stop)
    return part(tensor, buf[key], take, key)


def _span(key: slice, length: int) -> tuple[int, int]:
    """Cut a slice's ends to the axis; unlike Python's, the end may lie before the start."""
    start, stop, _ = slice(key.start, key.stop).indices(length)
    return start, stop


def basic(tensor: Any, key: tuple[Any, ...], scalar_shape: tuple[int, ...]) -> Any:
    """Return the part at a complete basic key: a view where it is contiguous, else a copy."""
    buf = tensor._buf
    check_bounds(key, buf.shape)
    if not buf.ndim:
        # mxnet: a legacy 0-d array with a new axis fails on nothing to unpack (test_get_scalar)
        raise ValueError("not enough values to unpack (expected 3, got 0)")
    if scalar_shape and _picks_one(key):
        last = max(i for i, item in enumerate(key) if item is not None)
        key = (*key[:last], slice(key[last], key[last] + 1 or None), *key[last + 1 :])
    else:
        key = (*key, ...)
    result = buf[key]
    if not tensor._is_np and not result.size:
        _refuse_empty(key, buf.shape)
    if not result.flags.c_contiguous:
        result = result.copy()
    return part(tensor, result, take, key)


def _refuse_empty(key: tuple[Any, ...], shape: tuple[int, ...]) -> None:
    """Refuse an empty part of a legacy array unless its first axis is the empty one.

    mxnet: there the part is a flat view, and a 0 in its new shape says "as it was"
    (test_get_empty).
    """
    parts = [item for item in key if item is not None and item is not ...]
    first = next(
        axis
        for axis, (item, length) in enumerate(zip(parts, shape, strict=True))
        if item.__class__ is slice and not range(*item.indices(length))
    )
    if first:
        raise check_failed(f"src_idx < dshape_len ({first} vs. 1) ")


def _picks_one(key: tuple[Any, ...]) -> bool:
    return all(item.__class__ is not slice and item is not None for item in key)


def check_bounds(key: tuple[Any, ...], shape: tuple[int, ...], writing: bool = False) -> None:
    """Raise IndexError for an integer of a complete basic key that lies outside its axis."""
    axis = 0
    for item in key:
        if item is None:
            continue
        if item.__class__ is not slice and not -shape[axis] <= item < shape[axis]:
            # mxnet: one integer an axis is read axis by axis, each the first of what is left
            # (test_get_out_of_range)
            one = not writing and len(key) == len(shape) and _picks_one(key)
            shown = 0 if one else axis
            raise out_of_bounds(item, shown, shape[axis])
        axis += 1


def advanced(tensor: Any, key: tuple[Any, ...]) -> Any:
    """Return a copy of the elements at a complete key with index arrays."""
    buf = tensor._buf
    try:
        result = buf[key]
    except IndexError as error:
        raise advanced_error(error, key, buf.shape) from None
    if not (result.size or tensor._is_np or flags.np_shape):
        raise check_failed("dim_size_is_known(*it)", "Shape dim size cannot be a negative value -1")
    made = part(tensor, result, gather, key)
    if None in [item for item in key if not hasattr(item, "shape")]:
        shape = _shape_with_new_axes(key, result.shape)
        if shape != result.shape:
            wrapped = make(tensor.__class__, result.reshape(shape), made._ctx)
            if made._node is not None:
                wrapped._node = Node(
                    _reshaped, (made._node,), wrapped._buf, (result,), {"shape": shape}, made._ctx
                )
            return wrapped
    return made


def _reshape(xp: Any, x: Any, *, shape: object) -> Any:
    return xp.reshape(x, shape)


_reshaped = Op(_reshape, ("reshape",))


@_reshaped.vjp("x")
def _(xp: Any, ct: Any, out: Any, x: Any, **params: Any) -> Any:
    return xp.reshape(ct, x.shape)


def _shape_with_new_axes(key: tuple[Any, ...], shape: tuple[int, ...]) -> tuple[int, ...]:
    """Move the new axes of an advanced key to where MXNet puts them.

    mxnet: MXNet counts adjacent index arrays as no axis at all when it places new axes, so
    ``x[[0, 1], None]`` has the shape (1, 2, ...); see test_get_advanced.
    """
    arrays = [i for i, item in enumerate(key) if _is_index(item)]
    block = numpy.broadcast_shapes(*(numpy.shape(key[i]) for i in arrays))
    together = arrays == list(range(arrays[0], arrays[-1] + 1))
    kept = _without_new_axes(key, arrays, len(block), together, shape)
    places, count = [], 0 if together else len(block)
    for i, item in enumerate(key):
        if item is None:
            places.append(count)
        count += i not in arrays
    for place in places:
        kept.insert(place, 1)
    return tuple(kept)


def _without_new_axes(
    key: tuple[Any, ...], arrays: list[int], block: int, together: bool, shape: tuple[int, ...]
) -> list[int]:
    lengths, axis = [], 0
    if not together:
        lengths, axis = list(shape[:block]), block
    for i, item in enumerate(key):
        if i in arrays:
            if together and i == arrays[0]:
                lengths += shape[axis : axis + block]
                axis += block
            continue
        if item is not None:
            lengths.append(shape[axis])
        axis += 1
    return lengths


def _is_index(item: Any) -> bool:
    return item is not None and item.__class__ is not slice


def advanced_error(error: IndexError, key: tuple[Any, ...], shape: tuple[int, ...]) -> Exception:
    """Word the failure of an advanced key: the first index outside its axis, or the arrays'
    shapes."""
    axis = 0
    for item in key:
        if item is None:
            continue
        if _is_index(item):
            index = numpy.asarray(item.get() if hasattr(item, "get") else item)
            wrong = index[(index < -shape[axis]) | (index >= shape[axis])]
            if wrong.size:
                found = out_of_bounds(int(wrong.flat[0]), axis, shape[axis])
                return IndexError(f"{found}\nIndexError: {found}")
        axis += 1
    shapes = [numpy.shape(item) for item in key if _is_index(item)]
    for first, second in pairwise(shapes):
        try:
            numpy.broadcast_shapes(first, second)
        except ValueError:
            first = first or (1,)
            return ValueError(f"shape1={first} is not broadcastable to shape2={second or (1,)}")
    return error


def expand(tensor: Any, key: Any, legacy: bool) -> tuple[tuple[Any, ...], bool, bool | None]:
    """Complete a key: one item an axis, arrays made raw.

    Returns the items, whether index arrays are among them, and the truth of a 0-d boolean in the
    key (None without one).  ``legacy`` refuses boolean arrays.
    """
    items = key if isinstance(key, tuple) else (key,)
    buf = tensor._buf
    shape = buf.shape
    done: list[Any] = []
    ellipsis = truth = None
    fancy = False
    axis = 0
    for item in items:
        if item is Ellipsis:
            if ellipsis is not None:
                raise IndexError("Cannot use more than one ellipsis (`...`) for indexing")
            ellipsis = len(done)
            continue
        if item is None or item.__class__ is slice:
            done.append(item)
        elif isinstance(item, bool):
            truth = item if truth is None else truth and item
            continue
        elif isinstance(item, INTEGERS):
            done.append(int(item))
        elif isinstance(item, Tensor):
            if item._buf.dtype.kind == "b":
                found = _mask(tensor, item, shape, axis, legacy)
                if found.__class__ is bool:
                    truth = found if truth is None else truth and found
                    continue
                done.extend(found)
                axis += len(found)
                fancy = True
                continue
            if item._buf.ndim == 0:
                position: Any = item
                done.append(int(position.item()))
            else:
                done.append(_index(tensor, item))
                fancy = True
        elif isinstance(item, _ARRAYS):
            done.append(_index(tensor, item))
            fancy = True
        else:
            raise ValueError(
                f"NDArray does not support slicing with key {item} of type {type(item)}."
            )
        axis += 1
    if ellipsis is None:
        ellipsis = len(done)
    given = sum(item is not None for item in done)
    if given > len(shape):
        raise IndexError(f"too many indices ({given}) for array with {len(shape)} dimensions")
    done[ellipsis:ellipsis] = [slice(None)] * (len(shape) - given)
    return tuple(done), fancy, truth


def _index(tensor: Any, item: Any) -> Any:
    """Turn an array-like index into a raw integer array on the tensor's device."""
    xp = tensor._ctx.xp
    if isinstance(item, Tensor):
        buf = item._buf
        if item._ctx.xp is not xp:
            buf = xp.from_host(item._ctx.xp.to_host(buf))
    else:
        buf = xp.asarray(numpy.asarray(item))
    # mxnet: boolean NumPy arrays and lists count as the integers 0 and 1 (test_get_mask)
    return buf if buf.dtype.kind == "i" else buf.astype(xp.int64)


def _mask(tensor: Any, item: Any, shape: Any, axis: int, legacy: bool) -> Any:
    """Turn a boolean array index into index arrays, one an axis that it covers."""
    mask = item._ctx.xp.to_host(item._buf)
    if mask.ndim == 0:
        return bool(mask)
    for i, length in enumerate(mask.shape):
        if axis + i >= len(shape):
            raise IndexError(
                f"too many indices, whose ndim = {mask.ndim}, for array with ndim = {len(shape)}"
            )
        if length != shape[axis + i]:
            raise IndexError(
                f"boolean index did not match indexed array along axis {axis + i}; size is "
                f"{shape[axis + i]} but corresponding boolean size is {length}"
            )
    if legacy and flags.np_array:
        raise AttributeError("'NDArray' object has no attribute 'nonzero'")  # mxnet: test_get_mask
    if legacy:
        raise ValueError(
            "Cannot perform boolean indexing in legacy mode. Please activate numpy semantics by "
            "calling `npx.set_np()` in the global scope before calling this function."
        )
    return [tensor._ctx.xp.asarray(part) for part in mask.nonzero()]


def _copied(tensor: Any, value: Any) -> Node:
    """Record that the whole of ``tensor`` becomes a copy of ``value``, broadcast to its shape."""
    spread = PRIMITIVES["broadcast_to"]
    shape = {"shape": tensor._buf.shape}
    return Node(spread, (value._node,), tensor._buf, (value._buf,), shape, tensor._ctx)


def write(tensor: Any, key: Any, value: Any) -> None:
    """Write ``value`` (a number, a tensor or a host array) at a raw key.

    While recording, a tensor on the tape refuses, and so does a value that is on it.
    """
    taped = isinstance(value, Tensor) and value._node is not None
    if state.recording and (taped or tensor._node is not None):
        whole = key is ... or (key.__class__ is slice and key == slice(None))
        refuse_write(tensor, taped and not whole)
        tensor._node = _copied(tensor, value)
    if isinstance(value, Tensor):
        xp = tensor._ctx.xp
        buf = value._buf
        if value._ctx.xp is not xp:
            buf = xp.from_host(value._ctx.xp.to_host(buf))
        value = buf
    tensor._buf[key] = value
