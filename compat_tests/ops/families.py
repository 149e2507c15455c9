"""Tables of calls turned into parity cases: each entry with every dtype, gradients included."""

from __future__ import annotations

import numpy
import pytest

from compat_tests.inputs import DTYPES, FLOATS, arrays, grads


def cases(table, dtypes=DTYPES):
    """Parametrize a test over the names of a table and over dtypes."""

    def decorate(test):
        test = pytest.mark.parametrize("dtype", list(dtypes))(test)
        return pytest.mark.parametrize("name", list(table))(test)

    return decorate


def names(table):
    """Parametrize a test over the names of a table."""
    return pytest.mark.parametrize("name", list(table))


def seen(mx, front, call, dtype, *shapes, **options):
    """Return what ``call(*arrays)`` gives; for floats its gradients under uneven heads too."""
    inputs = arrays(front, dtype, *shapes, **options)
    if dtype not in FLOATS:
        return call(*inputs)
    found = call(*inputs)
    outputs = found if isinstance(found, (list, tuple)) else [found]
    heads = [
        arrays(front, numpy.dtype(out.dtype).name, out.shape, seed="head%d" % position)[0]
        for position, out in enumerate(outputs)
    ]
    return grads(mx, call, *inputs, head=heads)
