"""Batch normalization of arrays that lie channels last in memory, in compiled graphs."""

from __future__ import annotations

from typing import Any

from ..override import override
from .batch_norm import normalized, pulled
from .rows import Array


@override("BatchNorm")
def batch_norm(xp: Any, data: Array, *vectors: Array, **params: Any) -> Any:
    """Normalize; see the operator's body."""
    return normalized(xp, True, data, *vectors, **params)


@override("BatchNorm", "data", "gamma", "beta")
def batch_norm_gradient(
    xp: Any, ct: Any, out: Any, data: Array, gamma: Array, beta: Array, moving_mean: Array,
    moving_var: Array, **params: Any,
) -> Any:  # fmt: skip
    """Carry the gradient back and update the averages; see the operator's body."""
    return pulled(xp, True, ct, out[1], out[2], data, gamma, moving_mean, moving_var, **params)
