"""Random state, one per thread, and the primitives that every sampler draws with.

MXNet keeps two sources per thread: legacy operators draw from a parallel one, NumPy-style
operators from a single one.  For now both are NumPy's (or CuPy's) modern generator; MXNet's own
streams come with the random-streams issue and replace the two attributes of :class:`Source`.
"""

from __future__ import annotations

import threading
from typing import Any

import numpy

from ..device import Context


class Sampler:
    """Draws from one generator; every method returns a raw array of shape ``size``.

    Parameters may be numbers or raw arrays that broadcast to ``size``.
    """

    def __init__(self, generator: Any, xp: Any) -> None:
        self.generator = generator
        self.xp = xp

    def _typed(self, values: Any, dtype: Any) -> Any:
        return self.xp.asarray(values, dtype=dtype)

    def uniform(self, low: Any, high: Any, size: Any, dtype: Any) -> Any:
        """Draw from [low, high)."""
        return self._typed(self.generator.random(size) * (high - low) + low, dtype)

    def normal(self, loc: Any, scale: Any, size: Any, dtype: Any) -> Any:
        """Draw from the normal distribution."""
        return self._typed(self.generator.standard_normal(size) * scale + loc, dtype)

    def integers(self, low: int, high: int, size: Any, dtype: Any) -> Any:
        """Draw whole numbers from low to high - 1."""
        return self._typed(self.generator.integers(low, high, size), dtype)

    def exponential(self, scale: Any, size: Any, dtype: Any) -> Any:
        """Draw from the exponential distribution of mean ``scale``."""
        return self._typed(self.generator.standard_exponential(size) * scale, dtype)

    def gamma(self, shape: Any, scale: Any, size: Any, dtype: Any) -> Any:
        """Draw from the gamma distribution."""
        return self._typed(self.generator.standard_gamma(shape, size) * scale, dtype)

    def poisson(self, lam: Any, size: Any, dtype: Any) -> Any:
        """Draw from the Poisson distribution."""
        return self._typed(self.generator.poisson(lam, size), dtype)

    def permutation(self, count: int) -> Any:
        """Shuffle the numbers from 0 to count - 1."""
        return self.generator.permutation(count)


class Source:
    """The two sources of one thread on one kind of device."""

    def __init__(self, generator: Any, xp: Any) -> None:
        self.parallel = self.single = Sampler(generator, xp)


class _Streams(threading.local):
    """The sources of one thread, made when first used; an unseeded thread starts from seed 0."""

    def __init__(self) -> None:
        self.seed = 0
        self.by_context: dict[str, Source] = {}


_streams = _Streams()


def _kind(ctx: Context) -> str:
    return "gpu" if ctx.device_typeid == 2 else "cpu"


def generator(ctx: Context) -> Source:
    """Return this thread's source for the context's kind of device."""
    kind = _kind(ctx)
    made = _streams.by_context.get(kind)
    if made is None:
        random = numpy.random if kind == "cpu" else ctx.xp.random
        made = Source(random.default_rng(_streams.seed), ctx.xp)
        _streams.by_context[kind] = made
    return made


def seed(value: int, ctx: Context | None = None) -> None:
    """Restart this thread's streams from ``value`` (cut to 32 bits, as MXNet cuts it)."""
    _streams.seed = int(value) & 0xFFFFFFFF
    if ctx is None:
        _streams.by_context.clear()
    else:
        _streams.by_context.pop(_kind(ctx), None)
