"""Seeding, and the samplers of ``mx.nd.random`` under their older address."""

from __future__ import annotations

from typing import Any

import numpy

from ._core import rng
from ._core.device import Context
from .ndarray.random import (
    exponential,
    gamma,
    generalized_negative_binomial,
    multinomial,
    negative_binomial,
    normal,
    poisson,
    randint,
    randn,
    shuffle,
    uniform,
)  # fmt: skip

integer_types = (int, numpy.int32, numpy.int64)


def seed(seed_state: int, ctx: Any = "all") -> None:
    """Restart the random numbers of the calling thread, on all devices or on one.

    Unseeded threads start from seed 0. Raises ValueError for anything but a whole number.
    """
    if not isinstance(seed_state, integer_types):
        raise ValueError("seed_state must be int")
    rng.seed(seed_state, None if ctx == "all" else Context(ctx))


__all__ = [
    "exponential", "gamma", "generalized_negative_binomial", "multinomial", "negative_binomial",
    "normal", "poisson", "randint", "randn", "seed", "shuffle", "uniform",
]  # fmt: skip
