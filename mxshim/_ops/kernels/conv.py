"""Convolution as matrix products: three bilinear kernels for any number of spatial axes.

With data ``x`` (n, c, *spatial), weight ``w`` (f, c // groups, *kernel) and result ``y``
(n, f, *out), :func:`forward` maps (x, w) to y, :func:`data_grad` maps (y, w) to x and
:func:`weight_grad` maps (y, x) to w.  Each is linear in both arguments and the gradients of one
are the other two, so gradients of any order stay in this set.

The windows of the data are a strided view; a block of examples is copied to columns
(groups, c // groups * kernel, examples * out) and multiplied by the weight in one product.
"""

from __future__ import annotations

from math import prod
from typing import Any, NamedTuple

Ints = tuple[int, ...]
#: Elements of one block of columns; a few megabytes, so that a block stays in the cache.
BLOCK = 1 << 20


class Geometry(NamedTuple):
    """What the kernels need to know beyond the arrays."""

    kernel: Ints
    stride: Ints
    dilate: Ints
    pad: Ints
    groups: int


def out_size(spatial: Ints, geometry: Geometry) -> Ints:
    """Return the spatial shape of the result."""
    return tuple(
        (n + 2 * p - d * (k - 1) - 1) // s + 1
        for n, k, s, d, p in zip(spatial, *geometry[:4], strict=True)
    )


def _plain(geometry: Geometry) -> bool:
    """Tell whether the windows are single elements side by side: a product without copying."""
    kernel, stride, _, pad, _ = geometry
    return all(n == 1 for n in kernel) and all(n == 1 for n in stride) and not any(pad)


def _padded(xp: Any, x: Any, pad: Ints) -> Any:
    if not any(pad):
        return x
    shape = x.shape[:2] + tuple(n + 2 * p for n, p in zip(x.shape[2:], pad, strict=True))
    wide = xp.zeros(shape, x.dtype)
    wide[(..., *(slice(p, p + n) for n, p in zip(x.shape[2:], pad, strict=True)))] = x
    return wide


