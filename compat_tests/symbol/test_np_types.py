"""Element types that graphs of ``mx.sym.np`` are said to give, for inputs of every type."""

from __future__ import annotations

import pytest

from compat_tests.inputs import attempt
from compat_tests.symbol.test_np_elementwise import BINARY, UNARY, WHOLE

pytestmark = pytest.mark.np

TYPES = ["float16", "float64", "int8", "uint8", "int32", "int64", "bool"]
OTHERS = {
    "sum": lambda np, x: np.sum(x, axis=1),
    "sum to": lambda np, x: np.sum(x, dtype="float64"),
    "mean": lambda np, x: np.mean(x, axis=0),
    "mean to": lambda np, x: np.mean(x, dtype="float64"),
    "std": lambda np, x: np.std(x),
    "prod": lambda np, x: np.prod(x),
    "max": lambda np, x: np.max(x, axis=0),
    "cumsum": lambda np, x: np.cumsum(x, axis=0),
    "all": lambda np, x: np.all(x),
    "argmax": lambda np, x: np.argmax(x, axis=1),
    "argsort": lambda np, x: np.argsort(x),
    "sort": lambda np, x: np.sort(x),
    "take": lambda np, x: np.take(x, x, axis=0),
    "where": lambda np, x: np.where(x, 1, 2),
    "clip": lambda np, x: np.clip(x, 0, 1),
    "reshape": lambda np, x: np.reshape(x, (-1,)),
    "transpose": lambda np, x: x.T,
    "concatenate": lambda np, x: np.concatenate([x, x]),
    "stack": lambda np, x: np.stack([x, x]),
    "matmul": lambda np, x: np.matmul(x, x),
    "tensordot": lambda np, x: np.tensordot(x, x, 1),
    "einsum": lambda np, x: np.einsum("ij,jk", x, x),
    "average": lambda np, x: np.average(x),
    "zeros_like": lambda np, x: np.zeros_like(x),
    "full_like": lambda np, x: np.full_like(x, 1, dtype="int8"),
    "diff": lambda np, x: np.diff(x),
    "tril": lambda np, x: np.tril(x),
    "norm": lambda np, x: np.linalg.norm(x),
    "inv": lambda np, x: np.linalg.inv(x),
    "add a number": lambda np, x: x + 1,
    "add a fraction": lambda np, x: x + 1.5,
    "divide by a number": lambda np, x: x / 2,
    "divide a number": lambda np, x: 2 / x,
    "power": lambda np, x: x**2,
    "modulo": lambda np, x: 5.5 % x,
    "greater": lambda np, x: x > 1,
    "astype": lambda np, x: x.astype("int64"),
}


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("name", UNARY)
def test_unary(mx, name, dtype):
    x = mx.sym.var("x").as_np_ndarray()
    return attempt(getattr(mx.sym.np, name)(x).infer_type, x=dtype)


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("name", BINARY + WHOLE)
def test_binary(mx, name, dtype):
    x, y = mx.sym.var("x").as_np_ndarray(), mx.sym.var("y").as_np_ndarray()
    return attempt(getattr(mx.sym.np, name)(x, y).infer_type, x=dtype, y=dtype)


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("name", ["add", "subtract", "multiply", "power", "mod"])
def test_mixed(mx, name, dtype):
    x, y = mx.sym.var("x").as_np_ndarray(), mx.sym.var("y").as_np_ndarray()
    return attempt(getattr(mx.sym.np, name)(x, y).infer_type, x=dtype, y="float32")


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("name", OTHERS)
def test_other(mx, name, dtype):
    x = mx.sym.var("x").as_np_ndarray()
    return attempt(OTHERS[name](mx.sym.np, x).infer_type, x=dtype)
