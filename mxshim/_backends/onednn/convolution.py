"""Convolution, its gradients and its transpose by oneDNN, on float32 arrays channels last."""

from __future__ import annotations

from math import prod
from typing import Any, NamedTuple

import numpy
from numpy.lib.stride_tricks import as_strided

from ..numpy_kernels.conv import PLANAR, fits, full, grid_of
from ..numpy_kernels.rows import ones
from ..numpy_kernels.windows import Ints, pitches
from ..override import DECLINED, override
from . import library
from .arrays import channels_last, empty_last, in_order, last_strides, memory, per_thread
from .library import (
    BIAS,
    DIFF_DST,
    DIFF_SRC,
    DIFF_WEIGHTS,
    DST,
    SRC,
    TRAINING,
    WEIGHTS,
    Primitive,
)  # fmt: skip

#: Multiplications below which NumPy is done sooner.
SMALL = 1 << 16
#: Elements of a block of copied windows.
_COLUMNS = 1 << 23
#: Channels of the data below which its gradient is computed in a layout of oneDNN's own.
_FEW = 8
_DIRECT = 1


class Shape(NamedTuple):
    """A convolution: the shapes of data, weight and result, and where the windows lie."""

    data: Ints
    weight: Ints
    out: Ints
    stride: Ints
    dilate: Ints
    pad: Ints
    groups: int


class Plan:
    """A primitive, with reorders where it chose another layout than the arrays have.

    ``plain`` describes the arrays by the names of the primitive's arguments, the result last.
    """

    __slots__ = ("_inner", "_primitive", "_reorders")

    def __init__(self, description: Any, plain: dict[int, Any]) -> None:
        chosen = {name: library.chosen(description, name) for name in plain}
        self._primitive = Primitive(description, chosen)
        self._inner = list(chosen.values())
        self._reorders: list[Primitive | None] = []
        result = next(reversed(plain))
        for name, layout in plain.items():
            ends = (chosen[name], layout) if name == result else (layout, chosen[name])
            self._reorders.append(None if library.same(*ends) else library.reorder(*ends))

    def run(self, *arrays: Any) -> None:
        """Compute; the last array receives the result."""
        held = list(arrays)
        for position, reorder in enumerate(self._reorders):
            if reorder is not None:
                held[position] = memory(self._inner[position])
                if position < len(arrays) - 1:
                    reorder.run(arrays[position], held[position])
        self._primitive.run(*held)
        last = self._reorders[-1]
        if last is not None:
            last.run(held[-1], arrays[-1])


def shape_of(data: Ints, weight: Ints, geometry: Any) -> Shape | None:
    """Return the convolution of these shapes, None where they do not go together."""
    kernel, stride, dilate, pad, groups = geometry
    grid = grid_of(data[2:], geometry) if fits(data, weight, kernel, groups) else None
    if grid is None or data[0] * prod(grid.out) * prod(weight) < SMALL:
        return None
    return Shape(data, weight, (data[0], weight[0], *grid.out), stride, dilate, pad, groups)


def _usable(*arrays: Any) -> bool:
    return library.load() is not None and all(a is None or a.dtype == numpy.float32 for a in arrays)


