"""Convolution, its gradients and its transpose by oneDNN, on float32 arrays.

Arrays come with their axes in order, or, inside compiled networks, channels last. Which layout a
primitive computes in is decided by :func:`_asked`; where the arrays have another one, they are
reordered.
"""

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
from .arrays import as_given, channels_last, empty_last, last_strides, memory, per_thread
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
#: Fewer channels do not fill a vector, or are a picture's; so many fill several.
_FEW, _SCANT, _MANY = 8, 4, 32
#: Places of a map from which on 1x1 windows go back along them as fast as along channels.
_PLACES = 100
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


class Lasts(NamedTuple):
    """Which arrays of a convolution are channels last; the others have their axes in order."""

    data: bool
    out: bool


def _lying(shape: Ints, last: bool) -> Any:
    return library.strided(shape, last_strides(shape) if last else pitches(shape))


def _empty(shape: Ints, last: bool) -> Any:
    return empty_last(shape) if last else numpy.empty(shape, numpy.float32)


def _given(shape: Shape, lasts: Lasts) -> Layouts:
    """Describe the arrays as they are given, the weight in order."""
    weight = _grouped(shape)
    return Layouts(
        _lying(shape.data, lasts.data),
        library.strided(weight, pitches(weight)),
        library.strided(shape.weight[:1], (1,)),
        _lying(shape.out, lasts.out),
    )


def _asked(shape: Shape, lasts: Lasts, wanted: str) -> Layouts:
    """Describe the arrays as the primitive is asked to take them, the weight as it likes.

    Channels last is fastest, with exceptions that were measured (``scripts/bench/run.py --only
    convolution``): 1x1 windows, which are products either way, groups, few channels, and the
    gradient of the weight over large maps. ``wanted`` is what it computes: out, data or weight.
    """
    last, in_order = _given(shape, Lasts(True, True)), _given(shape, Lasts(False, False))
    own = last._replace(data=library.any_format(shape.data), out=library.any_format(shape.out))
    count, pointwise = shape.data[1], shape.groups == 1 and prod(shape.weight[2:]) == 1
    many = wanted == "weight" and shape.groups == 1 and not pointwise and count >= _MANY
    if wanted == "data" and count < _FEW:
        asked = in_order if count < _SCANT else own
    elif any(lasts):
        asked = own if many else last
    elif pointwise:
        asked = in_order if wanted != "data" or prod(shape.out[2:]) >= _PLACES else last
    else:
        asked = own if many or shape.groups > 1 or count < _SCANT else last
    return asked._replace(weight=library.any_format(_grouped(shape)))


def _forward_description(shape: Shape, asked: Layouts, bias: bool) -> Any:
    return library.made(
        "convolution_forward_primitive_desc_create", library.engine(), TRAINING, _DIRECT,
        asked.data, asked.weight, asked.bias if bias else None, asked.out, *_windows(shape), None,
    )  # fmt: skip


@per_thread
def _forward(shape: Shape, lasts: Lasts, bias: bool) -> Plan:
    given = _given(shape, lasts)
    arguments = {SRC: given.data, WEIGHTS: given.weight, BIAS: given.bias, DST: given.out}
    if not bias:
        del arguments[BIAS]
    return Plan(_forward_description(shape, _asked(shape, lasts, "out"), bias), arguments)


@per_thread
def _data(shape: Shape, lasts: Lasts) -> Plan:
    given, asked = _given(shape, lasts), _asked(shape, lasts, "data")
    description = library.made(
        "convolution_backward_data_primitive_desc_create", library.engine(), _DIRECT, asked.data,
        asked.weight, asked.out, *_windows(shape), _forward_description(shape, asked, False), None,
    )  # fmt: skip
    return Plan(description, {DIFF_DST: given.out, WEIGHTS: given.weight, DIFF_SRC: given.data})


@per_thread
def _weight(shape: Shape, lasts: Lasts) -> Plan:
    given, asked = _given(shape, lasts), _asked(shape, lasts, "weight")
    description = library.made(
        "convolution_backward_weights_primitive_desc_create", library.engine(), _DIRECT, asked.data,
        asked.weight, None, asked.out, *_windows(shape), _forward_description(shape, asked, False),
        None,
    )  # fmt: skip
    return Plan(description, {SRC: given.data, DIFF_DST: given.out, DIFF_WEIGHTS: given.weight})


def forward(xp: Any, data: Any, weight: Any, bias: Any, shape: Shape) -> Any:
    """Convolve; the result is channels last where ``xp`` takes any layout."""
    data, last = as_given(data)
    arrays = [data, numpy.ascontiguousarray(weight)]
    if bias is not None:
        arrays.append(numpy.ascontiguousarray(bias))
    out = _empty(shape.out, xp.any_layout)
    _forward(shape, Lasts(last, xp.any_layout), bias is not None).run(*arrays, out)
    return out


def data_grad(xp: Any, ct: Any, weight: Any, shape: Shape) -> Any:
    """Spread the gradient of the result back over the data."""
    ct, last = as_given(ct)
    made = _empty(shape.data, xp.any_layout)
    _data(shape, Lasts(xp.any_layout, last)).run(ct, numpy.ascontiguousarray(weight), made)
    return made


def weight_grad(ct: Any, data: Any, shape: Shape) -> Any:
    """Correlate the gradient of the result with the data."""
    if _by_product(shape):
        return _multiplied(channels_last(ct), channels_last(data), shape)
    (ct, out_last), (data, data_last) = as_given(ct), as_given(data)
    made = numpy.empty(shape.weight, numpy.float32)
    _weight(shape, Lasts(data_last, out_last)).run(data, ct, made)
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
