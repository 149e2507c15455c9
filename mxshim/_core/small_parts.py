"""Small calls of products, of shapes and parts, and of choosing; see :mod:`.small`."""

from __future__ import annotations

from functools import lru_cache
from math import sqrt
from typing import Any

import numpy

from .._backends.cpu import constant, packed, xp
from .dtypes import float32, float64, int64
from .small import ZEROS, Function, prepares
from .small_rows import FEW

_array, _empty = numpy.array, numpy.empty
_add: Any = numpy.add
_multiply: Any = numpy.multiply
_maximum: Any = numpy.maximum

# Products


@prepares("dot")
def _dot(transpose_a: bool, transpose_b: bool, forward_stype: Any) -> Function:
    def kernel(a: Any, b: Any) -> Any:
        if a.ndim != 2 or b.ndim != 2 or a.dtype is not b.dtype:
            return None
        return (a.T if transpose_a else a).dot(b.T if transpose_b else b)

    return kernel


@prepares("batch_dot")
def _batch_dot(transpose_a: bool, transpose_b: bool, forward_stype: Any) -> Function:
    def kernel(a: Any, b: Any) -> Any:
        if a.ndim != 3 or b.ndim != 3 or a.dtype is not b.dtype or len(a) != len(b):
            return None
        a = a.transpose(0, 2, 1) if transpose_a else a
        return numpy.matmul(a, b.transpose(0, 2, 1) if transpose_b else b)

    return kernel


@prepares("FullyConnected")
def _fully_connected(num_hidden: int, no_bias: bool, flatten: bool) -> Function:
    def kernel(data: Any, weight: Any, bias: Any = None) -> Any:
        dtype = data.dtype
        if data.ndim != 2 or weight.dtype is not dtype or weight.shape[0] != num_hidden:
            return None
        if (bias is None) is not no_bias:
            return None
        if not no_bias and (bias.dtype is not dtype or bias.shape != (num_hidden,)):
            return None
        out = data.dot(weight.T)
        return out if no_bias else _add(out, bias, out)

    return kernel


# Shapes and parts


@prepares("expand_dims")
def _expand_dims(axis: int) -> Function:
    after = -axis - 1
    key = (*(slice(None),) * axis, None) if axis >= 0 else (..., None, *(slice(None),) * after)
    return lambda data: data[key].copy()


@prepares("transpose")
def _transpose(axes: tuple[int, ...]) -> Any:
    if axes and min(axes) < 0:
        return None
    return _permuted(axes or None)


@prepares("_np_transpose")
def _permuted(axes: Any) -> Function:
    if axes is None:
        return lambda data: data.T.copy()
    if axes and axes[-1] not in (-1, len(axes) - 1):
        return lambda data: data.transpose(axes).copy()
    return lambda data: packed(data.transpose(axes))


@prepares("SwapAxis")
def _swapped(dim1: int, dim2: int) -> Function:
    return lambda data: packed(data.swapaxes(dim1, dim2))


@prepares("slice_axis")
def _slice_axis(axis: int, begin: int, end: int | None) -> Function | None:
    if axis < 0 or end is None or not 0 <= begin < end:
        return None
    key = (*(slice(None),) * axis, slice(begin, end))

    return lambda data: packed(data[key]) if end <= data.shape[axis] else None


@prepares("broadcast_to")
def _broadcast_to(shape: tuple[int, ...]) -> Function | None:
    if 0 in shape:
        return None

    def kernel(data: Any) -> Any:
        if data.ndim != len(shape):
            return None
        out = _empty(shape, data.dtype)
        out[...] = data
        return out

    return kernel


def _join(parts: tuple[Any, ...], axis: int) -> Any:
    dtype = parts[0].dtype
    for part in parts:
        if part.dtype is not dtype:
            return None
    return numpy.concatenate(parts, axis)


@prepares("Concat")
def _concat(num_args: int, dim: int) -> Function:
    return lambda *parts: _join(parts, dim)


@prepares("_npi_concatenate")
def _concatenate(num_args: int, axis: int | None) -> Function | None:
    return None if axis is None else lambda *parts: _join(parts, axis)


@prepares("stack", "_npi_stack")
def _stack(axis: int, num_args: int) -> Function | None:
    if axis < 0:
        return None
    key = (*(slice(None),) * axis, None)

    def kernel(*parts: Any) -> Any:
        shape = parts[0].shape
        for part in parts:
            if part.shape != shape:
                return None
        return _join(tuple([part[key] for part in parts]), axis)

    return kernel


