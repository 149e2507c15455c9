"""Convolution of every channel by itself, as shifted multiply-adds over whole images.

For every place along a kernel's row the data is copied once, shifted so that its rows are as long
as the result's: then what a place of the kernel meets is one run of memory, and one sum of
products over (places, run) makes an image.  Blocks of channels fit a cache.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import numpy

from ..override import DECLINED, override
from . import banded
from .banded import Pair, Plane
from .conv import PLANAR, full, grid_of, usable
from .windows import Array, Grid, Ints

#: Elements of a block of shifted copies.
BLOCK = 1 << 18
#: Longest rows whose convolution is a product with a banded matrix, with stride 1 and more.
SHORT, LONG = 20, 40
#: Multiplications below which the operator's body is done sooner.
SMALL = 1 << 15


class Shift(NamedTuple):
    """How to copy data for one place of a kernel's row: slices of the copy and of the data.

    ``rows`` and ``source`` are for whole images; with ``flat`` they are runs of memory instead,
    and ``blank`` are the columns that then have to be cleared.
    """

    flat: bool
    target: tuple[Any, ...]
    source: tuple[Any, ...]
    blank: tuple[slice, ...]


@lru_cache(maxsize=512)
def _shifts(plane: Plane) -> tuple[int, int, list[Shift]]:
    """Return the copies' height, the length of a run, and the copies."""
    (height, width), (tall, wide), (kh, kw), (sh, sw), (dh, dw), (top, left) = plane
    room = (tall - 1) * sh + (kh - 1) * dh + 1
    first, stop = max(0, top), max(0, min(room, height + top))
    stop = max(first, stop)
    rows, taken = slice(first, stop), slice(max(0, -top), max(0, -top) + stop - first)
    shifts = []
    for place in range(kw):
        offset = place * dw - left
        begin = min(wide, max(0, -(offset // sw)))
        end = max(begin, min(wide, (width - 1 - offset) // sw + 1))
        if wide * sw == width and abs(offset) < width:
            base, limit = taken.start * width + offset, taken.stop * width
            low = max(0, -(base // sw))
            high = max(low, min((stop - first) * wide, (limit - 1 - base) // sw + 1))
            target = (..., slice(first * wide + low, first * wide + high))
            source = (..., slice(base + low * sw, base + high * sw, sw))
            blank = tuple(
                columns for columns in (slice(0, begin), slice(end, wide))
                if columns.stop > columns.start
            )  # fmt: skip
            shifts.append(Shift(True, target, source, blank))
        else:
            at = begin * sw + offset
            columns = slice(at, at + (end - begin) * sw, sw)
            target = (..., rows, slice(begin, end))
            shifts.append(Shift(False, target, (..., taken, columns), ()))
    return room, (tall - 1) * sh * wide + wide, shifts


def _blocks(n: int, channels: int, size: int) -> Iterator[tuple[slice, slice]]:
    """Cut images and channels so that a block of ``size`` elements a channel fits a cache."""
    most = max(1, BLOCK // size)
    if most >= channels:
        many = max(1, most // channels)
        for start in range(0, n, many):
            yield slice(start, min(n, start + many)), slice(0, channels)
        return
    parts = -(-channels // most)
    for example in range(n):
        for part in range(parts):
            begin, end = channels * part // parts, channels * (part + 1) // parts
            yield slice(example, example + 1), slice(begin, end)


class _Kept(NamedTuple):
    """Memory for copies: the view of all windows, a target for every shift, what to clear."""

    windows: Array
    targets: list[Array]
    blanks: list[Array]


class Copies:
    """Shifted copies of blocks of data (n, c, q, height, width), in memory that is used again."""

    def __init__(self, plane: Plane, dtype: Any) -> None:
        self.plane = plane
        self.room, self.run, self.shifts = _shifts(plane)
        self.size = plane.kernel[1] * self.room * plane.out[1]
        self.dtype = dtype
        self._kept: dict[Ints, _Kept] = {}

    def of(self, x: Array) -> Array:
        """Copy a block; return a view (n, c, q, run, columns of the kernel, rows of it)."""
        lead = x.shape[:3]
        kept = self._kept.get(lead)
        if kept is None:
            kept = self._kept[lead] = self._memory(lead)
        flat = x.reshape((*lead, -1))
        for target, shift in zip(kept.targets, self.shifts, strict=True):
            target[...] = (flat if shift.flat else x)[shift.source]
        for blank in kept.blanks:
            blank[...] = 0
        return kept.windows

    def _memory(self, lead: Ints) -> _Kept:
        kh, kw = self.plane.kernel
        wide = self.plane.out[1]
        made = numpy.zeros((*lead, kw, self.room, wide), self.dtype)
        *steps, row, item = made.strides
        view = numpy.ndarray(
            (*lead, self.run, kw, kh), self.dtype, made, 0,
            (*steps[:3], item, steps[3], row * self.plane.dilate[0]),
        )  # fmt: skip
        targets, blanks = [], []
        for place, shift in enumerate(self.shifts):
            part = made[:, :, :, place]
            targets.append((part.reshape((*lead, -1)) if shift.flat else part)[shift.target])
            blanks += [part[..., columns] for columns in shift.blank]
        return _Kept(view, targets, blanks)


def correlate(x: Array, w: Array, plane: Plane) -> Array:
    """Multiply data (n, c, q, *size) by (c, q, m, *kernel) and add up to (n, c, m, *out)."""
    (tall, wide), step = plane.out, plane.stride[0]
    n, c, q = x.shape[:3]
    many = w.shape[2]
    y = numpy.empty((n, c, many, tall, wide), x.dtype)
    copies = Copies(plane, x.dtype)
    for some, channels in _blocks(n, c, q * copies.size):
        view = copies.of(x[some, channels])
        lead = (view.shape[0], view.shape[1], many)
        target = y[some, channels]
        if step == 1:
            made = target.reshape((*lead, tall * wide))
            numpy.einsum("ncqpji,cqmij->ncmp", view, w[channels], out=made)
            continue
        made = numpy.empty((*lead, tall, step, wide), x.dtype)
        flat = made.reshape((*lead, -1))[..., : copies.run]
        numpy.einsum("ncqpji,cqmij->ncmp", view, w[channels], out=flat)
        target[...] = made[..., 0, :]
    return y


def weigh(ct: Array, x: Array, plane: Plane) -> Array:
    """Correlate results (n, c, m, *out) with data (n, c, 1, *size); return (c, m, *kernel)."""
    if short(plane) and (plane.stride[1] > 1 or plane.size[1] <= SHORT // 2):
        return banded.weigh(ct, x[:, :, 0], plane)
    (tall, wide), step = plane.out, plane.stride[0]
    n, c, many = ct.shape[:3]
    kh, kw = plane.kernel
    total = numpy.zeros((c, many, kw, kh), x.dtype)
    copies = Copies(plane, x.dtype)
    for some, channels in _blocks(n, c, copies.size):
        view = copies.of(x[some, channels])
        head = ct[some, channels]
        lead = head.shape[:3]
        if step > 1:
            spaced = numpy.zeros((*lead, tall, step, wide), x.dtype)
            spaced[..., 0, :] = head
            head = spaced.reshape((*lead, -1))[..., : copies.run]
        head = head.reshape((*lead, 1, 1, 1, copies.run))
        # (1, run) @ (run, 1): the library's scalar product of two runs of memory
        found = numpy.matmul(head, view.transpose(0, 1, 2, 4, 5, 3)[..., None])
        total[channels] += found[..., 0, 0].sum(axis=0)
    return numpy.ascontiguousarray(total.swapaxes(2, 3))


def _spaced(ct: Array, plane: Plane) -> Array:
    """Put zeros between results (n, c, m, *out), so that they lie as far apart as their windows."""
    (tall, wide), (sh, sw) = plane.out, plane.stride
    if sh == sw == 1:
        return ct
    shape = ((tall - 1) * sh + 1, max(plane.size[1], (wide - 1) * sw + 1))
    made = numpy.zeros((*ct.shape[:3], *shape), ct.dtype)
    made[..., ::sh, : (wide - 1) * sw + 1 : sw] = ct
    return made


def spread(ct: Array, w: Array, plane: Plane) -> Array:
    """Spread results (n, c, m, *out) by (c, m, *kernel) over the data (n, c, 1, *size)."""
    start = tuple(
        (k - 1) * d - s for k, d, s in zip(plane.kernel, plane.dilate, plane.start, strict=True)
    )
    turned = w[:, :, ::-1, ::-1]
    if short(plane):
        if ct.shape[2] > 1 or plane.stride != (1, 1):
            return banded.spread(ct, w, plane)
        back = Plane(plane.out, plane.size, plane.kernel, (1, 1), plane.dilate, start)
        return banded.forward(ct[:, :, 0], turned, back)
    spaced = _spaced(ct, plane)
    back = Plane(spaced.shape[3:], plane.size, plane.kernel, (1, 1), plane.dilate, start)
    return correlate(spaced, turned[:, :, None], back)


def plane_of(grid: Grid | None) -> Plane | None:
    """Return the windows as windows on planes, None for more than two axes."""
    if grid is None or len(grid.size) > 2:
        return None
    one, none = (1,), (0,)
    fill = [one, one, one, one, one, none] if len(grid.size) == 1 else [()] * 6
    parts = grid[:6]
    return Plane(*[extra + tuple(part) for extra, part in zip(fill, parts, strict=True)])


def _planes(x: Array, plane: Plane, spatial: Pair) -> Array:
    """View data (n, c, *spatial) in order as (n, c, 1, *spatial)."""
    return numpy.ascontiguousarray(x).reshape((*x.shape[:2], 1, *spatial))


def _apart(groups: int, plane: Plane | None, f: int, *arrays: Array) -> bool:
    """Tell whether there is a group for every channel, and work enough."""
    if plane is None or groups < 2 or f % groups or not usable(*arrays):
        return False
    (kh, kw), (tall, wide) = plane.kernel, plane.out
    count = arrays[0].shape[0] * f * tall * wide * kh * kw
    return kh * kw > 1 and count >= SMALL and plane.kernel[0] * plane.kernel[1] <= 64


def short(plane: Plane) -> bool:
    """Tell whether rows are so short that products with banded matrices are faster."""
    return plane.size[1] <= (SHORT if plane.stride[1] == 1 else LONG)


def forward(x: Array, w: Array, plane: Plane, groups: int) -> Array:
    """Convolve data (n, c, *size) with weight (c * m, 1, *kernel)."""
    n, f = len(x), len(w)
    if short(plane):
        made = banded.forward(
            x.reshape((n, groups, *plane.size)), w.reshape((groups, -1, *plane.kernel)), plane
        )
        return made.reshape((n, f, *plane.out[4 - x.ndim :]))
    weight = w.reshape((groups, 1, f // groups, *plane.kernel))
    y = correlate(_planes(x, plane, plane.size), weight, plane)
    return y.reshape((n, f, *plane.out[4 - x.ndim :]))


@override("Convolution")
def convolution(
    xp, data, weight, bias=None, *, kernel, stride, dilate, pad, num_filter, num_group, layout,
    **params,
):  # fmt: skip
    """Convolve; see the operator's body."""
    if num_group < 2 or data.shape[1:2] != (num_group,) or layout not in (
        None, PLANAR.get(data.ndim)
    ) or weight.shape != (num_filter, 1, *kernel) or (
        bias is not None and (bias.shape != (num_filter,) or bias.dtype != data.dtype)
    ):  # fmt: skip
        return DECLINED
    plane = plane_of(grid_of(data.shape[2:], full(kernel, stride, dilate, pad, num_group)))
    if plane is None or not _apart(num_group, plane, num_filter, data, weight):
        return DECLINED
    y = forward(data, weight, plane, num_group)
    if bias is not None:
        y += bias.reshape((num_filter, *[1] * len(kernel)))
    return y


@override("_backward_Convolution")
def convolve(xp, data, weight, *, geometry, spatial=None):
    """Convolve."""
    groups = geometry.groups
    if data.shape[1:2] != (groups,) or weight.shape[1:] != (1, *geometry.kernel):
        return DECLINED
    plane = plane_of(grid_of(data.shape[2:], geometry))
    if plane is None or not _apart(groups, plane, len(weight), data, weight):
        return DECLINED
    return forward(data, weight, plane, groups)


@override("_backward_Convolution_data")
def convolve_data(xp, ct, weight, *, geometry, spatial):
    """Spread results over the data they were computed from."""
    groups, f = geometry.groups, len(weight)
    if weight.shape[1:] != (1, *geometry.kernel):
        return DECLINED
    grid = grid_of(tuple(spatial), geometry)
    plane = plane_of(grid)
    if (
        plane is None
        or ct.shape != (len(ct), f, *grid.out)
        or not _apart(groups, plane, f, ct, weight)
    ):
        return DECLINED
    head = numpy.ascontiguousarray(ct).reshape((len(ct), groups, f // groups, *plane.out))
    made = spread(head, weight.reshape((groups, f // groups, *plane.kernel)), plane)
    return made.reshape((len(ct), groups, *spatial))


@override("_backward_Convolution_weight")
def convolve_weight(xp, ct, data, *, geometry, spatial=None):
    """Correlate results with the data."""
    groups, f = geometry.groups, ct.shape[1]
    if data.shape[1:2] != (groups,):
        return DECLINED
    grid = grid_of(data.shape[2:], geometry)
    plane = plane_of(grid)
    if (
        plane is None
        or ct.shape != (len(data), f, *grid.out)
        or not _apart(groups, plane, f, ct, data)
    ):
        return DECLINED
    head = numpy.ascontiguousarray(ct).reshape((len(ct), groups, f // groups, *plane.out))
    found = weigh(head, _planes(data, plane, plane.size), plane)
    return found.reshape((f, 1, *geometry.kernel))
