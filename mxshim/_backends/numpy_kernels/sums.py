"""Sums of large arrays over all axes or the last ones: products with ones, as fast as memory.

NumPy's pairwise sum takes two to three times as long, over short rows up to twenty times. BLAS adds
in many places at once and so rounds hardly more, if rows are short or cut into pieces. Infinite
numbers and nan times one stay what they are.
"""

from __future__ import annotations

from functools import lru_cache
from math import prod
from typing import Any

import numpy

from .rows import PIECE, Array, add_reduce, dots, ones, piecewise

#: Elements from which on a product pays, where rows are short and where they are long.
LARGE, LARGER = 1 << 13, 1 << 16
#: Rows up to this length are summed by a product of matrix and vector, longer ones would lose
#: digits; it takes so many elements at a time, for which BLAS starts no threads.
_SHORT, _MANY = 256, 1 << 18


def summed(
    data: Array, axis: tuple[int, ...] | None, keepdims: bool = False, squared: bool = False
) -> Any:
    """Sum an array, or its squares, in its own type over all axes or some."""
    least = LARGE if axis else LARGER
    if data.size >= least and data.dtype.char in "fd" and data.flags.c_contiguous:
        width = _width(data.shape, axis)
        if 1 < width <= _SHORT or (width > 1 and data.size >= LARGER):
            if width == data.size:
                out = _of_all(data.reshape(-1), squared)
            else:
                out = _of_rows(data.reshape((-1, width)), squared)
            return out.reshape(_kept(data.shape, axis, keepdims))
    return add_reduce(data * data if squared else data, axis, data.dtype, None, keepdims)


@lru_cache(512)
def _width(shape: tuple[int, ...], axis: tuple[int, ...] | None) -> int:
    """Count the elements that are summed to one; 0 unless they lie side by side."""
    ndim = len(shape)
    axes = range(ndim) if axis is None else sorted([a + ndim if a < 0 else a for a in axis])
    kept = ndim - len(axes)
    return prod(shape[kept:]) if [*axes] == [*range(kept, ndim)] else 0


def _kept(shape: tuple[int, ...], axis: tuple[int, ...] | None, keepdims: bool) -> tuple[int, ...]:
    """Return the shape of a sum over the last axes."""
    gone = len(shape) if axis is None else len(axis)
    return shape[: len(shape) - gone] + (1,) * (gone if keepdims else 0)


def _of_all(flat: Array, squared: bool) -> Array:
    """Sum a contiguous vector, or its squares."""
    part = PIECE if squared else _SHORT
    many = flat.size - flat.size % part
    pieces, rest = flat[:many].reshape((-1, part)), flat[many:]
    sums = dots(pieces, squared) if squared else _short_rows(pieces)
    return add_reduce(sums, 0, None, None, True) + add_reduce(rest * rest if squared else rest)


def _of_rows(matrix: Array, squared: bool) -> Array:
    """Sum the rows of a contiguous matrix, or their squares."""
    if matrix.shape[1] <= _SHORT:
        return _short_rows(matrix * matrix if squared else matrix)
    return piecewise(matrix, squared)


def _short_rows(matrix: Array) -> Array:
    """Sum the rows of a contiguous matrix."""
    count, width = matrix.shape
    unit, step = ones(width, matrix.dtype.char), _MANY // width
    if count <= step:
        return matrix.dot(unit)
    made = numpy.empty(count, matrix.dtype)
    for at in range(0, count, step):
        matrix[at : at + step].dot(unit, made[at : at + step])
    return made