# Choosing


@prepares("clip")
def _clip(a_min: float, a_max: float) -> Function | None:
    if not a_min <= a_max:
        return None
    limits = {kind: (_array(a_min, kind), _array(a_max, kind)) for kind in (float32, float64)}

    def kernel(data: Any) -> Any:
        low, high = limits[data.dtype]
        out = _maximum(data, low)
        return numpy.minimum(out, high, out=out) if out.ndim else None

    return kernel


@prepares("where")
def _where() -> Function:
    def kernel(condition: Any, x: Any, y: Any) -> Any:
        if condition.shape != x.shape or x.shape != y.shape or x.dtype is not y.dtype:
            return None
        return numpy.where(condition != ZEROS[condition.dtype], x, y)

    return kernel


@prepares("take")
def _take(axis: int, mode: str) -> Function | None:
    if mode != "clip":
        return None

    def kernel(data: Any, index: Any) -> Any:
        if index.dtype.kind not in "iu":
            index = index.astype(int64)
        return data.take(index, axis, None, "clip")

    return kernel


_ZERO = numpy.zeros((), int64)
_last = lru_cache(maxsize=256)(lambda length: _array(length - 1, int64))
_starts = lru_cache(maxsize=64)(lambda rows, length: numpy.arange(rows, dtype=int64) * length)


@prepares("pick")
def _pick(axis: int | None, keepdims: bool, mode: str) -> Function | None:
    if axis != -1 or mode != "clip":
        return None

    def kernel(data: Any, index: Any) -> Any:
        at = picked(data, index)
        if at is None:
            return None
        return data.take(at[..., None] if keepdims else at)

    return kernel


def picked(data: Any, index: Any) -> Any:
    """Return where in an array, taken as a flat one, ``pick`` finds its elements; None: ask it."""
    shape = data.shape
    if len(shape) < 2 or index.shape != shape[:-1] or index.size > FEW or 0 in shape:
        return None
    if not data.flags.c_contiguous and data.size > FEW:  # it would be copied
        return None
    at = index.astype(int64)
    _maximum(at, _ZERO, out=at)
    numpy.minimum(at, _last(shape[-1]), out=at)
    at += _starts(at.size, shape[-1]).reshape(at.shape)
    return at


@prepares("Activation")
def _activation(act_type: str) -> Function | None:
    if act_type == "relu":
        return lambda data: numpy.fmax(data, ZEROS[data.dtype])
    return numpy.tanh if act_type == "tanh" else None


@prepares("LeakyReLU")
def _leaky_relu(act_type: str, slope: float, **bounds: float) -> Function | None:
    where = numpy.where
    if act_type == "leaky" and 0 < slope <= 1:
        return lambda data, gamma=None: _maximum(data, _multiply(data, constant(data.dtype, slope)))
    if act_type == "prelu":

        def kernel(data: Any, gamma: Any) -> Any:
            if gamma.ndim != 1 or gamma.dtype is not data.dtype:
                return None
            if gamma.size != 1 and (data.ndim != 2 or gamma.size != data.shape[1]):
                return None
            return where(data > ZEROS[data.dtype], data, _multiply(data, gamma))

        return kernel
    if act_type == "elu":
        return _bent(slope, 1)
    if act_type == "selu":
        from .._backends.numpy_kernels.leaky import ALPHA, SCALE

        return _bent(ALPHA, SCALE)
    return _curved if act_type == "gelu" else None


def _bent(slope: float, scale: float) -> Function:
    def kernel(data: Any, gamma: Any = None) -> Any:
        dtype, zero = data.dtype, ZEROS[data.dtype]
        below = _multiply(numpy.expm1(numpy.fmin(data, zero)), constant(dtype, slope))
        out = numpy.where(data > zero, data, below)
        return out if scale == 1 else _multiply(out, constant(dtype, scale))

    return kernel


def _curved(data: Any, gamma: Any = None) -> Any:
    dtype = data.dtype
    out = xp.erf(_multiply(data, constant(dtype, 1 / sqrt(2))))
    return _multiply(_add(out, constant(dtype, 1)), _multiply(data, constant(dtype, 0.5)))
