"""Writing into parts of arrays: ``x[key] = value`` for both array classes."""

from __future__ import annotations

from typing import Any

import numpy

from .._core import indexing
from .._core.operators import constant
from .._core.semantics import NUMERIC
from .._core.tensor import Tensor

_EVERYTHING = slice(None)


def assign(tensor: Any, key: Any, value: Any) -> None:
    """Write ``value`` at ``key``, cast to the array's dtype and broadcast to the part's shape."""
    buf = tensor._buf
    if isinstance(value, Tensor):
        if tensor._is_np and not value._is_np:
            raise TypeError("Cannot assign mx.nd.NDArray to mxnet.numpy.ndarray")
    elif isinstance(value, NUMERIC) and not buf.dtype.kind == "b":
        value = constant(buf.dtype, value)
    if buf.ndim == 0:
        return _assign_scalar(tensor, key, value)
    if key.__class__ is slice and key == _EVERYTHING:
        return _store(tensor, key, value)
    if tensor._is_np and isinstance(key, (bool, Tensor)):
        if isinstance(key, bool):
            return _store(tensor, ..., value) if key else None
        if key._buf.dtype.kind == "b":
            return _assign_mask(tensor, key, value)
    items, _, truth = indexing.expand(tensor, key, legacy=not tensor._is_np)
    if truth is False or buf.size == 0:
        return None
    indexing.check_bounds_of_integers(items, buf.shape)
    # a position in front of new axes is a position without them: they are dropped here and the
    # value gives up leading axes of length 1 where it has more axes than the part
    return _store(tensor, tuple(item for item in items if item is not None), value)


def _assign_scalar(tensor: Any, key: Any, value: Any) -> None:
    if key.__class__ is not tuple and not (isinstance(key, slice) and not tensor._is_np) or (
        key.__class__ is tuple and len(key)
    ):
        shown = "`()`" if tensor._is_np else "`()` and `:`"
        raise IndexError(f"scalar tensor can only accept {shown} as index")
    if getattr(value, "size", 0) != 1:
        raise ValueError("setting an array element with a sequence.")
    _store(tensor, (), value.reshape(()))


def _assign_mask(tensor: Any, mask: Any, value: Any) -> None:
    if not isinstance(value, (Tensor, numpy.ndarray)) and not isinstance(value, NUMERIC):
        raise NotImplementedError(f"type {type(value)} is not supported.")
    indexing.write(tensor, mask._buf, value)


def _store(tensor: Any, key: Any, value: Any) -> None:
    """Write at a raw key; word failures as MXNet does."""
    if not isinstance(value, (Tensor, numpy.ndarray)):
        try:
            value = numpy.asarray(value, dtype=tensor._buf.dtype)
        except (ValueError, TypeError):
            shown = "mxnet.np.ndarray" if tensor._is_np else str(type(tensor))
            raise TypeError(
                f"{shown} does not support assignment with non-array-like object {value} of type "
                f"{type(value)}"
            ) from None
    if value.__class__ is numpy.ndarray and tensor._ctx.device_typeid == 2:
        value = tensor._ctx.xp.asarray(value)
    try:
        with numpy.errstate(all="ignore"):
            indexing.write(tensor, key, value)
    except IndexError as error:
        items = key if isinstance(key, tuple) else (key,)
        raise indexing.advanced_error(error, items, tensor.shape) from None
    except ValueError as error:
        part = tensor._buf[key].shape
        raise ValueError(
            "operands could not be broadcast together with remapped shapes[original->remapped]: "
            f"{value.shape} and requested shape {part}"
        ) from error
