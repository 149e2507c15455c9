"""Random state, one per thread, and what every sampler draws with.

MXNet keeps two sources per thread: legacy operators draw from a parallel one, NumPy-style
operators from a single one.  On a CPU both are MXNet's own streams, so that a seed gives the
numbers it gave under MXNet; a GPU draws with CuPy's generator.  :func:`set_generator` changes
that for the whole process.
"""

from __future__ import annotations

import threading
from typing import Any

import numpy

from ..device import Context
from .modern import HostSampler, ModernSampler
from .parallel import ParallelSampler
from .single import SingleSampler
from .streams import Parallel, Single

#: What :func:`set_generator` takes.
MODES = ("mxnet", "mxnet-cpu", "numpy")
_mode = "mxnet"


class Source:
    """The two sources of one thread on one device."""

    def __init__(self, parallel: Any, single: Any) -> None:
        self.parallel = parallel
        self.single = single


class _Thread(threading.local):
    """The sources of one thread, made when first used; an unseeded thread starts from seed 0."""

    def __init__(self) -> None:
        self.value = 0
        self.streams = Source(ParallelSampler(Parallel(0)), SingleSampler(Single(0)))
        self.modern: dict[Any, Source] = {}
        self.hosted: dict[Any, Source] = {}


_thread = _Thread()


def generator(ctx: Context) -> Source:
    """Return this thread's source for a context."""
    on_gpu = ctx.device_typeid == 2
    if _mode == "numpy" or (on_gpu and _mode == "mxnet"):
        return _modern(ctx, on_gpu)
    if not on_gpu:
        return _thread.streams
    found = _thread.hosted.get(ctx)
    if found is None:
        streams, xp = _thread.streams, ctx.xp
        found = Source(HostSampler(streams.parallel, xp), HostSampler(streams.single, xp))
        _thread.hosted[ctx] = found
    return found


def _modern(ctx: Context, on_gpu: bool) -> Source:
    """Return the source on NumPy's generator (one for all CPU contexts) or CuPy's."""
    key = ctx.device_id if on_gpu else -1
    found = _thread.modern.get(key)
    if found is None:
        random = ctx.xp.random if on_gpu else numpy.random
        sampler = ModernSampler(random.default_rng(_thread.value), ctx.xp)
        found = _thread.modern[key] = Source(sampler, sampler)
    return found


def seed(value: int, ctx: Context | None = None) -> None:
    """Restart this thread's streams from ``value``, of which the low 32 bits count.

    mxnet: with a context the single stream starts from the seed itself, else from 127 times it;
    all CPU contexts share their streams.
    """
    value = int(value) & 0xFFFFFFFF
    _thread.value = value
    if ctx is not None and ctx.device_typeid == 2 and _mode == "mxnet":
        _thread.modern.pop(ctx.device_id, None)
        return
    _thread.streams.single.streams.seed(127 * value if ctx is None else value)
    _thread.streams.parallel.streams.seed(127 * value)
    _thread.modern.clear()


def state() -> Any:
    """Return where this thread's streams stand, for :func:`resume`; it can be pickled."""
    streams = _thread.streams
    return _mode, _thread.value, streams.parallel.streams, streams.single.streams


def resume(saved: Any) -> None:
    """Go on from a :func:`state` of another process; NumPy's generators keep their place."""
    global _mode
    _mode, _thread.value, parallel, single = saved
    _thread.streams = Source(ParallelSampler(parallel), SingleSampler(single))


def set_generator(name: str) -> str:
    """Choose what random numbers come from, for all threads; return the choice before.

    ``"mxnet"`` (the default) gives MXNet's numbers on a CPU and CuPy's on a GPU; ``"mxnet-cpu"``
    gives a GPU the CPU's numbers too; ``"numpy"`` draws with NumPy's and CuPy's own generators.
    Raises ValueError for anything else.
    """
    global _mode
    if name not in MODES:
        raise ValueError(f"generator {name!r} is unknown; choose from {', '.join(MODES)}")
    before, _mode = _mode, name
    return before
