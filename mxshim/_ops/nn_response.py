"""Normalization by the size of the responses: L2Normalization and LRN."""

from __future__ import annotations

from .._core.errors import check_failed
from .._core.params import Enum, Float, Int
from .._core.registry import op
from .kernels.norm import wide


def _l2_shape(data, *, mode, **params):
    if mode != "instance" and len(data) < 3:
        raise check_failed(
            f"dshape.ndim() >= 3 ({len(data)} vs. 3) ",
            f"At lease 3 dimensions required in {mode} mode",
        )
    return (data,), data


def _l2_axes(mode, ndim):
    ranges = {"instance": range(1, ndim), "channel": (1,), "spatial": range(2, ndim)}
    return tuple(ranges[mode])


@op("L2Normalization", shape=_l2_shape)
def l2_normalization(
    xp, data, *, eps: Float = 1e-10, mode: Enum("channel", "instance", "spatial") = "instance"
):
    """Divide by the Euclidean norm over each example, each position or each channel."""
    if mode != "instance" and data.ndim < 3:
        raise ValueError("mode")
    x = wide(xp, data)
    norm = xp.sqrt((x * x).sum(axis=_l2_axes(mode, x.ndim), keepdims=True) + eps)
    return (x / norm).astype(data.dtype, copy=False)


@l2_normalization.vjp("data")
def _(xp, ct, out, data, *, eps, mode):
    axes = _l2_axes(mode, data.ndim)
    norm = xp.sqrt((data * data).sum(axis=axes, keepdims=True) + eps)
    normal = data / norm
    return (ct - normal * (ct * normal).sum(axis=axes, keepdims=True)) / norm


def _lrn_shape(data, **params):
    if len(data) != 4:
        raise check_failed(
            f"dim == ndim() (4 vs. {len(data)}) ",
            f"dimension do not match target dimension 4 vs {len(data)}",
        )
    return (data,), data


def _across(xp, x, nsize):
    """Sum each channel's neighbourhood of ``nsize`` channels."""
    near, channels = nsize // 2, x.shape[1]
    total = x
    for step in range(1, min(near, channels - 1) + 1):
        blank = xp.zeros((x.shape[0], step, *x.shape[2:]), x.dtype)
        total = total + xp.concatenate([blank, x[:, :-step]], axis=1)
        total = total + xp.concatenate([x[:, step:], blank], axis=1)
    return total


@op("LRN", shape=_lrn_shape)
def lrn(
    xp, data, *, alpha: Float = 1e-4, beta: Float = 0.75, knorm: Float = 2.0,
    nsize: Int(kind="int (non-negative)"),
):  # fmt: skip
    """Divide by ``(knorm + alpha / nsize * sum of squares of near channels) ** beta``."""
    if data.ndim != 4:
        raise ValueError("rank")
    x = wide(xp, data)
    norm = knorm + _across(xp, x * x, nsize) * (alpha / nsize)
    return (x * norm**-beta).astype(data.dtype, copy=False)


@lrn.vjp("data")
def _(xp, ct, out, data, *, alpha, beta, knorm, nsize):
    norm = knorm + _across(xp, data * data, nsize) * (alpha / nsize)
    inner = _across(xp, ct * data * norm ** (-beta - 1.0), nsize)
    return ct * norm**-beta - data * inner * (2 * alpha * beta / nsize)
