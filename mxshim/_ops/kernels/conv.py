"""Convolution as matrix products: three bilinear kernels for any number of spatial axes.

With data ``x`` (n, c, *spatial), weight ``w`` (f, c // groups, *kernel) and result ``y``
(n, f, *out), :func:`forward` maps (x, w) to y, :func:`data_grad` maps (y, w) to x and
:func:`weight_grad` maps (y, x) to w.  Each is linear in both arguments and the gradients of one
are the other two, so gradients of any order stay in this set.

The windows of the data are a strided view; a block of examples is copied to columns
(groups, c // groups * kernel, examples * out) and multiplied by the weight in one product.
"""

from __future__ import annotations

from functools import lru_cache
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


class Layout(NamedTuple):
    """Shapes that follow from the data's shape and the geometry; made once and kept."""

    out: Ints
    wide: Ints
    inside: tuple[Any, ...]
    view: Ints
    steps: Ints
    blocks: list[slice]


@lru_cache(maxsize=1024)
def layout(shape: Ints, geometry: Geometry) -> Layout:
    """Lay out the windows of data of a shape.

    ``view`` is (groups, c // groups, *kernel, n, *out), ``steps`` its strides in elements of the
    padded data, ``blocks`` cuts the examples so that a block's columns stay in the cache.
    """
    n, c = shape[:2]
    groups, kernel = geometry.groups, geometry.kernel
    out = out_size(shape[2:], geometry)
    wide = (n, c, *(size + 2 * p for size, p in zip(shape[2:], geometry.pad, strict=True)))
    inside = (..., *(slice(p, p + size) for size, p in zip(shape[2:], geometry.pad, strict=True)))
    each = [prod(wide[axis + 1 :]) for axis in range(len(wide))]
    inner = tuple(step * d for step, d in zip(each[2:], geometry.dilate, strict=True))
    outer = tuple(step * s for step, s in zip(each[2:], geometry.stride, strict=True))
    block = max(1, BLOCK // max(1, c * prod(kernel) * prod(out)))
    return Layout(
        out, wide, inside, (groups, c // groups, *kernel, n, *out),
        (each[1] * (c // groups), each[1], *inner, each[0], *outer),
        [slice(start, min(start + block, n)) for start in range(0, n, block)],
    )  # fmt: skip


def _columns(xp: Any, x: Any, geometry: Geometry, plan: Layout, part: slice) -> Any:
    """Copy the windows of a block of examples to (groups, c // groups * kernel, examples * out)."""
    whole = part.stop - part.start == plan.view[2 + len(plan.out)]
    strides = tuple(step * x.dtype.itemsize for step in plan.steps)
    view = xp.as_strided(x, plan.view, strides)
    if not whole:
        view = view[(slice(None),) * (2 + len(plan.out)) + (part,)]
    return view.reshape((plan.view[0], plan.view[1] * prod(geometry.kernel), -1))


def _padded(xp: Any, x: Any, plan: Layout) -> Any:
    if plan.wide == x.shape:
        return x
    wide = xp.zeros(plan.wide, x.dtype)
    wide[plan.inside] = x
    return wide


def _computed(xp: Any, *arrays: Any) -> Any:
    """Make arrays contiguous; half precision is computed in single."""
    return [
        a.astype(xp.float32) if a.dtype.itemsize == 2 else xp.ascontiguousarray(a) for a in arrays
    ]


def forward(xp: Any, x: Any, w: Any, geometry: Geometry) -> Any:
    """Convolve ``x`` with ``w``."""
    dtype, (x, w) = x.dtype, _computed(xp, x, w)
    n, groups = x.shape[0], geometry.groups
    plan = layout(x.shape, geometry)
    out = plan.out
    filters = w.reshape((groups, w.shape[0] // groups, -1))
    if _plain(geometry):
        data = x.reshape((n, groups, -1, prod(out)))
        return (filters @ data).reshape((n, w.shape[0], *out)).astype(dtype, copy=False)
    x = _padded(xp, x, plan)
    y = xp.empty((n, groups, w.shape[0] // groups, prod(out)), x.dtype)
    for part in plan.blocks:
        product = filters @ _columns(xp, x, geometry, plan, part)
        product = product.reshape((groups, filters.shape[1], -1, prod(out)))
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
    plan = layout((n, channels, *spatial), geometry)
    wide = xp.zeros(plan.wide, y.dtype)
    grouped = wide.reshape((n, groups, w.shape[1], *plan.wide[2:]))
    for part in plan.blocks:
        columns = (filters @ _rows(xp, y[part], groups)).reshape(
            (groups, w.shape[1], prod(geometry.kernel), part.stop - part.start, *out)
        )
        target = grouped[part]
        for number, place in enumerate(places(geometry.kernel, out, geometry)):
            target[(..., *place)] += xp.moveaxis(columns[:, :, number], 2, 0)
    return wide[plan.inside].astype(dtype, copy=False)


@lru_cache(maxsize=1024)
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
    groups = geometry.groups
    channels, filters = x.shape[1] // groups, y.shape[1] // groups
    size = channels * prod(geometry.kernel)
    total = xp.zeros((groups, filters, size), y.dtype)
    plan = layout(x.shape, geometry)
    x = _padded(xp, x, plan)
    for part in plan.blocks:
        columns = _columns(xp, x, geometry, plan, part)
        total += _rows(xp, y[part], groups) @ columns.transpose((0, 2, 1))
    shape = (groups * filters, channels, *geometry.kernel)
    return total.reshape(shape).astype(dtype, copy=False)
