"""Random state, one per thread.

For now every sampler draws from NumPy's (or CuPy's) modern generator; the streams of MXNet
itself come with the random-streams issue and will live here.
"""

from __future__ import annotations

import threading
from typing import Any

import numpy

from .device import Context


class _Streams(threading.local):
    """The generators of one thread, made when first used; an unseeded thread starts from seed 0."""

    def __init__(self) -> None:
        self.seed = 0
        self.by_context: dict[Any, Any] = {}


_streams = _Streams()


def generator(ctx: Context) -> Any:
    """Return this thread's generator for the context's kind of device."""
    kind = "gpu" if ctx.device_typeid == 2 else "cpu"
    made = _streams.by_context.get(kind)
    if made is None:
        random = numpy.random if kind == "cpu" else ctx.xp.random
        made = _streams.by_context[kind] = random.default_rng(_streams.seed)
    return made


def seed(value: int, ctx: Context | None = None) -> None:
    """Restart this thread's streams from ``value`` (cut to 32 bits, as MXNet cuts it)."""
    _streams.seed = int(value) & 0xFFFFFFFF
    if ctx is None:
        _streams.by_context.clear()
    else:
        _streams.by_context.pop("gpu" if ctx.device_typeid == 2 else "cpu", None)
