"""Pooling over windows of one or two axes, in blocks of planes that fit a cache.

Planes are arrays (planes, height, width) in order in memory, or (planes, height, width, inner)
where an axis that is not pooled is the innermost one.  Maxima and sums go down the rows first,
where memory is read in runs, then along them.  What lies a stride apart along a row is copied
together (:func:`_apart`): NumPy computes on strided rows at a fraction of its speed.
"""

from __future__ import annotations

from functools import lru_cache
from math import prod
from typing import Any, NamedTuple

import numpy

from ..override import DECLINED, override
from .rows import sums
from .windows import Array, Ints

#: Elements of a block of planes.
BLOCK = 1 << 15
#: Elements below which the operator's body is done sooner.
SMALL = 1 << 13

equal, logical_and, bitwise_xor, multiply = (
    numpy.equal, numpy.logical_and, numpy.bitwise_xor, numpy.multiply
)  # fmt: skip


class Window(NamedTuple):
    """The windows' size, distance and left padding, with the spatial shapes of both sides."""

    kernel: Ints
    stride: Ints
    pad: Ints
    size: Ints
    out: Ints


@lru_cache(maxsize=512)
def window_of(
    size: Ints, kernel: Ints, stride: Ints, pad: Ints, full: bool, everything: bool
) -> Window | None:
    """Return the windows over a spatial shape, None for parameters that the body refuses."""
    ones = (1,) * len(size)
    if everything:
        return Window(size, ones, (0,) * len(size), size, ones)
    stride, pad = stride or ones, pad or (0,) * len(size)
    if not len(size) == len(kernel) == len(stride) == len(pad) or min(kernel + stride) < 1:
        return None
    reach = [n + 2 * p - k for n, p, k in zip(size, pad, kernel, strict=True)]
    if min(reach) < 0 or any(p >= k for p, k in zip(pad, kernel, strict=True)):
        return None
    out = tuple(
        (-(-room // s) if full else room // s) + 1 for room, s in zip(reach, stride, strict=True)
    )
    return Window(kernel, stride, pad, size, out)


class Plane(NamedTuple):
    """Windows on planes, and the planes' shape with padding."""

    kernel: Ints
    stride: Ints
    pad: Ints
    size: Ints
    out: Ints
    room: Ints


@lru_cache(maxsize=512)
def _plane(window: Window) -> Plane:
    if len(window.size) == 1:
        window = Window(*[(1,) + part for part in window[:2]], (0, *window.pad),
                        (1, *window.size), (1, *window.out))  # fmt: skip
    reach = [(m - 1) * s + k for m, s, k in zip(window.out, window.stride, window.kernel)]
    room = tuple(max(r, n + p) for r, n, p in zip(reach, window.size, window.pad, strict=True))
    return Plane(*window, room)


def _order(x: Array, any_layout: bool) -> Ints:
    """Return the order of axes (planes, height, width, inner) in which to read (n, c, ...)."""
    spatial = tuple(range(2, x.ndim))
    if any_layout and not x.flags.c_contiguous:
        for order in ((0, *spatial, 1), (1, *spatial, 0)):
            if x.transpose(order).flags.c_contiguous:
                return order
    return (0, 1, *spatial)


def _planes(x: Array, order: Ints, spatial: Ints) -> Array:
    """View (or copy) data as planes."""
    x = numpy.ascontiguousarray(x.transpose(order))
    if order[1] == 1:
        return x.reshape((-1, *spatial))
    return x.reshape((x.shape[0], *spatial, x.shape[-1]))


def _restored(planes: Array, order: Ints, shape: Ints) -> Array:
    """Give planes the shape (n, c, *spatial) back."""
    back = [order.index(axis) for axis in range(len(shape))]
    return planes.reshape([shape[axis] for axis in order]).transpose(back)


def _blocks(planes: Array, room: Ints) -> list[slice]:
    count = len(planes)
    step = max(1, BLOCK // (prod(room) * (planes.shape[3] if planes.ndim == 4 else 1)))
    return [slice(start, start + step) for start in range(0, count, step)]


class _Padded:
    """Blocks of planes with padding around them, in memory that is used again."""

    def __init__(self, plane: Plane, value: float, dtype: Any) -> None:
        self.plane, self.value, self.dtype = plane, value, dtype
        self._kept: Array | None = None

    def of(self, x: Array) -> Array:
        """Return a block with its padding, itself if there is none."""
        plane = self.plane
        if plane.room == plane.size:
            return x
        made = self._kept
        if made is None or len(made) != len(x):
            shape = (len(x), *plane.room, *x.shape[3:])
            made = self._kept = numpy.full(shape, self.value, self.dtype)
        made[_inside(plane)] = x
        return made


def _inside(plane: Plane) -> tuple[slice, ...]:
    (top, left), (height, width) = plane.pad, plane.size
    return slice(None), slice(top, top + height), slice(left, left + width)


def _rows(x: Array, plane: Plane) -> list[Array]:
    """View what every row of the kernel meets: (planes, tall, width)."""
    step, tall = plane.stride[0], plane.out[0]
    return [x[:, i : i + (tall - 1) * step + 1 : step] for i in range(plane.kernel[0])]


def _apart(x: Array, plane: Plane) -> list[Array]:
    """Return what every column of the kernel meets: (planes, rows, wide)."""
    step, wide, kernel = plane.stride[1], plane.out[1], plane.kernel[1]
    if x.ndim == 4 or step == 1 or wide == 1:
        return [x[:, :, j : j + (wide - 1) * step + 1 : step] for j in range(kernel)]
    parts = [numpy.ascontiguousarray(x[:, :, q::step]) for q in range(min(kernel, step))]
    return [parts[j % step][:, :, j // step : j // step + wide] for j in range(kernel)]


def _combined(function: Any, parts: list[Array], out: Array | None = None) -> Array:
    """Combine equal arrays into one, which is ``out`` or new (or the only one of them)."""
    if len(parts) == 1:
        return parts[0]
    made: Array = function(parts[0], parts[1], out=out)
    for part in parts[2:]:
        function(made, part, out=made)
    return made


def reduce(function: Any, x: Array, plane: Plane, value: float) -> Array:
    """Combine the elements of every window of planes; ``value`` is what padding counts as."""
    y = numpy.empty((len(x), *plane.out, *x.shape[3:]), x.dtype)
    padded = _Padded(plane, value, x.dtype)
    for some in _blocks(x, plane.room):
        made = _combined(function, _rows(padded.of(x[some]), plane))
        target = y[some]
        found = _combined(function, _apart(made, plane), target)
        if found is not target:
            target[...] = found
    return y


def _firsts(parts: list[Array], best: Array) -> list[Array]:
    """Tell, for every one of the arrays, where it is the first that has the largest element."""
    found = [equal(parts[0], best)]
    if len(parts) > 1:
        todo = numpy.logical_not(found[0])
    for number, part in enumerate(parts[1:], 2):
        hit = equal(part, best)
        logical_and(hit, todo, out=hit)
        if number < len(parts):
            bitwise_xor(todo, hit, out=todo)
        found.append(hit)
    return found


def scatter(y: Array, x: Array, plane: Plane) -> Array:
    """Add every element of ``y`` to the first largest element of its window.

    The first in a window is the first of its row, in the first row that has it.
    """
    made = numpy.empty(x.shape, y.dtype)
    lowest = float(numpy.finfo(x.dtype).min)
    padded = _Padded(plane, lowest, x.dtype)
    plain = plane.room == plane.size
    for some in _blocks(x, plane.room):
        wide, head = padded.of(x[some]), y[some]
        columns = _apart(wide, plane)
        largest = _combined(numpy.maximum, columns)
        rows = _rows(largest, plane)
        best = _combined(numpy.maximum, rows)
        shares = numpy.zeros(largest.shape, y.dtype)
        for place, hit in zip(_rows(shares, plane), _firsts(rows, best), strict=True):
            numpy.add(place, multiply(head, hit), out=place)
        target = made[some] if plain else numpy.empty(wide.shape, y.dtype)
        _together(shares, _firsts(columns, largest), target, plane)
        if not plain:
            made[some] = target[_inside(plane)]
    return made


def _together(shares: Array, hits: list[Array] | None, target: Array, plane: Plane) -> None:
    """Add shares (planes, rows, wide) to their windows' columns, where they hit; fill the rest."""
    step, wide, kernel = plane.stride[1], plane.out[1], plane.kernel[1]
    for q in range(step):
        count = len(range(q, target.shape[2], step))
        part = None
        for j in range(q, kernel, step):
            value = shares if hits is None else multiply(shares, hits[j])
            if part is None and j == q and count == wide:
                part = value
                continue
            if part is None or part is shares:
                fresh = numpy.zeros((*shares.shape[:2], count, *shares.shape[3:]), shares.dtype)
                if part is not None:
                    fresh[...] = part
                part = fresh
            box = part[:, :, j // step : j // step + wide]
            numpy.add(box, value, out=box)
        target[:, :, q::step] = 0 if part is None else part


def spread(y: Array, plane: Plane) -> Array:
    """Add every element of ``y`` to all elements of its window."""
    made = numpy.empty((len(y), *plane.size, *y.shape[3:]), y.dtype)
    (height, width), step, kernel = plane.room, plane.stride[0], plane.kernel[0]
    plain = plane.room == plane.size
    for some in _blocks(made, plane.room):
        head = y[some]
        wide = numpy.empty((*head.shape[:2], width, *head.shape[3:]), y.dtype)
        _together(head, None, wide, plane)
        target = made[some]
        if not plain:
            target = numpy.empty((len(head), height, width, *head.shape[3:]), y.dtype)
        if kernel == step and height == plane.out[0] * step:
            for place in _rows(target, plane):
                place[...] = wide
        else:
            target[...] = 0
            for place in _rows(target, plane):
                numpy.add(place, wide, out=place)
        if not plain:
            made[some] = target[_inside(plane)]
    return made


def whole(window: Window) -> bool:
    """Tell whether one window is everything; with padding it begins before that."""
    return window.kernel == window.size and set(window.out) == {1} and not any(window.pad)


def _of_all(x: Array, size: int, kind: str) -> Array:
    """Return the largest element, the sum or the mean of every run of ``size``."""
    found: Array
    if kind == "max":
        found = numpy.maximum.reduceat(x.reshape(-1), numpy.arange(0, x.size, size))
        return found
    found = sums(x.reshape((-1, size)))
    if kind == "avg":
        found /= size
    return found


def _scatter_whole(y: Array, x: Array, size: int) -> Array:
    """Put every element of ``y`` where the first largest element of its run of ``size`` is."""
    made = numpy.zeros(x.size, y.dtype)
    places = x.reshape((-1, size)).argmax(axis=1)
    places += numpy.arange(0, x.size, size)
    head = y.reshape(-1)
    best = x.reshape(-1)[places]
    made[places] = numpy.where(best == best, head, 0)
    return made.reshape(x.shape)


def _usable(window: Window, *arrays: Array) -> bool:
    first = arrays[0]
    return (
        first.dtype.char in "fd"
        and all(a.dtype == first.dtype and a.ndim == len(window.size) + 2 for a in arrays)
        and max(a.size for a in arrays) >= SMALL
        and min(a.size for a in arrays) > 0
        and len(window.size) <= 2
    )


def _constant(window: Window, include_pad: bool) -> bool:
    """Tell whether all windows average equally many elements."""
    if include_pad:
        return all((m - 1) * s + k <= n + 2 * p for k, s, p, n, m in zip(*window, strict=True))
    return all(p == 0 and (m - 1) * s + k <= n for k, s, p, n, m in zip(*window, strict=True))


_PLANAR = {3: "NCW", 4: "NCHW"}


@override("Pooling")
def pooling(
    xp, data, *, kernel, pool_type, global_pool, pooling_convention, stride, pad,
    count_include_pad, layout, **params,
):  # fmt: skip
    """Pool; see the operator's body."""
    if (
        pool_type == "lp"
        or pooling_convention == "same"
        or data.ndim not in _PLANAR
        or layout not in (None, _PLANAR[data.ndim])
    ):
        return DECLINED
    full = pooling_convention == "full"
    window = window_of(data.shape[2:], kernel, stride, pad, full, global_pool)
    if (
        window is None
        or not _usable(window, data)
        or (pool_type == "avg" and not _constant(window, count_include_pad is not False))
    ):
        return DECLINED
    shape = (*data.shape[:2], *window.out)
    if whole(window):
        if not data.flags.c_contiguous:
            return DECLINED
        return _of_all(data, prod(window.size), pool_type).reshape(shape)
    order, plane = _order(data, xp.any_layout), _plane(window)
    planes = _planes(data, order, plane.size)
    if pool_type == "max":
        made = reduce(numpy.maximum, planes, plane, float(numpy.finfo(data.dtype).min))
    else:
        made = reduce(numpy.add, planes, plane, 0)
        if pool_type == "avg":
            made /= prod(window.kernel)
    return _restored(made, order, shape)


@override("_backward_Pooling_max")
def pooling_scatter(xp, y, data, *, window):
    """Add every element to the first largest element of its window."""
    if not _usable(window, y, data) or y.shape != (*data.shape[:2], *window.out):
        return DECLINED
    if whole(window) and data.flags.c_contiguous:
        return _scatter_whole(y, data, prod(window.size))
    order, plane = _order(data, xp.any_layout), _plane(Window(*window))
    heads = _planes(y, order, plane.out)
    return _restored(scatter(heads, _planes(data, order, plane.size), plane), order, data.shape)


@override("_backward_Pooling")
def pooling_spread(xp, y, *, window):
    """Add every element to all elements of its window."""
    if not _usable(window, y) or y.shape[2:] != tuple(window.out):
        return DECLINED
    shape = (*y.shape[:2], *window.size)
    if whole(window):
        return numpy.repeat(y.reshape(-1), prod(window.size)).reshape(shape)
    order, plane = _order(y, xp.any_layout), _plane(Window(*window))
    return _restored(spread(_planes(y, order, plane.out), plane), order, shape)
