"""Random sampling beyond NumPy's, ``mx.npx.random``."""

from __future__ import annotations

from typing import Any

from .. import random as _legacy
from ..numpy._arguments import draw


def seed(seed: int, ctx: Any = "all") -> None:
    """Restart this thread's random numbers, on all devices or on one."""
    _legacy.seed(seed, ctx=ctx)


def bernoulli(
    prob: Any = None, logit: Any = None, size: Any = None, dtype: Any = None, ctx: Any = None,
    out: Any = None,
) -> Any:  # fmt: skip
    """Draw 1 with probability ``prob`` (or with the log odds ``logit``), else 0."""
    if (prob is None) == (logit is None):
        raise ValueError(
            "Either `prob` or `logit` must be specified, but not both. "
            f"Received prob={prob}, logit={logit}"
        )
    rest = {"size": None if size == () else size, "dtype": dtype or "float32",
            "is_logit": prob is None}  # fmt: skip
    params = {"prob": prob} if prob is not None else {"logit": logit}
    absent = {"logit": None} if prob is not None else {"prob": None}
    return draw("_npi_bernoulli", dict(params, **absent), rest, ctx, out)


def uniform_n(
    low: Any = 0.0, high: Any = 1.0, batch_shape: Any = None, dtype: Any = None, ctx: Any = None
) -> Any:
    """Draw evenly from [low, high), an array of ``batch_shape`` for every entry."""
    rest = {"size": None if batch_shape == () else batch_shape, "dtype": dtype or "float32"}
    return draw("_npi_uniform_n", {"low": low, "high": high}, rest, ctx)


def normal_n(
    loc: Any = 0.0, scale: Any = 1.0, batch_shape: Any = None, dtype: Any = None, ctx: Any = None
) -> Any:
    """Draw from the normal distribution, an array of ``batch_shape`` for every entry."""
    rest = {"size": None if batch_shape == () else batch_shape, "dtype": dtype or "float32"}
    return draw("_npi_normal_n", {"loc": loc, "scale": scale}, rest, ctx)


__all__ = ["bernoulli", "normal_n", "seed", "uniform_n"]
