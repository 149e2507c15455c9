"""A few cases that show how to write one; real families have files of their own."""

from __future__ import annotations

import pytest

from compat_tests.inputs import DTYPES, FLOATS, arrays, attempt, grads, printed


@pytest.mark.parametrize("dtype", DTYPES)
def test_add(mx, front, dtype):
    x, y = arrays(front, dtype, (2, 3), (2, 3))
    return x + y


@pytest.mark.parametrize("dtype", FLOATS)
def test_multiply_gradients(mx, front, dtype):
    x, y = arrays(front, dtype, (2, 3), (2, 3))
    return grads(mx, lambda a, b: a * b, x, y)


def test_add_refuses_shapes(mx, front):
    x, y = arrays(front, "float32", (2, 3), (4, 5))
    return attempt(lambda: x + y)


def test_print(mx, front):
    (x,) = arrays(front, "float32", (2, 3))
    return printed(x), str(x), x.dtype, x.shape, x.context
