"""``mx.test_utils``: what passes and what fails, just inside and just outside, and the report."""

from __future__ import annotations

import contextlib
import io
import itertools
import math

import numpy as np
import pytest

from compat_tests.inputs import DTYPES, FLOATS, attempt, numbers

SPECIAL = [0.0, 1.0, 5.0, math.inf, -math.inf, math.nan]
KINDS = ["nd", "np", "numpy"]
PAIRS = list(itertools.product(KINDS, KINDS))
DTYPE_PAIRS = list(itertools.combinations(DTYPES, 2))
#: Tests of one to seven steps over the edge of the tolerance.
STEPS = range(-3, 4)


def holder(mx, kind):
    """Return what makes an array of the kind from a NumPy array."""
    if kind == "numpy":
        return lambda values: values
    module = getattr(mx, kind)
    return lambda values: module.array(values, dtype=values.dtype)


def verdict(mx, *args, **kwargs):
    """Return what was raised, whole, and what was printed."""
    page = io.StringIO()
    with contextlib.redirect_stdout(page), np.printoptions():
        try:
            raised = mx.test_utils.assert_almost_equal(*args, **kwargs)
        except AssertionError as error:
            raised = str(error).splitlines()
    return raised, page.getvalue().splitlines()


def passes(mx, *args, **kwargs):
    """Return 1 when the arrays count as equal, 0 on AssertionError, a letter for another error."""
    with contextlib.redirect_stdout(io.StringIO()), np.printoptions():
        try:
            mx.test_utils.assert_almost_equal(*args, **kwargs)
        except AssertionError:
            return "0"
        except Exception as error:
            return type(error).__name__
    return "1"


@pytest.mark.np
@pytest.mark.parametrize("kinds", PAIRS, ids="-".join)
@pytest.mark.parametrize("dtype", FLOATS)
def test_default_tolerance(mx, dtype, kinds):
    """Walk in units of the last place over the edge of the dtype's own tolerance."""
    one, other = (holder(mx, kind) for kind in kinds)
    rtol = mx.test_utils.default_rtols()[np.dtype(dtype)]
    atol = mx.test_utils.default_atols()[np.dtype(dtype)]
    seen = []
    for value in (0.03, -0.75, 1.0, 3.3, -12.5, 100.0, 1700.0):
        right = np.array([1.0, value], dtype)
        for side in (1, -1):
            edge = np.array(value + side * (atol + rtol * abs(float(right[1]))), dtype)
            row = ""
            for step in STEPS:
                near = (edge + np.spacing(edge) * np.array(step, dtype)).astype(dtype)
                left = np.array([1.0, near], dtype)
                row += passes(mx, one(left), other(right))
            seen.append(row)
    return seen


@pytest.mark.np
@pytest.mark.parametrize("kinds", [("np", "np"), ("numpy", "numpy"), ("numpy", "np")], ids="-".join)
@pytest.mark.parametrize("dtype", FLOATS)
def test_default_tolerance_scalars(mx, dtype, kinds):
    """0-d arrays, which NumPy widens."""
    one, other = (holder(mx, kind) for kind in kinds)
    rtol = mx.test_utils.default_rtols()[np.dtype(dtype)]
    atol = mx.test_utils.default_atols()[np.dtype(dtype)]
    seen = []
    for value in (0.03, -0.75, 1.0, 3.3, -12.5, 100.0, 1700.0):
        right = np.array(value, dtype)
        edge = np.array(value + atol + rtol * abs(float(right)), dtype)
        row = ""
        for step in STEPS:
            near = (edge + np.spacing(edge) * np.array(step, dtype)).astype(dtype)
            row += passes(mx, one(np.asarray(near)), other(right))
        seen.append(row)
    return seen


