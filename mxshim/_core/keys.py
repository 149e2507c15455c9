"""Keys of ``x[key]``: completing them, checking them, and the shapes they lead to.

A key is brought into a form that the array library understands and that needs no second look:
Python integers, slices, None, and raw index arrays of the array's own device.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy

from .flags import flags
from .tensor import Tensor

INTEGERS = (int, numpy.int32, numpy.int64)
_ARRAYS = (numpy.ndarray, list, tuple, range)
Key = tuple[Any, ...]


def out_of_bounds(index: int, axis: int, size: int) -> IndexError:
    """Build the error for an integer index outside its axis."""
    return IndexError(f"index {index} is out of bounds for axis {axis} with size {size}")


def picks_one(key: Key) -> bool:
    return all(item.__class__ is not slice and item is not None for item in key)


def check_bounds(key: Key, shape: tuple[int, ...], writing: bool = False) -> None:
    """Raise IndexError for an integer of a complete basic key that lies outside its axis."""
    axis = 0
    for item in key:
        if item is None:
            continue
        if item.__class__ is not slice and not -shape[axis] <= item < shape[axis]:
            # mxnet: one integer an axis is read axis by axis, each the first of what is left
            # (test_get_out_of_range)
            one = not writing and len(key) == len(shape) and picks_one(key)
            shown = 0 if one else axis
            raise out_of_bounds(item, shown, shape[axis])
        axis += 1


def shape_with_new_axes(key: Key, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Move the new axes of an advanced key to where MXNet puts them.

    mxnet: MXNet counts adjacent index arrays as no axis at all when it places new axes, so
    ``x[[0, 1], None]`` has the shape (1, 2, ...); see test_get_advanced.
    """
    arrays = [i for i, item in enumerate(key) if is_index(item)]
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
    key: Key, arrays: list[int], block: int, together: bool, shape: tuple[int, ...]
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


def is_index(item: Any) -> bool:
    return item is not None and item.__class__ is not slice


def advanced_error(error: IndexError, key: Key, shape: tuple[int, ...]) -> Exception:
    """Word the failure of an advanced key: the first index outside its axis, or the arrays'
    shapes."""
    axis = 0
    for item in key:
        if item is None:
            continue
        if is_index(item):
            index = numpy.asarray(item.get() if hasattr(item, "get") else item)
            wrong = index[(index < -shape[axis]) | (index >= shape[axis])]
            if wrong.size:
                found = out_of_bounds(int(wrong.flat[0]), axis, shape[axis])
                return IndexError(f"{found}\nIndexError: {found}")
        axis += 1
    shapes = [numpy.shape(item) for item in key if is_index(item)]
    for first, second in pairwise(shapes):
        try:
            numpy.broadcast_shapes(first, second)
        except ValueError:
            first = first or (1,)
            return ValueError(f"shape1={first} is not broadcastable to shape2={second or (1,)}")
    return error


def expand(tensor: Any, key: Any, legacy: bool) -> tuple[Key, bool, bool | None]:
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
        buf = xp.from_host(numpy.asarray(item))
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
    return [tensor._ctx.xp.from_host(part) for part in mask.nonzero()]
