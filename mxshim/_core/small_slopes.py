"""Gradients of small calls: what :mod:`.small` is for kernels, for the way back.

:data:`SLOPES` gives for an operator with a direct function, and for input positions, a function of
the gradient of the result, the result, the inputs and, where it has one, the number. All of them
are NumPy arrays of one type, float32 or float64; what it returns may be the gradient that came, or
a view of it. :data:`BUILT` builds such functions from parsed parameters; those may return None,
which leaves the gradient to the operator's body.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy

from .._backends.cpu import constant
from .small import ZEROS, Function, Slopes
from .small_parts import picked
from .small_rows import FEW

_multiply: Any = numpy.multiply
_subtract: Any = numpy.subtract
_divide: Any = numpy.divide
_negative: Any = numpy.negative


def _same(ct: Any, *rest: Any) -> Any:
    return ct


def _minus(ct: Any, *rest: Any) -> Any:
    return _negative(ct)


def _where(comparison: Function) -> Function:
    """Pass the gradient on where a comparison of the operands holds."""

    def slope(ct: Any, out: Any, a: Any, b: Any) -> Any:
        holds = comparison(a, b).astype(ct.dtype)
        return _multiply(ct, holds, holds) if holds.ndim else ct * holds

    return slope


def _number(ct: Any, value: float) -> Any:
    return constant(ct.dtype, value)


def _divisor(ct: Any, out: Any, a: Any, b: Any) -> Any:
    made = _multiply(ct, out)
    return _negative(_divide(made, b))


def _of_square(ct: Any, out: Any, x: Any, scalar: float) -> Any:
    """Differentiate ``x ** scalar``; most powers are squares."""
    if scalar == 2:
        return _multiply(_multiply(ct, x), _number(ct, 2))
    power = numpy.power(x, _number(ct, scalar - 1))
    return _multiply(_multiply(ct, _number(ct, scalar)), power)


def _of_relu(ct: Any, out: Any, x: Any) -> Any:
    return _multiply(ct, numpy.greater(out, ZEROS[out.dtype]).astype(out.dtype))


def _of_tanh(ct: Any, out: Any, x: Any) -> Any:
    return _multiply(ct, _subtract(_number(ct, 1), _multiply(out, out)))


_above = _where(numpy.greater_equal)
_TWO: dict[str, tuple[Function, Function]] = {
    "add": (_same, _same),
    "sub": (_same, _minus),
    "mul": (lambda ct, out, a, b: _multiply(ct, b), lambda ct, out, a, b: _multiply(ct, a)),
    "div": (lambda ct, out, a, b: _divide(ct, b), _divisor),
    "maximum": (_where(numpy.greater_equal), _where(numpy.less)),
    "minimum": (_where(numpy.less_equal), _where(numpy.greater)),
}
_NUMPY_NAMES = {"sub": "subtract", "mul": "multiply", "div": "true_divide"}

SLOPES: dict[str, Slopes] = {
    "exp": ((0, lambda ct, out, x: _multiply(ct, out)),),
    "log": ((0, lambda ct, out, x: _divide(ct, x)),),
    "square": ((0, lambda ct, out, x: _multiply(_multiply(ct, x), _number(ct, 2))),),
    "sqrt": ((0, lambda ct, out, x: _multiply(ct, _divide(_number(ct, 0.5), out))),),
    "negative": ((0, _minus),),
    "tanh": ((0, _of_tanh),),
    "relu": ((0, _of_relu),),
    "_plus_scalar": ((0, _same),),
    "_minus_scalar": ((0, _same),),
    "_rminus_scalar": ((0, _minus),),
    "_mul_scalar": ((0, lambda ct, out, x, scalar: _multiply(ct, _number(ct, scalar))),),
    "_div_scalar": ((0, lambda ct, out, x, scalar: _divide(ct, _number(ct, scalar))),),
    "_npi_true_divide_scalar": ((0, lambda ct, out, x, scalar: _divide(ct, _number(ct, scalar))),),
    "_power_scalar": ((0, _of_square),),
    "_maximum_scalar": ((0, lambda ct, out, x, scalar: _above(ct, out, x, _number(ct, scalar))),),
}

for _name, (_first, _second) in _TWO.items():
    SLOPES[f"broadcast_{_name}"] = ((0, _first), (1, _second))
    if _name not in ("maximum", "minimum"):
        SLOPES[f"_npi_{_NUMPY_NAMES.get(_name, _name)}"] = ((0, _first), (1, _second))

#: Operators that broadcast: their gradients have the result's shape until someone sums them.
BROADCAST = frozenset(name for name, slopes in SLOPES.items() if len(slopes) == 2)

#: Operator to what builds its functions from the parsed parameters.
BUILT: dict[str, Callable[..., Slopes]] = {}


def built(name: str) -> Callable[[Callable[..., Slopes]], Any]:
    """Declare how the functions of an operator with parameters are built (a decorator)."""

    def declare(build: Callable[..., Slopes]) -> Any:
        BUILT[name] = build
        return build

    return declare


def _along(mean: bool, axis: int, exclude: bool) -> Function:
    """Spread the gradient of a sum or a mean along an axis; ``exclude``: of a matrix, the other."""

    def slope(ct: Any, out: Any, data: Any) -> Any:
        shape, ndim = data.shape, data.ndim
        if data.size > FEW or not ndim or (exclude and ndim != 2):
            return None
        at = 1 - axis if exclude else axis % ndim
        made = numpy.empty(shape, data.dtype)
        if mean and shape[at] > 1:
            ct = _divide(ct, _number(ct, shape[at]))
        made[...] = ct.reshape((*shape[:at], 1, *shape[at + 1 :]))
        return made

    return slope


def _of_sum(mean: bool) -> Callable[..., Slopes]:
    """Spread the gradient of a sum or a mean of few numbers over them."""

    def build(axis: Any, keepdims: bool, exclude: bool = False, **params: Any) -> Slopes:
        if axis is not None:
            return ((0, _along(mean, axis[0], exclude)),) if len(axis) == 1 else ()

        def slope(ct: Any, out: Any, data: Any) -> Any:
            if data.size > FEW or not data.ndim:
                return None
            made = numpy.empty(data.shape, data.dtype)
            made.fill(ct.item() / (data.size or 1) if mean else ct.item())
            return made

        return ((0, slope),)

    return build


for _name in ("sum", "_np_sum"):
    built(_name)(_of_sum(False))
for _name in ("mean", "_npi_mean"):
    built(_name)(_of_sum(True))


@built("pick")
def _pick(axis: int, keepdims: bool, mode: str) -> Slopes:
    def slope(ct: Any, out: Any, data: Any, index: Any) -> Any:
        at = picked(data, index)
        if at is None:
            return None
        made = numpy.zeros(data.shape, data.dtype)
        made.reshape(-1)[at] = ct.reshape(at.shape)
        return made

    return ((0, slope),)


def _of_left(ct: Any, out: Any, a: Any, b: Any) -> Any:
    return ct.dot(b.T) if a.ndim == 2 == b.ndim else None


def _of_right(ct: Any, out: Any, a: Any, b: Any) -> Any:
    return a.T.dot(ct) if a.ndim == 2 == b.ndim else None


SLOPES["_np_dot"] = SLOPES["_npi_matmul"] = ((0, _of_left), (1, _of_right))


@built("dot")
def _dot(transpose_a: bool, transpose_b: bool, forward_stype: Any) -> Slopes:
    return () if transpose_a or transpose_b else ((0, _of_left), (1, _of_right))


@built("FullyConnected")
def _fully_connected(num_hidden: int, no_bias: bool, flatten: bool) -> Slopes:
    def of_data(ct: Any, out: Any, data: Any, weight: Any, bias: Any = None) -> Any:
        return ct.dot(weight) if data.ndim == 2 else None

    def of_weight(ct: Any, out: Any, data: Any, weight: Any, bias: Any = None) -> Any:
        return ct.T.dot(data) if data.ndim == 2 else None

    def of_bias(ct: Any, out: Any, data: Any, weight: Any, bias: Any = None) -> Any:
        return numpy.add.reduce(ct, 0) if data.ndim == 2 else None

    return (0, of_data), (1, of_weight), (2, of_bias)
