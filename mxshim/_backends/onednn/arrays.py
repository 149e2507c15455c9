"""Arrays as oneDNN takes them: channels last in memory, or in a layout that a primitive chose.

An array (n, c, *spatial) is channels last when its memory runs through (n, *spatial, c).  NumPy
describes that by strides, so such an array is an ordinary one of the usual shape, and element-wise
functions keep its order.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy

from ..numpy_kernels import channels
from ..numpy_kernels.windows import Ints, pitches
from . import library

#: Primitives that a thread keeps, for each kind.
_KEPT = 512


def per_thread(make: Callable[..., Any]) -> Callable[..., Any]:
    """Remember what a function of hashable arguments returned, apart for every thread."""
    store = threading.local()

    @wraps(make)
    def kept(*key: Any) -> Any:
        try:
            known = store.known
        except AttributeError:
            known = store.known = {}
        found = known.get(key)
        if found is None:
            if len(known) >= _KEPT:
                known.clear()
            found = known[key] = make(*key)
        return found

    return kept


def memory(layout: Any) -> numpy.ndarray[Any, Any]:
    """Allocate what an array of a layout takes, at the start of a cache line."""
    room = numpy.empty(library.size(layout) + 64, numpy.uint8)
    return room[-library.address(room) % 64 :]


def last_strides(shape: Ints) -> Ints:
    """Return the strides (in elements) of a channels-last array of a shape (n, c, *spatial)."""
    steps = pitches((shape[0], *shape[2:], shape[1]))
    return (steps[0], steps[-1], *steps[1:-1])


def empty_last(shape: Ints) -> numpy.ndarray[Any, Any]:
    """Allocate a channels-last float32 array of shape (n, c, *spatial)."""
    base = numpy.empty((shape[0], *shape[2:], shape[1]), numpy.float32)
    return base.transpose(0, base.ndim - 1, *range(1, base.ndim - 1))


@per_thread
def _to_last(shape: Ints) -> Any:
    return library.reorder(
        library.strided(shape, pitches(shape)), library.strided(shape, last_strides(shape))
    )


@per_thread
def _to_first(shape: Ints) -> Any:
    return library.reorder(
        library.strided(shape, last_strides(shape)), library.strided(shape, pitches(shape))
    )


def as_given(array: numpy.ndarray[Any, Any]) -> tuple[numpy.ndarray[Any, Any], bool]:
    """Return an array, in order or channels last, and whether it is the latter."""
    if channels.channels_last(array):
        return array, True
    return numpy.ascontiguousarray(array), False


def channels_last(array: numpy.ndarray[Any, Any]) -> numpy.ndarray[Any, Any]:
    """Return an array in channels-last order, itself if it is."""
    array, last = as_given(array)
    if last:
        return array
    made = empty_last(array.shape)
    _to_last(array.shape).run(array, made)
    return made


def in_order(array: numpy.ndarray[Any, Any]) -> numpy.ndarray[Any, Any]:
    """Return a channels-last array with its axes in order in memory, itself if they are."""
    if array.flags.c_contiguous:
        return array
    made = numpy.empty(array.shape, numpy.float32)
    _to_first(array.shape).run(array, made)
    return made
