"""An array and a number: ``x + 2``, ``2 - x`` and their kin, clip and smooth_l1."""

from __future__ import annotations

import operator

import pytest

from compat_tests.inputs import DTYPES, FLOATS, array, attempt, grads

OPERATORS = {
    "add": operator.add, "sub": operator.sub, "mul": operator.mul, "truediv": operator.truediv,
    "mod": operator.mod, "pow": operator.pow,
}  # fmt: skip
ALL = (*DTYPES, "bool")


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("name", OPERATORS)
def test_gradients(mx, front, name, dtype):
    x = array(front, dtype, (2, 3), low=0.3, high=2.5)
    act = OPERATORS[name]
    return grads(mx, lambda a: act(a, 2.5), x), grads(mx, lambda a: act(1.5, a), x)


@pytest.mark.parametrize("dtype", ("int8", "uint8", "int32", "int64", "bool"))
@pytest.mark.parametrize("name", OPERATORS)
def test_integers_see_whole_numbers(mx, front, name, dtype):
    x = front.array([1, 3, 7, 2], dtype=dtype)
    act = OPERATORS[name]
    return [act(x, 2.7), act(x, 3), act(2.7, x), act(7, x), act(x, True)]


@pytest.mark.parametrize("dtype", ("int8", "int32"))
@pytest.mark.parametrize("number", (3, -3, 2.5, 300, 1e10), ids=str)
def test_negative_integers(mx, number, dtype):
    x = mx.nd.array([-7, -3, 1, 3, 7], dtype=dtype)
    return [x + number, x - number, number - x, x * number, x / number, x % number, number % x]


@pytest.mark.parametrize("dtype", ("int8", "int32", "int64", "uint8"))
def test_one_over_integer_zero(mx, dtype):
    x = mx.nd.array([0, 1, 2], dtype=dtype)
    return 1 / x, 5.5 / x, x % 0


@pytest.mark.parametrize("number", (0, 0.0, -0.0, float("inf"), float("nan"), 1e30, -2), ids=str)
def test_special_numbers(mx, front, number):
    x = front.array([-2.0, -0.5, 0.0, 1.0, 3.0])
    return [x + number, x * number, x / number, number / x, x**number, x - number]


@pytest.mark.parametrize("power", (0, 1, 2, -1, 0.5, 3), ids=str)
def test_powers(mx, front, power):
    x = front.array([-2.0, -0.5, 0.0, 1.0, 3.0])
    return grads(mx, lambda a: a**power, x)


@pytest.mark.parametrize("base", (0, 1, 2, -2, 0.5), ids=str)
def test_bases(mx, front, base):
    x = front.array([-2.0, -0.5, 0.0, 1.0, 3.0])
    return grads(mx, lambda a: base**a, x)


@pytest.mark.parametrize("number", (0.5, -1, 2), ids=str)
def test_extremes(mx, front, number):
    x = front.array([-2.0, -1.0, 0.0, 0.5, 2.0])
    return grads(mx, lambda a: front.maximum(a, number), x), grads(
        mx, lambda a: front.minimum(number, a), x
    )


@pytest.mark.parametrize("number", (0.7, -0.7, 2), ids=str)
def test_remainders(mx, front, number):
    x = front.array([-2.0, -1.0, 0.3, 0.5, 2.0])
    return grads(mx, lambda a: a % number, x), grads(mx, lambda a: number % a, x)


@pytest.mark.np
@pytest.mark.parametrize("dtype", ALL)
@pytest.mark.parametrize("name", ("hypot", "arctan2", "copysign", "ldexp", "maximum", "minimum"))
def test_numpy_functions(mx, name, dtype):
    x = mx.np.array([1, 3, 7], dtype=dtype)
    function = getattr(mx.np, name)
    return attempt(function, x, 2.5), attempt(function, 2.5, x), attempt(function, x, -1)


@pytest.mark.np
@pytest.mark.parametrize("name", ("hypot", "arctan2", "copysign", "ldexp"))
def test_numpy_function_gradients(mx, name):
    x = mx.np.array([-2.0, -0.5, 0.5, 1.0])
    function = getattr(mx.np, name)
    return grads(mx, lambda a: function(a, 1.5), x), grads(mx, lambda a: function(1.5, a), x)


