"""Layer normalization along the last axis, in blocks of rows that stay in the cache."""

from __future__ import annotations

from typing import Any

import numpy

from ..cpu import constant
from ..override import DECLINED, override
from .rows import Array, blocks, far_off, ones, shares, sums

add, subtract, multiply, divide = numpy.add, numpy.subtract, numpy.multiply, numpy.divide
#: Up to so many elements a row with numbers is repeated to a longer one: NumPy pays for every row.
_LINE = 1 << 12
#: Up to so many elements the number of calls decides.
_SMALL = 1 << 12


def _takes(data: Array, axis: int, *vectors: Array) -> bool:
    """Tell whether the rows lie in order and all arrays are of one floating type."""
    kind, ndim = data.dtype, data.ndim
    if not (ndim > 0 < data.size and kind.char in "fd" and axis in (-1, ndim - 1)):
        return False
    shape = data.shape[-1:]
    return data.flags.c_contiguous and all(
        vector.dtype == kind and vector.shape == shape for vector in vectors
    )


def _lines(blocks_of: list[tuple[Array, ...]], *vectors: Array) -> Any:
    """Return a function that views a block as longer rows, and the vectors repeated to match."""
    high, width = blocks_of[0][0].shape
    times = next(d for d in range(max(1, min(_LINE // width, high)), 0, -1) if high % d == 0)
    if len(blocks_of[-1][0]) % times:
        times = 1
    if times == 1:
        return (lambda block: block), *vectors
    wide = [vector[None].repeat(times, 0).reshape(-1) for vector in vectors]
    return (lambda block: block.reshape((-1, times * width))), *wide


@override("LayerNorm")
def layer_norm(
    xp: Any, data: Array, gamma: Array, beta: Array, *, axis: int, eps: float,
    output_mean_var: bool,
) -> Any:  # fmt: skip
    """Normalize rows; see the operator's body."""
    if not _takes(data, axis, gamma, beta):
        return DECLINED
    width, kind = data.shape[-1], data.dtype
    x = data.reshape((-1, width))
    if data.size <= _SMALL:
        return _small(x, gamma, beta, eps, data.shape)
    out = numpy.empty(x.shape, kind)
    mean, deviation = numpy.empty((2, len(x), 1), kind)
    parts = list(blocks(x, out, mean, deviation))
    view, gammas, betas = _lines(parts, gamma, beta)
    buffer = numpy.empty(parts[0][0].shape, kind)
    for part, target, m, d in parts:
        divide(sums(part)[:, None], width, m)
        subtract(part, m, target)
        square = multiply(target, target, buffer[: len(part)])
        total = sums(square)[:, None]
        total /= width
        total += eps
        numpy.sqrt(total, d)
        multiply(target, 1 / d, target)
        line = view(target)
        multiply(line, gammas, line)
        add(line, betas, line)
    moment = (*data.shape[:-1], 1)
    return out.reshape(data.shape), mean.reshape(moment), deviation.reshape(moment)


def _small(x: Array, gamma: Array, beta: Array, eps: float, shape: tuple[int, ...]) -> Any:
    """Do a few rows in few calls."""
    share = shares(x.shape[1], x.dtype.char)
    mean = x.dot(share)[:, None]
    out = x - mean
    deviation = multiply(out, out).dot(share)[:, None]
    deviation += constant(x.dtype, eps)
    numpy.sqrt(deviation, deviation)
    divide(out, deviation, out)
    multiply(out, gamma, out)
    add(out, beta, out)
    moment = (*shape[:-1], 1)
    return out.reshape(shape), mean.reshape(moment), deviation.reshape(moment)


@override("LayerNorm", "data", "gamma", "beta")
def layer_norm_gradient(
    xp: Any, ct: Any, out: Any, data: Array, gamma: Array, beta: Array, *, axis: int, eps: float,
    **params: Any,
) -> Any:  # fmt: skip
    """Carry the gradient back; see the operator's body."""
    head, mean, deviation = ct[0], out[1], out[2]
    if not _takes(data, axis, gamma) or not head.dtype == mean.dtype == data.dtype:
        return DECLINED
    width, kind = data.shape[-1], data.dtype
    x, head = data.reshape((-1, width)), head.reshape((-1, width))
    mean, inverse = mean.reshape((-1, 1)), 1 / deviation.reshape((-1, 1))
    if data.size <= _SMALL:
        return _small_gradient(x, head, gamma, mean, inverse, data.shape)
    made = numpy.empty(x.shape, kind)
    by_gamma, by_beta = numpy.zeros((2, width))
    far = far_off(mean, inverse)
    parts = list(blocks(x, head, made, mean, inverse))
    view, gammas = _lines(parts, gamma)
    buffer = numpy.empty(parts[0][0].shape, kind)
    for part, h, target, m, inv in parts:
        room = buffer[: len(part)]
        if far:
            part = subtract(part, m, target)
            m = None
        product = multiply(part, h, room)
        scale = inv[:, 0]
        by_gamma += scale.dot(product)
        by_beta += ones(len(h), kind.char).dot(h)
        share, slope = h.dot(gamma)[:, None], product.dot(gamma)[:, None]
        if m is not None:
            by_gamma -= (m * inv)[:, 0].dot(h)
            slope -= m * share
        # grad = (gamma * head - share - normal * slope) * inverse, sums divided by the width
        tilt = slope * inv
        tilt *= inv * inv / width
        level = share * inv / width
        if m is not None:
            level -= m * tilt
        multiply(part, tilt, room)
        room += level
        multiply(h, inv, target)
        line = view(target)
        multiply(line, gammas, line)
        target -= room
    return made.reshape(data.shape), by_gamma.astype(kind), by_beta.astype(kind)


def _small_gradient(
    x: Array, head: Array, gamma: Array, mean: Array, inverse: Array, shape: tuple[int, ...]
) -> Any:
    """Do a few rows in few calls."""
    share = shares(x.shape[1], x.dtype.char)
    normal = subtract(x, mean)
    multiply(normal, inverse, normal)
    grad = head * gamma
    level, slope = grad.dot(share)[:, None], multiply(grad, normal).dot(share)[:, None]
    rows = ones(len(x), x.dtype.char)
    by_gamma, by_beta = rows.dot(multiply(head, normal)), rows.dot(head)
    grad -= multiply(normal, slope, normal)
    grad -= level
    grad *= inverse
    return grad.reshape(shape), by_gamma, by_beta