@pytest.mark.np
@pytest.mark.parametrize("kinds", [("nd", "nd"), ("np", "np"), ("numpy", "nd")], ids="-".join)
@pytest.mark.parametrize("dtypes", DTYPE_PAIRS, ids="-".join)
def test_mixed_dtypes(mx, dtypes, kinds):
    """Take the looser tolerance of the two dtypes."""
    one, other = (holder(mx, kind) for kind in kinds)
    apart = [0, 2e-6, 2e-5, 2e-4, 2e-3, 2e-2, 2e-1, 2]
    seen = []
    for left, right in (dtypes, dtypes[::-1]):
        base = np.array([1, 2], right)
        row = [passes(mx, one(np.array([1, 2 + gap]).astype(left)), other(base)) for gap in apart]
        seen.append(" ".join(row))
    return seen


@pytest.mark.np
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_given_tolerance(mx, dtype, kind):
    make = holder(mx, kind)
    base = np.array([10, 100], dtype)
    seen = []
    for gap in (1, 2, 3, 9, 10, 11):
        left = make((base + np.array([0, gap], dtype)).astype(dtype))
        tolerances = [(0, gap), (0, gap - 0.5), (gap / 100, 0), (0.1, 0.5), (0.1, None), (None, 10)]
        seen.append("".join(passes(mx, left, make(base), *both) for both in tolerances))
    return seen


@pytest.mark.np
@pytest.mark.parametrize("equal_nan", [False, True])
@pytest.mark.parametrize("kinds", [("nd", "nd"), ("np", "np"), ("numpy", "nd")], ids="-".join)
@pytest.mark.parametrize("dtype", FLOATS)
def test_special_values(mx, dtype, kinds, equal_nan):
    one, other = (holder(mx, kind) for kind in kinds)
    return [
        [
            passes(
                mx,
                one(np.array([1, left], dtype)),
                other(np.array([1, right], dtype)),
                equal_nan=equal_nan,
            )
            for right in SPECIAL
        ]
        for left in SPECIAL
    ]


@pytest.mark.np
@pytest.mark.parametrize("kind", KINDS)
def test_tolerance_tables(mx, kind):
    make = holder(mx, kind)
    table = {np.dtype("float32"): 0.5}
    seen = []
    for dtype in FLOATS:
        left, right = make(np.array([1.4, 2.0], dtype)), make(np.array([1.0, 2.0], dtype))
        seen.append(
            [
                passes(mx, left, right, rtol=table),
                passes(mx, left, right, atol=table),
                passes(mx, left, right, rtol={}, atol=None),
            ]
        )
    return seen, mx.test_utils.get_tols(left, 3, table, table)


@pytest.mark.np
@pytest.mark.parametrize("kinds", PAIRS, ids="-".join)
def test_bool(mx, kinds):
    one, other = (holder(mx, kind) for kind in kinds)
    truth, lie = np.array([True, False, True]), np.array([True, True, True])
    return [
        attempt(mx.test_utils.assert_almost_equal, one(truth), other(truth)),
        passes(mx, one(truth), other(lie)),
        attempt(mx.test_utils.assert_almost_equal, one(truth), other(lie.astype("float32"))),
    ]


@pytest.mark.np
@pytest.mark.parametrize("kinds", PAIRS, ids="-".join)
def test_shapes(mx, kinds):
    """Equal values of unlike shapes."""
    one, other = (holder(mx, kind) for kind in kinds)
    shapes = [(), (1,), (2,), (2, 1), (1, 2), (2, 2), (3,), (0,), (0, 2)]
    seen = []
    for left in shapes:
        row = [passes(mx, one(np.ones(left)), other(np.ones(right))) for right in shapes]
        seen.append(" ".join(row))
    strict = [
        attempt(
            mx.test_utils.assert_almost_equal,
            one(np.ones((2, 1))),
            other(np.ones(shape)),
            use_broadcast=False,
        )
        for shape in [(2, 1), (2,), (1, 2)]
    ]
    return seen, strict


@pytest.mark.parametrize("dtype", DTYPES)
def test_report(mx, dtype):
    left = np.array(numbers(dtype, (3, 4), low=0)).astype(dtype)
    right = left.copy()
    right[0, 1] += 3
    right[2, 3] += 1
    return verdict(mx, left, right), verdict(mx, mx.nd.array(left, dtype=dtype), right)


