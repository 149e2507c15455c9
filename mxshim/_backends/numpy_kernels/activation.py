"""Activation functions on large arrays in single precision, a block at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy

from ..override import DECLINED, override
from .elementwise import ONE, alike, blocks, exponentials, number, takes, zeros
from .rows import Array

add, subtract, multiply, divide = numpy.add, numpy.subtract, numpy.multiply, numpy.divide
negative, exp, absolute = numpy.negative, numpy.exp, numpy.absolute
_TWO = number(2)
#: ``2 artanh(s) / s`` in powers of ``s * s``, the highest first: for s up to 1/3 within 4e-9.
_ARTANH = [
    number(2 * value)
    for value in (0.1408732863, 0.1398070942, 0.2001242686, 0.3333315797, 1.0000000039)
]

Step = Callable[[Array, Array], Any]


def _sigmoid(x: Array, y: Array) -> None:
    exp(negative(x, y), y)
    add(y, ONE, y)
    divide(ONE, y, y)


def _softrelu(x: Array, y: Array) -> None:
    """Compute ``max(x, 0) + log(1 + t)`` with ``t = exp(-|x|)``.

    The logarithm is ``2 artanh(t / (2 + t))``, at most 1/3, where few terms are exact: half the
    time of NumPy's, and small results keep their digits.
    """
    t = exponentials(negative(absolute(x, y), y), y)
    ratio = divide(t, add(t, _TWO), y)
    square = multiply(ratio, ratio)
    terms = multiply(square, _ARTANH[0])
    for value in _ARTANH[1:-1]:
        multiply(add(terms, value, terms), square, terms)
    multiply(add(terms, _ARTANH[-1], terms), ratio, y)
    add(y, numpy.maximum(x, zeros(x), out=terms), y)


FORWARD: dict[str, Step] = {
    # mxnet: not a number becomes 0, as in the operator's body
    "relu": lambda x, y: numpy.fmax(x, zeros(x), out=y),
    "sigmoid": _sigmoid,
    "softrelu": _softrelu,
}


def _relu_slope(y: Array, slope: Array) -> None:
    numpy.copyto(slope, numpy.greater(y, zeros(y)))


def _sigmoid_slope(y: Array, slope: Array) -> None:
    multiply(subtract(ONE, y, slope), y, slope)


def _tanh_slope(y: Array, slope: Array) -> None:
    subtract(ONE, multiply(y, y, slope), slope)


def _softrelu_slope(y: Array, slope: Array) -> None:
    subtract(ONE, exponentials(negative(y, slope), slope), slope)


SLOPES: dict[str, Step] = {
    "relu": _relu_slope,
    "sigmoid": _sigmoid_slope,
    "softrelu": _softrelu_slope,
    "tanh": _tanh_slope,
}


def applied(step: Step, data: Array) -> Array:
    """Apply a step to every block."""
    made = numpy.empty_like(data)
    for x, y in blocks(data, made):
        step(x, y)
    return made


def pulled(step: Step, ct: Array, out: Array) -> Any:
    """Multiply the gradient by the slope that a step finds from the result."""
    if not takes(out) or ct.dtype != out.dtype or ct.shape != out.shape:
        return DECLINED
    made = numpy.empty_like(out)
    for head, y, slope in blocks(alike(ct, out), out, made):
        step(y, slope)
        multiply(slope, head, slope)
    return made


@override("Activation")
def activation(xp: Any, data: Array, *, act_type: str) -> Any:
    """Apply ``relu``, ``sigmoid`` or ``softrelu``."""
    step = FORWARD.get(act_type)
    return applied(step, data) if step is not None and takes(data) else DECLINED


@override("Activation", "data")
def activation_gradient(xp: Any, ct: Array, out: Array, data: Array, *, act_type: str) -> Any:
    """Multiply by the slope, which follows from the result."""
    step = SLOPES.get(act_type)
    return pulled(step, ct, out) if step is not None else DECLINED


@override("sigmoid")
def sigmoid(xp: Any, data: Array) -> Any:
    """Compute ``1 / (1 + exp(-data))``."""
    return applied(_sigmoid, data) if takes(data) else DECLINED


@override("sigmoid", "data")
def sigmoid_gradient(xp: Any, ct: Array, out: Array, data: Array) -> Any:
    """Multiply by ``out * (1 - out)``."""
    return pulled(_sigmoid_slope, ct, out)


@override("relu")
def relu(xp: Any, data: Array) -> Any:
    """Compute the larger of an element and 0."""
    if not takes(data):
        return DECLINED
    return applied(lambda x, y: numpy.maximum(x, zeros(x), out=y), data)


@override("relu", "data")
def relu_gradient(xp: Any, ct: Array, out: Array, data: Array) -> Any:
    """Keep the gradient where the result is not 0."""
    return pulled(_relu_slope, ct, out)


@override("tanh", "data")
def tanh_gradient(xp: Any, ct: Array, out: Array, data: Array) -> Any:
    """Multiply by ``1 - out * out``."""
    return pulled(_tanh_slope, ct, out)
