"""What the topics share."""

from __future__ import annotations

import math

import mxnet as mx

np = mx.np


def only(d2l):
    """Return the module of what this version alone has."""
    from compat_tests.d2l.book import only_0, only_1

    return only_1 if hasattr(d2l, "Module") else only_0


def some(*shape, low=-1.0, high=1.0):
    """Return an array of evenly spread numbers."""
    return np.linspace(low, high, math.prod(shape)).reshape(shape)


def numpy_of(array):
    """Return NumPy's array of an array of either kind."""
    return array.asnumpy() if hasattr(array, "asnumpy") else array
