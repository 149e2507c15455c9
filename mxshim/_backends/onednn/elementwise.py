"""Activation functions by oneDNN, on large dense float32 arrays.

Its exponential turns what is not a number into infinity, and its ``relu`` into 0, which is right
for ``Activation`` alone; elsewhere arrays without a finite sum of squares are left to the body.
"""

from __future__ import annotations

from typing import Any

import numpy

from ..numpy_kernels.elementwise import alike, dense, finite
from ..override import DECLINED, override
from . import library as dnn
from .arrays import per_thread

_RELU, _LOGISTIC, _EXP, _GELU = 0x20, 0x29, 0x2A, 0x31
#: What computes the gradient from the result; the others take the data.
_RELU_BACK, _TANH_BACK, _LOGISTIC_BACK = 0x100, 0x101, 0x104


def _described(kind: int, size: int) -> tuple[Any, Any]:
    flat = dnn.strided((size,), (1,))
    return flat, dnn.made(
        "eltwise_forward_primitive_desc_create", dnn.engine(), dnn.TRAINING, kind, flat, flat, 0, 0,
        None,
    )  # fmt: skip


@per_thread
def _forward(kind: int, size: int) -> dnn.Primitive:
    flat, made = _described(kind, size)
    return dnn.Primitive(made, {dnn.SRC: flat, dnn.DST: flat})


@per_thread
def _backward(kind: int, size: int) -> dnn.Primitive:
    seen = dnn.DST if kind >= _RELU_BACK else dnn.SRC
    flat, forward = _described(kind, size)
    made = dnn.made(
        "eltwise_backward_primitive_desc_create", dnn.engine(), kind, flat, flat, flat, 0, 0,
        forward, None,
    )  # fmt: skip
    return dnn.Primitive(made, {seen: flat, dnn.DIFF_DST: flat, dnn.DIFF_SRC: flat})


def _usable(array: Any) -> bool:
    """Tell whether an array is a dense float32 one that oneDNN can take as a flat one."""
    return (
        array.dtype == numpy.float32 and array.size > 0 and dense(array) and dnn.load() is not None
    )


def _all_numbers(array: Any) -> bool:
    """Tell whether an array is usable, and each of its elements a number."""
    return _usable(array) and finite(array)


def _applied(kind: int, data: Any) -> Any:
    made = numpy.empty_like(data)
    _forward(kind, data.size).run(data, made)
    return made


def _pulled(kind: int, ct: Any, seen: Any) -> Any:
    """Multiply a gradient by the derivative, which follows from the result or from the data."""
    if not _usable(seen) or ct.dtype != seen.dtype:
        return DECLINED
    made = numpy.empty_like(seen)
    _backward(kind, seen.size).run(seen, alike(ct, seen), made)
    return made


@override("Activation")
def activation(xp, data, *, act_type):
    """Apply ``relu`` or ``sigmoid``."""
    kind = {"relu": _RELU, "sigmoid": _LOGISTIC}.get(act_type)
    return _applied(kind, data) if kind is not None and _usable(data) else DECLINED


@override("Activation", "data")
def activation_grad(xp, ct, out, data, *, act_type):
    """Multiply by the derivative, which follows from the result."""
    kind = {"relu": _RELU_BACK, "sigmoid": _LOGISTIC_BACK, "tanh": _TANH_BACK}.get(act_type)
    return DECLINED if kind is None else _pulled(kind, ct, out)


@override("LeakyReLU")
def leaky_relu(xp, data, gamma=None, *, act_type, **params):
    """Apply ``gelu``: the others lose digits near 0, or gain nothing."""
    return _applied(_GELU, data) if act_type == "gelu" and _all_numbers(data) else DECLINED


@override("LeakyReLU", "data")
def leaky_relu_grad(xp, ct, out, data, gamma=None, *, act_type, **params):
    """Multiply by the derivative of ``gelu``."""
    return _pulled(_GELU, ct, data) if act_type == "gelu" and _all_numbers(data) else DECLINED


@override("sigmoid")
def sigmoid(xp, data):
    """Compute ``1 / (1 + exp(-data))``."""
    return _applied(_LOGISTIC, data) if _usable(data) else DECLINED


@override("relu")
def relu(xp, data):
    """Compute the larger of an element and 0."""
    return _applied(_RELU, data) if _all_numbers(data) else DECLINED


@override("exp")
def exp(xp, data):
    """Compute the exponential."""
    return _applied(_EXP, data) if _all_numbers(data) else DECLINED
