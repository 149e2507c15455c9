"""What kernels that go over rows share: blocks that fit the cache, sums along rows."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import numpy

Array = numpy.ndarray[Any, Any]

#: Bytes of a block of one array: small beside the caches, large beside what a call costs.
BLOCK = 1 << 19
#: Up to so many elements, times the length of a row, a product with :func:`square` pays.
TINY = 1 << 15
#: Rows up to this length are summed by a product with ones, longer ones in pieces, for accuracy.
_LONG = 4096
#: A mean of more deviations than this costs digits where it is not subtracted first.
FAR = 4.0
#: The most elements of a piece.
PIECE = 1024

add_reduce, max_reduce, min_reduce = (
    numpy.add.reduce, numpy.maximum.reduce, numpy.minimum.reduce
)  # fmt: skip


def blocks(*matrices: Array) -> Iterable[tuple[Array, ...]]:
    """Cut matrices of one shape and type into blocks of rows that fit the cache."""
    first = matrices[0]
    if first.nbytes <= BLOCK:
        return (matrices,)
    step = max(1, BLOCK // (first.shape[1] * first.itemsize))
    return [
        tuple([matrix[start : start + step] for matrix in matrices])
        for start in range(0, len(first), step)
    ]


@lru_cache(256)
def ones(count: int, kind: str) -> Array:
    """Return a vector of ones; it is shared, do not write to it."""
    return numpy.ones(count, kind)


@lru_cache(256)
def shares(count: int, kind: str) -> Array:
    """Return a vector whose product with a row is the row's mean; it is shared too."""
    return numpy.full(count, 1 / count, kind)


@lru_cache(256)
def square(count: int, kind: str) -> Array:
    """Return a square matrix of ones: a product with it puts a row's sum at all its places."""
    return numpy.ones((count, count), kind)


def sums(matrix: Array) -> Array:
    """Sum the rows of a contiguous matrix."""
    width = matrix.shape[1]
    if width > _LONG:
        return piecewise(matrix)
    return matrix.dot(ones(width, matrix.dtype.char))


def piecewise(matrix: Array, squared: bool = False) -> Array:
    """Sum the rows of a contiguous matrix, or their squares, piece by piece."""
    count, width = matrix.shape
    pieces = -(-width // PIECE)
    part = width // pieces
    rest = matrix[:, pieces * part :]
    shape = (count, pieces, part) if rest.size else (-1, part)
    total = dots(matrix[:, : pieces * part].reshape(shape), squared).reshape((count, pieces))
    total = add_reduce(total, 1) if pieces > 1 else total.reshape(-1)
    if rest.size:
        total += add_reduce(rest * rest if squared else rest, 1)
    return total


def dots(array: Array, squared: bool = False) -> Array:
    """Sum along the last axis, which has no gaps, by inner products with ones or with itself.

    They add in as many places as registers hold, and so round less than a matrix's product.
    """
    other = array[..., None] if squared else ones(array.shape[-1], array.dtype.char)[:, None]
    return numpy.matmul(array[..., None, :], other)[..., 0, 0]


def largest(matrix: Array) -> Array:
    """Return the largest element of every row of a contiguous matrix as a column."""
    if matrix.shape[1] < 128:  # NumPy pays for every row
        return max_reduce(matrix.T.copy(), 0)[:, None]
    return max_reduce(matrix, 1, None, None, True)


def far_off(mean: Array, inverse: Array) -> bool:
    """Tell whether a mean is many deviations (or nobody knows how many) from 0.

    ``inverse`` is one over the deviation.
    """
    return not abs(mean * inverse).max() < FAR
