"""Percentiles of NumPy-like arrays."""

from __future__ import annotations

from math import prod
from typing import Any

from .._core.errors import check_failed, mxnet_error
from .._core.params import Axis, Bool, Enum, OptionalFloat
from .._core.registry import op
from .._core.shapes import ShapeT
from .reduce import kept, normalized

Method = Enum("higher", "linear", "lower", "midpoint", "nearest")


def _arity(*, q_scalar: Any, **params: Any) -> int:
    return 2 if q_scalar is None else 1


@op("_npi_percentile", arity=_arity, flat=True, inconsistent=("shape", "type"))
def percentile(
    xp, a, q=None, *, axis: Axis = None, interpolation: Method = "linear", keepdims: Bool = False,
    q_scalar: OptionalFloat = None,
):  # fmt: skip
    """Compute percentiles (0 to 100) over ``axis``: one (``q_scalar``) or those of a vector ``q``.

    The result is float64 for float64 and float32 otherwise; several percentiles are its first
    axis. ``interpolation`` says what lies between two elements. NaN gives NaN.
    """
    if a.dtype.kind == "b":
        raise mxnet_error("Unknown type enum 7", "percentile does not take bools")
    out_shape = _shape(a.shape, None if q is None else q.shape, axis, keepdims)
    axes = normalized(axis, a.ndim, a.shape)
    wanted = xp.full((), q_scalar, xp.float64) if q is None else q
    if wanted.dtype.kind != "f":
        wanted = wanted.astype(xp.float64)
    if not bool(((wanted >= 0) & (wanted <= 100)).all()):
        raise ValueError("ValueError: Check failed: is_valid: percentile exceeds the valid range")
    rest = tuple(i for i in range(a.ndim) if i not in axes)
    count = prod(a.shape[i] for i in axes)
    dtype = a.dtype if a.dtype == xp.float64 else xp.float32
    if not prod(out_shape):
        return xp.zeros(out_shape, dtype)
    if not count:
        raise mxnet_error(f"Check failed: percentiles of no elements: {a.shape} over axes {axes}")
    rows = xp.sort(a.transpose((*axes, *rest)).reshape((count, -1)), axis=0)
    place = wanted.reshape(-1) * (count - 1) / 100
    # mxnet: places are rounded to single precision, for float64 too
    found = _between(xp, rows, place.astype(xp.float32), interpolation)
    if rows.dtype.kind == "f":  # sorting puts NaN last
        found = xp.where(xp.isnan(rows[-1:]), rows[-1:], found)
    return found.astype(dtype).reshape(out_shape)


def _between(xp: Any, rows: Any, place: Any, method: str) -> Any:
    """Read sorted rows at places that lie between them."""
    low, high = xp.floor(place).astype(xp.int64), xp.ceil(place).astype(xp.int64)
    if method == "lower":
        return rows[low]
    if method == "higher":
        return rows[high]
    if method == "nearest":  # mxnet: halves go up, where NumPy takes the even place
        return rows[xp.floor(place + 0.5).astype(xp.int64)]
    part = xp.full(place.shape, 0.5) if method == "midpoint" else place - xp.floor(place)
    after = part[:, None].astype(xp.float32)
    wide = xp.float64 if rows.dtype == xp.float64 or rows.dtype.kind != "f" else xp.float32
    below, above = rows[low].astype(wide) * (1 - after), rows[high].astype(wide) * after
    if rows.dtype == xp.float16:  # mxnet: the terms are rounded, their sum is not
        below, above = (term.astype(xp.float16).astype(wide) for term in (below, above))
    return below + above


def _shape(a: ShapeT, q: ShapeT | None, axis: Any, keepdims: bool) -> ShapeT:
    if not a:
        raise check_failed(
            "*axis >= 0 && *axis < static_cast<int>(src_shape.ndim())",
            "Invalid axis! axis should be between 0 and 0, found axis=-1",
            "percentile needs an array with axes",
        )
    q = q or ()
    if len(q) > 1:
        raise check_failed(f"qshape.ndim() <= 1U ({len(q)} vs. 1) ", "", "q must be a vector")
    axes = normalized(axis, len(a), a)
    rest = kept(a, axes) if keepdims else tuple(n for i, n in enumerate(a) if i not in axes)
    return (*q, *rest)


@percentile.shape
def _(a, q=None, *, axis=None, keepdims=False, **params):
    return ((a,) if q is None else (a, q)), _shape(a, q, axis, keepdims)
