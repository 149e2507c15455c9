"""What legacy operators draw: samplers over the 1,024 generators of a thread.

Numbers are spread over the generators in runs (:func:`streams.spread`): a sampler makes an array
(generators, numbers each) whose flat order is the order of the results.  Parameters are numbers,
already rounded to float32, or arrays that broadcast to ``size`` and keep their own dtype.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy

from . import draws, libm
from .streams import BLOCK, Parallel, spread

_f32, _f64 = numpy.dtype("float32"), numpy.dtype("float64")
Size = tuple[int, ...]
#: Numbers whose intermediate results fit the cache together.
_CHUNK = 1 << 15


def product(size: Any) -> int:
    """Return how many numbers an array of shape ``size`` has."""
    return math.prod(size) if isinstance(size, tuple) else int(size)


def compute_type(dtype: Any) -> Any:
    """Return the type MXNet computes in: float32 for float32, else float64."""
    return _f32 if numpy.dtype(dtype) == _f32 else _f64


def shaped(values: Any, size: Any, dtype: Any) -> Any:
    """Cut the surplus of the last generator, cast by way of float32 to float16, and reshape."""
    count = product(size)
    flat = values.reshape(-1)
    if flat.size != count:
        flat = flat[:count]
    if numpy.dtype(dtype) == numpy.float16:
        flat = flat.astype(_f32, copy=False)
    return flat.reshape(size).astype(dtype, copy=False)


class ParallelSampler:
    """Draws from one thread's :class:`Parallel` generators, as MXNet's legacy operators do."""

    xp = numpy

    def __init__(self, streams: Parallel) -> None:
        self.streams = streams

    def _uniform(self, count: int, kind: Any) -> Any:
        """Return (generators, numbers each) uniforms of the type ``kind``."""
        lanes, step = spread(count)
        width = draws.WIDTH[kind]
        last = count - (lanes - 1) * step
        return draws.uniforms(self.streams.take(lanes, step * width, last * width), kind)

    def uniform(self, low: Any, high: Any, size: Any, dtype: Any) -> Any:
        """Draw from [low, high]."""
        count = product(size)
        if not count:
            return numpy.empty(size, dtype)
        values = self._uniform(count, compute_type(dtype))
        if isinstance(low, float | int) and isinstance(high, float | int):
            if low != 0 or high != 1:
                width = _f32.type(high) - _f32.type(low)
                values *= values.dtype.type(width)
                values += values.dtype.type(low)
            return shaped(values, size, dtype)
        low, high = numpy.asarray(low), numpy.asarray(high)
        return shaped(_spread_out(values, size) * (high - low) + low, size, dtype)

    def normal(self, loc: Any, scale: Any, size: Any, dtype: Any) -> Any:
        """Draw from the normal distribution."""
        count = product(size)
        if not count:
            return numpy.empty(size, dtype)
        values = self.standard(count, compute_type(dtype))
        if isinstance(loc, float | int) and isinstance(scale, float | int):
            if scale != 1:
                values *= values.dtype.type(scale)
            if loc != 0:
                values += values.dtype.type(loc)
            return shaped(values, size, dtype)
        scaled = _spread_out(values, size) * numpy.asarray(scale) + numpy.asarray(loc)
        return shaped(scaled, size, dtype)

    def standard(self, count: int, kind: Any) -> Any:
        """Return (generators, numbers each) standard normals of the type ``kind``.

        mxnet: each number starts a pair of its own and throws its second half away.
        """
        lanes, step = spread(count)
        last = count - (lanes - 1) * step
        out = numpy.empty((lanes, step), kind)
        run = 128 // draws.WIDTH[kind]
        for start in range(0, step, run):
            stop = min(start + run, step)
            full = lanes if last > start else lanes - 1
            self._normals(out[:full, start:stop], min(last, stop) - start)
        return out

    def _normals(self, out: Any, last: int) -> None:
        """Fill ``out`` (generators, numbers) but count only ``last`` numbers of the last one."""
        lanes, numbers = out.shape
        if not lanes:
            return
        width = 2 * draws.WIDTH[out.dtype]
        tries = min(draws.attempts_for(numbers), BLOCK // width)
        words = self.streams.peek(lanes, tries * width)
        used = numpy.empty(lanes, numpy.int64)
        rows = max(1, _CHUNK // tries)
        for first in range(0, lanes, rows):
            stop = min(first + rows, lanes)
            picked = _accepted(words[first:stop], out[first:stop])
            if picked is None:  # too few attempts: rare, so look at as many as there can be
                more = self.streams.peek(lanes, BLOCK // width * width)[first:stop]
                picked = _accepted(more, out[first:stop])
                tries_here = BLOCK // width
            else:
                tries_here = tries
            final = picked[:, -1]
            if stop == lanes and 0 < last < numbers:
                final[-1] = picked[-1, last - 1]
            used[first:stop] = final - numpy.arange(stop - first) * tries_here
        used += 1
        used *= width
        self.streams.use(used)

    def integers(self, low: int, high: int, size: Any, dtype: Any) -> Any:
        """Draw whole numbers from low to high - 1."""
        count = product(size)
        if not count:
            return numpy.empty(size, dtype)
        lanes, step = spread(count)
        words = self.streams.take(lanes, 2 * step, 2 * (count - (lanes - 1) * step))
        if lanes > 1 or step * lanes == count:
            words = words[:, : 2 * step]
        return shaped(draws.whole(words, low, high, dtype), size, dtype)

    def exponential(self, lam: Any, size: Any, dtype: Any) -> Any:
        """Draw from the exponential distribution of rate ``lam``."""
        count = product(size)
        if not count:
            return numpy.empty(size, dtype)
        values = _spread_out(self._uniform(count, compute_type(dtype)), size)
        with numpy.errstate(divide="ignore"):
            wide = -libm.log(1.0 - values.astype(_f64, copy=False))
        return shaped(wide / numpy.asarray(lam), size, dtype)


def _accepted(words: Any, out: Any) -> Any:
    """Write the first accepted normals of each row of words into ``out``.

    Returns the flat number of the attempt behind each of them, or None if a row has too few.
    """
    lanes, numbers = out.shape
    _, y, radius, accepted = draws.attempts(words, out.dtype)
    counts = numpy.count_nonzero(accepted, axis=1)
    if int(counts.min()) < numbers:
        return None
    good = numpy.flatnonzero(accepted)
    starts = numpy.cumsum(counts)
    starts -= counts
    picked = good[starts[:, None] + numpy.arange(numbers)]
    chosen = radius.reshape(-1)[picked]
    result = draws.stretch(chosen)
    # y stands at every second place of the points it was cut from.
    result *= y.base.reshape(-1)[picked * 2 + 1]
    out[...] = result
    return picked


def _spread_out(values: Any, size: Any) -> Any:
    """Cut the surplus and give the numbers their final shape."""
    return values.reshape(-1)[: product(size)].reshape(size)


Pull = Callable[..., Any]
