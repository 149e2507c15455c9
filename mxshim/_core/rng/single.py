"""What NumPy-style operators draw: samplers over the one generator of a thread.

Numbers are made in the flat order of the result, in float32 whatever dtype the caller wants.
Parameters are numbers, already rounded to float32, or arrays that broadcast to ``size``; where
MXNet computes the two differently, so do the methods here.
"""

from __future__ import annotations

import math
from typing import Any

import numpy

from . import draws, libm
from .parallel import product
from .streams import Single

_f32, _f64 = numpy.dtype("float32"), numpy.dtype("float64")
_one = numpy.float32(1)
#: Attempts at a pair of normals whose intermediate results fit the cache together.
_CHUNK = 1 << 14


def is_number(value: Any) -> bool:
    """Tell whether a parameter is a number and no array."""
    return isinstance(value, (float, int))


class SingleSampler:
    """Draws from one thread's :class:`Single` generator, as MXNet's NumPy-style operators do."""

    xp = numpy

    def __init__(self, streams: Single) -> None:
        self.streams = streams

    def units(self, size: Any, kind: Any = _f32) -> Any:
        """Draw from [0, 1], as float32 or float64."""
        kind = numpy.dtype(kind)
        words = self.streams.take(product(size) * draws.WIDTH[kind])
        return draws.uniforms(words, kind).reshape(size)

    def standard(self, size: Any, kind: Any = _f32) -> Any:
        """Draw standard normals; both numbers of an accepted pair count, but not across calls."""
        count = product(size)
        out = numpy.empty(count + count % 2, kind)
        width = 2 * draws.WIDTH[kind]
        done = 0
        while done < count:
            wanted = (count - done + 1) // 2
            words = self.streams.peek(min(draws.attempts_for(wanted), _CHUNK) * width)
            x, y, radius, accepted = draws.attempts(words, kind)
            good = numpy.flatnonzero(accepted)[:wanted]
            factor = draws.stretch(radius[good])
            stop = done + 2 * len(good)
            numpy.multiply(y[good], factor, out[done:stop:2])
            numpy.multiply(x[good], factor, out[done + 1 : stop : 2])
            last = int(good[-1]) + 1 if len(good) == wanted else len(accepted)
            self.streams.use(last * width)
            done = stop
        return out[:count].reshape(size)

    def uniform(self, low: Any, high: Any, size: Any, dtype: Any) -> Any:
        """Draw from [low, high]."""
        values = self.units(size)
        if not (is_number(low) and is_number(high)):
            return (values * (high - low) + low).astype(dtype, copy=False)
        if low != 0 or high != 1:
            values *= numpy.float32(high) - numpy.float32(low)
            values += numpy.float32(low)
        return values.astype(dtype, copy=False)

    def normal(self, loc: Any, scale: Any, size: Any, dtype: Any) -> Any:
        """Draw from the normal distribution."""
        values = self.standard(size)
        if not (is_number(loc) and is_number(scale)):
            return (values * scale + loc).astype(dtype, copy=False)
        if scale != 1:
            values *= numpy.float32(scale)
        if loc != 0:
            values += numpy.float32(loc)
        return values.astype(dtype, copy=False)

    def exponential_pair(self, scale: Any, size: Any) -> tuple[Any, Any]:
        """Draw from the exponential distribution; return the noise of mean 1 below it too."""
        values = self.units(size)
        with numpy.errstate(divide="ignore"):
            if is_number(scale):
                noise = -libm.log(values.astype(_f64))
                return (scale * noise).astype(_f32), noise.astype(_f32)
            noise = -libm.logf(values)
        return scale * noise, noise

    def exp(self, values: Any) -> Any:
        """Return the exponential of float32 values, rounded as in MXNet."""
        return libm.expf(values)

    def gumbel(self, size: Any) -> Any:
        """Draw from the standard Gumbel distribution."""
        with numpy.errstate(divide="ignore"):
            return (-libm.log(-libm.log(self.units(size).astype(_f64)))).astype(_f32)

    def logistic(self, size: Any) -> Any:
        """Draw from the standard logistic distribution."""
        return log_odds(self.units(size))

    def rayleigh(self, size: Any) -> Any:
        """Draw from the Rayleigh distribution of scale 1."""
        with numpy.errstate(divide="ignore"):
            return numpy.sqrt(-2 * libm.log(self.units(size).astype(_f64))).astype(_f32)

    def weibull(self, a: Any, size: Any) -> tuple[Any, Any]:
        """Draw from the Weibull distribution; return the exponential noise below it too."""
        noise = -libm.logf(self.units(size))
        return libm.powf(noise, _inverse(a)), noise

    def pareto(self, a: Any, size: Any) -> tuple[Any, Any]:
        """Draw from the Pareto distribution less 1; return the exponential noise below it too."""
        values = self.units(size)
        with numpy.errstate(divide="ignore", over="ignore"):
            if is_number(a):
                noise = -libm.log(values.astype(_f64))
                return (libm.exp(noise / a) - 1).astype(_f32), noise.astype(_f32)
            noise = -libm.logf(values)
            return (libm.exp((noise / a).astype(_f64)) - 1).astype(_f32), noise

    def power(self, a: Any, size: Any) -> Any:
        """Draw from [0, 1] with density ``a * x**(a - 1)``."""
        values = self.units(size)
        self.streams.take(1)  # mxnet: one more word is used up
        return libm.powf(_one - values, _inverse(a))

    def bernoulli(self, given: Any, size: Any, is_logit: bool) -> Any:
        """Draw True with the given probabilities or log odds."""
        values = self.units(size)
        return given > (log_odds(values) if is_logit else values)

    def gamma(self, shape: Any, scale: Any, size: Any) -> Any:
        """Draw from the gamma distribution, computed in float64 by rounds over all numbers.

        While a number is still rejected, a whole new round is drawn, of which only the rejected
        ones take anything.
        """
        count = product(size)
        alpha = numpy.broadcast_to(numpy.asarray(shape, _f64), size).reshape(count)
        small = alpha < 1
        d = numpy.where(small, alpha + 2.0 / 3.0, alpha - 1.0 / 3.0)
        c = 1.0 / numpy.sqrt(9.0 * d)
        scales = numpy.broadcast_to(numpy.asarray(scale, _f64), size).reshape(count)
        out = numpy.empty(count, _f64)
        left = numpy.arange(count)
        while len(left):
            u = self.units((count, 2), _f64)[left]
            z = self.standard((count, 2), _f64)[left, 0]
            v = 1.0 + c[left] * z
            v = v * v * v
            with numpy.errstate(all="ignore"):
                taken = u[:, 0] <= 1.0 - 0.0331 * (z * z) * (z * z)
                logs = 0.5 * z * z + d[left] * (1.0 - v + libm.logf(v))
                taken = (v > 0) & (taken | (libm.logf(u[:, 0]) < logs))
            done = left[taken]
            values = d[done] * v[taken] * scales[done]
            boost = libm.powf(u[taken, 1].astype(_f32), (1.0 / alpha[done]).astype(_f32))
            out[done] = numpy.where(small[done], values * boost, values)
            left = left[~taken]
        return out.reshape(size)

    def permutation(self, count: int, rows: bool = False) -> Any:
        """Shuffle the numbers from 0 to count - 1; an array of ``rows`` is shuffled backwards."""
        steps = numpy.arange(1, max(count, 1))
        if rows:
            steps = steps[::-1]
        partners = self._bounded(steps + 1).tolist()
        order = list(range(count))
        for here, there in zip(steps.tolist(), partners):
            order[here], order[there] = order[there], order[here]
        return numpy.array(order, numpy.int64)

    def _bounded(self, limits: Any) -> Any:
        """Draw a whole number below each limit."""
        words = self.streams.peek(len(limits) + 8)
        numbers, used = draws.bounded(words, limits)
        while len(numbers) < len(limits):
            words = self.streams.peek(2 * len(words))
            numbers, used = draws.bounded(words, limits)
        self.streams.use(used)
        return numbers

    def choose(self, count: int, size: Any, replace: bool, weights: Any) -> Any:
        """Draw positions below ``count``, evenly or by ``weights``."""
        number = product(size)
        if weights is None:
            picked = self._choose_evenly(count, number, replace)
        elif replace:
            edges = numpy.cumsum(weights, dtype=_f32)
            picked = numpy.searchsorted(edges, self.units(number), side="left")
        else:
            values = self.units(count)
            with numpy.errstate(divide="ignore"):
                keys = -libm.logf(-libm.logf(values)) + libm.logf(weights)
            picked = numpy.argsort(-keys, kind="stable")[:number]
        return picked.astype(numpy.int64).reshape(size)

    def _choose_evenly(self, count: int, number: int, replace: bool) -> Any:
        if replace:
            return self.streams.take(number).astype(numpy.int64) % count
        few = 2 * number < count
        swaps = min(number, count - number)
        split = count - swaps
        words = self.streams.take(swaps).astype(numpy.int64)
        partners = (words % (split + 1 + numpy.arange(swaps))).tolist()
        order = list(range(count))
        for step, partner in enumerate(partners):
            if partner < split:
                here = split + step
                order[partner], order[here] = order[here], order[partner]
        return numpy.array(order[count - number :] if few else order[:number], numpy.int64)

    def counts(self, n: int, chances: Any, rows: int, burn: int) -> Any:
        """Count how often each class is drawn in ``n`` draws, for ``rows`` experiments.

        mxnet: ``burn`` further numbers are drawn for nothing.
        """
        values = self.units((rows, n), _f64).astype(chances.dtype, copy=False)
        self.units(burn, _f64)
        edges = numpy.cumsum(chances)
        picked = numpy.minimum(numpy.searchsorted(edges, values, side="right"), len(chances) - 1)
        picked += numpy.arange(rows)[:, None] * len(chances)
        counts = numpy.bincount(picked.reshape(-1), minlength=rows * len(chances))
        return counts.reshape(rows, len(chances))

    def classes(self, rows: Any, count: int) -> Any:
        """Draw ``count`` class numbers by each row of probabilities.

        mxnet: rows that sum to less than 1 can give the number of classes, one too many.
        """
        values = self.units((len(rows), count))
        edges = numpy.cumsum(rows, axis=1, dtype=_f64).astype(_f32)
        return numpy.array([
            numpy.searchsorted(edge, value, side="left") for edge, value in zip(edges, values)
        ], numpy.int64).reshape(values.shape)  # fmt: skip


def log_odds(values: Any) -> Any:
    """Return ``log(u) - log(1 - u)`` with MXNet's roundings."""
    with numpy.errstate(divide="ignore", invalid="ignore"):
        wide = libm.log(values.astype(_f64)) - libm.log((_one - values).astype(_f64))
    return wide.astype(_f32)


def _inverse(a: Any) -> Any:
    if is_number(a):
        return numpy.float32(1.0 / a) if a else numpy.float32(math.inf)
    with numpy.errstate(divide="ignore"):
        return (1.0 / numpy.asarray(a, _f64)).astype(_f32)
