"""Writing into parts of arrays: ``x[key] = value`` for both array classes."""

from __future__ import annotations

from typing import Any

import numpy

from .._core import indexing
from .._core.errors import MXNetError, check_failed, mxnet_error, shape_text, shapes_unknown
from .._core.flags import flags
from .._core.semantics import NUMERIC
from .._core.tensor import Tensor

_EVERYTHING = slice(None)


def assign(tensor: Any, key: Any, value: Any) -> None:
    """Write ``value`` at ``key``, cast to the array's dtype and broadcast to the part's shape."""
    buf = tensor._buf
    is_np = tensor._is_np
    if is_np and isinstance(value, Tensor) and not value._is_np:
        raise TypeError("Cannot assign mx.nd.NDArray to mxnet.numpy.ndarray")
    if isinstance(value, Tensor) and value._sparse:
        raise not_array_like(type(tensor), value)
    whole = key.__class__ is slice and key == _EVERYTHING
    given = value
    if isinstance(value, NUMERIC):
        if whole and isinstance(value, numpy.floating):
            # mxnet: a NumPy number goes through its text (test_set_dtypes)
            value = float(str(value))
        value = tensor._ctx.xp.constant(buf.dtype, value)
        if whole and buf.ndim:
            return indexing.write(tensor, ..., value)
    elif whole and isinstance(value, Tensor) and value.shape == buf.shape:
        return indexing.write(tensor, ..., value)
    if is_np and isinstance(key, (bool, Tensor)):
        if isinstance(key, bool):
            return indexing.write(tensor, ..., _fitted(tensor, value, buf.shape)) if key else None
        if key._buf.dtype.kind == "b":
            return _assign_mask(tensor, key, value)
    if buf.ndim == 0:
        return _assign_scalar(tensor, key, value, given)
    if buf.size == 0 and not is_np:
        return None
    items, fancy, truth = indexing.expand(tensor, key, legacy=not is_np)
    if is_np and truth is False:
        return None
    if fancy:
        _assign_advanced(tensor, items, value)
    else:
        _assign_basic(tensor, items, value)
    return None


def _assign_scalar(tensor: Any, key: Any, value: Any, given: Any) -> None:
    number = value is not given
    empty = key.__class__ is tuple and not key
    if not empty and (tensor._is_np or not isinstance(key, slice)):
        shown = "`()`" if tensor._is_np else "`()` and `:`"
        raise IndexError(f"scalar tensor can only accept {shown} as index")
    if getattr(value, "size", 0) != 1:
        raise ValueError("setting an array element with a sequence.")
    if not flags.np_shape and number:
        attributes = {
            "dtype": tensor._buf.dtype.name, "value": given, "ctx": tensor._ctx, "shape": "()"
        }  # fmt: skip
        raise shapes_unknown("_full", [], [None], attributes)
    if not flags.np_shape and isinstance(value, Tensor):
        raise shapes_unknown("_copyto", [None], [None], {})
    indexing.write(tensor, (), _reshaped(_raw(tensor, value), ()))


def _assign_mask(tensor: Any, mask: Any, value: Any) -> None:
    """Write a number or an array of ours where a boolean array is true."""
    if not isinstance(value, Tensor) and getattr(value, "ndim", 1):
        raise NotImplementedError(f"type {type(value)} is not supported.")
    index = mask._buf
    if index.ndim > tensor._buf.ndim or index.shape != tensor.shape[: index.ndim]:
        raise check_failed(
            "dshape[i] == mshape[i]", f"a mask of shape {index.shape} for an array of shape "
            f"{tensor.shape}"
        )  # fmt: skip
    if isinstance(value, Tensor):
        rest = tensor.shape[index.ndim :]
        count = int(index.sum())
        if value.shape != (count, *rest):
            value = _fitted(tensor, value, (count, *rest))
    indexing.write(tensor, index, value)


def _assign_advanced(tensor: Any, items: tuple[Any, ...], value: Any) -> None:
    key = tuple(item for item in items if item is not None)
    try:
        shape = tensor._buf[key].shape
    except IndexError as error:
        raise indexing.advanced_error(error, key, tensor.shape) from None
    indexing.write(tensor, key, _fitted(tensor, value, shape, squeeze=_new_axes(items)))


def _assign_basic(tensor: Any, items: tuple[Any, ...], value: Any) -> None:
    buf = tensor._buf
    indexing.check_bounds(items, buf.shape, True)
    key = tuple(item for item in items if item is not None)
    for item, length in zip(key, buf.shape, strict=True):
        if item.__class__ is slice:
            start, stop, step = item.indices(length)
            # mxnet: an end before the start is an assertion without a word (test_set_errors)
            assert stop >= start if step > 0 else stop <= start
    part = buf[key]
    backwards = any(item.__class__ is slice and (item.step or 1) < 0 for item in key)
    whole = part.shape == buf.shape and not backwards
    if whole and value.__class__ is numpy.ndarray and value.ndim:
        return indexing.write(tensor, ..., _whole(tensor, value))
    if buf.dtype.kind == "b" and not whole and (isinstance(value, Tensor) or numpy.ndim(value)):
        raise mxnet_error("Unknown type enum 7", "parts of bool arrays take numbers only")
    return indexing.write(
        tensor, key, _fitted(tensor, value, part.shape or (1,), squeeze=_new_axes(items))
    )


