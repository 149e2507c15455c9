"""Softmax and its relatives."""

from __future__ import annotations

from typing import Any

from .._core.errors import check_failed, mxnet_error, shape_text
from .._core.params import DType, Enum, Optional, OptionalBool, OptionalFloat
from .._core.registry import op
from .kernels.checks import not_floating

FloatType = Optional(DType("float16", "float32", "float64"))
#: Elements above which rows are done in blocks that stay in the processor's cache.
BLOCK = 1 << 16


def _shape(data, length=None, *, axis=-1, **params):
    ndim = len(data)
    if not (-ndim <= axis < ndim) and ndim:
        raise check_failed(
            "axis < ndim && axis >= -ndim", f"axis {axis} exceeds the input dimension of {ndim}"
        )
    if not params.get("use_length"):
        return (data,), data
    axis %= ndim
    rows = data[:axis] + data[axis + 1 :]
    if length is not None and length != rows:
        raise mxnet_error(
            f"Shape inconsistent, Provided = {shape_text(length)}, inferred shape="
            f"{shape_text(rows)}",
            f"length has shape {length}; data {data} without axis {axis} is {rows}",
        )
    return (data, rows), data


def prepare(xp: Any, data: Any, axis: int, temperature: float | None) -> Any:
    """Check the input and scale it; half precision is computed in single."""
    if data.dtype.kind != "f":
        raise not_floating(data.dtype)
    ndim = data.ndim
    if not -ndim <= axis < ndim and ndim:
        raise ValueError("axis")
    if data.dtype.itemsize == 2:
        data = data.astype(xp.float32)
    return data if temperature is None else data / temperature


def normalized(xp: Any, data: Any, axis: int) -> Any:
    """Compute ``exp(data) / sum(exp(data))`` along an axis, shifted by the largest value."""
    size = data.size
    if size == 0 or data.ndim == 0:
        return xp.ones_like(data)
    if size > BLOCK and axis in (-1, data.ndim - 1) and data.ndim > 1:
        return _blocks(xp, data)
    out = data - xp.maximum.reduce(data, axis, None, None, True)
    xp.exp(out, out)
    out /= xp.add.reduce(out, axis, None, None, True)
    return out


