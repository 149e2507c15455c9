"""Convolution of every channel by itself as products with banded matrices.

A row of results is linear in the rows of data that its windows meet: they lie side by side in a
row of one matrix, and the kernel makes the other, whose bands also take care of the padding at the
sides.  That multiplies many zeros, but a library does it: for short rows it is the fastest way.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy

from .windows import Array

Pair = tuple[int, int]

#: Elements of a block of copied rows.
BLOCK = 1 << 18


class Plane(NamedTuple):
    """Windows on planes: result element (y, x) meets data element (y, x) * stride - start."""

    size: Pair
    out: Pair
    kernel: Pair
    stride: Pair
    dilate: Pair
    start: Pair


def _bands(matrix: Array, plane: Plane) -> Iterator[tuple[int, int, Array]]:
    """View the bands of (c, rows of the kernel, width, m, wide): (m, column of the kernel, band).

    A band is (c, rows of the kernel, results that meet data by this column of the kernel).
    """
    width, wide, kernel = plane.size[1], plane.out[1], plane.kernel[1]
    step, dilate, start = plane.stride[1], plane.dilate[1], plane.start[1]
    many = matrix.shape[3]
    flat = matrix.reshape((*matrix.shape[:2], -1))
    for column in range(kernel):
        offset = column * dilate - start
        first = max(0, -(offset // step))
        stop = min(wide, (width - 1 - offset) // step + 1)
        if stop <= first:
            continue
        for place in range(many):
            begin = ((first * step + offset) * many + place) * wide + first
            pitch = step * many * wide + 1
            yield place, column, flat[:, :, begin : begin + (stop - first - 1) * pitch + 1 : pitch]


def _matrix(w: Array, plane: Plane) -> Array:
    """Make the banded matrices (c, rows of the kernel, width, m, wide) of (c, m, *kernel)."""
    c, many, rows, _ = w.shape
    made = numpy.zeros((c, rows, plane.size[1], many, plane.out[1]), w.dtype)
    for place, column, band in _bands(made, plane):
        band[...] = w[:, place, :, column, None]
    return made


def _reach(plane: Plane) -> int:
    """Return how many rows of data all windows meet, those above and below it included."""
    (tall, _), (kernel, _), (stride, _), (dilate, _) = plane[1:5]
    return (tall - 1) * stride + (kernel - 1) * dilate + 1


def _inside(plane: Plane) -> tuple[slice, slice]:
    """Return which of the rows in reach are data, and which rows of the data they are."""
    start = plane.start[0]
    first, stop = max(0, start), min(_reach(plane), plane.size[0] + start)
    return slice(first, max(first, stop)), slice(first - start, max(first, stop) - start)


class _Rows:
    """The rows of data that every row of results meets, in memory that is used again."""

    def __init__(self, n: int, plane: Plane, dtype: Any) -> None:
        self.n, self.plane, self.dtype = n, plane, dtype
        self._kept: dict[int, tuple[Array, Array, Array]] = {}

    def of(self, x: Array) -> Array:
        """Copy a block of data (n, c, height, width) to (c, n * tall, kernel rows * width)."""
        c = x.shape[1]
        if c not in self._kept:
            self._kept[c] = self._memory(c)
        wide, view, made = self._kept[c]
        target, source = _inside(self.plane)
        wide[:, :, target] = x[:, :, source].swapaxes(0, 1)
        made[...] = view
        return made.reshape((c, view.shape[1] * view.shape[2], -1))

    def _memory(self, c: int) -> tuple[Array, Array, Array]:
        plane, n = self.plane, self.n
        wide = numpy.zeros((c, n, _reach(plane), plane.size[1]), self.dtype)
        *steps, row, item = wide.strides
        shape = (c, n, plane.out[0], plane.kernel[0], plane.size[1])
        strides = (*steps, row * plane.stride[0], row * plane.dilate[0], item)
        view = numpy.ndarray(shape, self.dtype, wide, 0, strides)
        return wide, view, numpy.empty(shape, self.dtype)


def _blocks(n: int, c: int, plane: Plane) -> Iterator[slice]:
    """Cut the channels so that a block of rows fits a cache."""
    most = max(1, BLOCK // (n * plane.out[0] * plane.kernel[0] * plane.size[1]))
    parts = -(-c // most)
    for part in range(parts):
        yield slice(c * part // parts, c * (part + 1) // parts)


def _by_channel(ct: Array, channels: slice) -> Array:
    """Copy a block of results (n, c, m, tall, wide) to (c, n * tall, m * wide)."""
    part = ct[:, channels].transpose(1, 0, 3, 2, 4)
    return part.reshape((part.shape[0], part.shape[1] * part.shape[2], -1))


def forward(x: Array, w: Array, plane: Plane) -> Array:
    """Convolve data (n, c, *size) with (c, m, *kernel) to (n, c, m, *out)."""
    n, c = x.shape[:2]
    many, (tall, wide) = w.shape[1], plane.out
    matrix = _matrix(w, plane).reshape((c, -1, many * wide))
    y = numpy.empty((n, c, many, tall, wide), x.dtype)
    rows = _Rows(n, plane, x.dtype)
    for channels in _blocks(n, c, plane):
        made = (rows.of(x[:, channels]) @ matrix[channels]).reshape((-1, n, tall, many, wide))
        y[:, channels] = made.transpose(1, 0, 3, 2, 4)
    return y


def spread(ct: Array, w: Array, plane: Plane) -> Array:
    """Spread results (n, c, m, *out) by (c, m, *kernel) over the data (n, c, *size)."""
    n, c = ct.shape[:2]
    (height, width), tall, step = plane.size, plane.out[0], plane.stride[0]
    matrix = _matrix(w, plane).reshape((c, plane.kernel[0], width, -1)).transpose(0, 3, 1, 2)
    # rows of the kernel that lie in one stride reach rows of data side by side: one product
    parts = [slice(i, i + step) for i in range(0, plane.kernel[0], step)]
    if plane.dilate[0] > 1:
        parts = [slice(i, i + 1) for i in range(plane.kernel[0])]
    made = numpy.zeros((n, c, height, width), ct.dtype)
    source, target = _inside(plane)
    for channels in _blocks(n, c, plane):
        heads = _by_channel(ct, channels)
        whole = numpy.zeros((len(heads), n, _reach(plane) + step, width), ct.dtype)
        for part in parts:
            some = matrix[channels, :, part]
            found = heads @ some.reshape((*some.shape[:2], -1))
            first, count = part.start * plane.dilate[0], some.shape[2]
            rows = whole[:, :, first : first + tall * step]
            rows = rows.reshape((*rows.shape[:2], tall, step, width))[:, :, :, :count]
            numpy.add(rows, found.reshape((len(heads), n, tall, count, width)), out=rows)
        made[:, channels, target] = whole[:, :, source].swapaxes(0, 1)
    return made


def weigh(ct: Array, x: Array, plane: Plane) -> Array:
    """Correlate results (n, c, m, *out) with data (n, c, *size); return (c, m, *kernel)."""
    n, c, many = ct.shape[:3]
    total = numpy.zeros((c, many, *plane.kernel), x.dtype)
    shape = (-1, plane.kernel[0], plane.size[1], many, plane.out[1])
    rows = _Rows(n, plane, x.dtype)
    for channels in _blocks(n, c, plane):
        met = rows.of(x[:, channels])
        matrix = (met.transpose(0, 2, 1) @ _by_channel(ct, channels)).reshape(shape)
        for place, column, band in _bands(matrix, plane):
            total[channels, place, :, column] = band.sum(axis=2)
    return total