@pytest.mark.parametrize("mismatches", [(10, 10), (2, 10), (2, 3), (0, 0), (3, 0), (5, 1)], ids=str)
@pytest.mark.parametrize("wrong", [1, 3, 4, 9, 10, 11, 12])
def test_report_counts(mx, wrong, mismatches):
    left = np.arange(12, dtype="float32").reshape(3, 4) / 8
    right = left.copy()
    right.ravel()[:wrong] += np.arange(1, wrong + 1, dtype="float32") / 4
    return verdict(mx, left, right, names=("one", "other"), mismatches=mismatches)


@pytest.mark.parametrize("equal_nan", [False, True])
def test_report_special(mx, equal_nan):
    left = np.array([1, math.nan, math.inf, 4, 5, math.inf], "float64")
    right = np.array([1, math.nan, -math.inf, math.nan, 6, 5], "float64")
    return verdict(mx, left, right, equal_nan=equal_nan)


@pytest.mark.parametrize(
    "pair",
    [(1, 2), (1.0, 2.5), (True, 2), (np.float64(3), 4), (1, np.array(2.5)), (2.0, 2.00003)],
    ids=["int", "float", "bool", "float64", "0-d", "near"],
)
def test_report_scalars(mx, pair):
    return verdict(mx, *pair)


@pytest.mark.np
def test_report_of_arrays(mx):
    x, y = mx.np.array([1.0, 2.0, 3.0]), mx.np.array([1.0, 2.0, 4.0])
    return (
        verdict(mx, x, y),
        verdict(mx, x[0], y[2]),
        verdict(mx, x.as_nd_ndarray(), y.as_nd_ndarray()),
        verdict(mx, x.as_nd_ndarray(), y),
        verdict(mx, mx.np.zeros((0,)), mx.np.zeros((0,))),
    )


def test_report_tolerances(mx):
    x, y = np.array([1.0, 2.0]), np.array([1.5, 2.0])
    return [verdict(mx, x, y, *both) for both in [(0.1, 0.01), (1, 0), (0, 1), (1e-3, 0.25)]]


def test_print_options(mx):
    """A failure leaves NumPy's print options changed."""
    before = np.get_printoptions()["threshold"]
    attempt(mx.test_utils.assert_almost_equal, np.ones(3), np.zeros(3))
    after = np.get_printoptions()
    return before, after["threshold"], after["suppress"]


def test_refused(mx):
    check = mx.test_utils.assert_almost_equal
    return [
        attempt(check, [1.0], np.ones(1)),
        attempt(check, np.ones(1), None),
        attempt(check, np.ones(1, "int16"), np.ones(1)),
        attempt(check, np.ones(2), np.ones(3)),
        attempt(check, mx.nd.ones(2), mx.nd.ones(3)),
        attempt(check, mx.nd.ones(2), mx.nd.ones((2, 2)), 0.1, 0.01),
        attempt(mx.test_utils.get_rtol, None, np.dtype("int16")),
    ]


@pytest.mark.parametrize("shapes", [((2,), (2, 2)), ((2, 2), (2,)), ((), (2,))], ids=str)
def test_report_broadcast(mx, shapes):
    left, right = np.zeros(shapes[0]), np.ones(shapes[1])
    return verdict(mx, left, right)


def test_report_number_and_array(mx):
    return verdict(mx, 1.0, np.array([1.0, 2.0]))


# ---- the others


@pytest.mark.parametrize("equal_nan", [False, True])
def test_allclose(mx, equal_nan):
    check, x = mx.test_utils.assert_allclose, np.array([1.0, 1000.0, math.nan])
    seen = []
    for factor in (1, 1 + 5e-8, 1 + 1.5e-7, 1 + 1e-5):
        for options in ({}, {"rtol": 1e-6}, {"rtol": 0, "atol": 1e-5}):
            with contextlib.redirect_stdout(io.StringIO()):
                seen.append(attempt(check, x * factor, x, equal_nan=equal_nan, **options))
    return seen