def _blocks(xp: Any, data: Any) -> Any:
    """Do the rows of a large array a cache-sized block at a time."""
    rows = data.reshape((-1, data.shape[-1]))
    out = xp.empty_like(rows)
    step = max(1, BLOCK // rows.shape[1])
    for start in range(0, rows.shape[0], step):
        part, target = rows[start : start + step], out[start : start + step]
        xp.subtract(part, part.max(axis=1, keepdims=True), out=target)
        xp.exp(target, out=target)
        target /= target.sum(axis=1, keepdims=True)
    return out.reshape(data.shape)


def log_normalized(xp: Any, data: Any, axis: int) -> Any:
    """Compute ``data - log(sum(exp(data)))`` along an axis, shifted by the largest value."""
    if data.size == 0 or data.ndim == 0:
        return xp.zeros_like(data)
    shifted = data - xp.maximum.reduce(data, axis=axis, keepdims=True)
    shifted -= xp.log(xp.add.reduce(xp.exp(shifted), axis=axis, keepdims=True))
    return shifted


def finish(out: Any, data: Any, dtype: Any) -> Any:
    """Cast to the type asked for, by default the input's."""
    kind = dtype or data.dtype
    return out if out.dtype == kind else out.astype(kind)


def _masked(xp: Any, data: Any, length: Any, axis: int) -> Any:
    """Apply softmax to the first ``length`` elements of each row; the rest become 0."""
    axis %= data.ndim
    steps = xp.arange(data.shape[axis]).reshape((-1,) + (1,) * (data.ndim - axis - 1))
    valid = steps < xp.expand_dims(length, axis)
    low = xp.where(valid, data, -xp.inf).max(axis=axis, keepdims=True)
    powers = xp.where(valid, xp.exp(xp.where(valid, data - low, 0)), 0)
    total = powers.sum(axis=axis, keepdims=True)
    return powers / xp.where(total == 0, 1, total).astype(data.dtype)


@op(
    "softmax",
    "_npx_softmax",
    shape=_shape,
    arity=lambda use_length, **_: 2 if use_length else 1,
)
def softmax(
    xp, data, length=None, *, axis: int = -1, temperature: OptionalFloat = None,
    dtype: FloatType = None, use_length: OptionalBool = False,
):  # fmt: skip
    """Compute ``exp(data / temperature)`` normalized along ``axis``.

    With ``use_length`` only the first ``length`` elements of each row count; ``length`` is an
    integer array of the data's shape without ``axis``.
    """
    if temperature is dtype is None and not use_length and data.dtype.char in "fd":
        return normalized(xp, data, axis)
    ready = prepare(xp, data, axis, temperature)
    if not use_length:
        return finish(normalized(xp, ready, axis), data, dtype)
    if length.dtype.kind not in "iu":
        raise mxnet_error(f"This operation only support integer types, not {length.dtype.name}")
    if length.shape != data.shape[: axis % data.ndim] + data.shape[axis % data.ndim + 1 :]:
        raise ValueError("length")
    return finish(_masked(xp, ready, length, axis), data, dtype)


def _pull(sign: int) -> Any:
    def pull(xp, ct, out, data, length=None, *, axis, temperature, **params):
        if data.ndim == 0:
            return xp.zeros_like(data)
        grad = out * (ct - (ct * out).sum(axis=axis, keepdims=True))
        if length is not None:
            grad = xp.where(out == 0, 0, grad)
        scale = sign / (temperature or 1.0)
        return grad if scale == 1 else grad * scale

    return pull


softmax.vjp("data")(_pull(1))


def _no_length(use_length: bool) -> None:
    if use_length:  # mxnet: the operator has no input for the lengths, test_log_softmax_length
        raise check_failed(
            "in_attrs->size() == softmax_use_length(attrs) ? 2U : 1U (1 vs. 2) ",
            hint="use_length is only available in softmax",
        )


@op("softmin", shape=_shape)
def softmin(
    xp, data, *, axis: int = -1, temperature: OptionalFloat = None, dtype: FloatType = None,
    use_length: OptionalBool = False,
):  # fmt: skip
    """Compute ``softmax(-data)``."""
    _no_length(use_length)
    return finish(normalized(xp, -prepare(xp, data, axis, temperature), axis), data, dtype)


softmin.vjp("data")(_pull(-1))


@op("log_softmax", "_npx_log_softmax", shape=_shape)
def log_softmax(
    xp, data, *, axis: int = -1, temperature: OptionalFloat = None, dtype: FloatType = None,
    use_length: OptionalBool = False,
):  # fmt: skip
    """Compute the logarithm of :func:`softmax` without losing small values."""
    _no_length(use_length)
    return finish(log_normalized(xp, prepare(xp, data, axis, temperature), axis), data, dtype)


@log_softmax.vjp("data")
def _(xp, ct, out, data, *, axis, temperature, **params):
    if data.ndim == 0:
        return xp.zeros_like(data)
    grad = ct - xp.exp(out) * ct.sum(axis=axis, keepdims=True)
    return grad if temperature is None else grad / temperature


def _activation_shape(data, *, mode):
    if mode == "channel" and len(data) < 3:
        raise check_failed(
            f"in_data.ndim() >= 3 ({len(data)} vs. 3) ",
            "Input need to have a least 3 dimensions when mode=channel",
        )
    return (data,), data


@op("SoftmaxActivation", shape=_activation_shape)
def softmax_activation(xp, data, *, mode: Enum("channel", "instance") = "instance"):
    """Apply softmax over axis 1 (``channel``) or over the last axis (``instance``)."""
    if mode == "channel" and data.ndim < 3:
        raise ValueError("mode")
    ready = prepare(xp, data, -1, None)
    return finish(normalized(xp, ready, 1 if mode == "channel" else -1), data, None)


@softmax_activation.vjp("data")
def _(xp, ct, out, data, *, mode):
    # mxnet: ``instance`` sums over axis 1 too, wrong for three axes; test_softmax_activation
    return out * (ct - (ct * out).sum(axis=min(1, data.ndim - 1), keepdims=True))
