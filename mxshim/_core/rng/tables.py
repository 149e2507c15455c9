"""Rejection with fixed parameters: what would come of starting at each word, then a walk.

When every number has the same parameters, the outcome of an attempt depends only on the word it
starts from.  A table holds, for every word of every generator at once, where the attempt that
starts there is decided, whether it succeeds, its value and where the next one starts; walking
through it costs a look-up a number.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy

from . import draws, lanes, libm
from .streams import BLOCK, Parallel

_f32, _f64 = numpy.dtype("float32"), numpy.dtype("float64")
#: Generators up to which plain Python walks faster than NumPy does.
_FEW = 64


class Table(NamedTuple):
    """Outcomes by word (generators, words): see the module's description.

    ``first`` is the word where the attempt is decided (too large when it runs past the last one);
    the other three are indexed by that word.
    """

    first: Any
    after: Any
    success: Any
    value: Any


def fill(
    streams: Parallel, out: Any, last: int, build: Callable[[Any], Table], words: float
) -> None:
    """Fill ``out`` (generators, numbers), of which only ``last`` count in the last row.

    ``build`` makes the table from words (generators, any number); ``words`` is about how many a
    number takes.
    """
    count, step = out.shape
    need = numpy.full(count, step)
    need[-1] = last
    done = numpy.zeros(count, numpy.int64)
    while True:
        left = int((need - done).max())
        if not left:
            return
        window = min(BLOCK, int(left * words * 1.1) + int(8 * words) + 24)
        table = build(streams.peek(count, window))
        if count <= _FEW:
            used = _walk_few(table, out, done, need)
        else:
            used = _walk(table, out, done, need)
        streams.use(used)


def _walk_few(table: Table, out: Any, done: Any, need: Any) -> Any:
    """Walk with plain lists, generator by generator."""
    used = numpy.zeros(len(done), numpy.int64)
    for lane in range(len(done)):
        path = Path(Table(*(part[lane] for part in table)))
        found, used[lane] = path.walk(0, int(need[lane] - done[lane]))
        start = int(done[lane])
        out[lane, start : start + len(found)] = path.value[found]
        done[lane] += len(found)
    return used


class Path:
    """One generator's row of a table, as lists."""

    def __init__(self, row: Table) -> None:
        self.first: list[int] = row.first.tolist()
        self.after: list[int] = row.after.tolist()
        self.success: list[bool] = row.success.tolist()
        self.value = row.value

    def walk(self, at: int, wanted: int) -> tuple[list[int], int]:
        """Return the words that decide up to ``wanted`` numbers, and where the next one starts."""
        first, after, success = self.first, self.after, self.success
        window = len(first)
        found: list[int] = []
        while len(found) < wanted and at < window:
            decided = first[at]
            if decided >= window:
                break
            if success[decided]:
                found.append(decided)
            at = after[decided]
        return found, at


class Memory:
    """Tables of the first generator's next words, kept from one small draw to the next."""

    _WINDOW = 400

    def __init__(self, streams: Parallel) -> None:
        self.streams = streams
        self.known: dict[Any, tuple[Any, int, Path]] = {}

    def draw(self, key: Any, build: Callable[[], Callable[[Any], Table]], count: int) -> Any:
        """Return ``count`` numbers; ``build()`` is the builder for the parameters in ``key``."""
        streams = self.streams
        parts = []
        while True:
            version, start, path = self.known.get(key, _NOTHING)
            fresh = version is not streams.version
            if fresh:
                words = streams.row(0, BLOCK)[: self._WINDOW]
                start = int(streams.at[0])
                path = Path(Table(*(part[0] for part in build()(words[None]))))
                if len(self.known) > 16:
                    self.known.clear()
                self.known[key] = (streams.version, start, path)
            found, at = path.walk(int(streams.at[0]) - start, count)
            streams.at[0] = start + at
            parts.append(path.value[found])
            count -= len(found)
            if not count:
                return parts[0] if len(parts) == 1 else numpy.concatenate(parts)
            if not fresh or at:
                self.known.pop(key)


_NOTHING: Any = (None, 0, None)


def _walk(table: Table, out: Any, done: Any, need: Any) -> Any:
    """Walk on all generators side by side."""
    window = table.first.shape[1]
    base = numpy.arange(len(done)) * window
    first, after = table.first.reshape(-1), table.after.reshape(-1)
    success, value = table.success.reshape(-1), table.value.reshape(-1)
    flat = out.reshape(-1)
    used = numpy.zeros(len(done), numpy.int64)
    going = numpy.flatnonzero(done < need)
    while len(going):
        decided = first[base[going] + used[going]]
        inside = decided < window
        if not inside.all():
            going, decided = going[inside], decided[inside]
        place = base[going] + decided
        good = success[place]
        hit = going[good]
        flat[hit * out.shape[1] + done[hit]] = value[place[good]]
        done[hit] += 1
        used[going] = after[place]
        going = going[(done[going] < need[going]) & (used[going] < window)]
    return used


def _next(accepted: Any, stride: int, window: int) -> Any:
    """Return for each word the first accepted one reached in steps of ``stride``."""
    first = numpy.full((len(accepted), window), window, numpy.int64)
    places = numpy.arange(accepted.shape[1])
    numpy.copyto(first[:, : accepted.shape[1]], places, where=accepted)
    for offset in range(stride):
        part = first[:, offset::stride][:, ::-1]
        numpy.minimum.accumulate(part, axis=1, out=part)
    return first


