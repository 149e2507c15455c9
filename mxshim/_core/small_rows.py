"""Small calls of what works along rows: reductions, softmax; see :mod:`.small`."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy

from .._backends.cpu import constant, summed
from .._backends.numpy_kernels.sums import LARGER
from .flags import flags
from .small import Function, prepares

_array = numpy.array
_exp: Any = numpy.exp
_add: Any = numpy.add
_maximum: Any = numpy.maximum
_minimum: Any = numpy.minimum

# Reductions. NumPy takes twice as long along an axis as over all of them; a product with ones does
# not, and on few numbers it rounds no worse.

#: The most elements, and the longest axis, that a product with ones sums.
FEW, _SHORT = 1 << 12, 64
_ones = lru_cache(maxsize=256)(numpy.ones)


def added(data: Any, axis: int, keepdims: bool) -> Any:
    """Sum along one axis."""
    if data.ndim == 2 and data.size <= FEW and not keepdims:
        length = data.shape[axis]
        if length <= _SHORT:
            ones = _ones(length, data.dtype)
            return data.dot(ones) if axis % 2 else ones.dot(data)
    if data.size > FEW:
        return summed(data, (axis,), keepdims)
    return _add.reduce(data, axis, None, None, keepdims)


def _one_axis(axis: Any) -> Any:
    return axis[0] if axis is not None and len(axis) == 1 else axis


def _reduction(whole: Function, along: Function, axis: Any, keepdims: bool, legacy: bool) -> Any:
    """Bind a reduction: ``whole(data)`` gives a number, ``along(data, axis, kept)`` an array."""
    axis = _one_axis(axis)
    if axis is not None and axis.__class__ is not int:
        return None
    if axis is not None:
        return lambda data: along(data, axis, keepdims) if data.ndim > 1 else None
    if keepdims:
        return None

    def over_all(data: Any) -> Any:
        found = whole(data)
        return _array((found,)) if legacy and not flags.np_shape else _array(found)

    return over_all


def _of_matrix(along: Function, axis: int, keepdims: bool) -> Function:
    return lambda data: along(data, axis, keepdims) if data.ndim == 2 else None


def _sum_of_all(data: Any) -> Any:
    return _add.reduce(data, None) if data.size < LARGER else summed(data, None)


def _mean_of_all(data: Any) -> Any:
    return data.dtype.type(float(_sum_of_all(data)) / (data.size or 1))


def _averaged(data: Any, axis: int, keepdims: bool) -> Any:
    out = added(data, axis, keepdims)
    return numpy.divide(out, constant(data.dtype, data.shape[axis] or 1), out)


#: Kernels of a number and of an array, legacy operator, NumPy's.
_REDUCTIONS: list[tuple[Function, Function, str, str]] = [
    (_sum_of_all, added, "sum", "_np_sum"),
    (_mean_of_all, _averaged, "mean", "_npi_mean"),
    (lambda data: _maximum.reduce(data, None),
     lambda data, axis, kept: _maximum.reduce(data, axis, None, None, kept), "max", "_np_max"),
    (lambda data: _minimum.reduce(data, None),
     lambda data, axis, kept: _minimum.reduce(data, axis, None, None, kept), "min", "_np_min"),
]  # fmt: skip


def _declare_reduction(whole: Function, along: Function, legacy: str, name: str) -> None:
    @prepares(legacy)
    def _(axis: Any, keepdims: bool, exclude: bool) -> Any:
        if exclude:  # of a matrix, the other axis
            other = {(0,): 1, (1,): 0}.get(axis)
            return None if other is None else _of_matrix(along, other, keepdims)
        return None if axis == () else _reduction(whole, along, axis, keepdims, True)

    @prepares(name)
    def _(axis: Any, keepdims: bool, initial: Any = None, dtype: Any = None) -> Any:
        if initial is not None or dtype is not None or axis == ():
            return None
        return _reduction(whole, along, axis, keepdims, False)


for _row in _REDUCTIONS:
    _declare_reduction(*_row)


def _position(name: str, legacy: bool) -> Callable[..., Function | None]:
    def build(axis: Any, keepdims: bool) -> Function | None:
        if axis is None or keepdims:
            return None

        def found(data: Any) -> Any:
            if data.ndim < 2:
                return None
            positions = getattr(data, name)(axis)
            return positions.astype(data.dtype) if legacy else positions

        return found

    return build


for _name in ("argmax", "argmin"):
    prepares(_name)(_position(_name, True))
    prepares(f"_npi_{_name}")(_position(_name, False))


#: Numbers so near to each other need no largest one a row: shifted by the largest of all, none
#: loses a bit that counts.
_NEAR = 8.0


def _together(data: Any) -> Any:
    """Shift rows by one number, where that will do, and give the ones that sum them; else None.

    A product with a matrix of ones leaves in each place the sum of its row: half the time of a
    reduction that keeps its axis and the broadcasting after it.
    """
    if data.ndim != 2 or not 0 < data.shape[1] <= _SHORT or data.size > FEW:
        return None
    largest = _maximum.reduce(data, None)
    if not float(largest) - float(_minimum.reduce(data, None)) < _NEAR:
        return None
    return data - _array(largest), _ones((data.shape[1], data.shape[1]), data.dtype)


@prepares("softmax")
def _softmax(axis: int, temperature: Any, dtype: Any, use_length: Any) -> Function | None:
    if temperature is not None or dtype is not None or use_length or axis != -1:
        return None
    from .._backends.numpy_kernels.rows import TINY
    from .._backends.numpy_kernels.softmax import tiny

    def kernel(data: Any, length: Any = None) -> Any:
        if not data.size or not data.ndim or length is not None:
            return None
        width = data.shape[-1]
        if data.size * width <= TINY and (made := tiny(data, width)) is not None:
            return made
        out = data - _maximum.reduce(data, -1, None, None, True)
        _exp(out, out)
        return numpy.divide(out, _add.reduce(out, -1, None, None, True), out)

    return kernel


@prepares("log_softmax")
def _log_softmax(axis: int, temperature: Any, dtype: Any, use_length: Any) -> Function | None:
    if temperature is not None or dtype is not None or use_length or axis != -1:
        return None

    def kernel(data: Any) -> Any:
        if not data.ndim or not data.size:
            return None
        if (near := _together(data)) is not None:
            out, ones = near
            total = _exp(out).dot(ones)
        else:
            out = data - _maximum.reduce(data, -1, None, None, True)
            total = _add.reduce(_exp(out), -1, None, None, True)
        return numpy.subtract(out, numpy.log(total, total), out)

    return kernel
