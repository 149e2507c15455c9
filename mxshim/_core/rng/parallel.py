"""What legacy operators draw: samplers over the 1,024 generators of a thread.

Numbers are spread over the generators in runs (:func:`streams.spread`): a sampler makes an array
(generators, numbers each) whose flat order is the order of the results.  Parameters are numbers,
already rounded to float32, or arrays that broadcast to ``size`` and keep their own dtype.
"""

from __future__ import annotations

import math
from typing import Any

import numpy

from . import draws, lanes, libm, tables
from .streams import BLOCK, MIN_NUMBERS, Parallel, spread

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
        self.memory = tables.Memory(streams)

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
        low, high = _floats(low, values.dtype), _floats(high, values.dtype)
        return shaped(placed(_spread_out(values, size), low, high - low), size, dtype)

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
        loc, scale = _floats(loc, values.dtype), _floats(scale, values.dtype)
        return shaped(placed(_spread_out(values, size), loc, scale), size, dtype)

    def standard(self, count: int, kind: Any) -> Any:
        """Return (generators, numbers each) standard normals of the type ``kind``.

        mxnet: each number starts a pair of its own and throws its second half away.
        """
        if count <= MIN_NUMBERS:
            return self.memory.draw(("normal", kind), lambda: tables.normal(kind), count)
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
                tries = BLOCK // width
                words = self.streams.peek(lanes, tries * width)
                picked = _accepted(words[first:stop], out[first:stop])
            final = picked[:, -1]
            if stop == lanes and 0 < last < numbers:
                final[-1] = picked[-1, last - 1]
            used[first:stop] = final - numpy.arange(stop - first) * tries
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
        out = numpy.empty((lanes, step), dtype)
        rows = max(1, _CHUNK // step)
        for first in range(0, lanes, rows):
            out[first : first + rows] = draws.whole(words[first : first + rows], low, high)
        return shaped(out, size, dtype)

    def exponential(self, lam: Any, size: Any, dtype: Any) -> Any:
        """Draw from the exponential distribution of rate ``lam``."""
        count = product(size)
        if not count:
            return numpy.empty(size, dtype)
        values = _spread_out(self._uniform(count, compute_type(dtype)), size)
        with numpy.errstate(divide="ignore"):
            wide = -libm.log(1.0 - values.astype(_f64, copy=False))
        lam = numpy.asarray(lam)
        return shaped(rounded(wide / lam.astype(_f64), lam), size, dtype)

    def gamma(self, alpha: Any, beta: Any, size: Any, dtype: Any) -> Any:
        """Draw from the gamma distribution of shape ``alpha`` and scale ``beta``."""
        kind = _f64 if numpy.dtype(dtype) == _f64 else _f32
        if isinstance(alpha, float | int) and isinstance(beta, float | int):
            words = (6.0 if alpha < 1 else 4.0) * draws.WIDTH[kind]
            key = ("gamma", alpha, beta, kind)
            return self._fill(
                key, lambda: tables.gamma(alpha, beta, kind), words, size, dtype, kind
            )

        def one(cursor: Any, which: Any, alpha: Any, beta: Any) -> Any:
            return lanes.gamma(cursor, which, alpha, beta, kind)

        return self._walk(one, (alpha, beta), size, dtype, kind)

    def poisson(self, lam: Any, size: Any, dtype: Any) -> Any:
        """Draw from the Poisson distribution."""
        # Many small means go side by side: a table would count from every word in vain.
        if isinstance(lam, float | int) and (lam >= 12 or product(size) < 4000):
            words = lam + 1 if lam < 12 else 3.0
            key = ("poisson", lam)
            return self._fill(key, lambda: tables.poisson(lam), words, size, dtype, _f32)
        return self._walk(lanes.poisson, (lam,), size, dtype, _f32)

    def negative_binomial(self, k: Any, p: Any, size: Any, dtype: Any) -> Any:
        """Draw the failures before the ``k``-th success of probability ``p``."""

        def one(cursor: Any, which: Any, k: Any, p: Any) -> Any:
            beta = rounded(rounded(1.0 - p.astype(_f64), p) / p.astype(_f64), p).astype(_f32)
            lam = lanes.gamma(cursor, which, _floats(k, _f32), beta, _f32)
            return lanes.poisson(cursor, which, lam)

        return self._walk(one, (k, p), size, dtype, _f32)

    def generalized_negative_binomial(self, mu: Any, alpha: Any, size: Any, dtype: Any) -> Any:
        """Draw Poisson numbers whose mean is gamma distributed (``mu`` itself for ``alpha`` 0)."""

        def one(cursor: Any, which: Any, mu: Any, alpha: Any) -> Any:
            lam = mu.astype(_f32)
            mixed = numpy.flatnonzero(alpha != 0)
            if len(mixed):
                a, means = alpha[mixed], lam[mixed].astype(alpha.dtype)
                lam[mixed] = lanes.gamma(cursor, which[mixed], 1 / a, a * means, _f32)
            return lanes.poisson(cursor, which, lam)

        return self._walk(one, (mu, alpha), size, dtype, _f32)

    def _fill(self, key: Any, build: Any, words: float, size: Any, dtype: Any, kind: Any) -> Any:
        """Draw numbers of the same parameters by a table of outcomes."""
        count = product(size)
        if not count:
            return numpy.empty(size, dtype)
        if count <= MIN_NUMBERS:
            return shaped(self.memory.draw(key, build, count), size, dtype)
        wide, step = spread(count)
        out = numpy.empty((wide, step), kind)
        tables.fill(self.streams, out, count - (wide - 1) * step, build(), words)
        return shaped(out, size, dtype)

    def _walk(self, one: Any, params: Any, size: Any, dtype: Any, kind: Any) -> Any:
        """Draw number after number on all generators together, with ``one(cursor, which, ...)``."""
        count = product(size)
        if not count:
            return numpy.empty(size, dtype)
        wide, step = spread(count)
        last = count - (wide - 1) * step
        out = numpy.empty((wide, step), kind)
        params = [_along(value, size, count) for value in params]
        cursor = lanes.Cursor(self.streams, wide)
        for number in range(step):
            which = numpy.arange(wide if number < last else wide - 1)
            given = [value[which * step + number] for value in params]
            out[which, number] = one(cursor, which, *given)
        cursor.save()
        return shaped(out, size, dtype)


def rounded(values: Any, like: Any) -> Any:
    """Round to half precision beside a number of it, as every operation there does."""
    return values.astype(_f32).astype(numpy.float16) if like.dtype == numpy.float16 else values


def placed(values: Any, loc: Any, scale: Any) -> Any:
    """Return ``values * scale + loc`` for arrays of parameters, rounded as C++ rounds it."""
    if scale.dtype == numpy.float16:
        return rounded(values * scale.astype(_f32), scale) + loc
    return values * scale + loc


def _floats(value: Any, kind: Any) -> Any:
    """Return a parameter as an array; whole numbers become floats of the type computed in."""
    array = numpy.asarray(value)
    return array if array.dtype.kind == "f" else array.astype(kind)


def _along(value: Any, size: Any, count: int) -> Any:
    """Return a parameter as a flat array over the results; a number becomes float32."""
    if isinstance(value, float | int):
        value = numpy.float32(value)
    return numpy.broadcast_to(value, size).reshape(count)


def _accepted(words: Any, out: Any) -> Any:
    """Write the first accepted normals of each row of words into ``out``.

    Returns the flat number of the attempt behind each of them, or None if a row has too few.
    """
    numbers = out.shape[1]
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
