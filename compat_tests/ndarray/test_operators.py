"""Operators of both array classes: arrays, numbers, reflected and in place, gradients, errors."""

import operator

import numpy
import pytest

from compat_tests.inputs import DTYPES, FLOATS, INTEGERS, arrays, attempt, grads

ARITHMETIC = ("add", "sub", "mul", "truediv", "mod", "pow")
COMPARISONS = ("eq", "ne", "gt", "ge", "lt", "le")
ALL = DTYPES + ("bool",)


def positive(front, dtype, *shapes):
    """Draw small numbers of one or more, so that no integer is divided by zero."""
    low, high = (1, 4) if "int" in dtype else (0.5, 2.0)
    return arrays(front, dtype, *shapes, low=low, high=high)


@pytest.mark.tolerance(rtol=2e-3, atol=1e-3, reason="float16 powers in another precision")
@pytest.mark.parametrize("dtype", ALL)
@pytest.mark.parametrize("name", ARITHMETIC + COMPARISONS)
def test_two_arrays(mx, front, name, dtype):
    x, y = positive(front, dtype, (3,), (3,))
    a, b = positive(front, dtype, (2, 1), (1, 1, 2))
    method = getattr(operator, name)
    return attempt(method, x, y), attempt(method, a, b)


@pytest.mark.tolerance(rtol=2e-3, atol=1e-3, reason="float16 powers in another precision")
@pytest.mark.parametrize("dtype", ALL)
@pytest.mark.parametrize("name", ARITHMETIC + COMPARISONS)
def test_numbers(mx, front, name, dtype):
    (x,) = positive(front, dtype, (2,))
    method = getattr(operator, name)
    seen = [[attempt(method, x, n), attempt(method, n, x)] for n in (2, 2.6, True)]
    return seen, attempt(method, x, numpy.float32(1.5)), attempt(method, x, numpy.int64(3))


@pytest.mark.parametrize("name", ("add", "sub", "mul", "mod", "pow"))
def test_numpy_number_on_the_left(mx, front, name):
    x = front.array([1.0, 1.5, 2.0])
    method = getattr(operator, name)
    return attempt(method, numpy.float32(1.5), x), attempt(method, numpy.int64(2), x)


@pytest.mark.parametrize("name", ("truediv", *COMPARISONS))
def test_numpy_number_compared(mx, front, name):
    x = front.array([1.0, 1.5, 2.0])
    method = getattr(operator, name)
    return attempt(method, numpy.float32(1.5), x), attempt(method, numpy.int64(2), x)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ("add", "sub", "mul", *COMPARISONS))
def test_awkward_numbers(mx, front, name, dtype):
    (x,) = arrays(front, dtype, (2,))
    method = getattr(operator, name)
    return [[attempt(method, x, n), attempt(method, n, x)] for n in (0, -0.0, -2.6, 300, 1e10)]


@pytest.mark.parametrize("name", ("add", "sub", "mul", "truediv"))
def test_special_numbers(mx, front, name):
    x = front.array([1.0, -0.0, 0.0, float("inf"), float("nan")])
    method = getattr(operator, name)
    numbers = (-0.0, 0.0, float("inf"), float("nan"), 1e-50)
    return [[attempt(method, x, n), attempt(method, n, x), 1 / method(x, n)] for n in numbers]


@pytest.mark.tolerance(rtol=2e-3, atol=1e-3, reason="float16 powers in another precision")
@pytest.mark.parametrize("dtype", ALL)
@pytest.mark.parametrize("name", ARITHMETIC)
def test_in_place(mx, front, name, dtype):
    x, y, row = positive(front, dtype, (2, 2), (2, 2), (2,))
    method = getattr(operator, "i" + name)
    seen = []
    for other in (y, row, 2, 2.6, numpy.float32(2)):
        target = x.copy()
        seen.append([attempt(method, target, other), target])
    return seen


def test_in_place_keeps_the_array(mx, front):
    x = front.array([1.0, 2.0, 3.0])
    y, part = x, x[1:]
    x += 1
    x *= front.array([1.0, 2.0, 3.0])
    part -= 1
    return x is y, x, y, part


@pytest.mark.parametrize("name", ("iadd", "isub", "imul", "itruediv", "imod"))
def test_in_place_errors(mx, front, name):
    x = front.array([1.0, 2.0, 3.0])
    method = getattr(operator, name)
    others = (
        front.array([1.0, 2.0]),
        front.array([[1.0, 2.0, 3.0]]),
        front.array([1, 2, 3], dtype="int32"),
        [1, 2, 3],
        numpy.array([1.0, 2.0, 3.0]),
        "a",
        None,
    )
    return [attempt(method, x, other) for other in others], x


@pytest.mark.parametrize("dtype", ALL)
@pytest.mark.parametrize("name", ("neg", "abs", "pos", "invert"))
def test_one_array(mx, front, name, dtype):
    return getattr(operator, name)(arrays(front, dtype, (2, 3))[0])


@pytest.mark.parametrize("name", ("floordiv", "lshift", "rshift", "and_", "or_", "xor", "divmod"))
def test_operators_that_are_rare(mx, front, name):
    x, y = arrays(front, "int32", (3,), (3,), low=1, high=5)
    method = getattr(operator, name, divmod)
    return attempt(method, x, y), attempt(method, x, 2), attempt(method, 2, x)


