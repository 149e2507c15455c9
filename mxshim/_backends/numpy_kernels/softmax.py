"""Softmax and log-softmax in blocks that stay in the cache: of rows, or across other axes."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy

from ..override import DECLINED, LEAST, override
from . import rows
from .elementwise import exponentials
from .rows import TINY, Array, add_reduce, blocks, largest, max_reduce, min_reduce, square, sums

exp, log, subtract, multiply, divide = (
    numpy.exp, numpy.log, numpy.subtract, numpy.multiply, numpy.divide
)  # fmt: skip
#: Elements from which on other axes than the last gain by blocks and faster exponentials.
_MANY = LEAST["exp"]
#: Where a block's largest element is nearer to 0, its exponentials need no shift.
_SAFE = 40.0
#: A row whose exponentials sum to less was shifted too far by what is the largest elsewhere.
_LEAST, _MOST = 1e-20, 1e20
#: Logarithms of sums nearer to 0 are exact enough to be subtracted as they are.
_NEAR = 8.0


def takes(data: Array, axis: int) -> bool:
    """Tell whether the kernels here take an array and the axis of its softmax."""
    ndim = data.ndim
    return (
        (axis == -1 or axis == ndim - 1)
        and data.dtype.char in "fd"
        and ndim > 0 < data.size
        and data.shape[-1] > 1  # one class is exactly certain
    )


@override("softmax")
def softmax(
    xp: Any, data: Array, length: Any = None, *, axis: int, temperature: float | None, dtype: Any,
    use_length: bool | None,
) -> Any:  # fmt: skip
    """Compute softmax."""
    if temperature is not None or dtype is not None or use_length:
        return DECLINED
    if not takes(data, axis):
        return _softmax_across(data, axis) if data.size >= _MANY else DECLINED
    width = data.shape[-1]
    if data.size * width <= TINY:
        out = tiny(data, width)
        if out is not None:
            return out
    return rows_softmax(data)


def tiny(data: Array, width: int) -> Array | None:
    """Compute the softmax of a few numbers in few calls; None where that would lose digits."""
    out = exp(data)
    total = out.dot(square(width, out.dtype.char))
    if min_reduce(total, None) > _LEAST and max_reduce(total, None) < _MOST:
        return divide(out, total, out)
    return None


def rows_softmax(data: Array) -> Array:
    """Compute softmax along the last axis of an array that is not empty."""
    x = data.reshape((-1, data.shape[-1]))
    out = numpy.empty(x.shape, x.dtype)
    for part, target in blocks(x, out):
        total = _powers(part, target)
        multiply(target, (1 / total)[:, None], target)
    return out.reshape(data.shape)


def _powers(x: Array, out: Array) -> Array:
    """Fill ``out`` with the exponentials of a block, shifted alike along a row; return row sums."""
    top = max_reduce(x, None)
    if -_SAFE < top < _SAFE:
        exp(x, out)
    else:
        exp(subtract(x, top, out), out)
    total = sums(out)
    if min_reduce(total) > _LEAST:
        return total
    exp(subtract(x, largest(x), out), out)
    return sums(out)


@override("softmax", "data")
def softmax_gradient(
    xp: Any, ct: Array, out: Array, data: Array, length: Any = None, *, axis: int,
    temperature: float | None, **params: Any,
) -> Any:  # fmt: skip
    """Compute ``out * (ct - sum(ct * out))``."""
    if temperature is not None or length is not None or not takes(out, axis):
        return DECLINED
    return rows_pull(ct, out) if ct.dtype == out.dtype == data.dtype else DECLINED


def rows_pull(ct: Array, out: Array) -> Array:
    """Carry a gradient back through the softmax ``out`` along the last axis."""
    shape = out.shape
    width = shape[-1]
    if out.size * width <= TINY:
        inner = multiply(ct, out).dot(square(width, out.dtype.char))
        return multiply(subtract(ct, inner, inner), out, inner)
    ct, out = ct.reshape((-1, width)), out.reshape((-1, width))
    grad = numpy.empty(out.shape, out.dtype)
    for head, y, target in blocks(ct, out, grad):
        inner = sums(multiply(head, y, target))
        subtract(head, inner[:, None], target)
        multiply(target, y, target)
    return grad.reshape(shape)


@override("log_softmax")
def log_softmax(
    xp: Any, data: Array, *, axis: int, temperature: float | None, dtype: Any,
    use_length: bool | None,
) -> Any:  # fmt: skip
    """Compute log-softmax."""
    if temperature is not None or dtype is not None or use_length:
        return DECLINED
    if not takes(data, axis):
        return _log_softmax_across(data, axis) if data.size >= _MANY else DECLINED
    if data.size * data.shape[-1] <= TINY:
        out = _tiny_logarithms(data)
        if out is not None:
            return out
    return rows_log_softmax(data)


def _tiny_logarithms(data: Array) -> Array | None:
    """Compute the log-softmax of a few numbers in few calls; None where that would lose digits."""
    total = exp(data).dot(square(data.shape[-1], data.dtype.char))
    log(total, total)
    if max_reduce(total, None) < _NEAR and min_reduce(total, None) > -_NEAR:
        out = subtract(data, total, total)
        if max_reduce(out, None) <= 0:
            return out
    return None


def rows_log_softmax(data: Array) -> Array:
    """Compute log-softmax along the last axis of an array that is not empty."""
    x = data.reshape((-1, data.shape[-1]))
    out = numpy.empty(x.shape, x.dtype)
    powers = None
    for part, target in blocks(x, out):
        if powers is None:
            powers = numpy.empty(part.shape, x.dtype)
        _logarithms(part, target, powers[: len(part)])  # the last block may be shorter
    return out.reshape(data.shape)


def _logarithms(x: Array, out: Array, powers: Array) -> None:
    """Fill ``out`` with the log-softmax of a block's rows."""
    top = max_reduce(x, None)
    if -_NEAR < top < _NEAR:
        total = sums(exp(x, powers))
        log(total, total)
        if min_reduce(total) > -_NEAR:
            subtract(x, total[:, None], out)
            if max_reduce(out, None) <= 0:
                return
    subtract(x, largest(x), out)
    total = sums(exp(out, powers))
    subtract(out, log(total, total)[:, None], out)


