"""Samplers that reject: every generator walks on until its own number is accepted.

The generators of a thread walk side by side.  A function here makes one number for each
generator of a set: ``lanes`` is an array of generator numbers, and parameters are arrays over it.
"""

from __future__ import annotations

from typing import Any

import numpy

from . import draws, libm
from .streams import BLOCK, Parallel

_f32, _f64 = numpy.dtype("float32"), numpy.dtype("float64")


class Cursor:
    """Takes words from some of the first generators at a time."""

    def __init__(self, streams: Parallel, lanes: int) -> None:
        self.streams, self.lanes = streams, lanes
        self._load()

    def _load(self) -> None:
        self.words = self.streams.peek(self.lanes, BLOCK)
        self.at = numpy.zeros(self.lanes, numpy.int64)
        self.room = BLOCK

    def take(self, which: Any, count: int) -> Any:
        """Take ``count`` words from each generator in ``which``."""
        if self.room < count:
            self.save()
            self._load()
        self.room -= count  # of the generator that took most, at worst
        at = self.at[which]
        self.at[which] = at + count
        if count == 1:
            return self.words[which, at][:, None]
        return self.words[which[:, None], at[:, None] + numpy.arange(count)]

    def save(self) -> None:
        """Tell the generators how many of their words were used."""
        self.streams.use(self.at)
        self.at = numpy.zeros(self.lanes, numpy.int64)

    def unit(self, which: Any, kind: Any) -> Any:
        """Draw one number from [0, 1] for each generator in ``which``."""
        return draws.uniforms(self.take(which, draws.WIDTH[kind]), kind)[:, 0]

    def normal(self, which: Any, kind: Any) -> Any:
        """Draw one standard normal for each generator in ``which``."""
        out = numpy.empty(len(which), kind)
        left = numpy.arange(len(which))
        width = 2 * draws.WIDTH[kind]
        while len(left):
            _, y, radius, accepted = draws.attempts(self.take(which[left], width), kind)
            accepted = accepted[:, 0]
            out[left[accepted]] = y[accepted, 0] * draws.stretch(radius[accepted, 0])
            left = left[~accepted]
        return out


def gamma(cursor: Cursor, lanes: Any, alpha: Any, beta: Any, kind: Any) -> Any:
    """Draw from the gamma distribution of shape ``alpha`` and scale ``beta`` in type ``kind``."""
    wide = alpha.astype(_f64)
    small = wide < 1
    half = alpha.dtype == numpy.float16  # beside which every result is rounded to half precision
    d = numpy.where(small, wide + 2.0 / 3.0, wide - 1.0 / 3.0)
    d = (d.astype(_f32).astype(alpha.dtype) if half else d).astype(kind)
    k = numpy.sqrt(9.0 * d.astype(_f64)).astype(kind)
    c = (1.0 / k.astype(_f64)).astype(kind)
    out = numpy.empty(len(lanes), kind)
    left = numpy.arange(len(lanes))
    while len(left):
        z = cursor.normal(lanes[left], kind)
        inside = z > -k[left]
        tried = left[inside]
        value, taken = gamma_try(z[inside], cursor.unit(lanes[tried], kind), c[tried], d[tried])
        done = tried[taken]
        scaled = value[taken] * (beta[done].astype(_f32) if half else beta[done])
        out[done] = scaled.astype(alpha.dtype) if half else scaled
        left = numpy.sort(numpy.concatenate((left[~inside], tried[~taken])))
    if small.any():
        boosted = numpy.flatnonzero(small)
        u = cursor.unit(lanes[boosted], kind).astype(_f64)
        power = 1.0 / wide[boosted]
        power = (power.astype(_f32).astype(alpha.dtype) if half else power.astype(kind)).astype(
            _f64
        )
        out[boosted] = (out[boosted].astype(_f64) * libm.pow(u, power)).astype(kind)
    return out


def gamma_try(z: Any, u: Any, c: Any, d: Any) -> tuple[Any, Any]:
    """Return ``d * V`` for normals ``z``, and whether the uniforms ``u`` accept it."""
    kind = z.dtype
    v = c * z + kind.type(1)
    v = v * v * v
    wide_z, wide_v = z.astype(_f64), v.astype(_f64)
    with numpy.errstate(divide="ignore"):
        limit = 0.5 * wide_z * wide_z + d.astype(_f64) * (1.0 - wide_v + libm.log(wide_v))
        taken = libm.log(1.0 - u.astype(_f64)) < limit
    return d * v, taken


def poisson(cursor: Cursor, lanes: Any, lam: Any) -> Any:
    """Draw from the Poisson distribution (float32 values); computed in float32 throughout."""
    lam = lam.astype(_f32)
    out = numpy.empty(len(lanes), _f32)
    few = lam < 12
    some = numpy.flatnonzero(few)
    if len(some):
        out[some] = _poisson_few(cursor, lanes[some], lam[some])
    rest = numpy.flatnonzero(~few)
    if len(rest):
        out[rest] = _poisson_many(cursor, lanes[rest], lam[rest])
    return out


def _poisson_few(cursor: Cursor, lanes: Any, lam: Any) -> Any:
    """Count the uniforms whose product stays above ``exp(-lam)``."""
    limit = libm.expf(-lam)
    out = numpy.zeros(len(lanes), _f32)
    left = numpy.arange(len(lanes))
    product = cursor.unit(lanes, _f32)
    while True:
        going = product > limit[left]
        left = left[going]
        if not len(left):
            return out
        out[left] += 1
        product = product[going] * cursor.unit(lanes[left], _f32)


def _poisson_many(cursor: Cursor, lanes: Any, lam: Any) -> Any:
    """Reject from a Lorentzian, for large means."""
    root, log, offset = poisson_constants(lam)
    out = numpy.empty(len(lanes), _f32)
    left = numpy.arange(len(lanes))
    while len(left):
        y, em = lorentz(cursor.unit(lanes[left], _f32), root[left], lam[left])
        inside = ~(em < 0)
        tried = left[inside]
        em, limit = poisson_limit(y[inside], em[inside], log[tried], offset[tried])
        taken = ~(cursor.unit(lanes[tried], _f32) > limit)
        out[tried[taken]] = em[taken]
        left = numpy.sort(numpy.concatenate((left[~inside], tried[~taken])))
    return out


def poisson_constants(lam: Any) -> tuple[Any, Any, Any]:
    """Return sqrt(2 lam), log(lam) and the constant term of the density, as float32."""
    wide = lam.astype(_f64)
    root = numpy.sqrt(2.0 * wide).astype(_f32)
    log = libm.log(wide).astype(_f32)
    return root, log, lam * log - libm.lgammaf(lam + _f32.type(1))


def lorentz(u: Any, root: Any, lam: Any) -> tuple[Any, Any]:
    """Turn uniforms into tangents and Lorentzian candidates."""
    y = libm.tanf(_f32.type(3.1415926) * u)
    return y, root * y + lam


def poisson_limit(y: Any, em: Any, log: Any, offset: Any) -> tuple[Any, Any]:
    """Return the candidates' whole part and the uniform below which they are accepted."""
    em = numpy.floor(em)
    density = libm.expf(em * log - libm.lgammaf(em + _f32.type(1)) - offset)
    limit = 0.9 * (1.0 + (y * y).astype(_f64)) * density
    return em, limit.astype(_f32)
