"""NumPy's scalars as operands of arrays, on either side; counting integers."""

from __future__ import annotations

import numpy
import pytest

from compat_tests.inputs import attempt

KINDS = ["float32", "float64", "int32", "int64"]


@pytest.mark.parametrize("kind", KINDS)
def test_floor_division_of_legacy_arrays(mx, kind):
    x, two = mx.nd.array([[5, 7], [3, 2]]), getattr(numpy, kind)(2)
    return [
        attempt(lambda: x // two), attempt(lambda: two // x), attempt(lambda: x // 2),
        attempt(lambda: x // x), attempt(lambda: 2.5 // x),
    ]  # fmt: skip


@pytest.mark.np
@pytest.mark.parametrize("dtype", ["float16", "float32", "int32"])
@pytest.mark.parametrize("kind", KINDS)
def test_floor_division(mx, kind, dtype):
    x, two = mx.np.array([[5, 7], [3, 2]], dtype=dtype), getattr(numpy, kind)(2)
    return [attempt(lambda: x // two), attempt(lambda: x // 2), attempt(lambda: x // x)]


@pytest.mark.parametrize("kind", KINDS)
def test_arithmetic(mx, front, kind):
    x, two = front.array([[5, 7], [3, 2]]), getattr(numpy, kind)(2)
    return x + two, x - two, x * two, x / two, x % two, x**two, x > two, x == two


@pytest.mark.np
def test_counts(mx):
    of, np = mx.np.bincount, mx.np
    two = np.array([1, 2], dtype="int32")
    return [
        attempt(lambda: of(np.array([True, False]))), attempt(lambda: of(np.array([[True]]))),
        attempt(lambda: of(np.array([1.0, 2.0]))), attempt(lambda: of(np.array([[1.0]]))),
        of(np.array(3, dtype="int32")), of(two, np.array([True, False])),
        attempt(lambda: of(two, np.array([1.0, 2.0, 3.0]))), of(two, minlength=5),
        attempt(lambda: of(np.array([-1, 2], dtype="int64"))), of(np.zeros((0,), dtype="int32")),
    ]  # fmt: skip
