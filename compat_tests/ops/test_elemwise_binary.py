"""Arithmetic of two arrays: dtypes, broadcasting, gradients, ties, refusals."""

from __future__ import annotations

import itertools

import pytest

from compat_tests.inputs import DTYPES, FLOATS, array, arrays, attempt, grads

ALL = (*DTYPES, "bool")
SAME = ("elemwise_add", "elemwise_sub", "elemwise_mul", "elemwise_div")
LEGACY = (
    "broadcast_add", "broadcast_sub", "broadcast_mul", "broadcast_div", "broadcast_mod",
    "broadcast_power", "broadcast_maximum", "broadcast_minimum", "broadcast_hypot",
)  # fmt: skip
FRIENDLY = ("add", "subtract", "multiply", "divide", "modulo", "power", "maximum", "minimum")
NUMPY = (
    "add", "subtract", "multiply", "true_divide", "mod", "power", "maximum", "minimum", "hypot",
    "arctan2", "copysign", "ldexp",
)  # fmt: skip
INTEGRAL = ("lcm", "bitwise_and", "bitwise_or", "bitwise_xor")


def pair(front, dtype, *shapes):
    """Two arrays; the right one has no zeros."""
    x, y = arrays(front, dtype, *shapes, low=1 if "int" in dtype else 0.3, high=4)
    return x, y


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("name", (*SAME, "_power", "_maximum", "_minimum", "_mod", "_hypot"))
def test_same_shape(mx, name, dtype):
    x, y = pair(mx.nd, dtype, (2, 3), (2, 3))
    where = mx.nd._internal if name.startswith("_") else mx.nd
    return grads(mx, getattr(where, name), x, y)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("name", LEGACY)
def test_broadcast(mx, name, dtype):
    x, y = pair(mx.nd, dtype, (2, 1, 3), (1, 2, 1))
    return grads(mx, getattr(mx.nd, name), x, y)


@pytest.mark.parametrize("dtype", ("int8", "uint8", "int32", "int64"))
@pytest.mark.parametrize("name", (*LEGACY, *SAME))
def test_integers(mx, name, dtype):
    x, y = pair(mx.nd, dtype, (2, 3), (2, 3))
    return getattr(mx.nd, name)(x, y)


@pytest.mark.parametrize("dtype", ("int8", "int32"))
@pytest.mark.parametrize("name", LEGACY)
def test_negative_integers(mx, name, dtype):
    x = mx.nd.array([-7, -3, 0, 3, 7, -7, 100], dtype=dtype)
    y = mx.nd.array([3, -2, 3, -5, 2, -7, 100], dtype=dtype)
    return getattr(mx.nd, name)(x, y)


@pytest.mark.parametrize("name", FRIENDLY)
def test_functions_take_numbers(mx, name):
    x, y = pair(mx.nd, "float32", (2, 3), (1, 3))
    function = getattr(mx.nd, name)
    return (
        grads(mx, function, x, y),
        grads(mx, lambda a: function(a, 2), x),
        grads(mx, lambda a: function(2.5, a), x),
        attempt(function, 3, 2),
        attempt(function, x, "a"),
        attempt(function, x, None),
    )


ROUGH = pytest.mark.tolerance(rtol=1e-6, atol=1e-7, reason="MXNet takes the logarithm in float32")


@pytest.mark.np
@pytest.mark.parametrize(
    "name,dtype",
    [
        pytest.param(n, t, id=f"{n}-{t}", marks=[ROUGH] * ((n, t) == ("ldexp", "float64")))
        for n in NUMPY
        for t in FLOATS
    ],
)
def test_numpy(mx, name, dtype):
    x, y = pair(mx.np, dtype, (2, 1, 3), (2, 1))
    return grads(mx, getattr(mx.np, name), x, y)


@pytest.mark.np
@pytest.mark.parametrize("dtype", ("int8", "uint8", "int32", "int64", "bool"))
@pytest.mark.parametrize("name", NUMPY)
def test_numpy_integers(mx, name, dtype):
    x, y = arrays(mx.np, dtype, (2, 3), (2, 3), low=1, high=3)
    return getattr(mx.np, name)(x, y)


@pytest.mark.np
@pytest.mark.parametrize("dtype", ("int8", "uint8", "int32", "int64", "bool", "float32"))
@pytest.mark.parametrize("name", INTEGRAL)
def test_integral(mx, name, dtype):
    x, y = arrays(mx.np, dtype, (2, 3), (3,), low=0, high=9)
    return attempt(getattr(mx.np, name), x, y), attempt(getattr(mx.np, name), x, 6)