def _windows(xp: Any, wide: Any, out: Ints, geometry: Geometry) -> Any:
    """View padded data (n, c, *spatial) as (groups, c // groups, *kernel, n, *out)."""
    n, c = wide.shape[:2]
    rows, columns = wide.strides[:2]
    steps = wide.strides[2:]
    groups = geometry.groups
    inner = tuple(step * d for step, d in zip(steps, geometry.dilate, strict=True))
    outer = tuple(step * s for step, s in zip(steps, geometry.stride, strict=True))
    return xp.as_strided(
        wide,
        (groups, c // groups, *geometry.kernel, n, *out),
        (columns * (c // groups), columns, *inner, rows, *outer),
    )


def _blocks(count: int, each: int) -> list[slice]:
    """Cut ``count`` examples of ``each`` column elements into blocks."""
    step = max(1, BLOCK // max(1, each))
    return [slice(start, min(start + step, count)) for start in range(0, count, step)]


def _computed(xp: Any, *arrays: Any) -> Any:
    """Make arrays contiguous; half precision is computed in single."""
    return [
        a.astype(xp.float32) if a.dtype.itemsize == 2 else xp.ascontiguousarray(a) for a in arrays
    ]


def forward(xp: Any, x: Any, w: Any, geometry: Geometry) -> Any:
    """Convolve ``x`` with ``w``."""
    dtype, (x, w) = x.dtype, _computed(xp, x, w)
    n, groups = x.shape[0], geometry.groups
    out = out_size(x.shape[2:], geometry)
    filters = w.reshape((groups, w.shape[0] // groups, -1))
    if _plain(geometry):
        data = x.reshape((n, groups, -1, prod(out)))
        return (filters @ data).reshape((n, w.shape[0], *out)).astype(dtype, copy=False)
    view = _windows(xp, _padded(xp, x, geometry.pad), out, geometry)
    y = xp.empty((n, groups, w.shape[0] // groups, prod(out)), x.dtype)
    axis = 2 + len(out)
    for part in _blocks(n, filters.shape[2] * groups * prod(out)):
        block = view[(slice(None),) * axis + (part,)]
        columns = block.reshape((groups, filters.shape[2], -1))
        product = (filters @ columns).reshape((groups, filters.shape[1], -1, prod(out)))
        y[part] = product.transpose((2, 0, 1, 3))
    return y.reshape((n, w.shape[0], *out)).astype(dtype, copy=False)


def _rows(xp: Any, y: Any, groups: int) -> Any:
    """Lay a block of results (n, f, *out) out as (groups, f // groups, n * out)."""
    n, f = y.shape[:2]
    return (
        y.reshape((n, groups, f // groups, -1))
        .transpose((1, 2, 0, 3))
        .reshape((groups, f // groups, -1))
    )


def data_grad(xp: Any, y: Any, w: Any, spatial: Ints, geometry: Geometry) -> Any:
    """Spread ``y`` back over the windows it was computed from; ``spatial`` is the data's."""
    dtype, (y, w) = y.dtype, _computed(xp, y, w)
    n, groups, out = y.shape[0], geometry.groups, y.shape[2:]
    channels = w.shape[1] * groups
    filters = w.reshape((groups, w.shape[0] // groups, -1)).transpose((0, 2, 1))
    if _plain(geometry):
        data = y.reshape((n, groups, -1, prod(out)))
        return (filters @ data).reshape((n, channels, *spatial)).astype(dtype, copy=False)
    pad = geometry.pad
    shape = tuple(size + 2 * p for size, p in zip(spatial, pad, strict=True))
    wide = xp.zeros((n, channels, *shape), y.dtype)
    grouped = wide.reshape((n, groups, w.shape[1], *shape))
    for part in _blocks(n, filters.shape[1] * groups * prod(out)):
        columns = (filters @ _rows(xp, y[part], groups)).reshape(
            (groups, w.shape[1], prod(geometry.kernel), part.stop - part.start, *out)
        )
        target = grouped[part]
        for number, place in enumerate(places(geometry.kernel, out, geometry)):
            target[(..., *place)] += xp.moveaxis(columns[:, :, number], 2, 0)
    inside = tuple(slice(p, p + size) for p, size in zip(pad, spatial, strict=True))
    return wide[(..., *inside)].astype(dtype, copy=False)


def places(kernel: Ints, out: Ints, geometry: Geometry) -> list[tuple[slice, ...]]:
    """List, for every element of the kernel, the slices of padded data that it meets."""
    found: list[tuple[slice, ...]] = [()]
    for k, size, s, d in zip(kernel, out, geometry.stride, geometry.dilate, strict=True):
        found = [
            (*before, slice(i * d, i * d + s * (size - 1) + 1, s))
            for before in found
            for i in range(k)
        ]
    return found


def weight_grad(xp: Any, y: Any, x: Any, geometry: Geometry) -> Any:
    """Correlate ``y`` with the data; returns the weight's shape."""
    dtype, (y, x) = y.dtype, _computed(xp, y, x)
    n, groups, out = x.shape[0], geometry.groups, y.shape[2:]
    channels, filters = x.shape[1] // groups, y.shape[1] // groups
    size = channels * prod(geometry.kernel)
    total = xp.zeros((groups, filters, size), y.dtype)
    view = _windows(xp, _padded(xp, x, geometry.pad), out, geometry)
    axis = 2 + len(out)
    for part in _blocks(n, size * groups * prod(out)):
        block = view[(slice(None),) * axis + (part,)]
        columns = block.reshape((groups, size, -1))
        total += _rows(xp, y[part], groups) @ columns.transpose((0, 2, 1))
    shape = (groups * filters, channels, *geometry.kernel)
    return total.reshape(shape).astype(dtype, copy=False)
