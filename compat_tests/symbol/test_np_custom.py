"""Functions of ``mx.sym.np`` that MXNet runs in Python, as custom operators."""

from __future__ import annotations

import json

import pytest

from compat_tests.inputs import arrays, attempt
from compat_tests.symbol.graphs_of_np import watch

pytestmark = pytest.mark.np

SPECS = {"i": ("int64", [0, 5, 1])}
CASES = {
    "unravel_index": lambda np, npx, i: np.unravel_index(i, (2, 3)),
    "resize": lambda np, npx, x: np.resize(x, (2, 2)),
    "resize, larger": lambda np, npx, x: np.resize(x, (3, 7)) + 1,
    "resize to a number": lambda np, npx, x: np.resize(x, 5),
}


@pytest.mark.parametrize("name", CASES)
def test_numbers(mx, name):
    return watch(mx, CASES[name], SPECS)


@pytest.mark.parametrize("dtype", [None, "int32", "float64"])
def test_empty_like(mx, dtype):
    x = mx.sym.var("x").as_np_ndarray()
    with mx.name.NameManager():
        made = mx.sym.np.empty_like(x, dtype=dtype)
    (values,) = arrays(mx.np, "float32", (2, 3))
    (out,) = made.eval(ctx=mx.cpu(), x=values)
    return json.loads(made.tojson())["nodes"], out.shape, str(out.dtype), made.infer_shape(x=(2, 3))


@pytest.mark.parametrize("size", [None, 4, (2, 3)])
def test_multivariate_normal(mx, size):
    mean, cov = mx.sym.var("m").as_np_ndarray(), mx.sym.var("c").as_np_ndarray()
    with mx.name.NameManager():
        made = mx.sym.np.random.multivariate_normal(mean, cov, size=size)
    (m,) = arrays(mx.np, "float32", (2,))
    (drawn,) = made.eval(ctx=mx.cpu(), m=m, c=mx.np.array([[1.0, 0.2], [0.2, 2.0]]))
    return json.loads(made.tojson())["nodes"], drawn.shape, str(drawn.dtype)


def test_refusals(mx):
    x = mx.sym.var("x").as_np_ndarray()
    np = mx.sym.np
    return [
        attempt(np.empty_like, x, order="F"), attempt(np.empty_like, x, subok=True),
        attempt(np.empty_like, x, shape=(2,)), attempt(np.unravel_index, x, (2,), order="F"),
        attempt(np.random.multivariate_normal, x, x, tol=1),
        attempt(np.random.multivariate_normal, x, x, check_valid="warn"),
        attempt(np.resize, 3, (2,)),
    ]  # fmt: skip


def test_files(mx):
    x = mx.sym.var("x").as_np_ndarray()
    text = mx.sym.np.resize(x, (2, 3)).tojson()
    back = mx.sym.load_json(text)
    return back.tojson() == text, back.eval(ctx=mx.cpu(), x=mx.np.array([1.0, 2.0]))
