"""Densities of distributions."""

from __future__ import annotations

import pytest

from compat_tests.inputs import array, attempt, grads

# Distribution -> the ranges of the sample and of each parameter.
RANGES = {
    "normal": [(-2, 2), (-1, 1), (0.5, 2)],
    "uniform": [(0.3, 0.7), (-1, 0.2), (0.8, 2)],
    "gamma": [(0.2, 3), (0.5, 2), (0.5, 2)],
    "exponential": [(0.2, 3), (0.5, 2)],
    "poisson": [(0, 4), (0.5, 3)],
    "negative_binomial": [(0, 4), (0.5, 3), (0.2, 0.8)],
    "generalized_negative_binomial": [(0, 4), (0.5, 3), (0.2, 1.5)],
    "dirichlet": [(0.1, 0.9), (0.4, 3)],
}
SHAPES = {"rows": ((2, 3), (2,)), "equal": ((2, 3), (2, 3)), "deep": ((2, 3, 2, 2), (2, 3))}
CLOSE = pytest.mark.tolerance(rtol=1e-4, atol=1e-5, reason="logarithms of gamma, sums")


def inputs(mx, name, sample, params, dtype):
    """Make a sample and parameters in the distribution's range; counts are whole."""
    low, high = RANGES[name][0]
    if low == 0:
        made = [mx.nd.floor(array(mx.nd, dtype, sample, low=0, high=high))]
    else:
        made = [array(mx.nd, dtype, sample, low=low, high=high)]
    for position, (low, high) in enumerate(RANGES[name][1:]):
        made.append(array(mx.nd, dtype, params, seed=position, low=low, high=high))
    return made


@CLOSE
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", [name for name in RANGES if name != "dirichlet"])
def test_density(mx, name, shape, log, dtype):
    made = inputs(mx, name, *SHAPES[shape], dtype)
    call = getattr(mx.nd, "random_pdf_" + name)
    head = array(mx.nd, dtype, SHAPES[shape][0], seed="head")
    return grads(mx, lambda *a: call(*a, is_log=log), *made, head=head)


@CLOSE
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("shape", ["2,2,3/2,3", "2,3/2,3", "2,4,2,3/2,3", "3/3"])
def test_dirichlet(mx, shape, log, dtype):
    sample, params = (tuple(map(int, part.split(","))) for part in shape.split("/"))
    x, alpha = inputs(mx, "dirichlet", sample, params, dtype)
    x = x / x.sum(axis=-1, keepdims=True)
    call = mx.nd.random_pdf_dirichlet
    head = array(mx.nd, dtype, sample[:-1] or (1,), seed="head")
    return grads(mx, lambda *a: call(*a, is_log=log), x, alpha, head=head)


@pytest.mark.tolerance(rtol=2e-2, atol=5e-3, reason="half precision")
@pytest.mark.parametrize("name", RANGES)
def test_half(mx, name):
    shapes = ((2, 3), (2, 3)) if name == "dirichlet" else ((2, 3), (2,))
    return getattr(mx.nd, "random_pdf_" + name)(*inputs(mx, name, *shapes, "float16"))


def test_uniform_outside(mx):
    x = mx.nd.array([[-5.0, 0.5, 5.0]])
    return mx.nd.random_pdf_uniform(x, mx.nd.zeros(1), mx.nd.ones(1) * 2)


def test_symbols(mx):
    v = mx.sym.var
    made = [getattr(mx.sym, "random_pdf_" + name)(v("x")) for name in RANGES]
    return [(each.list_arguments(), each.list_outputs()) for each in made]


def test_density_wrong(mx):
    nd = mx.nd
    x, one, two = nd.ones((2, 3)), nd.ones(2), nd.ones((2, 3))
    normal, dirichlet = nd.random_pdf_normal, nd.random_pdf_dirichlet
    return [
        attempt(normal, x, nd.zeros(3), nd.ones(3)),
        attempt(normal, x, one, nd.ones(3)),
        attempt(normal, x, nd.zeros((2, 1)), nd.ones((2, 1))),
        attempt(normal, x[0], two, two),
        attempt(normal, x, one),
        attempt(normal, x.astype("float64"), one, one),
        attempt(normal, x.astype("int32"), one.astype("int32"), one.astype("int32")),
        attempt(normal, x, one, one, is_log="maybe"),
        attempt(dirichlet, nd.ones((2, 2, 3)), nd.ones((2, 2))),
        attempt(dirichlet, x, nd.ones((2, 2, 3))),
    ]
