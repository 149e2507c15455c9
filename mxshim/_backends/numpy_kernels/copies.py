"""Copies of strided arrays, in items as large as lie in one piece.

NumPy copies by strides an element at a time, in loops over the last axis that are short where the
last axis is. A type as wide as what lies side by side makes one element of it, which is copied as a
whole: half to an eighth of the time for 32 and 4 numbers.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy

from .rows import Array

#: Bytes of an array from which on the wider items pay, and bytes of an item up to which they do.
LARGE, _WIDE = 1 << 15, 1 << 9


@lru_cache(256)
def _item(size: int) -> Any:
    """Return a type of so many bytes that says nothing about them."""
    return numpy.dtype((numpy.void, size))


def packed(array: Array) -> Array:
    """Copy an array into memory of its own, in order."""
    run = _run(array) if array.nbytes >= LARGE else 0
    if not run:
        return array.copy()
    made = numpy.empty(array.shape, array.dtype)
    shape = (*array.shape[: array.ndim - run], -1)
    source, target = array.reshape(shape), made.reshape(shape)
    item = _item(source.shape[-1] * array.itemsize)
    target.view(item)[...] = source.view(item)
    return made


def _run(array: Array) -> int:
    """Count the last axes that lie in one piece of memory, if that is worth an item; else 0."""
    size, count, shape, strides = array.itemsize, 0, array.shape, array.strides
    for length, stride in zip(reversed(shape), reversed(strides), strict=True):
        if stride != size and length != 1:
            break
        size *= length
        count += 1
    wide = array.itemsize < size <= _WIDE and count < array.ndim
    return count if wide and not array.dtype.hasobject else 0


def reshaped(array: Array, shape: tuple[int, ...]) -> Array:
    """Give an array another shape; only merging axes can take a copy."""
    if len(shape) < array.ndim and array.nbytes >= LARGE and not array.flags.c_contiguous:
        array = packed(array)
    return array.reshape(shape)