@pytest.mark.np
@pytest.mark.parametrize("dtype", ("int8", "uint8", "int32", "int64", "bool", "float32"))
def test_bits(mx, dtype):
    x = mx.np.array([1, 3, 6, 0], dtype=dtype)
    return [
        attempt(lambda: x & 5), attempt(lambda: x | 5), attempt(lambda: x ^ 5),
        attempt(lambda: 5 & x), attempt(lambda: mx.np.bitwise_or(x, 2.7)),
        attempt(lambda: mx.np.lcm(x, 4)), attempt(lambda: x // 2), attempt(lambda: x << 1),
    ]  # fmt: skip


@pytest.mark.parametrize("dtype", ALL)
def test_in_place(mx, front, dtype):
    x = front.array([1, 3, 6, 4], dtype=dtype)

    def change(act):
        y = x.copy()
        return act(y)

    return [
        attempt(change, act)
        for act in (
            lambda y: operator.iadd(y, 2), lambda y: operator.isub(y, 1.5),
            lambda y: operator.imul(y, 2.5), lambda y: operator.itruediv(y, 2),
            lambda y: operator.imod(y, 4),
        )
    ]  # fmt: skip


def test_scalar_operators_by_name(mx):
    x = mx.nd.array([1, 2, 5], dtype="int32")
    internal = mx.nd._internal
    return [
        internal._plus_scalar(x, scalar=2.5), internal._plus_scalar(x, scalar=2.5, is_int=False),
        internal._mul_scalar(x, scalar=2.5, is_int=False), internal._rdiv_scalar(x, scalar=7),
        internal._rpower_scalar(x, scalar=2), internal._hypot_scalar(x, scalar=3),
        internal._equal_scalar(x, scalar=2.5, is_int=False), internal._mod_scalar(x, scalar=3),
        internal._maximum_scalar(x, scalar=2.9), internal._plus_scalar(x),
    ]  # fmt: skip


@pytest.mark.parametrize("dtype", DTYPES)
def test_clip(mx, front, dtype):
    x = front.array([1, 2, 3, 4, 5], dtype=dtype)
    return front.clip(x, 1.5, 3.5), front.clip(x, 2, 4), x.clip(2, 3)


def test_clip_gradient(mx, front):
    x = front.array([-2.0, -1.0, -0.5, 0.5, 1.0])
    return grads(mx, lambda a: front.clip(a, -1, 0.5), x)


@pytest.mark.np
def test_numpy_clip(mx):
    x = mx.np.array([-2.0, 0.5, 3.0, float("nan")])
    i = mx.np.array([1, 5], dtype="int32")
    return [
        mx.np.clip(x, None, 1), mx.np.clip(x, 0, None), attempt(mx.np.clip, x, None, None),
        mx.np.clip(x, 2, 1), mx.np.clip(2.5, 1, 2), mx.np.clip(i, None, 3), mx.np.clip(i, 2, None),
        mx.np.clip(x, 0, 1, out=mx.np.zeros((4,))), attempt(mx.np.clip, [1.0], 0, 1),
    ]  # fmt: skip


def test_legacy_clip_needs_limits(mx):
    x = mx.nd.array([1.0])
    return attempt(lambda: mx.nd.clip(x)), attempt(lambda: mx.nd.clip(x, a_min=0))


@pytest.mark.parametrize("scalar", (1, 2, 0.5), ids=str)
@pytest.mark.parametrize("dtype", FLOATS)
def test_smooth_l1(mx, scalar, dtype):
    x = mx.nd.array([-3.0, -1.0, -0.25, -0.1, 0.0, 0.1, 0.25, 1.0, 3.0, 4.0], dtype=dtype)
    return grads(mx, lambda a: mx.nd.smooth_l1(a, scalar=scalar), x)


@pytest.mark.parametrize("dtype", ("int32", "int8"))
def test_smooth_l1_integers(mx, dtype):
    return mx.nd.smooth_l1(mx.nd.array([-7, -3, 0, 3, 7], dtype=dtype))


@pytest.mark.np
def test_numpy_smooth_l1(mx):
    x = mx.np.array([-3.0, -0.5, 0.0, 0.5, 3.0])
    return grads(mx, lambda a: mx.npx.smooth_l1(a, scalar=1.0), x)


def test_numpy_scalars(mx, front):
    numpy = pytest.importorskip("numpy")

    x = front.array([1.0, 2.0])
    return x + numpy.float32(2.5), x * numpy.int64(3), numpy.float64(2) * x, 1 - x


def test_not_numbers(mx, front):
    x = front.array([1.0, 2.0])
    return [
        attempt(lambda: x + "a"), attempt(lambda: x * None), attempt(lambda: "a" + x),
        attempt(lambda: x - [1.0, 2.0]), attempt(lambda: x ** (1,)), attempt(lambda: x + 1j),
    ]  # fmt: skip


def test_second_use_of_a_number(mx, front):
    x = front.array([1.0, 2.0])
    i = front.array([1, 2], dtype="int32")
    return x + 2.5, i + 2.5, x + 2.5, i * 2, x * 2, i * True, x * True
