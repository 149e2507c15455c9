"""Correlation of two images."""

from __future__ import annotations

import pytest

from compat_tests.inputs import array, arrays, attempt, grads

SETTINGS = {
    "plain": {},
    "kernel": {"kernel_size": 3},
    "pad": {"kernel_size": 3, "max_displacement": 2, "pad_size": 2},
    "strides": {"max_displacement": 2, "stride1": 2, "stride2": 2, "pad_size": 2},
    "uneven": {"max_displacement": 3, "stride2": 2, "pad_size": 3},
    "none": {"max_displacement": 2, "stride2": 3, "pad_size": 3},
    "self": {"max_displacement": 0},
}


@pytest.mark.tolerance(rtol=1e-5, atol=1e-6, reason="sums in another order")
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("multiply", [True, False])
@pytest.mark.parametrize("name", SETTINGS)
def test_correlation(mx, name, multiply, dtype):
    a, b = arrays(mx.nd, dtype, (2, 2, 5, 6), (2, 2, 5, 6))
    params = {**SETTINGS[name], "is_multiply": multiply}
    call = mx.nd.Correlation
    head = array(mx.nd, dtype, call(a, b, **params).shape, seed="head")
    return grads(mx, lambda *pair: call(*pair, **params), a, b, head=head)


def test_correlation_of_equals(mx):
    a, b = mx.nd.ones((1, 1, 3, 3)), mx.nd.ones((1, 1, 3, 3))
    return grads(mx, lambda *pair: mx.nd.Correlation(*pair, is_multiply=False), a, b)


def test_symbol(mx):
    made = mx.sym.Correlation(mx.sym.var("a"), mx.sym.var("b"), pad_size=1)
    return (
        made.list_arguments(),
        made.list_outputs(),
        [
            attempt(made.infer_shape, a=(2, 2, 5, 6)),
            made.infer_shape(a=(2, 2, 5, 6), b=(2, 2, 5, 6)),
        ],
    )


def test_correlation_wrong(mx):
    nd = mx.nd
    a, b = nd.zeros((2, 2, 5, 6)), nd.zeros((2, 2, 5, 6))
    return [
        attempt(nd.Correlation, a, b, kernel_size=2),
        attempt(nd.Correlation, a, b[0]),
        attempt(nd.Correlation, a[0], b[0]),
        attempt(nd.Correlation, a, b, kernel_size=9),
        attempt(nd.Correlation, a, b, max_displacement=3),
        attempt(nd.Correlation, a, b.astype("float64")),
        attempt(nd.Correlation, a.astype("int32"), b.astype("int32")),
        attempt(nd.Correlation, a),
    ]


def test_other_batch(mx):
    return mx.nd.Correlation(mx.nd.ones((2, 1, 4, 4)), mx.nd.ones((1, 1, 4, 4)))