@pytest.mark.tolerance(rtol=1e-2, atol=1e-2, reason="float16 powers in another precision")
@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("name", ARITHMETIC)
def test_gradients(mx, front, name, dtype):
    method = getattr(operator, name)
    seen = []
    for shapes in (((2,), (2,)), ((2, 2), (2,)), ((2, 1), (1, 2))):
        x, y = positive(front, dtype, *shapes)
        seen.append(grads(mx, method, x, y))
    for number in (2, 2.5, -1, 0):
        (x,) = positive(front, dtype, (2,))
        seen.append(grads(mx, lambda a, n=number: method(a, n), x))
        if number > 0:
            seen.append(grads(mx, lambda a, n=number: method(n, a), x))
    return seen


@pytest.mark.parametrize("name", COMPARISONS)
def test_gradients_of_comparisons(mx, front, name):
    x, y = arrays(front, "float32", (3,), (3,))
    method = getattr(operator, name)
    return attempt(grads, mx, method, x, y), attempt(grads, mx, lambda a: method(a, 1), x)


def test_gradients_of_signs(mx, front):
    x = front.array([1.0, -2.0, 0.5])
    return grads(mx, lambda a: -a, x), grads(mx, abs, x)


def test_chain(mx, front):
    x = front.array([1.0, 2.0, 3.0])
    return grads(mx, lambda a: 3 * a**2 / (1 + a) - 2 / a + (a - 1) * (2 - a), x)


@pytest.mark.parametrize("name", ("add", "mul", "truediv", "eq", "lt"))
def test_operands_of_other_kinds(mx, front, name):
    x = front.array([1.0, 2.0])
    method = getattr(operator, name)
    others = ([1, 2], (1, 2), "a", None, numpy.array([1.0, 2.0]), numpy.array(2.0), 1j)
    return [attempt(method, x, other) for other in others]


@pytest.mark.parametrize("name", ("add", "sub", "mul", "truediv"))
def test_reflected_operands_of_other_kinds(mx, front, name):
    x = front.array([1.0, 2.0])
    method = getattr(operator, name)
    others = ([1, 2], (1, 2), "a", None, 1j)
    return [attempt(method, other, x) for other in others]


@pytest.mark.parametrize("name", ARITHMETIC + COMPARISONS)
def test_mixture_of_front_ends(mx, name):
    legacy, modern = mx.nd.array([1.0, 2.0]), mx.np.array([1.0, 2.0])
    method = getattr(operator, name)
    return attempt(method, legacy, modern), attempt(method, modern, legacy)


@pytest.mark.parametrize("name", ARITHMETIC + COMPARISONS)
def test_shapes_that_do_not_fit(mx, front, name):
    x, y = arrays(front, "float32", (2, 3), (2,))
    return attempt(getattr(operator, name), x, y)


@pytest.mark.parametrize("other", ("float16", "float64", "int32", "int64", "uint8", "bool"))
@pytest.mark.parametrize("dtype", ("float32", "int32"))
@pytest.mark.parametrize("name", ("add", "truediv", "gt"))
def test_dtypes_that_differ(mx, front, name, dtype, other):
    x, y = front.array([1, 2, 3], dtype=dtype), front.array([1, 1, 2], dtype=other)
    return attempt(getattr(operator, name), x, y)


@pytest.mark.np
@pytest.mark.parametrize("dtype", INTEGERS + ("bool", "float32"))
@pytest.mark.parametrize("name", ("and_", "or_", "xor", "iand", "ior", "ixor"))
def test_bitwise(mx, name, dtype):
    x, y = arrays(mx.np, dtype, (2, 3), (2, 3), low=0, high=7)
    method = getattr(operator, name)
    return [
        [attempt(method, target, other), target]
        for target, other in ((x.copy(), y), (x.copy(), 3), (x.copy(), 2.6), (x.copy(), True))
    ]


@pytest.mark.np
def test_matmul(mx):
    x, y, v = arrays(mx.np, "float32", (2, 3), (3, 4), (3,))
    seen = [grads(mx, operator.matmul, x, y), grads(mx, operator.matmul, x, v)]
    return seen, attempt(lambda: x @ 2), attempt(lambda: x @ x)


@pytest.mark.np
def test_matmul_in_place(mx):
    square = mx.np.array([[1.0, 2.0], [3.0, 4.0]])
    square @= mx.np.array([[0.0, 1.0], [1.0, 0.0]])
    return square


@pytest.mark.np
@pytest.mark.parametrize("shape", ("()", "(0,)", "(2, 0)"))
def test_empty_and_scalar_shapes(mx, shape):
    x = mx.np.ones(eval(shape))
    return x + x, x * 2, 1 - x, x > 0, -x, x / x


@pytest.mark.np
def test_zero_dimensional_with_arrays(mx):
    x, s = mx.np.array([1.0, 2.0]), mx.np.array(3.0)
    return grads(mx, operator.mul, x, s), s + 1, s == 3, 2 / s


def test_functions_of_two_operands(mx):
    x = mx.nd.array([1.0, 2.0, 3.0])
    names = (
        "add subtract multiply divide true_divide modulo power maximum minimum equal not_equal "
        "greater greater_equal lesser lesser_equal logical_and logical_or logical_xor"
    )
    return [
        [name, attempt(getattr(mx.nd, name), x, x), attempt(getattr(mx.nd, name), x, 2),
         attempt(getattr(mx.nd, name), 2, x), attempt(getattr(mx.nd, name), 3, 2),
         attempt(getattr(mx.nd, name), "a", x), attempt(getattr(mx.nd, name), x, [1])]
        for name in names.split()
    ]  # fmt: skip