def test_almost_equal(mx):
    check, x = mx.test_utils.almost_equal, np.array([1.0, -3.0, math.nan])
    close = x * (1 + 0.9e-5)
    return [
        check(x, x),
        check(close, x),
        check(close, x, equal_nan=True),
        check(x * (1 + 1.1e-5), x, equal_nan=True),
        check(x, x + 1, 1.0, equal_nan=True),
        check(x, x + 1, None, 1.0, True),
        check(np.ones((2, 1)), np.ones(2)),
        attempt(check, np.ones((2, 1)), np.ones(2), use_broadcast=False),
        attempt(check, np.ones(3), np.ones(2)),
        check(np.array([np.inf, 1]), np.array([np.inf, 1])),
        check(np.array([1.0]), np.array([np.inf])),
    ]


@pytest.mark.parametrize("etol", ["None", "0", "0.1", "0.25", "0.34", "0.5", "1"])
def test_share_of_errors(mx, etol):
    etol = None if etol == "None" else float(etol)
    x = np.arange(12, dtype="float32").reshape(3, 4)
    y = x.copy()
    y[0] += 1
    seen = []
    for kind in ("numpy", "nd"):
        make = holder(mx, kind)
        page = io.StringIO()
        with contextlib.redirect_stdout(page), np.printoptions():
            seen.append(
                attempt(
                    mx.test_utils.assert_almost_equal_with_err,
                    make(x),
                    make(y),
                    etol=etol,
                    names=("one", "other"),
                    mismatches=(2, 3),
                )
            )
        seen.append(page.getvalue().splitlines())
    return seen


@pytest.mark.parametrize("equal_nan", [False, True])
def test_share_of_nan(mx, equal_nan):
    x = np.array([1.0, math.nan, 3.0, 4.0])
    with contextlib.redirect_stdout(io.StringIO()):
        return [
            attempt(
                mx.test_utils.assert_almost_equal_with_err, x, x, etol=etol, equal_nan=equal_nan
            )
            for etol in (0, 0.1, 0.25)
        ]


def test_ignore_nan(mx):
    check = mx.test_utils.assert_almost_equal_ignore_nan
    x, y = np.array([1.0, math.nan, 3.0]), np.array([1.0, 2.0, math.nan])
    with contextlib.redirect_stdout(io.StringIO()):
        return [
            attempt(check, x, y),
            attempt(check, x, y + 1),
            attempt(check, x, y + 1, 1.0, 1.0),
            attempt(check, x.astype("float32"), y, names=("one", "other")),
            x,
            y,
        ]


def test_same(mx):
    same = mx.test_utils.same
    return (
        same(np.arange(3), np.arange(3)),
        same(np.arange(3), np.arange(3.0)),
        same(np.ones((3, 1)), np.ones(3)),
        same(np.array([math.nan]), np.array([math.nan])),
        same([1, 2], (1, 2)),
    )


def test_check_shapes(mx):
    check = mx.test_utils.checkShapes
    error = None
    try:
        check(mx.nd.ones((2, 3)), mx.nd.ones((3, 2)))
    except AssertionError as raised:
        error = str(raised).splitlines()
    return check(np.ones(3), np.zeros(3)), attempt(check, np.ones((2, 3)), np.ones((3, 2))), error


def test_location_error(mx):
    describe = mx.test_utils.locationError
    x, y = np.array([[1.0, 2.0]]), np.array([[3.0, 1 / 3]])
    return (
        describe(x, y, (0, 1), ("one", "other")),
        describe(x, y, (0, 0), ("a", "b"), maxError=True),
        describe(x > 1, y.astype("int32"), (0, 1), ("a", "b"), True),
    )


def test_same_array(mx):
    x = mx.nd.ones((4,))
    return mx.test_utils.same_array(x, x.reshape((2, 2)).reshape((4,))), mx.test_utils.same_array(
        x, x.copy()
    )


def test_compare_tuples(mx):
    check, x = mx.test_utils.compare_ndarray_tuple, mx.nd.ones((2,))
    with contextlib.redirect_stdout(io.StringIO()):
        return [
            attempt(check, None, x),
            attempt(check, x, None),
            attempt(check, x, x),
            attempt(check, (x, (x, None)), (x, (x, x))),
            attempt(check, (x, x), (x, x * 2)),
            attempt(check, (x, x), (x, x * 2), 1.0, 0),
            attempt(check, (x, x), (x,)),
            attempt(check, x, x * 1.0005, atol=1e-3),
        ]