def _grouped(shape: Shape) -> Ints:
    """Return the weight's shape with the groups as an axis of their own, as oneDNN wants it."""
    if shape.groups == 1:
        return shape.weight
    return (shape.groups, shape.weight[0] // shape.groups, *shape.weight[1:])


def _windows(shape: Shape) -> list[Any]:
    """Return strides, dilations and the padding on both sides as oneDNN's arrays."""
    dilate = [d - 1 for d in shape.dilate]
    return [library.dims(values) for values in (shape.stride, dilate, shape.pad, shape.pad)]


class Layouts(NamedTuple):
    """How the arrays of a convolution lie in memory."""

    data: Any
    weight: Any
    bias: Any
    out: Any


def _plain(shape: Shape) -> Layouts:
    """Describe the arrays as they are given: channels last, the weight in order."""
    weight = _grouped(shape)
    return Layouts(
        library.strided(shape.data, last_strides(shape.data)),
        library.strided(weight, pitches(weight)),
        library.strided(shape.weight[:1], (1,)),
        library.strided(shape.out, last_strides(shape.out)),
    )


def _free(shape: Shape) -> Layouts:
    """Leave the weight's layout to the primitive; of few channels all layouts."""
    plain = _plain(shape)
    if shape.data[1] < _FEW:
        data, out = library.any_format(shape.data), library.any_format(shape.out)
        plain = plain._replace(data=data, out=out)
    return plain._replace(weight=library.any_format(_grouped(shape)))


def _forward_description(shape: Shape, free: Layouts, bias: bool) -> Any:
    return library.made(
        "convolution_forward_primitive_desc_create", library.engine(), TRAINING, _DIRECT,
        free.data, free.weight, free.bias if bias else None, free.out, *_windows(shape), None,
    )  # fmt: skip


@per_thread
def _forward(shape: Shape, bias: bool) -> Plan:
    plain = _plain(shape)
    free = plain._replace(weight=library.any_format(_grouped(shape)))
    arguments = {SRC: plain.data, WEIGHTS: plain.weight, BIAS: plain.bias, DST: plain.out}
    if not bias:
        del arguments[BIAS]
    return Plan(_forward_description(shape, free, bias), arguments)


@per_thread
def _data(shape: Shape) -> Plan:
    plain, free = _plain(shape), _free(shape)
    description = library.made(
        "convolution_backward_data_primitive_desc_create", library.engine(), _DIRECT, free.data,
        free.weight, free.out, *_windows(shape), _forward_description(shape, free, False), None,
    )  # fmt: skip
    return Plan(description, {DIFF_DST: plain.out, WEIGHTS: plain.weight, DIFF_SRC: plain.data})


@per_thread
def _weight(shape: Shape) -> Plan:
    plain = _plain(shape)
    free = plain._replace(weight=library.any_format(_grouped(shape)))
    description = library.made(
        "convolution_backward_weights_primitive_desc_create", library.engine(), _DIRECT, free.data,
        free.weight, None, free.out, *_windows(shape), _forward_description(shape, free, False),
        None,
    )  # fmt: skip
    return Plan(description, {SRC: plain.data, DIFF_DST: plain.out, DIFF_WEIGHTS: plain.weight})


def forward(xp: Any, data: Any, weight: Any, bias: Any, shape: Shape) -> Any:
    """Convolve; the result is channels last where ``xp`` takes any layout."""
    arrays = [channels_last(data), numpy.ascontiguousarray(weight)]
    if bias is not None:
        arrays.append(numpy.ascontiguousarray(bias))
    out = empty_last(shape.out)
    _forward(shape, bias is not None).run(*arrays, out)
    return out if xp.any_layout else in_order(out)


def data_grad(xp: Any, ct: Any, weight: Any, shape: Shape) -> Any:
    """Spread the gradient of the result back over the data."""
    made = empty_last(shape.data)
    _data(shape).run(channels_last(ct), numpy.ascontiguousarray(weight), made)
    return made if xp.any_layout else in_order(made)


def weight_grad(ct: Any, data: Any, shape: Shape) -> Any:
    """Correlate the gradient of the result with the data."""
    ct, data = channels_last(ct), channels_last(data)
    if _by_product(shape):
        return _multiplied(ct, data, shape)
    made = numpy.empty(shape.weight, numpy.float32)
    _weight(shape).run(data, ct, made)
    return made


def _by_product(shape: Shape) -> bool:
    """Tell whether windows copied to rows and one product beat oneDNN: on many small maps."""
    return (
        shape.groups == 1
        and len(shape.data) == 4
        and shape.data[1] >= 32
        and 1 < prod(shape.weight[2:]) <= 25
        and prod(shape.out[2:]) <= 196
    )


def _multiplied(ct: Any, data: Any, shape: Shape) -> Any:
    """Correlate by copying the windows, some examples at a time, to the rows of a matrix."""
    (n, c, height, width), (f, _, *kernel) = shape.data, shape.weight
    top, left = shape.pad
    wide = numpy.zeros((n, height + 2 * top, width + 2 * left, c), numpy.float32)
    wide[:, top : top + height, left : left + width] = data.transpose(0, 2, 3, 1)
    each, *steps, last = wide.strides
    moves = [step * s for step, s in zip(steps, shape.stride, strict=True)]
    places = [step * d for step, d in zip(steps, shape.dilate, strict=True)]
    windows = as_strided(
        wide, (n, *shape.out[2:], *kernel, c), (each, *moves, *places, last), writeable=False
    )
    size, points = c * prod(kernel), prod(shape.out[2:])
    block = max(1, _COLUMNS // (size * points))
    rows = ct.transpose(0, 2, 3, 1).reshape((n, points, f))
    total = None
    for start in range(0, n, block):
        part = windows[start : start + block].reshape((-1, size))
        product = rows[start : start + block].reshape((-1, f)).T @ part
        total = product if total is None else numpy.add(total, product, out=total)
    assert total is not None
    return numpy.ascontiguousarray(total.reshape((f, *kernel, c)).transpose(0, 3, 1, 2))


@override("Convolution")
def convolution(
    xp, data, weight, bias=None, *, kernel, stride, dilate, pad, num_filter, num_group, layout,
    **params,
):  # fmt: skip
    if (
        not _usable(data, weight, bias)
        or layout not in (None, PLANAR.get(data.ndim))
        or weight.shape[0] != num_filter
        or (bias is not None and bias.shape != (num_filter,))
    ):
        return DECLINED
    geometry = full(kernel, stride, dilate, pad, num_group)
    shape = shape_of(data.shape, weight.shape, geometry)
    return DECLINED if shape is None else forward(xp, data, weight, bias, shape)


@override("_backward_Convolution")
def convolve(xp, data, weight, *, geometry, spatial=None):
    shape = shape_of(data.shape, weight.shape, geometry) if _usable(data, weight) else None
    return DECLINED if shape is None else forward(xp, data, weight, None, shape)


@override("_backward_Convolution_data")
def convolve_data(xp, ct, weight, *, geometry, spatial):
    if not _usable(ct, weight):
        return DECLINED
    shape = shape_of(
        (ct.shape[0], weight.shape[1] * geometry.groups, *spatial), weight.shape, geometry
    )
    return DECLINED if shape is None or shape.out != ct.shape else data_grad(xp, ct, weight, shape)


@override("_backward_Convolution_weight")
def convolve_weight(xp, ct, data, *, geometry, spatial=None):
    if not _usable(ct, data):
        return DECLINED
    weight = (ct.shape[1], data.shape[1] // geometry.groups, *geometry.kernel)
    shape = shape_of(data.shape, weight, geometry)
    return DECLINED if shape is None or shape.out != ct.shape else weight_grad(ct, data, shape)


@override("Convolution", "bias")
def bias_grad(xp, ct, out, data, weight, bias=None, **params):
    if ct.dtype != numpy.float32 or ct.ndim < 3 or not ct.size:
        return DECLINED
    rows = ct.transpose(0, *range(2, ct.ndim), 1)
    if not rows.flags.c_contiguous:
        return DECLINED
    rows = rows.reshape((-1, ct.shape[1]))
    return ones(len(rows), "f") @ rows