def _new_axes(items: tuple[Any, ...]) -> list[int]:
    """Return where the new axes of a key stand in the part that it picks."""
    places, count = [], 0
    for item in items:
        if item is None:
            places.append(count)
        count += item is None or item.__class__ is slice
    return places


def _whole(tensor: Any, value: Any) -> Any:
    """Fit a NumPy array to the whole array as NumPy's ``broadcast_to`` would."""
    shape = tensor.shape
    fitted = value.shape[-len(shape) :] if value.ndim > len(shape) else value.shape
    fitted = (1,) * (len(shape) - len(fitted)) + fitted
    if any(have not in (1, want) for have, want in zip(fitted, shape, strict=True)):
        have, want = (str(list(s)).replace(" ", "")[1:-1] for s in (fitted, shape))
        raise ValueError(
            "operands could not be broadcast together with remapped shapes [original->remapped]: "
            f"({have})  and requested shape ({want})"
        )
    return _raw(tensor, value.reshape(fitted))


def _raw(tensor: Any, value: Any) -> Any:
    """Return a value as something that can be written: a tensor, or an array of its device."""
    if isinstance(value, Tensor):
        if not tensor._is_np and value._is_np:
            raise not_array_like(type(tensor), value)
        return value
    if not isinstance(value, numpy.ndarray):
        try:
            with numpy.errstate(all="ignore"):
                value = numpy.asarray(value, dtype=tensor._buf.dtype)
        except (ValueError, TypeError, OverflowError):
            raise not_array_like(type(tensor), value) from None
    return tensor._ctx.xp.from_host(value)


def not_array_like(cls: type[Any], value: Any) -> TypeError:
    """Build the error for a value that cannot be written into an array of class ``cls``."""
    shown = "mxnet.np.ndarray" if cls._is_np else str(cls).replace("mxshim", "mxnet")
    return TypeError(
        f"{shown} does not support assignment with non-array-like object {value} of type "
        f"{str(type(value)).replace('mxshim', 'mxnet')}"
    )


def _fitted(tensor: Any, value: Any, shape: tuple[int, ...], squeeze: Any = ()) -> Any:
    """Drop a value's surplus axes of length 1 and check that it broadcasts to ``shape``.

    The result keeps its place on the tape, so that a recorded value is refused.
    """
    if isinstance(value, numpy.generic):
        return value
    value = _raw(tensor, value)
    have = value.shape
    if not have or (have == shape and shape != (1,)):
        return value
    if len(have) > len(shape):
        for axis in sorted((a for a in squeeze if a < len(have)), reverse=True):
            if have[axis] == 1:
                have = (*have[:axis], *have[axis + 1 :])
    while len(have) > len(shape) and have[0] == 1:
        have = have[1:]
    if 0 in have:
        if numpy.prod(shape):
            raise _empty_value(tensor, shape)
    else:
        _check_broadcast(tensor, have, shape)
    if not shape or shape == (1,):
        have = ()
    return value if have == value.shape else _reshaped(value, have)


def _reshaped(value: Any, shape: tuple[int, ...]) -> Any:
    return value._reshaped(shape) if isinstance(value, Tensor) else value.reshape(shape)


def _empty_value(tensor: Any, shape: tuple[int, ...]) -> Exception:
    size = int(numpy.prod(shape))
    if tensor._is_np:
        return check_failed(
            f"src.Size() == dst->Size() (0 vs. {size}) ",
            f"Cannot reshape array of size 0 into shape {shape_text(shape)}",
        )
    return MXNetError(
        f"NDArray.Reshape: Check failed: shape_.Size() >= shape.Size() (0 vs. {size}) : target "
        "shape size is larger than the current shape"
    )


def _check_broadcast(tensor: Any, have: tuple[int, ...], shape: tuple[int, ...]) -> None:
    fits = len(have) <= len(shape) and all(
        n in (1, want) for n, want in zip(have[::-1], shape[::-1], strict=False)
    )
    if fits:
        return
    if not tensor._is_np:
        raise ValueError(
            "operands could not be broadcast together with remapped shapes[original->remapped]: "
            f"{have} and requested shape {shape}"
        )
    condition = (
        "ishape[j] == pshape[i] || ishape[j] == 1"
        if len(have) <= len(shape)
        else f"ishape.ndim() <= param.shape.ndim() ({len(have)} vs. {len(shape)}) "
    )
    raise check_failed(
        condition, f"shape {shape_text(have)} is not broadcastable to {shape_text(shape)}"
    )
