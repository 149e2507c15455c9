"""Seeding, and the samplers of ``mx.nd.random`` under their older address."""

from __future__ import annotations

from typing import Any

import numpy

from ._core import rng
from ._core.device import Context
from .base import check_call  # noqa: F401  (MXNet offers it here too)
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


def set_generator(name: str) -> str:
    """Choose what random numbers come from, for all threads; return the choice before.

    ``"mxnet"``, the default, draws MXNet's own numbers on a CPU and CuPy's on a GPU;
    ``"mxnet-cpu"`` draws the CPU's numbers for a GPU too, so that runs on both agree;
    ``"numpy"`` draws with NumPy's modern generator and CuPy's: faster, with other numbers.
    Raises ValueError for any other name.

    >>> import mxshim as mx
    >>> before = mx.random.set_generator("numpy")
    >>> mx.random.set_generator(before)
    'numpy'
    """
    return rng.set_generator(name)


__all__ = [
    "exponential", "gamma", "generalized_negative_binomial", "multinomial", "negative_binomial",
    "normal", "poisson", "randint", "randn", "seed", "set_generator", "shuffle", "uniform",
]  # fmt: skip
