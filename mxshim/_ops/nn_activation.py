"""Activation functions with parameters: ``Activation`` and the ``LeakyReLU`` family."""

from __future__ import annotations

from collections.abc import Callable
from math import pi, sqrt
from typing import Any

from .._core.errors import check_failed, mxnet_error, shape_text
from .._core.looks import by
from .._core.params import Enum, Float, Random, Training
from .._core.registry import op
from .._core.shapes import same
from .kernels.checks import not_floating

#: SELU's constants, as MXNet stores them in single precision.
SCALE, ALPHA = 1.0507010221481323, 1.673263192176819


def _sigmoid(xp: Any, x: Any) -> Any:
    return xp.expit(x).astype(x.dtype, copy=False)


def _softrelu(xp: Any, x: Any) -> Any:
    return xp.logaddexp(x, xp.zeros_like(x))


def _tanh(xp: Any, x: Any) -> Any:
    return xp.tanh(x)


#: act_type to the function and its derivative, in terms of the data ``x`` and the result ``y``
TABLE: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    # mxnet: not a number becomes 0, as fmax does it; test_activation_nan
    "relu": (lambda xp, x: xp.fmax(x, 0), lambda xp, x, y: (y > 0).astype(y.dtype)),
    "sigmoid": (_sigmoid, lambda xp, x, y: y * (1 - y)),
    "softrelu": (_softrelu, lambda xp, x, y: 1 - xp.exp(-y)),
    "softsign": (lambda xp, x: x / (1 + xp.abs(x)), lambda xp, x, y: 1 / (1 + xp.abs(x)) ** 2),
    "tanh": (_tanh, lambda xp, x, y: 1 - y * y),
}


@op("Activation", "_npx_activation", shape=same)
def activation(xp, data, *, act_type: Enum(*TABLE)):
    """Apply ``relu``, ``sigmoid``, ``softrelu``, ``softsign`` or ``tanh``; floating point only."""
    if data.dtype.kind != "f":
        raise not_floating(data.dtype)
    return TABLE[act_type][0](xp, data)


@activation.vjp("data")
@by(lambda params: (TABLE[params["act_type"]][1], (None, 3, 2)))
def _(xp, ct, out, data, *, act_type):
    return ct * TABLE[act_type][1](xp, data, out)


def _gamma_view(data: tuple[int, ...], gamma: tuple[int, ...]) -> tuple[int, ...] | None:
    """Return the shape that lets ``gamma`` broadcast over ``data``; None when it cannot."""
    if len(gamma) == 1 and len(data) > 1:
        gamma = (1, gamma[0]) + (1,) * (len(data) - 2)
    padded = (1,) * (len(data) - len(gamma)) + gamma
    fits = len(padded) == len(data) and all(g in (1, n) for g, n in zip(padded, data, strict=True))
    return padded if fits else None


def _leaky_shape(data, gamma=None, *, act_type, **params):
    if act_type != "prelu":
        return (data,), ([data, data] if act_type == "rrelu" else data)
    if gamma is None:
        gamma = (data[1] if len(data) > 1 else 1,)
    if (len(gamma) > 1 and len(gamma) == len(data) > 2) or _gamma_view(data, gamma) is None:
        raise check_failed(
            "s == -1",
            f"Cannot broadcast gamma to data. gamma: {shape_text(gamma)}, data: {shape_text(data)}",
        )
    return (data, gamma), data


@op(
    "LeakyReLU",
    "_npx_leaky_relu",
    shape=_leaky_shape,
    arity=lambda act_type, **_: 2 if act_type == "prelu" else 1,
    visible=lambda params: 2 if params["act_type"] == "rrelu" else 1,
)
def leaky_relu(
    xp, data, gamma=None, *,
    act_type: Enum("elu", "gelu", "leaky", "prelu", "rrelu", "selu") = "leaky",
    slope: Float = 0.25, lower_bound: Float = 0.125, upper_bound: Float = 0.334,
    training: Training, random: Random,
):  # fmt: skip
    """Let a part of the negative values through.

    ``leaky`` multiplies them by ``slope``, ``prelu`` by the learned ``gamma`` (one number, or one
    a channel), ``rrelu`` by a random slope between the bounds (their mean in inference); ``elu``,
    ``selu`` and ``gelu`` bend smoothly.
    """
    if data.dtype.kind != "f":
        raise not_floating(data.dtype)
    if act_type == "leaky":
        return xp.where(data > 0, data, data * slope if slope else 0).astype(data.dtype, copy=False)
    if act_type == "prelu":
        return xp.where(data > 0, data, data * _slopes(data, gamma))
    if act_type == "elu":
        return xp.where(data > 0, data, slope * xp.expm1(xp.fmin(data, 0)))
    if act_type == "selu":
        return SCALE * xp.where(data > 0, data, ALPHA * xp.expm1(xp.fmin(data, 0)))
    if act_type == "gelu":
        return 0.5 * data * (1 + xp.erf(data * (1 / sqrt(2))).astype(data.dtype, copy=False))
    return _randomized(xp, data, lower_bound, upper_bound, training, random)


def _slopes(data: Any, gamma: Any) -> Any:
    view = _gamma_view(tuple(data.shape), tuple(gamma.shape))
    if view is None or (gamma.ndim > 1 and data.ndim > 2):
        raise ValueError("gamma")
    if gamma.dtype != data.dtype:
        raise mxnet_error(
            f"Type inconsistent, Provided = {gamma.dtype.name}, inferred type = {data.dtype.name}"
        )
    return gamma.reshape(view)


def _randomized(xp: Any, data: Any, low: float, high: float, training: bool, random: Any) -> Any:
    """Return the result and the slope of every element, which the gradient needs."""
    if training:
        slopes = random.parallel.uniform(low, high, data.shape, data.dtype)
    else:
        slopes = xp.full(data.shape, (low + high) / 2, data.dtype)
    return xp.where(data > 0, data, data * slopes), slopes


@leaky_relu.vjp("data")
def _(xp, ct, out, data, gamma=None, *, act_type, slope, **params):
    if act_type == "rrelu":
        return xp.where(data > 0, ct[0], ct[0] * out[1])
    if act_type == "leaky":
        return xp.where(data > 0, ct, ct * slope)
    if act_type == "prelu":
        return xp.where(data > 0, ct, ct * gamma.reshape(_gamma_view(data.shape, gamma.shape)))
    if act_type == "elu":
        return xp.where(data > 0, ct, ct * (out + slope))
    if act_type == "selu":
        # mxnet: the derivative lacks a factor on the result, test_leaky
        return xp.where(data > 0, ct * SCALE, ct * (SCALE * (out + ALPHA)))
    density = xp.exp(-0.5 * data * data) * (1 / sqrt(2 * pi))
    return ct * (0.5 * (1 + xp.erf(data * (1 / sqrt(2)))) + data * density)


@leaky_relu.vjp("gamma")
def _(xp, ct, out, data, gamma=None, *, act_type, **params):
    if gamma is None:
        return None
    view = _gamma_view(data.shape, gamma.shape)
    axes = tuple(axis for axis, n in enumerate(view) if n == 1)
    part = xp.where(data > 0, 0, ct * data)
    return part.sum(axis=axes, keepdims=True).reshape(gamma.shape)
