"""The ``LeakyReLU`` family on large arrays in single precision, a block at a time.

NumPy's ``where`` takes a branch for every element, and guesses wrong for half of them where signs
are random; its ``expm1`` and SciPy's ``erf`` do one number at a time. Products with a mask of 0 and
1, and some terms of a series, go over a block many times, in half to a twentieth of the time.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import pi, sqrt
from typing import Any

import numpy

from ..override import DECLINED, override
from .elementwise import ONE, alike, blocks, exponentials, finite, number, takes, zeros
from .rows import Array, add_reduce, sums
from .rows import blocks as row_blocks

add, subtract, multiply, divide = numpy.add, numpy.subtract, numpy.multiply, numpy.divide
minimum, maximum, fmin, fmax = numpy.minimum, numpy.maximum, numpy.fmin, numpy.fmax
_DENSITY = number(1 / sqrt(2 * pi))
#: SELU's constants.
SCALE, ALPHA = 1.0507010221481323, 1.673263192176819
#: Nearer to 0 than this, three terms of the series of ``exp(x) - 1`` say more than the difference.
_NEAR = number(-0.03)
#: Half of the error function of Abramowitz and Stegun, 7.1.26: the tail of the normal distribution
#: within 8e-8, by ``t = 1 / (1 + reach * |x|)``.
_REACH = number(0.3275911 / sqrt(2))
_TAIL = [
    number(value / 2)
    for value in (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592)
]


def scratch(block: Array, count: int) -> list[Array]:
    """Return memory for as many arrays like the first, the largest, block."""
    return [numpy.empty(block.size, block.dtype) for _ in range(count)]


def factors(x: Array, factor: Array, rest: Array, slope: Any) -> None:
    """Fill ``factor`` with 1 where ``x`` is positive, elsewhere with what ``slope`` says."""
    numpy.copyto(factor, numpy.greater(x, zeros(x).reshape(x.shape)))
    subtract(ONE, factor, rest)
    multiply(rest, slope, rest)
    add(factor, rest, factor)


def leaky(x: Array, y: Array, slope: float) -> None:
    """Multiply what is not positive by ``slope``."""
    if not slope:  # mxnet: not a number becomes 0, as in the operator's body
        fmax(x, zeros(x), out=y)
    else:
        multiply(x, number(slope), y)
        (maximum if slope <= 1 else minimum)(x, y, out=y)


def bent(x: Array, y: Array, t: Array, slope: float) -> None:
    """Compute ``slope * (exp(x) - 1)`` where ``x`` is negative, else ``x``; nan becomes 0."""
    below = fmin(x, zeros(x), out=t)
    subtract(exponentials(below, y), ONE, y)
    near = numpy.greater(below, _NEAR)
    numpy.logical_and(near, numpy.less(below, zeros(x)), out=near)
    terms = multiply(below, number(1 / 24))
    for value in (1 / 6, 0.5, 1):
        add(terms, number(value), terms)
        multiply(terms, below, terms)
    numpy.copyto(y, terms, where=near)
    multiply(y, number(slope), y)
    add(y, fmax(x, zeros(x), out=terms), y)


def tail(x: Array, size: Array, t: Array, power: Array) -> tuple[Array, Array]:
    """Return ``exp(-x * x / 2)`` and what a normal number exceeds ``|x|`` with; fill ``size``."""
    numpy.absolute(x, size)
    divide(ONE, add(multiply(size, _REACH, t), ONE, t), t)
    power = exponentials(multiply(multiply(x, x, power), number(-0.5), power), power)
    beyond = multiply(t, _TAIL[0])
    for value in _TAIL[1:]:
        multiply(add(beyond, value, beyond), t, beyond)
    return power, multiply(beyond, power, beyond)


@override("LeakyReLU")
def leaky_relu(
    xp: Any, data: Array, gamma: Any = None, *, act_type: str, slope: float, **params: Any
) -> Any:
    """Apply all but ``rrelu``."""
    if act_type == "rrelu" or not takes(data):
        return DECLINED
    if act_type == "prelu":
        return _prelu(data, gamma)
    if act_type == "gelu" and not finite(data):
        return DECLINED
    made = numpy.empty_like(data)
    given: list[Array] = []
    for x, y in blocks(data, made):
        given = given or scratch(x, 3)
        a, t, u = [each[: x.size] for each in given]
        if act_type == "leaky":
            leaky(x, y, slope)
        elif act_type == "elu":
            bent(x, y, t, slope)
        elif act_type == "selu":
            bent(x, y, t, ALPHA)
            multiply(y, number(SCALE), y)
        else:
            beyond = tail(x, a, t, u)[1]
            subtract(maximum(x, zeros(x), out=y), multiply(beyond, a, beyond), y)
    return made


@override("LeakyReLU", "data")
def leaky_relu_gradient(
    xp: Any, ct: Any, out: Any, data: Array, gamma: Any = None, *, act_type: str, slope: float,
    **params: Any,
) -> Any:  # fmt: skip
    """Multiply by the slope."""
    if act_type == "rrelu" or not takes(data) or ct.dtype != data.dtype or slope < 0:
        return DECLINED
    if act_type == "prelu":
        return _prelu_gradient(ct, data, gamma)
    if act_type == "gelu" and not finite(data):
        return DECLINED
    made = numpy.empty_like(data)
    given: list[Array] = []
    for head, x, y, grad in blocks(alike(ct, data), data, alike(out, data), made):
        given = given or scratch(x, 3)
        a, t, u = [each[: x.size] for each in given]
        if act_type == "leaky":
            factors(x, grad, t, number(slope))
        elif act_type == "gelu":
            power, beyond = tail(x, a, t, u)
            numpy.copyto(a, numpy.greater(x, zeros(x)))
            subtract(ONE, add(beyond, beyond, t), t)
            add(multiply(a, t, t), beyond, grad)  # what a normal number lies below x with
            add(grad, multiply(multiply(power, _DENSITY, power), x, power), grad)
        else:
            add(minimum(y, zeros(y), out=a), number(slope if act_type == "elu" else ALPHA), a)
            factors(x, grad, t, a)
            if act_type == "selu":
                multiply(grad, number(SCALE), grad)
        multiply(grad, head, grad)
    return made


def _pieces(gamma: Array, *arrays: Array) -> Iterable[tuple[Array, ...]]:
    """Cut arrays of one form into blocks, each with the slopes that go with it."""
    if gamma.size == 1:
        return [(*parts, gamma.reshape(())) for parts in blocks(*arrays)]
    first = arrays[0]
    if first.ndim == 2:
        return [(*parts, gamma) for parts in row_blocks(*arrays)]
    many = first.shape[0] * first.shape[1]
    matrices = [array.reshape((many, -1)) for array in arrays]
    return row_blocks(*matrices, numpy.tile(gamma, first.shape[0])[:, None])


def _fits(data: Array, gamma: Any) -> bool:
    """Tell whether there is one slope for all of the data, or one for each place of axis 1."""
    if gamma is None or gamma.ndim != 1 or gamma.dtype != data.dtype or not finite(gamma):
        return False
    each = data.ndim > 1 and data.flags.c_contiguous and gamma.size == data.shape[1]
    return gamma.size == 1 or each


def _prelu(data: Array, gamma: Any) -> Any:
    if not _fits(data, gamma):
        return DECLINED
    made = numpy.empty_like(data)
    for x, y, slope in _pieces(gamma, data, made):
        nothing = zeros(x).reshape(x.shape)
        multiply(minimum(x, nothing, out=y), slope, y)
        add(y, maximum(x, nothing), y)
    return made


def _prelu_gradient(ct: Array, data: Array, gamma: Any) -> Any:
    if not _fits(data, gamma):
        return DECLINED
    made = numpy.empty_like(data)
    for head, x, grad, slope in _pieces(gamma, alike(ct, data), data, made):
        factors(x, grad, numpy.empty(x.shape, x.dtype), slope)
        multiply(grad, head, grad)
    return made


@override("LeakyReLU", "gamma")
def gamma_gradient(
    xp: Any, ct: Any, out: Any, data: Array, gamma: Any = None, *, act_type: str, **params: Any
) -> Any:
    """Sum the gradient times what is negative."""
    if act_type != "prelu" or not takes(data) or ct.dtype != data.dtype or not _fits(data, gamma):
        return DECLINED
    parts = []
    for head, x, _ in _pieces(gamma, alike(ct, data), data):
        part = minimum(x, zeros(x).reshape(x.shape))
        multiply(part, head, part)
        if gamma.size == 1:
            parts.append(add_reduce(part, None, None, None, True))
        elif data.ndim == 2:
            parts.append(add_reduce(part, 0))
        else:
            parts.append(sums(part))
    if data.ndim > 2 and gamma.size > 1:
        total = add_reduce(numpy.concatenate(parts).reshape((-1, gamma.size)), 0)
    else:
        total = add_reduce(numpy.stack(parts), 0)
    # an infinite gradient of what is positive is no part of the sum: the body leaves it out
    return total if finite(total) else DECLINED
