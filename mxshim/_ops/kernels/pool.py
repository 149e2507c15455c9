"""Pooling over windows of the last axes, for any number of them.

:func:`total` and :func:`spread` are each other's transposes, and so are :func:`gather` and
:func:`scatter`; gradients of any order are made of these four.  Windows that reach over the edge
meet padding.  Sums and maxima go one axis after the other: k + k slices instead of k * k.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from math import prod
from typing import Any, NamedTuple

Ints = tuple[int, ...]


class Window(NamedTuple):
    """The windows' size, distance and left padding, with the spatial shapes of both sides."""

    kernel: Ints
    stride: Ints
    pad: Ints
    size: Ints
    out: Ints


@lru_cache(maxsize=1024)
def _room(window: Window) -> Ints:
    """Return the padded spatial shape that the windows need."""
    _, _, pad, size, out = window
    reach = ((m - 1) * s + k for m, s, k in zip(out, window.stride, window.kernel, strict=True))
    return tuple(max(r, n + p) for r, n, p in zip(reach, size, pad, strict=True))


def _whole(window: Window) -> bool:
    """Tell whether one window is everything; with padding it begins before that."""
    return window.kernel == window.size and set(window.out) == {1} and not any(window.pad)


@lru_cache(maxsize=1024)
def _inside(window: Window) -> tuple[Any, ...]:
    return (..., *(slice(p, p + n) for p, n in zip(window.pad, window.size, strict=True)))


def _padded(xp: Any, x: Any, window: Window, value: float) -> Any:
    room = _room(window)
    if room == window.size:
        return x
    wide = xp.full(x.shape[: x.ndim - len(room)] + room, value, x.dtype)
    wide[_inside(window)] = x
    return wide


@lru_cache(maxsize=1024)
def _slices(window: Window, axis: int, ndim: int) -> list[tuple[Any, ...]]:
    """List the strided slices along one spatial axis, one for each place in the kernel."""
    k, s, m = window.kernel[axis], window.stride[axis], window.out[axis]
    before = (slice(None),) * (ndim - len(window.kernel) + axis)
    return [(*before, slice(i, i + s * (m - 1) + 1, s)) for i in range(k)]


def _reduce(combine: Any, x: Any, window: Window) -> Any:
    for axis in range(len(window.kernel)):
        first, *others = _slices(window, axis, x.ndim)
        if len(others) == 0:
            x = x[first]
            continue
        result = combine(x[first], x[others[0]])
        for place in others[1:]:
            combine(result, x[place], out=result)
        x = result
    return x


def lowest(xp: Any, x: Any) -> float:
    """Return the least finite number of the data's type, which MXNet pads maxima with."""
    return float(xp.finfo(x.dtype).min)


def largest(xp: Any, x: Any, window: Window) -> Any:
    """Take the largest element of every window; padding never wins."""
    if _whole(window):
        return x.max(axis=tuple(range(x.ndim - len(window.size), x.ndim)), keepdims=True)
    return xp.ascontiguousarray(_reduce(xp.maximum, _padded(xp, x, window, lowest(xp, x)), window))


def total(xp: Any, x: Any, window: Window) -> Any:
    """Sum every window."""
    if _whole(window):
        return x.sum(axis=tuple(range(x.ndim - len(window.size), x.ndim)), keepdims=True)
    return xp.ascontiguousarray(_reduce(xp.add, _padded(xp, x, window, 0), window))


def spread(xp: Any, y: Any, window: Window) -> Any:
    """Add every element of ``y`` to all elements of its window: the transpose of the sum."""
    room = _room(window)
    lead = y.ndim - len(room)
    for axis in range(len(room)):
        shape = list(y.shape)
        shape[lead + axis] = room[axis]
        wide = xp.zeros(shape, y.dtype)
        for place in _slices(window, axis, y.ndim):
            wide[place] += y
        y = wide
    return y if room == window.size else xp.ascontiguousarray(y[_inside(window)])


def _hits(xp: Any, x: Any, window: Window, every: bool) -> Any:
    """Yield, for every place in the kernel, its slices and where the first maximum is there.

    With ``every`` all elements that are equal to the maximum count.
    """
    wide = _padded(xp, x, window, lowest(xp, x))
    best = largest(xp, x, window)
    todo = xp.ones(best.shape, bool)
    axes = [_slices(window, axis, len(window.kernel)) for axis in range(len(window.kernel))]
    for place in product(*axes):
        key = (..., *(part[-1] for part in place))
        hit = wide[key] == best
        if not every:
            hit &= todo
            todo ^= hit
        yield key, hit


def scatter(xp: Any, y: Any, x: Any, window: Window, every: bool = False) -> Any:
    """Add every element of ``y`` to the first (or every) largest element of its window in ``x``."""
    room = _room(window)
    wide = xp.zeros(x.shape[: x.ndim - len(room)] + room, y.dtype)
    for key, hit in _hits(xp, x, window, every):
        wide[key] += y * hit
    return wide if room == window.size else xp.ascontiguousarray(wide[_inside(window)])


def gather(xp: Any, u: Any, x: Any, window: Window, every: bool = False) -> Any:
    """Read ``u`` at the first (or every) largest element of each window in ``x``, and add up."""
    wide = _padded(xp, u, window, 0)
    result = xp.zeros(x.shape[: x.ndim - len(window.out)] + window.out, u.dtype)
    for key, hit in _hits(xp, x, window, every):
        result += wide[key] * hit
    return result


def counts(window: Window, include_pad: bool) -> Any:
    """Return how many elements each window averages, one list for every spatial axis."""
    found = []
    for k, s, p, n, m in zip(*window, strict=True):
        axis = []
        for i in range(m):
            start = i * s - p
            stop = min(start + k, n + p)
            if not include_pad:
                start, stop = max(start, 0), min(stop, n)
            axis.append(max(stop - start, 1))
        found.append(axis)
    return found


def divisor(xp: Any, window: Window, include_pad: bool, dtype: Any) -> Any:
    """Return the number of averaged elements: one number, or an array over the windows."""
    axes = counts(window, include_pad)
    if all(len(set(axis)) == 1 for axis in axes):
        return prod(axis[0] for axis in axes)
    result = xp.ones((1,) * len(axes), dtype)
    for position, axis in enumerate(axes):
        shape = [1] * len(axes)
        shape[position] = len(axis)
        result = result * xp.asarray(axis, dtype=dtype).reshape(shape)
    return result