@pytest.mark.np
@pytest.mark.parametrize("left,right", [p for p in itertools.product(ALL, ALL) if p[0] != p[1]])
def test_mixed_dtypes(mx, left, right):
    x, y = mx.np.array([1, 2, 0], dtype=left), mx.np.array([1, 1, 1], dtype=right)
    return [
        attempt(getattr(mx.np, name), x, y)
        for name in ("add", "subtract", "multiply", "true_divide", "mod", "power")
    ]


@pytest.mark.np
@pytest.mark.parametrize("name", ("maximum", "hypot", "arctan2", "copysign", "ldexp", "lcm"))
def test_dtypes_that_must_agree(mx, name):
    x, y = mx.np.array([1, 2], dtype="int32"), mx.np.array([1.0, 2.0])
    b = mx.np.array([1, 0], dtype="bool")
    function = getattr(mx.np, name)
    return attempt(function, x, y), attempt(function, y, x), attempt(function, x, b)


@pytest.mark.np
@pytest.mark.parametrize("name", ("add", "multiply", "subtract", "true_divide", "power", "mod"))
@pytest.mark.parametrize("other", ("float64", "int32", "float16"))
@pytest.mark.tolerance(
    rtol=2e-3, atol=1e-3, reason="each side casts the gradients at its own places"
)
def test_mixed_gradients(mx, name, other):
    x = array(mx.np, "float32", (2, 3), low=0.5, high=2.0)
    y = array(mx.np, other, (3,), low=1, high=3)
    return attempt(lambda: grads(mx, getattr(mx.np, name), x, y))


@pytest.mark.parametrize("name", ("broadcast_add", "elemwise_add", "broadcast_maximum"))
def test_legacy_dtypes_never_mix(mx, name):
    x, y = mx.nd.array([1, 2], dtype="int32"), mx.nd.array([1.0, 2.0])
    b = mx.nd.array([1, 0], dtype="bool")
    function = getattr(mx.nd, name)
    return [attempt(function, *p) for p in ((x, y), (y, x), (x, b), (b, b))]


TIES = [-1.0, 0.0, 1.0, 2.0], [-1.0, 1.0, 0.0, 2.0]


@pytest.mark.parametrize("name", ("maximum", "minimum"))
def test_ties(mx, front, name):
    return grads(mx, getattr(front, name), front.array(TIES[0]), front.array(TIES[1]))


@pytest.mark.parametrize("name", ("maximum", "minimum"))
def test_nan_against_numbers(mx, front, name):
    n = float("nan")
    x, y = front.array([1.0, n, 2.0, n]), front.array([n, 1.0, 3.0, n])
    return getattr(front, name)(x, y), getattr(front, name)(x, 1.5)


def test_modulo_by_zero(mx):
    x, y = mx.nd.array([1.0, -2.0, 0.0, 5.5]), mx.nd.array([0.0, 0.0, 0.0, -2.0])
    return mx.nd.modulo(x, y), x % 0


def test_signs_of_remainders(mx, front):
    x = front.array([-7.0, -7.0, 7.0, 7.0, 0.0, -6.0, 6.0, -0.0])
    y = front.array([3.0, -3.0, 3.0, -3.0, 3.0, 3.0, -3.0, 3.0])
    return grads(mx, lambda a, b: a % b, x, y)


def test_power_of_negative_bases(mx, front):
    x = front.array([-2.0, -2.0, -0.5, 0.0, 0.0, 0.0])
    y = front.array([2.0, -1.0, 0.5, 0.0, 2.0, -1.0])
    return grads(mx, lambda a, b: a**b, x, y)


def test_division_by_zero(mx, front):
    x, y = front.array([1.0, -1.0, 0.0]), front.array([0.0, 0.0, 0.0])
    return grads(mx, lambda a, b: a / b, x, y)


@pytest.mark.np
def test_signs(mx):
    x = mx.np.array([-2.0, -2.0, 0.0, 0.0, 3.0])
    y = mx.np.array([1.0, -1.0, 0.0, -1.0, -0.5])
    return grads(mx, mx.np.copysign, x, y)