@pytest.mark.np
def test_tables(mx):
    utils = mx.test_utils
    return (
        utils.default_rtols(),
        utils.default_atols(),
        utils.default_numeric_eps(),
        utils.default_dtype(),
        str(utils.default_context()),
        [utils.get_rtol(), utils.get_rtol(0.5), utils.get_rtol(dtype=np.dtype("float16"))],
        [utils.get_atol(), utils.get_atol(0), utils.get_atol(dtype=np.dtype("float32"))],
        [utils.get_etol(), utils.get_etol(0.5)],
        utils.effective_dtype(mx.np.ones(2, dtype="float16")),
        utils.effective_dtype(np.ones(2)),
        utils.get_tolerance(np.ones(2), None, utils.default_rtols()),
        utils.get_tolerance(np.ones(2), {np.dtype("float64"): 3}, utils.default_rtols()),
        attempt(utils.get_tolerance, np.ones(2), {}, {}),
        list(utils.list_gpus()),
    )


# ---- found by comparing drawn cases


def agree(mx, *args):
    """Return whether the arrays count as equal, whatever error says that they do not."""
    return passes(mx, *args) == "1"


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("kind", KINDS)
def test_numbers_beside_arrays(mx, kind, dtype):
    """NumPy 1 gives a number the dtype of the array beside it, also in the tolerance."""
    make, x = holder(mx, kind), np.array([0.1, 0.1], dtype)
    seen = [
        agree(mx, make(x), 0.1, 0, 0),
        agree(mx, 0.1, make(x), 0, 0),
        agree(mx, make(x), np.array(0.1), 0, 0),
        agree(mx, np.array(0.1, "float16"), make(x), 0, 0),
    ]
    for step in STEPS:
        edge = np.array(0.1 + 0.01 + 0.001 * 0.1, dtype)
        near = (edge + np.spacing(edge) * np.array(step, dtype)).astype(dtype)
        seen.append(agree(mx, make(np.array([near, near])), 0.1, 0.001, 0.01))
    return seen


def test_report_bool(mx):
    x, y = np.array([True, False, True]), np.array([True, True, True])
    return (
        verdict(mx, x, y),
        verdict(mx, x, x[:2]),
        verdict(mx, x.reshape(3, 1), np.array(True)),
        verdict(mx, np.array(True), np.array(False)),
        verdict(mx, mx.nd.array(x, dtype="bool"), y),
    )


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int32", "int64"])
def test_report_overflow(mx, dtype):
    """A difference that overflows, where the worst place stays the worst."""
    low, high = np.iinfo(dtype).min, np.iinfo(dtype).max
    x, y = np.array([low, 0, 7], dtype), np.array([high, 1, 7], dtype)
    return [verdict(mx, *pair, mismatches=(3, 0)) for pair in [(x, y), (y, x)]]


@pytest.mark.parametrize("mismatches", [(10, 10), (3, 0), (2, 2)], ids=str)
def test_report_unknown(mx, mismatches):
    """NaN that stays the worst place after it was looked at."""
    x = np.array([0.5, -math.inf, 2.0, math.nan])
    y = np.array([math.nan, 0.25, 2.0, math.nan])
    return [verdict(mx, *pair, mismatches=mismatches) for pair in [(x, y), (y, x)]]


@pytest.mark.parametrize("kind", KINDS)
def test_report_share_of_broadcast(mx, kind):
    return verdict(mx, holder(mx, kind)(np.array([1.0])), np.array([1.5, 1.0, 1.0]))


def test_share_of_nothing(mx):
    empty = np.zeros((0, 3))
    return mx.test_utils.assert_almost_equal_with_err(empty, empty, etol=0.1)


@pytest.mark.np
@pytest.mark.parametrize("kind", ["nd", "np"])
def test_ignore_nan_in_arrays(mx, kind):
    make = holder(mx, kind)
    x, y = make(np.array([1.0, math.nan, 3.0])), make(np.array([1.0, 2.0, math.nan]))
    return mx.test_utils.assert_almost_equal_ignore_nan(x, y)
