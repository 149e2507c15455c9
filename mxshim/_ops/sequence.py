"""Operators on batches of sequences of different lengths."""

from __future__ import annotations

from typing import Any

from .._core.errors import check_failed, mxnet_error, shape_text
from .._core.params import Float
from .._core.registry import op
from .._core.shapes import ShapeT
from .index import gather_nd


def _arity(use_sequence_length: bool = False, **params: Any) -> int:
    return 2 if use_sequence_length else 1


def _check(data: ShapeT, lengths: ShapeT | None, axis: int) -> None:
    """Refuse axes other than time and batch, and lengths that are not one a sequence."""
    if axis not in (0, 1):
        raise check_failed(
            "(param_.axis == 0) || (param_.axis == 1)",
            "Current implementation expects axis to be 0 or 1.",
        )
    if len(data) < 2:
        raise check_failed(
            f"dshape.ndim() > 1U ({len(data)} vs. 1) ",
            "The data array must be of rank 2 or greater.",
        )
    if lengths is not None and lengths != (data[1 - axis],):
        raise mxnet_error(
            f"Shape inconsistent, Provided = {shape_text(lengths)}, "
            f"inferred shape=({data[1 - axis]},)"
        )


def _steps(xp: Any, data: Any, axis: int) -> Any:
    """Count along the time axis, shaped to broadcast over (time, batch) or (batch, time)."""
    return xp.arange(data.shape[axis]).reshape((-1, 1) if axis == 0 else (1, -1))


def _per_sequence(lengths: Any, axis: int) -> Any:
    return lengths.reshape((1, -1) if axis == 0 else (-1, 1))


def _kept(xp: Any, data: Any, lengths: Any, axis: int) -> Any:
    """Tell which steps lie within their sequence, shaped like ``data``."""
    inside = _steps(xp, data, axis) < _per_sequence(lengths, axis)
    return inside.reshape(inside.shape + (1,) * (data.ndim - 2))


@op("SequenceMask", "_npx_sequence_mask", arity=_arity)
def sequence_mask(
    xp, data, sequence_length=None, *, use_sequence_length: bool = False, value: Float() = 0.0,
    axis: int = 0,
):  # fmt: skip
    """Overwrite the steps beyond each sequence's length with ``value``.

    ``data`` is (time, batch, ...), or (batch, time, ...) with ``axis=1``; lengths are (batch,).
    """
    if sequence_length is None:
        return data.copy()
    _check(data.shape, sequence_length.shape, axis)
    filler = xp.asarray(value, xp.float64).astype(data.dtype)
    return xp.where(_kept(xp, data, sequence_length, axis), data, filler)


@sequence_mask.shape
def _(data, sequence_length=None, *, axis, use_sequence_length, **params):
    _check(data, sequence_length, axis)
    return (data, (data[1 - axis],))[: 1 + use_sequence_length], data


@sequence_mask.vjp("data")
def _(xp, ct, out, data, sequence_length=None, *, axis, **params):
    if sequence_length is None:
        return ct
    return xp.where(_kept(xp, data, sequence_length, axis), ct, 0)


@op("SequenceLast", arity=_arity)
def sequence_last(
    xp, data, sequence_length=None, *, use_sequence_length: bool = False, axis: int = 0
):
    """Take the last step of each sequence: (batch, ...)."""
    return _last(xp, data, sequence_length, axis).copy()


def _last(xp: Any, data: Any, lengths: Any, axis: int) -> Any:
    if lengths is None:
        _check(data.shape, None, axis)
        return data[-1] if axis == 0 else data[:, -1]
    return gather_nd(xp, data, _last_index(xp, data, lengths, axis))


def _last_index(xp: Any, data: Any, lengths: Any, axis: int) -> Any:
    _check(data.shape, lengths.shape, axis)
    last = lengths.astype(xp.int64) - 1
    rows = xp.arange(data.shape[1 - axis])
    return xp.stack([last, rows] if axis == 0 else [rows, last])


@sequence_last.shape
def _(data, sequence_length=None, *, axis, use_sequence_length):
    _check(data, sequence_length, axis)
    lengths = (data[1 - axis],)
    return (data, lengths)[: 1 + use_sequence_length], (*lengths, *data[2:])


@sequence_last.vjp("data")
def _(xp, ct, out, data, sequence_length=None, *, axis, **params):
    inside = _steps(xp, data, axis)
    if sequence_length is None:
        chosen = inside == data.shape[axis] - 1
    else:
        chosen = inside == _per_sequence(sequence_length, axis) - 1
    chosen = chosen.reshape(chosen.shape + (1,) * (data.ndim - 2))
    return xp.where(chosen, xp.expand_dims(ct, axis), xp.zeros(data.shape, ct.dtype))


@op("SequenceReverse", arity=_arity)
def sequence_reverse(
    xp, data, sequence_length=None, *, use_sequence_length: bool = False, axis: int = 0
):
    """Reverse the steps of each sequence (time, batch, ...) up to its length."""
    if axis != 0:
        raise check_failed(
            f"param_.axis == 0 ({axis} vs. 0) ", "Current implementation expects axis to be 0."
        )
    if sequence_length is None:
        return data[::-1].copy()
    return gather_nd(xp, data, _mirrored(xp, data, sequence_length))


def _mirrored(xp: Any, data: Any, lengths: Any) -> Any:
    """Return for every (step, sequence) the position that moves there."""
    _check(data.shape, lengths.shape, 0)
    steps = _steps(xp, data, 0)
    lengths = lengths.astype(xp.int64).reshape((1, -1))
    source = xp.where(steps < lengths, lengths - 1 - steps, steps)
    rows = xp.broadcast_to(xp.arange(data.shape[1]), source.shape)
    return xp.stack([source, rows])


@sequence_reverse.shape
def _(data, sequence_length=None, *, axis, use_sequence_length):
    _check(data, sequence_length, 0)
    return (data, (data[1],))[: 1 + use_sequence_length], data


@sequence_reverse.vjp("data")
def _(xp, ct, out, data, sequence_length=None, *, axis, use_sequence_length):
    return sequence_reverse(
        xp, ct, sequence_length, axis=axis, use_sequence_length=use_sequence_length
    )
