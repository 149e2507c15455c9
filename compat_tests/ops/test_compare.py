"""Comparisons and logical functions."""

from __future__ import annotations

import operator

import pytest

from compat_tests.inputs import DTYPES, array, arrays, attempt, grads

OPERATORS = {
    "eq": operator.eq, "ne": operator.ne, "lt": operator.lt, "le": operator.le,
    "gt": operator.gt, "ge": operator.ge,
}  # fmt: skip
LEGACY = (
    "broadcast_equal", "broadcast_not_equal", "broadcast_greater", "broadcast_greater_equal",
    "broadcast_lesser", "broadcast_lesser_equal", "broadcast_logical_and", "broadcast_logical_or",
    "broadcast_logical_xor",
)  # fmt: skip
FRIENDLY = (
    "equal", "not_equal", "greater", "greater_equal", "lesser", "lesser_equal", "logical_and",
    "logical_or", "logical_xor",
)  # fmt: skip
NUMPY = ("equal", "not_equal", "greater", "greater_equal", "less", "less_equal")
ALL = (*DTYPES, "bool")


@pytest.mark.parametrize("dtype", ALL)
@pytest.mark.parametrize("name", OPERATORS)
def test_operators(mx, front, name, dtype):
    x, y = arrays(front, dtype, (2, 3), (2, 3), low=0, high=3)
    act = OPERATORS[name]
    return attempt(act, x, y), act(x, 1), act(x, 1.5), act(1, x), act(x, True)


@pytest.mark.parametrize("dtype", ("float32", "int32", "float16", "uint8"))
@pytest.mark.parametrize("name", LEGACY)
def test_broadcast(mx, name, dtype):
    x, y = arrays(mx.nd, dtype, (2, 1, 3), (1, 2, 1), low=0, high=2)
    return getattr(mx.nd, name)(x, y)


@pytest.mark.parametrize("name", FRIENDLY)
def test_functions(mx, name):
    x, y = arrays(mx.nd, "int32", (2, 3), (2, 3), low=0, high=2)
    function = getattr(mx.nd, name)
    return (
        function(x, y),
        function(x, 1),
        function(1, x),
        attempt(function, 1, 2),
        attempt(function, x, "a"),
    )


@pytest.mark.np
@pytest.mark.parametrize("name", NUMPY)
def test_numpy(mx, name):
    x, y = arrays(mx.np, "int32", (2, 1), (2, 3), low=0, high=2)
    function = getattr(mx.np, name)
    return [
        function(x, y), function(x, 1), function(1, x), function(1, 2), attempt(function, x, "a"),
        attempt(function, x, x, where=True), function(x, y, out=mx.np.zeros((2, 3), dtype="bool")),
        attempt(lambda: function(x, y, out=mx.np.zeros((2, 3)))),
    ]  # fmt: skip


@pytest.mark.np
@pytest.mark.parametrize(
    "left,right", (("float32", "int32"), ("int8", "int64"), ("bool", "float16"))
)
@pytest.mark.parametrize("name", ("eq", "lt"))
def test_dtypes_that_differ(mx, name, left, right):
    x, y = mx.np.array([1, 0], dtype=left), mx.np.array([1, 1], dtype=right)
    return attempt(OPERATORS[name], x, y), attempt(OPERATORS[name], y, x)


def test_legacy_dtypes_that_differ(mx):
    x, y = mx.nd.array([1, 0], dtype="int32"), mx.nd.array([1.0, 0.0])
    b = mx.nd.array([1, 0], dtype="bool")
    return attempt(lambda: x == y), attempt(lambda: x < b), attempt(lambda: b == b)


def test_shapes_that_do_not_fit(mx, front):
    x, y = arrays(front, "float32", (2, 3), (4,))
    return attempt(lambda: x == y), attempt(lambda: x > y)


@pytest.mark.parametrize("name", OPERATORS)
def test_no_gradient_passes(mx, front, name):
    x, y = arrays(front, "float32", (3,), (3,))
    act = OPERATORS[name]
    return attempt(lambda: grads(mx, lambda a, b: act(a, b), x, y)), attempt(
        lambda: grads(mx, lambda a: act(a, 0.5) * a if front is mx.nd else act(a, 0.5), x)
    )


def test_special_values(mx, front):
    n, i = float("nan"), float("inf")
    x, y = front.array([n, n, i, -i, 0.0]), front.array([n, 1.0, i, i, -0.0])
    return [act(x, y) for act in OPERATORS.values()], [act(x, n) for act in OPERATORS.values()]


@pytest.mark.parametrize("other", (None, "a", [1.0], 1j), ids=str)
def test_other_things(mx, front, other):
    x = array(front, "float32", (2,))
    return attempt(lambda: x == other), attempt(lambda: x != other), attempt(lambda: x < other)


@pytest.mark.parametrize("number", (0.5, 1.5, 1e10, -1, 2), ids=str)
@pytest.mark.parametrize("dtype", ("int8", "int32", "bool", "uint8"))
def test_integers_see_whole_numbers(mx, front, number, dtype):
    x = front.array([0, 1, 2], dtype=dtype)
    return [act(x, number) for act in OPERATORS.values()]


@pytest.mark.np
def test_bool_results_in_arithmetic(mx):
    x = mx.np.array([-1.0, 0.5, 2.0])
    mask = x > 0
    return (
        mask,
        mask * x,
        mask + mask,
        mask.sum(),
        mask.mean(),
        mask.astype("float32"),
        ~mask,
        x[mask],
    )
