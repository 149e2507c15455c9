"""Parity of Embedding."""

from __future__ import annotations

import pytest

from compat_tests.inputs import DTYPES, FLOATS, arrays, attempt, grads
from compat_tests.ops.families import names

SIZES = {"input_dim": 4, "output_dim": 3}


@pytest.mark.parametrize("weight", FLOATS)
@pytest.mark.parametrize("index", DTYPES)
def test_types(mx, index, weight):
    w = arrays(mx.nd, weight, (4, 3))[0]
    i = mx.nd.array([[0, 3], [1, 1]], dtype=index)
    head = arrays(mx.nd, weight, (2, 2, 3), seed="head")[0]
    return grads(mx, lambda w: mx.nd.Embedding(i, w, dtype=weight, **SIZES), w, head=head)


@pytest.mark.parametrize("grad_req", ["write", "add"])
def test_grad_req(mx, grad_req):
    w = arrays(mx.nd, "float32", (4, 3))[0]
    w.attach_grad(grad_req)
    i = mx.nd.array([1, 1, 3, 1])
    for _ in range(2):
        with mx.autograd.record():
            y = mx.nd.Embedding(i, w, **SIZES)
        y.backward()
    return w.grad


def test_out_of_range(mx):
    w = arrays(mx.nd, "float32", (4, 3))[0]
    return grads(mx, lambda w: mx.nd.Embedding(mx.nd.array([-2, 9, 1.8]), w, **SIZES), w)


@pytest.mark.np
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_numpy(mx, dtype):
    w = arrays(mx.np, dtype, (4, 3))[0]
    i = mx.np.array([[0, 3], [1, 1]], dtype="int32")
    scalar = mx.npx.embedding(mx.np.array(2), w, dtype=dtype, **SIZES)
    return grads(mx, lambda w: mx.npx.embedding(i, w, dtype=dtype, **SIZES), w), scalar


REFUSED = {
    "shape": lambda nd, i, w: nd.Embedding(i, w, input_dim=5, output_dim=3),
    "missing": lambda nd, i, w: nd.Embedding(i, w, input_dim=4),
    "no_weight": lambda nd, i, w: nd.Embedding(i, **SIZES),
    "dtype": lambda nd, i, w: nd.Embedding(i, w, dtype="bool", **SIZES),
}


@names(REFUSED)
def test_refused(mx, name):
    i, w = mx.nd.array([0, 1]), arrays(mx.nd, "float32", (4, 3))[0]
    return attempt(REFUSED[name], mx.nd, i, w)
