"""Passes over arrays with one number a channel, in blocks that fit the cache.

NumPy pays for every row of a broadcast what 50 to 100 numbers cost. So a channel's number is
repeated for all its places in a line of memory, a line being as many channels, or pixels of all
channels, as there is room for; every row of a block then goes with the same line.
"""

from __future__ import annotations

from functools import lru_cache
from math import prod
from typing import Any

import numpy

from . import rows
from .rows import Array, add_reduce, ones, sums

#: Most elements of a line, unless every channel alone is longer.
_LINE = 1 << 13
#: Channels of so many numbers are summed one by one, shorter ones place by place.
_SUMMED = 8


def channels_last(array: Array) -> bool:
    """Tell whether an array (n, c, ...) lies in memory as (n, ..., c)."""
    return array.ndim > 2 and array.transpose(0, *range(2, array.ndim), 1).flags.c_contiguous


class Layout:
    """How arrays of one shape lie in memory, and how to cut them into blocks.

    ``last``: the channels, axis 1, lie last. Blocks are views of the arrays, or of copies of those
    that do not lie as the layout says.
    """

    def __init__(self, shape: tuple[int, ...], place: int, last: bool, itemsize: int) -> None:
        self.shape = shape
        self.last = last
        self.channels = shape[place]
        self.count = prod(shape) // self.channels
        self.inner = 1 if last else prod(shape[place + 1 :])
        if last:
            self.axes = (0, *range(2, len(shape)), 1)
            self.back = (0, len(shape) - 1, *range(1, len(shape) - 1))
        #: how often a line repeats all channels, or 0 where it holds a part of a channel only
        self.repeats = 1
        room = rows.BLOCK // itemsize
        self.alone = not last and self.inner >= _LINE
        if self.alone:
            self.width = self.inner
        elif self.inner == 1:
            self.repeats = _divisor(self.count, max(1, _LINE // self.channels))
            self.width = self.repeats * self.channels
        else:
            self.width = self.channels * self.inner
        self.height = prod(shape) // self.width
        wide = min(self.width, room) if self.alone else min(self.width, 2 * _LINE)
        high = max(1, room // wide)
        self.cuts = [
            (slice(row, min(row + high, self.height)), slice(at, min(at + wide, self.width)))
            for at in range(0, self.width, wide)
            for row in range(0, self.height, high)
        ]
        self.by_rows = self.inner >= _SUMMED
        width = self.inner if self.by_rows else self.width
        tall, step = prod(shape) // width, max(1, room // width)
        self.summed = (tall, width)
        self.slices = [slice(at, min(at + step, tall)) for at in range(0, tall, step)]

    def flat(self, array: Array) -> Array:
        """Return an array's elements in the order of the layout."""
        if self.last:
            array = array.transpose(self.axes)
        return numpy.ascontiguousarray(array).reshape(-1)

    def empty(self, dtype: Any) -> tuple[Array, Array]:
        """Allocate an array; return it and its elements in the order of the layout."""
        elements = numpy.empty(prod(self.shape), dtype)
        if self.last:
            shape = [self.shape[axis] for axis in self.axes]
            return elements.reshape(shape).transpose(self.back), elements
        return elements.reshape(self.shape), elements

    def blocks(self, elements: Array) -> list[Array]:
        """Cut elements into the blocks that :meth:`spread` has numbers for."""
        matrix = elements.reshape((self.height, self.width))
        return [matrix] if len(self.cuts) == 1 else [matrix[cut] for cut in self.cuts]

    def buffers(self, dtype: Any) -> list[Array]:
        """Return a buffer for every block; they share their memory."""
        shapes = [(r.stop - r.start, c.stop - c.start) for r, c in self.cuts]
        room = numpy.empty(prod(shapes[0]), dtype)
        return [room[: high * wide].reshape((high, wide)) for high, wide in shapes]

    def spread(self, vector: Array) -> list[Array]:
        """Return what broadcasts one number a channel over every block."""
        if self.alone:
            column = _tiled(vector, self.height // self.channels)[:, None]
            return [column[some] for some, _ in self.cuts]
        if self.inner > 1:
            line = vector.repeat(self.inner)
        else:
            line = _tiled(vector, self.repeats)
        return [line[columns] for _, columns in self.cuts]

    def parts(self, elements: Array) -> list[Array]:
        """Cut elements into blocks for :meth:`part`."""
        matrix = elements.reshape(self.summed)
        return [matrix] if len(self.slices) == 1 else [matrix[some] for some in self.slices]

    def buffer(self, dtype: Any) -> Array:
        """Return a buffer that takes each of the blocks of :meth:`parts`."""
        return numpy.empty((self.slices[0].stop, self.summed[1]), dtype)

    def column(self, vector: Array) -> list[Array]:
        """Return what broadcasts one number a channel over the blocks of :meth:`parts`."""
        if self.by_rows:
            line = _tiled(vector, self.summed[0] // self.channels)[:, None]
            return [line[some] for some in self.slices]
        line = vector.repeat(self.inner) if self.inner > 1 else _tiled(vector, self.repeats)
        return [line] * len(self.slices)

    def part(self, block: Array) -> Array:
        """Sum a block as far as it can be without mixing channels."""
        return sums(block) if self.by_rows else ones(len(block), block.dtype.char).dot(block)

    def total(self, parts: list[Array]) -> Array:
        """Sum what :meth:`part` gave for all blocks by channel, in double precision."""
        if self.by_rows:
            whole = parts[0] if len(parts) == 1 else numpy.concatenate(parts)
            whole = whole.astype(numpy.float64).reshape((-1, self.channels))
            return add_reduce(whole, 0) if len(whole) > 1 else whole[0]
        line = parts[0].astype(numpy.float64)
        for more in parts[1:]:
            line += more
        if self.inner > 1:
            return add_reduce(line.reshape((self.channels, self.inner)), 1)
        if self.repeats > 1:
            return add_reduce(line.reshape((self.repeats, self.channels)), 0)
        return line


def _tiled(vector: Array, times: int) -> Array:
    return vector if times == 1 else vector[None].repeat(times, 0).reshape(-1)


def _divisor(count: int, most: int) -> int:
    """Return the largest divisor of a number that is not above a bound."""
    return next(d for d in range(min(count, most), 0, -1) if count % d == 0)


@lru_cache(512)
def layout(shape: tuple[int, ...], place: int, last: bool, itemsize: int) -> Layout:
    """Return the layout for a shape, the channel axis, the order of memory, the element's size."""
    return Layout(shape, place, last, itemsize)


def layout_of(array: Array, place: int, any_order: bool) -> Layout:
    """Return the layout of an array; channels last only where ``any_order`` allows it."""
    last = any_order and place == 1 and not array.flags.c_contiguous and channels_last(array)
    return layout(array.shape, place, last, array.itemsize)