@pytest.mark.np
def test_quadrants(mx):
    x = mx.np.array([1.0, -1.0, 1.0, -1.0, 0.0])
    y = mx.np.array([1.0, 1.0, -1.0, -1.0, -1.0])
    return grads(mx, mx.np.arctan2, x, y)


@pytest.mark.parametrize("count", (1, 2, 3, 5))
@pytest.mark.parametrize("dtype", ("float32", "float16", "int32", "int64"))
def test_add_n(mx, count, dtype):
    inputs = arrays(mx.nd, dtype, *[(2, 3)] * count)
    return mx.nd.add_n(*inputs), mx.nd.ElementWiseSum(*inputs)


def test_add_n_gradients(mx):
    x, y = arrays(mx.nd, "float32", (2, 3), (2, 3))
    return grads(mx, lambda a, b: mx.nd.add_n(a, b, a), x, y)


@pytest.mark.parametrize(
    "shapes", [((2, 3), (3, 2)), ((2, 3), (2,)), ((4,), (3,)), ((2, 3, 4), (2, 1, 5))], ids=str
)
def test_shapes_that_do_not_fit(mx, front, shapes):
    x, y = arrays(front, "float32", *shapes)
    return attempt(lambda: x + y), attempt(lambda: x * y), attempt(front.maximum, x, y)


def test_legacy_shapes_that_do_not_fit(mx):
    x, y = arrays(mx.nd, "float32", (2, 3), (1, 3))
    return [attempt(getattr(mx.nd, name), x, y) for name in (*SAME, "add_n", "broadcast_power")]


@pytest.mark.np
@pytest.mark.parametrize(
    "shapes", [((), ()), ((), (2, 3)), ((0,), (1,)), ((2, 0), (1, 1)), ((2, 0), ())], ids=str
)
def test_empty_and_scalar_shapes(mx, shapes):
    x, y = arrays(mx.np, "float32", *shapes, low=0.5, high=2.0)
    act = lambda a, b: a * b + a / b  # noqa: E731
    if 0 in shapes[0]:  # MXNet leaves the other gradient's memory as it was
        return act(x, y), mx.np.power(x, y)
    return grads(mx, act, x, y), mx.np.power(x, y)


@pytest.mark.np
@pytest.mark.parametrize("name", ("add", "divide", "power", "maximum", "equal", "lcm", "ldexp"))
def test_two_numbers(mx, name):
    function = getattr(mx.np, name)
    return function(4, 2), function(4.5, 2) if name != "lcm" else None


@pytest.mark.np
@pytest.mark.parametrize("other", ("a", None, [1.0]), ids=str)
def test_not_arrays(mx, other):
    x = array(mx.np, "float32", (2,))
    return attempt(mx.np.add, x, other), attempt(mx.np.maximum, x, other)


@pytest.mark.np
def test_mixed_front_ends(mx):
    x, y = array(mx.np, "float32", (2,)), array(mx.nd, "float32", (2,))
    return attempt(mx.np.add, x, y), attempt(mx.nd.broadcast_add, x, y)


def test_out(mx, front):
    x, y = pair(front, "float32", (2, 3), (3,))
    out, wrong, small = front.zeros((2, 3)), front.zeros((3, 3)), front.zeros((2, 3), dtype="int32")
    add = front.add if front is mx.np else front.broadcast_add
    result = add(x, y, out=out)
    return (
        result is out,
        out,
        attempt(lambda: add(x, y, out=wrong)),
        attempt(lambda: mx.nd.broadcast_sub(x, y, out=small) if front is mx.nd else None),
    )


@pytest.mark.np
def test_ufunc_options(mx):
    x = array(mx.np, "float32", (2,))
    return [
        attempt(lambda: mx.np.add(x, x, where=True)),
        attempt(lambda: mx.np.add(x, x, dtype="float64")),
        attempt(lambda: mx.np.add(x, x, casting="unsafe")),
        attempt(lambda: mx.np.add(x, x, order="C")),
        attempt(lambda: mx.np.add(x, x, foo=1)),
        attempt(lambda: mx.np.add(x, x, subok=False)),
        attempt(lambda: mx.np.true_divide(x, x, where=True)),
    ]


@pytest.mark.parametrize("shapes", [((2, 3), (2, 3)), ((2, 1), (1, 3)), ((3,), (2, 3))], ids=str)
def test_chain_of_operators(mx, front, shapes):
    x, y = pair(front, "float32", *shapes)
    return grads(mx, lambda a, b: (a + b) * a - b / (a * a) + a**b, x, y)
