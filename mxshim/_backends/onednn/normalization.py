"""Batch normalization by oneDNN, on float32 arrays that lie channels last in compiled graphs."""

from __future__ import annotations

from typing import Any

import numpy

from ..numpy_kernels import channels
from ..numpy_kernels.windows import Ints
from ..override import DECLINED, override
from . import library as dnn
from .arrays import channels_last, empty_last, last_strides, per_thread

#: Elements below which NumPy is done sooner.
SMALL = 1 << 13
_USE_GLOBAL, _SCALE, _SHIFT = 1, 2, 4
_BACKWARD = 128
_FORWARD_ARGUMENTS = (dnn.SRC, dnn.DST, dnn.SCALE, dnn.SHIFT, dnn.MEAN, dnn.VARIANCE)
_BACKWARD_ARGUMENTS = (
    dnn.SRC, dnn.MEAN, dnn.VARIANCE, dnn.DIFF_DST, dnn.SCALE, dnn.DIFF_SRC, dnn.DIFF_SCALE,
    dnn.DIFF_SHIFT,
)  # fmt: skip


def _described(shape: Ints, eps: float, flags: int) -> Any:
    data = dnn.strided(shape, last_strides(shape))
    kind = dnn.INFERENCE if flags & _USE_GLOBAL else dnn.TRAINING
    return data, dnn.made(
        "batch_normalization_forward_primitive_desc_create", dnn.engine(), kind, data, data, eps,
        flags, None,
    )  # fmt: skip


@per_thread
def _forward(shape: Ints, eps: float, fixed: bool) -> dnn.Primitive:
    _, made = _described(shape, eps, _SCALE | _SHIFT | (_USE_GLOBAL if fixed else 0))
    return dnn.primitive(made, *_FORWARD_ARGUMENTS)


@per_thread
def _backward(shape: Ints, eps: float) -> dnn.Primitive:
    flags = _SCALE | _SHIFT
    data, forward = _described(shape, eps, flags)
    made = dnn.made(
        "batch_normalization_backward_primitive_desc_create", dnn.engine(), _BACKWARD, data, data,
        data, eps, flags, forward, None,
    )  # fmt: skip
    return dnn.primitive(made, *_BACKWARD_ARGUMENTS)


def _usable(xp: Any, data: Any, axis: int, *vectors: Any) -> bool:
    """Tell whether the data are channels last, their channels fill vector registers, all float32.

    Arrays in order are left to NumPy: it is done sooner than what lays them out.
    """
    return (
        xp.any_layout
        and data.ndim in (3, 4, 5)
        and not data.flags.c_contiguous
        and axis in (1, 1 - data.ndim)
        and data.size >= SMALL
        and data.shape[1] % 8 == 0
        and data.dtype == numpy.float32
        and all(v.dtype == numpy.float32 and v.shape == data.shape[1:2] for v in vectors)
        and channels.channels_last(data)
        and dnn.load() is not None
    )


@override("BatchNorm")
def batch_norm(
    xp, data, gamma, beta, moving_mean, moving_var, *, eps, fix_gamma, use_global_stats, axis,
    training, **params,
):  # fmt: skip
    """Normalize; see the operator's body."""
    if not _usable(xp, data, axis, gamma, beta, moving_mean, moving_var):
        return DECLINED
    if fix_gamma:
        gamma[...] = 1
    fixed = not training or use_global_stats
    mean = moving_mean.copy() if fixed else numpy.empty_like(moving_mean)
    var = numpy.ascontiguousarray(moving_var) if fixed else numpy.empty_like(moving_var)
    made = empty_last(data.shape)
    vectors = [numpy.ascontiguousarray(v) for v in (gamma, beta)]
    _forward(data.shape, eps, fixed).run(data, made, *vectors, mean, var)
    return made, mean, 1 / numpy.sqrt(var + numpy.float32(eps))


@override("BatchNorm", "data", "gamma", "beta")
def batch_norm_grad(
    xp, ct, out, data, gamma, beta, moving_mean, moving_var, *, eps, momentum, fix_gamma,
    use_global_stats, axis, training, **params,
):  # fmt: skip
    """Carry the gradient back and update the averages; see the operator's body."""
    if (
        not training
        or use_global_stats
        or not _usable(xp, data, axis, gamma, beta)
        or ct[0].dtype != numpy.float32
        or ct[1].any()
        or ct[2].any()
    ):
        return DECLINED
    mean, inverse = out[1], out[2]
    var = 1 / (inverse * inverse) - numpy.float32(eps)
    made = empty_last(data.shape)
    slope, shift = numpy.empty_like(gamma), numpy.empty_like(beta)
    head = channels_last(ct[0])
    arrays = (data, mean, var, head, numpy.ascontiguousarray(gamma), made, slope, shift)
    _backward(data.shape, eps).run(*arrays)
    for average, value in ((moving_mean, mean), (moving_var, var)):
        xp.assign(average, average * momentum + value * (1 - momentum))
    if fix_gamma:
        slope[...] = 0
    return made, slope, shift
