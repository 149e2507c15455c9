"""From words to uniforms and standard normals: functions on whole arrays of words.

``float32`` results come from float32 arithmetic with every operation rounded, as MXNet computes
them; ``float64`` ones from twice as many words.
"""

from __future__ import annotations

import math
from typing import Any

import numpy

from . import libm

_f32, _f64 = numpy.float32, numpy.float64
_WORD32, _WORD64 = _f32(2.0**-32), 2.0**-64
#: Words that a uniform of the type takes.
WIDTH = {numpy.dtype(_f32): 1, numpy.dtype(_f64): 2}
#: Share of attempts that the polar method accepts.
_ACCEPTED = math.pi / 4


def uniforms(words: Any, dtype: Any) -> Any:
    """Turn words into numbers from [0, 1]; the last axis is halved for float64.

    mxnet: a float32 can be exactly 1.0.
    """
    if dtype == _f32:
        return numpy.multiply(words, _WORD32, dtype=_f32, casting="unsafe")
    return wide(words) * _WORD64


def wide(words: Any) -> Any:
    """Join pairs of words, the low one first, to float64 values below 2**64, rounded once."""
    pairs = numpy.ascontiguousarray(words).view("<u8")
    result: Any = pairs.astype(_f64)
    return result


def attempts(words: Any, dtype: Any) -> tuple[Any, Any, Any, Any]:
    """Return points x, y of the square, their squared radius, and whether each is accepted.

    A point takes two uniforms, x first; points outside the circle and the centre are rejected.
    """
    if dtype == _f32:
        points = numpy.multiply(words, _f32(2.0**-31), dtype=_f32, casting="unsafe")
        points -= _f32(1)
    else:
        points = wide(words)
        points *= 2.0**-63
        points -= 1.0
    x, y = points[..., 0::2], points[..., 1::2]
    radius = x * x
    radius += y * y
    accepted = radius <= 1
    if not radius.all():
        accepted &= radius != 0
    return x, y, radius, accepted


def stretch(radius: Any) -> Any:
    """Return the factor that turns accepted points into normals, ``sqrt(-2 log(r) / r)``."""
    if radius.dtype == _f32:  # accepted points are no smaller than 2**-48
        logarithm = libm.log_wide(radius).astype(_f32)
    else:
        logarithm = libm.log(radius)
    logarithm *= -2
    logarithm /= radius
    return numpy.sqrt(logarithm, logarithm)


def attempts_for(count: int) -> int:
    """Return how many attempts almost surely accept ``count`` points."""
    return int(count / _ACCEPTED + 3.5 * math.sqrt(count)) + 4


def bounded(words: Any, limits: Any) -> tuple[Any, int]:
    """Return whole numbers below ``limits`` from words taken in order, and how many words it took.

    Words that would favour small numbers are rejected and the next one taken.  ``words`` should
    be longer than ``limits``; fewer numbers come back when it runs out.
    """
    scale = numpy.uint64(0xFFFFFFFF) // limits.astype(numpy.uint64)
    top = scale * limits.astype(numpy.uint64)
    words = words.astype(numpy.uint64)
    results, at, done = [], 0, 0
    while done < len(limits) and at < len(words):
        some = words[at : at + len(limits) - done]
        rejected = numpy.flatnonzero(some >= top[done : done + len(some)])
        good = int(rejected[0]) if len(rejected) else len(some)
        results.append(some[:good] // scale[done : done + good])
        done += good
        at += good + (1 if len(rejected) else 0)
    joined = numpy.concatenate(results) if results else numpy.empty(0, numpy.uint64)
    return joined.astype(numpy.int64), at


def whole(words: Any, low: int, high: int) -> Any:
    """Return whole numbers in [low, high) from pairs of words (the high one first)."""
    values = words[..., 0::2].astype(numpy.uint64)
    values <<= numpy.uint64(31)
    values += words[..., 1::2]
    span = numpy.uint64((high - low) & 0xFFFFFFFFFFFFFFFF)
    quotient = values // span
    quotient *= span
    rest: Any = numpy.subtract(values, quotient, quotient).view(numpy.int64)
    if int(values.max(initial=0)) >> 63:  # a sum that wrapped around: C's remainder is negative
        wrapped = values >> numpy.uint64(63) != 0
        rest[wrapped] = -((-values[wrapped]) % span).astype(numpy.int64)
    if low:
        rest += low
    return rest
