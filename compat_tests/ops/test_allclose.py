"""``contrib.allclose``: just inside and just outside the tolerance, infinities, dtypes, shapes."""

from __future__ import annotations

import math

import pytest

from compat_tests.inputs import DTYPES, FLOATS, array, attempt

PAIRS = [(2, 3), (3, 2), (7, 8), (100, 110), (110, 100), (100, 127), (127, 100), (0, 1), (1, 0)]
SPECIAL = [0.0, 5.0, math.inf, -math.inf, math.nan]


def close(mx, dtype, a, b, *tolerances, **options):
    x, y = mx.nd.array([a], dtype=dtype), mx.nd.array([b], dtype=dtype)
    return int(mx.nd.contrib.allclose(x, y, *tolerances, **options).asnumpy())


@pytest.mark.parametrize("dtype", DTYPES)
def test_pairs(mx, dtype):
    return [
        [close(mx, dtype, a, b, rtol, atol) for a, b in PAIRS]
        for rtol, atol in [(0.1, 0.1), (0.0, 1.0), (0.0, 0.999), (0.0, 27.0), (0.0, 26.9)]
    ]


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("rtol", ["0.01", "0.001", "0"])
def test_boundary(mx, dtype, rtol):
    """Walk in steps of one unit in the last place over the edge of the tolerance."""
    import numpy

    rtol, atol = float(rtol), 0.01
    seen = []
    for b in numpy.array([0.03, -0.75, 1.0, 3.3, -12.5, 100.0, 1700.0], dtype):
        edge = (b + b.dtype.type(atol + rtol * abs(float(b)))).astype(dtype)
        step = numpy.spacing(edge)
        near = [(edge + k * step).astype(dtype) for k in range(-3, 4)]
        seen.append("".join(str(close(mx, dtype, a, b, rtol, atol)) for a in near))
    return seen


@pytest.mark.parametrize("equal_nan", [True, False])
@pytest.mark.parametrize("dtype", FLOATS)
def test_infinite(mx, dtype, equal_nan):
    return [
        close(mx, dtype, a, b, 0.0, 1.0, equal_nan)
        + 2 * close(mx, dtype, a, b, 0.5, 1.0, equal_nan)
        for a in SPECIAL
        for b in SPECIAL
    ]


def test_wide_integers(mx):
    return [
        close(mx, "int64", 2**24 + 1, 2**24, 0.0, 1.0),
        close(mx, "int64", 2**24 + 1, 2**24, 0.0, 0.5),
        close(mx, "int32", 2**24 + 1, 2**24, 0.0, 0.0),
        close(mx, "int64", 2**40 + 1, 2**40, 0.0, 0.0),
    ]


def test_arrays(mx):
    x = array(mx.nd, "float32", (3, 4))
    far = x.copy()
    far[2, 3] += 1
    return mx.nd.contrib.allclose(x, x), mx.nd.contrib.allclose(x, far, atol=0.5)


def test_defaults(mx):
    return (
        close(mx, "float32", 1.0, 1.00001),
        close(mx, "float32", 1.0, 1.0001),
        close(mx, "float64", 0.0, 1e-8),
        close(mx, "float64", 0.0, 1.1e-8),
        close(mx, "float32", math.nan, math.nan),
    )


def test_refused(mx):
    x = mx.nd.ones((2,))
    allclose = mx.nd.contrib.allclose
    return [
        attempt(allclose, x, mx.nd.ones((3,))),
        attempt(allclose, x, mx.nd.ones((1,)), 0.001, 0.01, False),
        attempt(allclose, x, mx.nd.ones((2, 2))),
        attempt(allclose, x.astype("bool"), x.astype("bool")),
        attempt(allclose, x.astype("float16"), x),
        attempt(allclose, x, x, rtol="text"),
    ]
