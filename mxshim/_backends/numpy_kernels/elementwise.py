"""What element-wise kernels share: passes over the memory of arrays, a block at a time."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from math import isfinite
from typing import Any

import numpy

from ..cpu import constant, xp
from ..override import overridden
from . import rows
from .channels import channels_last
from .rows import Array

#: Elements below which the operators' bodies are as fast.
SMALL = 1 << 12
_SINGLE = numpy.dtype(numpy.float32)


def number(value: float) -> Any:
    """Return a number in single precision, as NumPy meets it fastest."""
    return constant(_SINGLE, value)


ONE = number(1)


def dense(array: Array) -> bool:
    """Tell whether an array fills its memory, in C order or channels last."""
    return array.flags.c_contiguous or channels_last(array)


def takes(array: Array) -> bool:
    """Tell whether an array is a large one in single precision that fills its memory."""
    return array.size >= SMALL and array.dtype.char == "f" and dense(array)


def finite(array: Array) -> bool:
    """Tell whether the sum of squares of a dense array is finite: every element is a number."""
    flat = array.ravel(order="K")
    return isfinite(flat.dot(flat))


def alike(array: Array, other: Array) -> Array:
    """Return an array in the order of memory of another of its shape."""
    if array.strides == other.strides:
        return array
    made = numpy.empty_like(other)
    made[...] = array
    return made


def blocks(*arrays: Array) -> Iterable[tuple[Array, ...]]:
    """Cut dense arrays of one shape and order into flat blocks."""
    flats = [array.ravel(order="K") for array in arrays]
    size, step = flats[0].size, rows.BLOCK // flats[0].itemsize
    if size <= step:
        return [tuple(flats)]
    return [tuple([flat[at : at + step] for flat in flats]) for at in range(0, size, step)]


@lru_cache(8)
def _zeros(count: int, kind: str) -> Array:
    return numpy.zeros(count, kind)


def zeros(block: Array) -> Array:
    """Return zeros of a block's form, which NumPy compares with faster than with a single 0.

    They are shared: do not write to them.
    """
    return _zeros(max(rows.BLOCK // block.itemsize, block.size), block.dtype.char)[: block.size]


#: The exponentials of kernels that are faster than NumPy's, None where they decline.
_fast_exp = overridden("exp", (), lambda xp, x: None)


def exponentials(x: Array, target: Array) -> Array:
    """Compute the exponentials of a block by what is fastest; NumPy's go to ``target``."""
    made = _fast_exp(xp, x)
    return numpy.exp(x, target) if made is None else made
