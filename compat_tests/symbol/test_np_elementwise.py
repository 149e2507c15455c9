"""Element-wise functions of ``mx.sym.np``: nodes, numbers, operands that are numbers, refusals."""

from __future__ import annotations

import pytest

from compat_tests.inputs import attempt
from compat_tests.symbol.graphs_of_np import watch

pytestmark = pytest.mark.np

_UNARY_TEXT = """
    abs absolute fabs negative sign sqrt cbrt square reciprocal exp expm1 log log10 log1p log2 sin
    cos tan arcsin arccos arctan sinh cosh tanh arcsinh arccosh arctanh degrees radians rint fix
    trunc floor ceil isnan isinf isfinite isposinf isneginf logical_not
"""
_BINARY_TEXT = """
    add subtract multiply divide true_divide mod remainder power arctan2 copysign hypot maximum
    minimum ldexp equal not_equal greater less greater_equal less_equal
"""
UNARY, BINARY = _UNARY_TEXT.split(), _BINARY_TEXT.split()
WHOLE = ["bitwise_and", "bitwise_or", "bitwise_xor", "lcm"]
POSITIVE = {"x": ("float32", (3, 4), 0.1, 0.9), "y": ("float32", (3, 4), 0.1, 3.0)}
INTEGERS = {"x": ("int32", (3, 4)), "y": ("int32", (3, 4))}


@pytest.mark.parametrize("name", UNARY)
def test_unary(mx, name):
    limits = {"x": ("float32", (3, 4), 1.1, 3.0)} if name == "arccosh" else POSITIVE
    return watch(mx, lambda np, npx, x: getattr(np, name)(x), limits)


@pytest.mark.parametrize("name", ["invert", "bitwise_not"])
def test_bits(mx, name):
    return watch(mx, lambda np, npx, x: getattr(np, name)(x), INTEGERS)


@pytest.mark.parametrize("name", ["rad2deg", "deg2rad"])
def test_angles(mx, name):
    return watch(mx, lambda np, npx, x: getattr(np, name)(x), POSITIVE)


@pytest.mark.parametrize("name", BINARY)
def test_two_symbols(mx, name):
    return watch(mx, lambda np, npx, x, y: getattr(np, name)(x, y), POSITIVE)


@pytest.mark.parametrize("name", BINARY + WHOLE)
@pytest.mark.parametrize("number", [2, 2.5, True])
def test_a_number(mx, name, number):
    spec = INTEGERS if name in WHOLE else POSITIVE
    if number == 2.5 and name in (*WHOLE, "ldexp"):
        number = 3
    if number is True and name in ("lcm", "subtract"):
        number = 4  # NumPy refuses two bools
    values = name != "lcm"  # MXNet dies in the graph of a block with lcm_scalar
    return [
        watch(mx, lambda np, npx, x: getattr(np, name)(x, number), spec, values),
        watch(mx, lambda np, npx, x: getattr(np, name)(number, x), spec, values),
        getattr(mx.sym.np, name)(number, number),
    ]


@pytest.mark.parametrize("name", WHOLE)
def test_two_symbols_of_integers(mx, name):
    return watch(mx, lambda np, npx, x, y: getattr(np, name)(x, y), INTEGERS)


def test_numbers_alone(mx):
    np = mx.sym.np
    return np.sin(0.5), np.floor(2), np.add(1, 2.5), np.equal(1, 1), np.around(2.55, 1), np.fabs(-2)


@pytest.mark.parametrize("decimals", [0, 1, -1])
def test_rounding(mx, decimals):
    return [
        watch(mx, lambda np, npx, x: np.around(x, decimals)),
        watch(mx, lambda np, npx, x: np.round(x, decimals)),
        watch(mx, lambda np, npx, x: np.round_(x, decimals=decimals)),
    ]


def test_limits(mx):
    return [
        watch(mx, lambda np, npx, x: np.clip(x, -1, 1.5)),
        watch(mx, lambda np, npx, x: np.clip(x, None, 1)),
        watch(mx, lambda np, npx, x: np.clip(x, 0, None)),
        watch(mx, lambda np, npx, x: x.clip(0, 1)),
        attempt(mx.sym.np.clip, mx.sym.var("x").as_np_ndarray(), None, None),
    ]


def test_options(mx):
    np = mx.sym.np
    x, y = mx.sym.var("x").as_np_ndarray(), mx.sym.var("y").as_np_ndarray()
    return [
        attempt(np.sin, x, where=False), attempt(np.sin, x, casting="no"),
        attempt(np.add, x, y, order="F"), attempt(np.sin, x, wrong=1),
        np.add(x, y, out=x).tojson(), np.sin(x=x, out=y).tojson(),
    ]  # fmt: skip


def test_refusals(mx):
    np = mx.sym.np
    x, legacy = mx.sym.var("x").as_np_ndarray(), mx.sym.var("y")
    return [
        attempt(np.sin, "text"), attempt(np.add, x, "text"), attempt(np.add, "text", x),
        attempt(np.add, x, legacy), attempt(np.add, legacy, x), attempt(np.equal, x, None),
        attempt(np.around, "text"), attempt(np.logical_not, None), attempt(np.sin),
    ]  # fmt: skip
