"""Which integer types meet in the arithmetic of NumPy-like arrays, broadcast or not."""

from __future__ import annotations

import pytest

from compat_tests.inputs import attempt

pytestmark = pytest.mark.np

TYPES = ["int8", "uint8", "int32", "int64", "bool"]
NAMES = ["add", "subtract", "multiply", "true_divide", "mod", "power", "maximum", "minimum"]


@pytest.mark.parametrize("right", TYPES)
@pytest.mark.parametrize("left", TYPES)
def test_pairs(mx, left, right):
    x = mx.np.array([[3, 1], [2, 4]]).astype(left)
    wide = mx.np.array([[1, 2], [5, 6]]).astype(right)
    narrow = mx.np.array([1, 2]).astype(right)
    return [
        (name, [attempt(getattr(mx.np, name), x, other) for other in (wide, narrow, narrow[:1])])
        for name in NAMES
    ]
