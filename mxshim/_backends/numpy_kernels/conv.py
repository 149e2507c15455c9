"""Convolution, its gradients and its transpose as products of matrices.

The kernels are those of ``mxshim._ops.kernels.conv``, for single and double precision: blocks of
columns that fit a cache (see :mod:`.windows`), results written where they belong, no transposes.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy

from ..override import DECLINED, override
from .windows import (
    Array,
    Grid,
    Ints,
    Plan,
    add_columns,
    blocks,
    columns,
    empty_columns,
    inward,
    join,
    outward,
    plan_of,
    split,
)  # fmt: skip

#: Multiplications below which the operator's body is done sooner.
SMALL = 1 << 18


def fits(x: Ints, w: Ints, kernel: Ints, groups: int) -> bool:
    """Tell whether data and a weight of these shapes, neither empty, go together."""
    return (
        len(x) == len(w) == len(kernel) + 2
        and w[2:] == tuple(kernel)
        and groups > 0
        and w[0] % groups == 0
        and x[1] == w[1] * groups
        and 0 not in x
        and 0 not in w
    )


def grid_of(size: Ints, geometry: Any) -> Grid | None:
    """Return the windows over data of a spatial size, None where there are none."""
    kernel, stride, dilate, pad, _ = geometry
    if not len(size) == len(kernel) == len(stride) == len(dilate) == len(pad):
        return None
    if min(stride) < 1 or min(dilate) < 1 or min(pad) < 0:
        return None
    out = tuple(
        (n + 2 * p - d * (k - 1) - 1) // s + 1
        for n, k, s, d, p in zip(size, kernel, stride, dilate, pad, strict=True)
    )
    return Grid(size, out, kernel, stride, dilate, pad) if min(out) > 0 else None


def _with_batch(grid: Grid, n: int) -> Grid:
    """Make the batch the last spatial axis."""
    size, out, kernel, stride, dilate, pad, _ = grid
    one = (1,)
    return Grid(
        (*size, n), (*out, n), kernel + one, stride + one, dilate + one, (*pad, 0), len(size) - 1
    )


def _batch_last(n: int, c: int, f: int, groups: int, grid: Grid, *arrays: Array) -> bool:
    """Tell whether moving the batch to the end costs less than what wide columns do in vain."""
    if all(lies_inward(a) for a in arrays):
        return True
    if n < 8 or prod(grid.kernel) == 1:
        return False
    places = prod(grid.out)
    vain = prod(plan_of(grid).wide) - places
    # nanoseconds: 40 multiplications, or 1.2 elements moved, or 2.5 copied in short runs
    product = vain * f * (c // groups) * prod(grid.kernel) / 40
    return product + 0.4 * f * places > 0.8 * (c * prod(grid.size) + f * places)


def lies_inward(x: Array) -> bool:
    """Tell whether data (n, c, *spatial) lies in memory as (c, *spatial, n)."""
    return bool(x.transpose(*range(1, x.ndim), 0).flags.c_contiguous) and x.shape[0] > 1


def _convolve(x: Array, w: Array, bias: Array | None, grid: Grid, groups: int) -> Array:
    plan = plan_of(grid)
    n, f = len(x), len(w)
    filters = w.reshape((groups, f // groups, -1))
    y = numpy.empty((n, f, *grid.out), x.dtype)
    if bias is not None:
        bias = bias.reshape((f, *[1] * (y.ndim - 1)))
    if prod(plan.kernel) == 1:
        data = split(x, plan).reshape((n, groups, x.shape[1] // groups, -1))
        numpy.matmul(filters, data, out=y.reshape((n, groups, f // groups, -1)))
        if bias is not None:
            y += bias.reshape((f, *[1] * (y.ndim - 2)))
        return y
    for some, parts in blocks(n, x.shape[1], plan):
        phases = split(x[some], plan)
        for rows in parts:
            made = columns(phases, plan, rows)
            product = filters @ made.reshape((groups, filters.shape[2], -1))
            product = product.reshape((f, len(phases), -1, *plan.wide[1:]))[plan.inside]
            target = y[some, :, rows].swapaxes(0, 1)
            if bias is None:
                target[...] = product
            else:
                numpy.add(product, bias, out=target)
    return y


def forward(
    x: Array, w: Array, bias: Array | None, grid: Grid, groups: int, any_layout: bool
) -> Array:
    """Convolve data (n, c, *size) to (n, f, *out)."""
    if _batch_last(len(x), x.shape[1], len(w), groups, grid, x):
        wide = _with_batch(grid, len(x))
        return outward(_convolve(inward(x), w, bias, wide, groups), any_layout)
    return _convolve(x, w, bias, grid, groups)


def _wide_rows(ct: Array, some: slice, rows: slice, plan: Plan) -> Array:
    """Copy results (n, f, *out) to (f, n, *wide), zero where no window is."""
    part = ct[some, :, rows].swapaxes(0, 1)
    shape = (*part.shape[:3], *plan.wide[1:])
    if shape == part.shape:
        return numpy.ascontiguousarray(part)
    made = numpy.zeros(shape, ct.dtype)
    made[plan.inside] = part
    return made


def _spread(ct: Array, w: Array, grid: Grid, groups: int) -> Array:
    """Spread results over the data by adding up the columns of the data."""
    plan = plan_of(grid)
    n, f, c = len(ct), len(w), w.shape[1] * groups
    filters = w.reshape((groups, f // groups, -1)).transpose(0, 2, 1)
    made = numpy.zeros((n, c, *grid.size), ct.dtype)
    for some, parts in blocks(n, c, plan):
        count = some.stop - some.start
        phases = numpy.zeros((count, c, len(plan.phases), *plan.room), ct.dtype)
        for rows in parts:
            head = _wide_rows(ct, some, rows, plan).reshape((groups, f // groups, -1))
            found = empty_columns(phases, plan, rows)
            numpy.matmul(filters, head, out=found.reshape((groups, filters.shape[1], -1)))
            add_columns(found, phases, plan, rows)
        join(phases, plan, made[some])
    return made


def _flipped(w: Array, groups: int) -> Array:
    """Return the weight of the convolution that is a stride-1 convolution's data gradient."""
    f, c = w.shape[:2]
    grouped = w.reshape((groups, f // groups, c, *w.shape[2:])).swapaxes(1, 2)
    turned = grouped[(..., *[slice(None, None, -1)] * (w.ndim - 2))]
    return numpy.ascontiguousarray(turned).reshape((groups * c, f // groups, *w.shape[2:]))


def data_grad(ct: Array, w: Array, grid: Grid, groups: int, any_layout: bool) -> Array:
    """Spread results (n, f, *out) over the data (n, c, *size)."""
    f, c = len(w), w.shape[1] * groups
    pad = tuple(d * (k - 1) - p for k, d, p in zip(grid.kernel, grid.dilate, grid.pad, strict=True))
    if set(grid.stride) == {1} and min(pad) >= 0 and c >= 8 and f <= 2 * c:
        back = Grid(grid.out, grid.size, grid.kernel, grid.stride, grid.dilate, pad)
        return forward(ct, _flipped(w, groups), None, back, groups, any_layout)
    if _batch_last(len(ct), c, f, groups, grid, ct):
        wide = _with_batch(grid, len(ct))
        return outward(_spread(inward(ct), w, wide, groups), any_layout)
    return _spread(ct, w, grid, groups)


def _correlate(ct: Array, x: Array, grid: Grid, groups: int) -> Array:
    plan = plan_of(grid)
    n, c, f = len(x), x.shape[1], ct.shape[1]
    size = c // groups * prod(plan.kernel)
    total = numpy.zeros((groups, f // groups, size), x.dtype)
    for some, parts in blocks(n, c, plan):
        phases = split(x[some], plan)
        for rows in parts:
            made = columns(phases, plan, rows).reshape((groups, size, -1))
            head = _wide_rows(ct, some, rows, plan).reshape((groups, f // groups, -1))
            total += head @ made.transpose(0, 2, 1)
    return total.reshape((f, c // groups, *grid.kernel[: ct.ndim - 2]))


def weight_grad(ct: Array, x: Array, grid: Grid, groups: int) -> Array:
    """Correlate results with the data; returns (f, c // groups, *kernel)."""
    shape = (ct.shape[1], x.shape[1] // groups, *grid.kernel)
    if _batch_last(len(x), x.shape[1], ct.shape[1], groups, grid, x, ct):
        wide = _with_batch(grid, len(x))
        return _correlate(inward(ct), inward(x), wide, groups).reshape(shape)
    return _correlate(ct, x, grid, groups)


def usable(*arrays: Any) -> bool:
    """Tell whether all arrays that are there have one type, single or double precision."""
    kind = arrays[0].dtype
    return kind.char in "fd" and all(a is None or a.dtype == kind for a in arrays)


def _worth(x: Array, f: int, grid: Grid | None, least: int = SMALL) -> bool:
    """Tell whether there are windows, so many and such that the operator's body is slower."""
    if grid is None or x.shape[0] * f * prod(grid.out) * prod(grid.kernel) * x.shape[1] < least:
        return False
    plain = prod(grid.kernel) == 1 and set(grid.stride) == {1} and not any(grid.pad)
    return not plain or lies_inward(x)


#: The layout of data with so many axes.
PLANAR = {3: "NCW", 4: "NCHW", 5: "NCDHW"}


def full(kernel: Ints, stride: Ints, dilate: Ints, pad: Ints, groups: int) -> Any:
    """Fill in the defaults of the window parameters."""
    ones = (1,) * len(kernel)
    return kernel, stride or ones, dilate or ones, pad or (0,) * len(kernel), groups


@override("Convolution")
def convolution(
    xp, data, weight, bias=None, *, kernel, stride, dilate, pad, num_filter, num_group, layout,
    **params,
):  # fmt: skip
    """Convolve; see the operator's body."""
    if (
        not usable(data, weight, bias)
        or layout not in (None, PLANAR.get(data.ndim))
        or not fits(data.shape, weight.shape, kernel, num_group)
        or len(weight) != num_filter
        or (bias is not None and bias.shape != (num_filter,))
    ):
        return DECLINED
    grid = grid_of(data.shape[2:], full(kernel, stride, dilate, pad, num_group))
    if not _worth(data, num_filter, grid):
        return DECLINED
    return forward(data, weight, bias, grid, num_group, xp.any_layout)


@override("_backward_Convolution")
def convolve(xp, data, weight, *, geometry, spatial=None):
    """Convolve."""
    if not usable(data, weight) or not fits(
        data.shape, weight.shape, geometry.kernel, geometry.groups
    ):
        return DECLINED
    grid = grid_of(data.shape[2:], geometry)
    if not _worth(data, len(weight), grid):
        return DECLINED
    return forward(data, weight, None, grid, geometry.groups, xp.any_layout)


@override("_backward_Convolution_data")
def convolve_data(xp, ct, weight, *, geometry, spatial):
    """Spread results over the data they were computed from."""
    groups = geometry.groups
    data = (ct.shape[0], weight.shape[1] * groups, *spatial)
    if not usable(ct, weight) or not fits(data, weight.shape, geometry.kernel, groups):
        return DECLINED
    grid = grid_of(tuple(spatial), geometry)
    if (
        not _worth(ct, data[1], grid, 0)
        or ct.shape[1:] != (len(weight), *grid.out)
        or not numpy.isfinite(weight.sum())
    ):
        return DECLINED
    return data_grad(ct, weight, grid, groups, xp.any_layout)


@override("_backward_Convolution_weight")
def convolve_weight(xp, ct, data, *, geometry, spatial=None):
    """Correlate results with the data."""
    groups = geometry.groups
    if not usable(ct, data) or data.ndim != len(geometry.kernel) + 2 or not data.size:
        return DECLINED
    grid = grid_of(data.shape[2:], geometry)
    if (
        not _worth(data, ct.shape[1], grid)
        or data.shape[1] % groups
        or ct.shape[1] % groups
        or ct.shape != (len(data), ct.shape[1], *grid.out)
    ):
        return DECLINED
    found = weight_grad(ct, data, grid, groups)
    # what lies between rows meets zeros; next to what is not finite that would matter
    return found if numpy.isfinite(found.sum()) else DECLINED