def normal(kind: Any) -> Callable[[Any], Table]:
    """Return the builder of the table for standard normals of type ``kind``."""
    unit = draws.WIDTH[kind]

    def build(words: Any) -> Table:
        window = words.shape[1]
        points = _points(words, kind)
        starts = window - 4 * unit + 1 if unit == 2 else window - 1
        x, y = points[:, :starts], points[:, unit : unit + starts]
        radius = x * x + y * y
        accepted = (radius <= 1) & (radius != 0)
        first = _next(accepted, 2 * unit, window)
        lane, at = accepted.nonzero()
        value = numpy.zeros((len(words), window), kind)
        value[lane, at] = draws.stretch(radius[lane, at]) * y[lane, at]
        after = numpy.broadcast_to(numpy.arange(window) + 2 * unit, first.shape)
        return Table(first, after, numpy.ones(first.shape, bool), value)

    return build


def gamma(alpha: float, beta: float, kind: Any) -> Callable[[Any], Table]:
    """Return the builder of the table for the gamma distribution in type ``kind``."""
    small = alpha < 1
    d = kind.type(alpha + 2.0 / 3.0 if small else alpha - 1.0 / 3.0)
    k = kind.type(numpy.sqrt(9.0 * float(d)))
    c = kind.type(1.0 / float(k))
    unit = draws.WIDTH[kind]

    def build(words: Any) -> Table:
        window = words.shape[1]
        points, uniforms = _points(words, kind), _uniforms(words, kind)
        starts = points.shape[1] - 2 * unit  # the first two uniforms stand in strides of ``unit``
        x, y = points[:, :starts], points[:, unit : unit + starts]
        radius = x * x + y * y
        ends = window - (4 if small else 3) * unit + 1  # whole attempts only
        accepted = ((radius <= 1) & (radius != 0))[:, : max(ends, 0)]
        first = _next(accepted, 2 * unit, window)
        lane, at = accepted.nonzero()
        z = draws.stretch(radius[lane, at]) * y[lane, at]
        outside = ~(z > -k)
        u = uniforms[lane, at + 2 * unit]
        with numpy.errstate(all="ignore"):
            value, taken = lanes.gamma_try(z, u, numpy.full(1, c), numpy.full(1, d))
        value = value * kind.type(beta)
        taken &= ~outside
        if small:
            u = uniforms[lane, at + 3 * unit].astype(_f64)
            # An array of exponents: NumPy squares by itself where it sees a single 2.0.
            boost = libm.pow(u, numpy.full(u.shape, float(kind.type(1.0 / alpha))))
            value = (value.astype(_f64) * boost).astype(kind)
        width = 2 * unit + unit * ~outside + (unit * taken if small else 0)
        return _table(first, window, lane, at, taken, value, at + width)

    return build


def _table(
    first: Any, window: int, lane: Any, at: Any, taken: Any, value: Any, after: Any
) -> Table:
    """Scatter the outcomes of the accepted words."""
    shape = first.shape
    afters, success = numpy.zeros(shape, numpy.int64), numpy.zeros(shape, bool)
    values = numpy.zeros(shape, value.dtype)
    afters[lane, at], success[lane, at], values[lane, at] = after, taken, value
    return Table(first, afters, success, values)


def _uniforms(words: Any, kind: Any) -> Any:
    """Return the uniform that starts at each word."""
    if kind == _f32:
        return draws.uniforms(words, kind)
    wide = words[:, :-1].astype(numpy.uint64) + (
        words[:, 1:].astype(numpy.uint64) << numpy.uint64(32)
    )
    return wide.astype(_f64) * 2.0**-64


def _points(words: Any, kind: Any) -> Any:
    """Return the coordinate that starts at each word."""
    if kind == _f32:
        points = numpy.multiply(words, _f32.type(2.0**-31), dtype=_f32, casting="unsafe")
        return points - _f32.type(1)
    return _uniforms(words, kind) * 2.0 - 1.0


def poisson(lam: float) -> Callable[[Any], Table]:
    """Return the builder of the table for the Poisson distribution."""
    mean = numpy.full(1, lam, _f32)
    return _poisson_few(mean) if lam < 12 else _poisson_many(mean)


def _poisson_few(lam: Any) -> Callable[[Any], Table]:
    limit = libm.expf(-lam)[0]

    def build(words: Any) -> Table:
        u = draws.uniforms(words, _f32)
        window = u.shape[1]
        product = u.copy()
        after = numpy.broadcast_to(numpy.arange(1, window + 1), u.shape).copy()
        first = numpy.broadcast_to(numpy.arange(window), u.shape).copy()
        lane, at = (product > limit).nonzero()
        while len(lane):
            reach = after[lane, at]
            inside = reach < window
            if not inside.all():
                first[lane[~inside], at[~inside]] = window
                lane, at, reach = lane[inside], at[inside], reach[inside]
            grown = product[lane, at] * u[lane, reach]
            product[lane, at] = grown
            after[lane, at] = reach + 1
            going = grown > limit
            lane, at = lane[going], at[going]
        counts = (after - numpy.arange(1, window + 1)).astype(_f32)
        return Table(first, after, numpy.ones(u.shape, bool), counts)

    return build


def _poisson_many(lam: Any) -> Callable[[Any], Table]:
    root, log, offset = lanes.poisson_constants(lam)

    def build(words: Any) -> Table:
        u = draws.uniforms(words, _f32)
        window = u.shape[1]
        y, em = lanes.lorentz(u, root, lam)
        with numpy.errstate(all="ignore"):
            em, limit = lanes.poisson_limit(y, em, log, offset)
        negative = em < 0
        following = numpy.concatenate((u[:, 1:], u[:, :1]), axis=1)
        success = ~negative & ~(following > limit)
        places = numpy.arange(window)
        first = numpy.where(negative | (places < window - 1), places, window)
        return Table(first, places + numpy.where(negative, 1, 2), success, em)

    return build
