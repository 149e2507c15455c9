"""Windows of data as columns of a matrix, copied in runs as long as they can be.

Data (n, c, *spatial) is padded and split into phases: elements that lie a stride apart are
neighbours in a phase, so that what one place of the kernel meets is a dense box of a phase.  Seen
through the phase's own row length, the rows of such a box follow each other in memory: one run,
with a few elements between the rows that belong to no window.  Columns keep them (:class:`Plan`
calls the result *wide*), a product computes them in vain, and whoever reads it leaves them out.

Where maps are so small that this is much, the batch becomes the last spatial axis
(:func:`inward`): a row of windows then is a run without anything in vain.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from math import gcd, prod
from typing import Any, NamedTuple

import numpy

Ints = tuple[int, ...]
Array = numpy.ndarray[Any, Any]

#: Elements of a block of columns.
BLOCK = 1 << 19
#: Columns that a block has at least, so that a product is worth packing the weight for.
WIDTH = 256


class Grid(NamedTuple):
    """The windows of a convolution along its spatial axes, with both sides' spatial shapes.

    Along the first ``lead`` axes windows are taken row by row, the others make runs.
    """

    size: Ints
    out: Ints
    kernel: Ints
    stride: Ints
    dilate: Ints
    pad: Ints
    lead: int = 0


class Phase(NamedTuple):
    """Elements a stride apart: where they lie in the data, and what the kernel meets of them.

    ``places`` picks the kernel's places that meet this phase, ``count`` says how many along each
    axis, ``first`` where in the phase the first one's box starts and ``step`` how far on the next.
    """

    target: tuple[Any, ...]
    source: tuple[Any, ...]
    places: tuple[Any, ...]
    count: Ints
    first: Ints
    step: Ints


class Plan(NamedTuple):
    """What follows from a grid; spatial shapes without batch and channels.

    ``room`` is a phase's shape, ``wide`` that of the results with those computed in vain,
    ``inside`` picks the others, ``run`` is a run's length. ``whole`` tells that the data is its
    only phase as it is.
    """

    lead: int
    kernel: Ints
    room: Ints
    phases: list[Phase]
    wide: Ints
    inside: tuple[Any, ...]
    run: int
    whole: bool


def _source(b: int, q: int, n: int, s: int, p: int) -> tuple[slice, slice]:
    """Return which of ``q`` elements of a phase lie in the data, and where they lie there."""
    first = max(0, -((b - p) // s))
    stop = max(first, min(q, (n - 1 + p - b) // s + 1))
    start = first * s + b - p
    return slice(first, stop), slice(start, start + (stop - first) * s, s)


def _meeting(k: int, d: int, s: int) -> dict[int, tuple[slice, int, int, int]]:
    """Return for every phase along an axis the places that meet it, as in :class:`Phase`."""
    step = s // gcd(d, s)
    found = {}
    for i in range(min(k, step)):
        places = range(i, k, step)
        found[i * d % s] = (slice(i, k, step), len(places), i * d // s, step * d // s)
    return found


@lru_cache(maxsize=1024)
def plan_of(grid: Grid) -> Plan:
    """Plan the windows of a grid."""
    size, out, kernel, stride, dilate, pad, lead = grid
    steps = list(zip(kernel, dilate, stride, strict=True))
    room = tuple(m + (k - 1) * d // s for m, (k, d, s) in zip(out, steps, strict=True))
    phases = []
    for phase in product(*[_meeting(*step).items() for step in steps]):
        ends = [
            _source(b, *rest) for (b, _), *rest in zip(phase, room, size, stride, pad, strict=True)
        ]
        target, source = ((..., *side) for side in zip(*ends, strict=True))
        phases.append(Phase(target, source, *zip(*[found for _, found in phase], strict=True)))
    return Plan(
        lead, kernel, room, phases, (*out[: lead + 1], *room[lead + 1 :]),
        (..., *(slice(0, m) for m in out)),
        sum((m - 1) * p for m, p in zip(out[lead:], pitches(room)[lead:], strict=True)) + 1,
        len(phases) == 1 and room == size and not any(pad) and set(stride) == {1},
    )  # fmt: skip


def pitches(room: Ints) -> Ints:
    """Return the strides (in elements) of an array of a shape."""
    return tuple(prod(room[axis + 1 :]) for axis in range(len(room)))


def split(x: Array, plan: Plan) -> Array:
    """Copy data (n, c, *spatial) to its phases (n, c, phases, *room); itself if there is one."""
    if plan.whole and x.flags.c_contiguous:
        return x[:, :, None]
    made = numpy.zeros((*x.shape[:2], len(plan.phases), *plan.room), x.dtype)
    for number, phase in enumerate(plan.phases):
        made[:, :, number][phase.target] = x[phase.source]
    return made


def join(phases: Array, plan: Plan, out: Array) -> None:
    """Write phases (n, c, phases, *room) to data (n, c, *spatial): :func:`split` backwards."""
    for number, phase in enumerate(plan.phases):
        out[phase.source] = phases[:, :, number][phase.target]


def _even(count: int, most: int) -> list[slice]:
    """Cut ``count`` into slices of about ``most``, all of nearly the same length."""
    parts = max(1, min(count, round(count / max(1, most))))
    return [slice(count * i // parts, count * (i + 1) // parts) for i in range(parts)]


def blocks(n: int, channels: int, plan: Plan) -> list[tuple[slice, list[slice]]]:
    """Cut the work: (examples, slices of the first axis of windows) whose columns fit a cache."""
    size = channels * prod(plan.kernel)
    room = max(BLOCK, WIDTH * size)
    whole = size * prod(plan.wide)
    if whole <= room:
        rows = [slice(0, plan.wide[0])]
        return [(some, rows) for some in _even(n, room // whole)]
    rows = _even(plan.wide[0], room * plan.wide[0] // whole)
    return [(slice(i, i + 1), rows) for i in range(n)]


def _boxes(phases: Array, plan: Plan, rows: slice) -> list[Array]:
    """View, phase by phase, what the kernel's places meet as (c, *count, n, *lead, run)."""
    n, c = phases.shape[:2]
    item, lead = phases.dtype.itemsize, plan.lead
    pitch = [step * item for step in pitches(plan.room)]
    count = rows.stop - rows.start
    if lead:
        shape, run = (n, count, *plan.wide[1:lead]), plan.run
    else:
        shape, run = (n,), plan.run - (plan.wide[0] - count) * (pitch[0] // item)
    each, channel, size = phases.strides[:3]
    found = []
    for number, phase in enumerate(plan.phases):
        start = number * size + rows.start * pitch[0]
        start += sum(a * p for a, p in zip(phase.first, pitch, strict=True))
        inner = [a * p for a, p in zip(phase.step, pitch, strict=True)]
        steps = (channel, *inner, each, *pitch[:lead], item)
        shapes = (c, *phase.count, *shape, run)
        found.append(numpy.ndarray(shapes, phases.dtype, phases, start, steps))
    return found


def columns(phases: Array, plan: Plan, rows: slice) -> Array:
    """Copy windows to columns (c, *kernel, n, *lead, wide), what lies between rows included."""
    made = empty_columns(phases, plan, rows)
    for phase, box in zip(plan.phases, _boxes(phases, plan, rows), strict=True):
        run = box.shape[-1]
        made[(slice(None), *phase.places, ..., slice(0, run))] = box
    if run < made.shape[-1]:
        made[..., run:] = 0
    return made


def empty_columns(phases: Array, plan: Plan, rows: slice) -> Array:
    """Allocate columns (c, *kernel, n, *lead, wide)."""
    n, c = phases.shape[:2]
    wide = (rows.stop - rows.start, *plan.wide[1:])
    shape = (c, *plan.kernel, n, *wide[: plan.lead], prod(wide[plan.lead :]))
    return numpy.empty(shape, phases.dtype)


def add_columns(made: Array, phases: Array, plan: Plan, rows: slice) -> None:
    """Add columns (c, *kernel, n, *lead, wide) to the places they were copied from."""
    for phase, box in zip(plan.phases, _boxes(phases, plan, rows), strict=True):
        part = made[(slice(None), *phase.places, ..., slice(0, box.shape[-1]))]
        places = range(1, len(plan.kernel) + 1)
        part = part.transpose(*places, 0, *range(len(places) + 1, part.ndim))
        box = box.transpose(*places, 0, *range(len(places) + 1, box.ndim))
        for place in product(*[range(k) for k in phase.count]):
            target = box[place]
            numpy.add(target, part[place], target)


def inward(x: Array) -> Array:
    """Lay data (n, c, *spatial) out as (1, c, *spatial, n), without a copy if it lies so."""
    view = x.transpose(*range(1, x.ndim), 0)
    if not view.flags.c_contiguous:
        made = numpy.empty(view.shape, x.dtype)
        for start in range(0, len(x), 8):  # a cache has few places for rows so far apart
            made[..., start : start + 8] = view[..., start : start + 8]
        view = made
    return view[None]


def outward(y: Array, any_layout: bool) -> Array:
    """Turn (1, c, *spatial, n) into (n, c, *spatial), in memory too unless any layout will do."""
    view = y[0].transpose(y.ndim - 2, *range(y.ndim - 2))
    if any_layout:
        return view
    made = numpy.empty(view.shape, y.dtype)
    flat, rows = y.reshape((-1, y.shape[-1])), made.reshape((len(view), -1))
    for start in range(0, len(flat), 512):
        rows[:, start : start + 512] = flat[start : start + 512].T
    return made