@override("log_softmax", "data")
def log_softmax_gradient(
    xp: Any, ct: Array, out: Array, data: Array, *, axis: int, temperature: float | None,
    **params: Any,
) -> Any:  # fmt: skip
    """Compute ``ct - exp(out) * sum(ct)``."""
    if temperature is not None or not ct.dtype == out.dtype == data.dtype:
        return DECLINED
    if not takes(out, axis):
        return _log_pull_across(ct, out, axis) if out.size >= _MANY else DECLINED
    shape = out.shape
    if out.size * shape[-1] <= TINY:
        total = ct.dot(square(shape[-1], out.dtype.char))
        return subtract(ct, multiply(total, exp(out), total), total)
    ct, out = ct.reshape((-1, shape[-1])), out.reshape((-1, shape[-1]))
    grad = numpy.empty(out.shape, out.dtype)
    for head, y, target in blocks(ct, out, grad):
        powers = exponentials(y, target)
        multiply(powers, sums(head)[:, None], powers)
        subtract(head, powers, target)
    return grad.reshape(shape)


def slabs(axis: int, *arrays: Array) -> list[tuple[Array, ...]] | None:
    """Cut arrays in order into blocks (n, length of ``axis``, m); None where that does not pay."""
    first = arrays[0]
    shape, ndim = first.shape, first.ndim
    if first.dtype.char != "f" or not -ndim <= axis < ndim - 1 or axis == -1:
        return None
    if not all([array.flags.c_contiguous for array in arrays]):
        return None
    axis %= ndim
    lead = prod(shape[:axis])
    step = max(1, 4 * rows.BLOCK * lead // first.nbytes)  # short loops cost more than the cache
    whole = [array.reshape((lead, shape[axis], -1)) for array in arrays]
    return [tuple([a[at : at + step] for a in whole]) for at in range(0, lead, step)]


def _softmax_across(data: Array, axis: int) -> Any:
    """Compute softmax along an axis that is not the last."""
    made = numpy.empty_like(data)
    parts = slabs(axis, data, made)
    for x, y in parts or ():
        powers = exponentials(subtract(x, max_reduce(x, 1, None, None, True), y), y)
        divide(powers, add_reduce(powers, 1, None, None, True), y)
    return DECLINED if parts is None else made


def _log_softmax_across(data: Array, axis: int) -> Any:
    """Compute log-softmax along an axis that is not the last."""
    made = numpy.empty_like(data)
    parts = slabs(axis, data, made)
    for x, y in parts or ():
        subtract(x, max_reduce(x, 1, None, None, True), y)
        powers = exponentials(y, numpy.empty_like(y))
        total = add_reduce(powers, 1, None, None, True)
        subtract(y, log(total, total), y)
    return DECLINED if parts is None else made


def _log_pull_across(ct: Array, out: Array, axis: int) -> Any:
    """Carry a gradient back through the log-softmax ``out`` along such an axis."""
    made = numpy.empty_like(out)
    parts = slabs(axis, out, ct, made)
    for y, head, grad in parts or ():
        powers = exponentials(y, grad)
        multiply(powers, add_reduce(head, 1, None, None, True), powers)
        subtract(head, powers, grad)
    return DECLINED if parts is None else made
