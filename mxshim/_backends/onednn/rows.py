"""Softmax and layer normalization by oneDNN, over the last axis of float32 arrays.

As in MXNet, softmax leaves what is not a number in its place, and the rest of its row becomes 0.
"""

from __future__ import annotations

from typing import Any

import numpy

from ..override import DECLINED, override
from . import library as dnn
from .arrays import per_thread

#: Elements below which NumPy is done sooner.
SMALL = 1 << 11
_SOFTMAX, _LOG_SOFTMAX = 0x30000, 0x30001
#: The shortest rows that it normalizes sooner than NumPy, however many there are.
_SHORTEST = {_SOFTMAX: 16, _LOG_SOFTMAX: 32}
_SCALE_AND_SHIFT = 2 | 4
_BACKWARD = 128


def _usable(data: Any, axis: int) -> bool:
    """Tell whether an array is float32, in order in memory and large, and the axis its last."""
    return (
        data.dtype == numpy.float32
        and data.size >= SMALL
        and axis in (-1, data.ndim - 1)
        and data.flags.c_contiguous
        and dnn.load() is not None
    )


@per_thread
def _softmax(kind: int, rows: int, width: int) -> dnn.Primitive:
    matrix = dnn.strided((rows, width), (width, 1))
    made = dnn.made(
        "softmax_forward_primitive_desc_create", dnn.engine(), dnn.TRAINING, kind, matrix, matrix,
        1, None,
    )  # fmt: skip
    return dnn.Primitive(made, {dnn.SRC: matrix, dnn.DST: matrix})


def _normalized(kind: int, data: Any, axis: int, temperature: Any, dtype: Any) -> Any:
    """Apply softmax or its logarithm."""
    if temperature is not None or dtype not in (None, data.dtype) or not _usable(data, axis):
        return DECLINED
    width = data.shape[-1]
    if width < _SHORTEST[kind]:
        return DECLINED
    made = numpy.empty_like(data)
    _softmax(kind, data.size // width, width).run(data, made)
    return made


@override("softmax")
def softmax(xp, data, length=None, *, axis, temperature, dtype, use_length):
    """Compute ``exp(data)`` normalized; see the operator's body."""
    if use_length or length is not None:
        return DECLINED
    return _normalized(_SOFTMAX, data, axis, temperature, dtype)


@override("log_softmax")
def log_softmax(xp, data, *, axis, temperature, dtype, use_length):
    """Compute the logarithm of softmax; see the operator's body."""
    return DECLINED if use_length else _normalized(_LOG_SOFTMAX, data, axis, temperature, dtype)


def _described(rows: int, width: int, eps: float) -> tuple[Any, Any, Any]:
    matrix, moments = dnn.strided((rows, width), (width, 1)), dnn.strided((rows,), (1,))
    return matrix, moments, dnn.made(
        "layer_normalization_forward_primitive_desc_create", dnn.engine(), dnn.TRAINING, matrix,
        matrix, moments, eps, _SCALE_AND_SHIFT, None,
    )  # fmt: skip


@per_thread
def _forward(rows: int, width: int, eps: float) -> dnn.Primitive:
    *_, made = _described(rows, width, eps)
    return dnn.primitive(made, dnn.SRC, dnn.SCALE, dnn.SHIFT, dnn.DST, dnn.MEAN, dnn.VARIANCE)


@per_thread
def _backward(rows: int, width: int, eps: float) -> dnn.Primitive:
    matrix, moments, forward = _described(rows, width, eps)
    made = dnn.made(
        "layer_normalization_backward_primitive_desc_create", dnn.engine(), _BACKWARD, matrix,
        matrix, matrix, moments, eps, _SCALE_AND_SHIFT, forward, None,
    )  # fmt: skip
    return dnn.primitive(
        made, dnn.SRC, dnn.DIFF_DST, dnn.SCALE, dnn.SHIFT, dnn.MEAN, dnn.VARIANCE, dnn.DIFF_SRC,
        dnn.DIFF_SCALE, dnn.DIFF_SHIFT,
    )  # fmt: skip


def _fits(data: Any, axis: int, *vectors: Any) -> bool:
    return _usable(data, axis) and all(
        v.shape == data.shape[-1:] and v.dtype == numpy.float32 and v.flags.c_contiguous
        for v in vectors
    )


@override("LayerNorm")
def layer_norm(xp, data, gamma, beta, *, axis, eps, output_mean_var):
    """Normalize rows by their own mean and variance; see the operator's body."""
    if not _fits(data, axis, gamma, beta):
        return DECLINED
    width, moments = data.shape[-1], (*data.shape[:-1], 1)
    made = numpy.empty_like(data)
    mean, var = numpy.empty(moments, numpy.float32), numpy.empty(moments, numpy.float32)
    arrays = (data, gamma, beta, made, mean, var)
    _forward(data.size // width, width, eps).run(*arrays)
    var += numpy.float32(eps)
    return made, mean, numpy.sqrt(var, out=var)


@override("LayerNorm", "data", "gamma", "beta")
def layer_norm_grad(xp, ct, out, data, gamma, beta, *, axis, eps, **params):
    """Carry the gradient back; see the operator's body."""
    head = ct[0]
    if not _fits(data, axis, gamma, beta) or head.dtype != data.dtype:
        return DECLINED
    width, deviation = data.shape[-1], out[2]
    var = deviation * deviation - numpy.float32(eps)
    head, mean = numpy.ascontiguousarray(head), numpy.ascontiguousarray(out[1])
    made = numpy.empty_like(data), numpy.empty_like(gamma), numpy.empty_like(beta)
    arrays = (data, head, gamma, beta, mean, var, *made)
    _backward(data.size // width, width, eps).run(*arrays)
    return made
