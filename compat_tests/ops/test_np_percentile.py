"""Percentiles, quantiles and polynomials of NumPy-like arrays."""

from __future__ import annotations

import pytest

from compat_tests.inputs import arrays, attempt, grads

pytestmark = pytest.mark.np

METHODS = ["linear", "lower", "higher", "midpoint", "nearest"]
TYPES = ["float16", "float32", "float64", "int8", "uint8", "int32", "int64"]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("dtype", TYPES)
def test_methods(mx, dtype, method):
    (x,) = arrays(mx.np, dtype, (3, 4))
    q = mx.np.array([0.0, 12.5, 50.0, 77.0, 100.0])
    return [
        mx.np.percentile(x, 30, interpolation=method),
        mx.np.percentile(x, q, axis=1, interpolation=method),
        mx.np.percentile(x, q, axis=0, interpolation=method, keepdims=True),
    ]


@pytest.mark.parametrize("dtype", TYPES)
def test_types_of_q(mx, dtype):
    (x,) = arrays(mx.np, "float32", (7,))
    (wide,) = arrays(mx.np, "float64", (7,))
    q = mx.np.array([10, 35, 90], dtype=dtype)
    return mx.np.percentile(x, q), mx.np.percentile(wide, q)


@pytest.mark.parametrize("axis", [None, 0, -1, (0, 2), (2, 1), ()], ids=str)
@pytest.mark.parametrize("keepdims", [False, True])
def test_axes(mx, axis, keepdims):
    (x,) = arrays(mx.np, "float32", (2, 3, 4))
    q = mx.np.array([25.0, 60.0])
    return [
        mx.np.percentile(x, 20, axis=axis, keepdims=keepdims),
        mx.np.percentile(x, q, axis=axis, keepdims=keepdims),
        mx.np.quantile(x, q / 100, axis=axis, keepdims=keepdims),
    ]


@pytest.mark.parametrize("q", [0, 0.25, 1, True])
def test_quantile(mx, q):
    (x,) = arrays(mx.np, "float32", (2, 5))
    return mx.np.quantile(x, q), mx.np.quantile(x, q, axis=1, interpolation="nearest")


def test_out(mx):
    (x,) = arrays(mx.np, "float32", (2, 5))
    out = mx.np.zeros((2,))
    same = mx.np.percentile(x, 50, axis=1, out=out) is out
    return [
        same, out, attempt(lambda: mx.np.percentile(x, 50, out=mx.np.zeros((3,)))),
        attempt(lambda: mx.np.percentile(x, 50, out=mx.np.zeros((), dtype="float64"))),
    ]  # fmt: skip


def test_special_values(mx):
    nan, inf = float("nan"), float("inf")
    of = mx.np.percentile
    return [
        of(mx.np.array([3.0]), mx.np.array([0.0, 50.0, 100.0])), of(mx.np.array([nan, 1, 3]), 0),
        of(mx.np.array([1.0, 2.0, inf]), 25), of(mx.np.zeros((0, 3)), 20, axis=1),
        of(mx.np.array([1.0, 2.0]), mx.np.zeros((0,))),
        of(mx.np.array([1.0, 2.0]), mx.np.array(50.0)),
    ]  # fmt: skip


def test_errors(mx):
    (x,) = arrays(mx.np, "float32", (3, 2))
    of = mx.np.percentile
    return [
        attempt(of, x, 50, interpolation="x"), attempt(lambda: of(x, 120)),
        attempt(lambda: of(x, mx.np.array([-1.0]))), attempt(of, x, [50]), attempt(of, x, None),
        attempt(of, x, mx.np.ones((2, 2))), attempt(of, x, 50, axis=5),
        attempt(of, x, 50, axis=(0, 0)), attempt(of, x, 50, overwrite_input=True),
        attempt(mx.np.quantile, x, 0.5, overwrite_input=False),
        attempt(of, mx.np.array(3.0), 20), attempt(of, mx.nd.ones((2,)), 20), attempt(of, 3, 20),
        attempt(lambda: of(x > 0, 20)),
    ]  # fmt: skip


def test_no_gradient(mx):
    (x,) = arrays(mx.np, "float32", (3, 2))
    q = x[0] + 50
    return grads(mx, lambda a: mx.np.percentile(a, 40), x), grads(mx, mx.np.percentile, x, q)


@pytest.mark.parametrize("dtype", TYPES)
def test_polyval(mx, dtype):
    p, x = arrays(mx.np, dtype, (4,), (2, 3))
    return mx.np.polyval(p, x), mx.np.polyval(p[:0], x), mx.np.polyval(p[:1], x)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("length", [1, 2, 4])
def test_polyval_gradient(mx, length, dtype):
    p, x = arrays(mx.np, dtype, (length,), (2, 3))
    return grads(mx, lambda a, b: mx.np.polyval(a, b) ** 2, p, x)


def test_polyval_errors(mx):
    p, x = arrays(mx.np, "float32", (3,), (2, 3))
    of = mx.np.polyval
    return [
        attempt(of, p, 2), attempt(of, 2, x), of([1, 2, 3], 2), attempt(of, x, x),
        attempt(of, p, x.astype("int32")), attempt(of, p.astype("float64"), x),
        attempt(lambda: of(p > 0, x > 0)), of(p, mx.np.array(0.5)), of(p, mx.np.zeros((0, 2))),
    ]  # fmt: skip
