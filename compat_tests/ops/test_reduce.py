"""Reductions of both front ends: axes, dtypes, gradients, norms, empty arrays, refusals."""

from __future__ import annotations

import pytest

from compat_tests.inputs import DTYPES, FLOATS, array, attempt, grads

LEGACY = ("sum", "mean", "prod", "nansum", "nanprod", "max", "min")
NUMPY = ("sum", "mean", "prod", "max", "min", "std", "var")
AXES = {
    "all": {}, "first": {"axis": 0}, "last": {"axis": -1}, "pair": {"axis": (0, 2)},
    "kept": {"axis": 1, "keepdims": True}, "all kept": {"keepdims": True},
    "every": {"axis": (0, 1, 2)}, "empty": {"axis": ()},
}  # fmt: skip
EXCLUDED = {
    "one": {"axis": 1, "exclude": True}, "two": {"axis": (0, -1), "exclude": True},
    "every": {"axis": (0, 1, 2), "exclude": True}, "empty": {"axis": (), "exclude": True},
    "none": {"exclude": True}, "kept": {"axis": 0, "exclude": True, "keepdims": True},
}  # fmt: skip


@pytest.mark.parametrize("axes", AXES)
@pytest.mark.parametrize("name", LEGACY)
def test_legacy_axes(mx, name, axes):
    x = array(mx.nd, "float32", (2, 3, 2), low=0.5, high=2.0)
    return grads(mx, lambda a: getattr(mx.nd, name)(a, **AXES[axes]), x)


@pytest.mark.parametrize("axes", EXCLUDED)
@pytest.mark.parametrize("name", LEGACY)
def test_exclude(mx, name, axes):
    x = array(mx.nd, "float32", (2, 3, 2), low=0.5, high=2.0)
    return grads(mx, lambda a: getattr(mx.nd, name)(a, **EXCLUDED[axes]), x)


@pytest.mark.parametrize("dtype", (*DTYPES, "bool"))
@pytest.mark.parametrize("name", (*LEGACY, "norm"))
def test_legacy_dtypes(mx, name, dtype):
    x = array(mx.nd, dtype, (2, 3))
    return getattr(mx.nd, name)(x), getattr(mx.nd, name)(x, axis=1)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("name", LEGACY)
def test_legacy_gradients(mx, name, dtype):
    x = array(mx.nd, dtype, (2, 3), low=0.5, high=2.0)
    head = array(mx.nd, dtype, (2,), seed=1)
    return grads(mx, lambda a: getattr(mx.nd, name)(a, axis=1), x, head=head)


def test_aliases(mx):
    x = array(mx.nd, "float32", (2, 3))
    return mx.nd.sum_axis(x, axis=1), mx.nd.max_axis(x, axis=1), mx.nd.min_axis(x, axis=0)


def test_methods(mx, front):
    x = array(front, "float32", (2, 3))
    return [
        x.sum(), x.mean(), x.max(), x.min(), x.prod(), x.sum(axis=1), x.mean(axis=0),
        x.max(axis=1, keepdims=True), x.min(axis=0), x.prod(axis=1), x.sum(axis=-1, keepdims=True),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ("max", "min"))
def test_extreme_gradient_ties(mx, front, name):
    x = front.array([[1.0, 2.0, 2.0], [4.0, 4.0, 1.0], [1.0, 1.0, 1.0]])
    function = getattr(front, name)
    return grads(mx, function, x), grads(mx, lambda a: function(a, axis=1), x)


def test_prod_gradient_at_zero(mx, front):
    x = front.array([[1.0, 0.0, 2.0], [0.0, 0.0, 1.0], [4.0, 4.0, 1.0]])
    return grads(mx, lambda a: front.prod(a, axis=1), x)


def test_nan_reductions(mx):
    n = float("nan")
    x = mx.nd.array([[1.0, n, 2.0], [n, n, n], [4.0, -1.0, 3.0]])
    return (
        grads(mx, lambda a: mx.nd.nansum(a, axis=1), x),
        grads(mx, lambda a: mx.nd.nanprod(a, axis=1), x),
        mx.nd.sum(x, axis=1), mx.nd.max(x, axis=1), mx.nd.min(x, axis=0), mx.nd.mean(x),
    )  # fmt: skip


@pytest.mark.parametrize("axis", (2, -3, (0, 0), (0, 5), "a", 1.5), ids=str)
@pytest.mark.parametrize("name", ("sum", "max", "mean"))
def test_wrong_axes(mx, front, name, axis):
    x = array(front, "float32", (2, 3))
    return attempt(lambda: getattr(front, name)(x, axis=axis))


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("ord", (1, 2))
@pytest.mark.parametrize("axes", ("all", "first", "last", "pair", "kept", "all kept"))
def test_norm(mx, ord, axes, dtype):
    x = array(mx.nd, dtype, (2, 3, 2))
    return grads(mx, lambda a: mx.nd.norm(a, ord=ord, **AXES[axes]), x)


def test_norm_at_zero(mx):
    x = mx.nd.array([[0.0, 0.0], [3.0, -4.0]])
    return grads(mx, lambda a: mx.nd.norm(a, axis=1), x), grads(
        mx, lambda a: mx.nd.norm(a, ord=1, axis=1), x
    )


def test_norm_refusals(mx):
    x = array(mx.nd, "float32", (2, 3))
    return [
        attempt(lambda: mx.nd.norm(x, ord=3)), attempt(lambda: mx.nd.norm(x, axis=3)),
        attempt(lambda: mx.nd.norm(x, ord="a")),
    ]  # fmt: skip


@pytest.mark.parametrize("axes", ((0,), (1,), (0, 1), (0, -1)), ids=str)
@pytest.mark.parametrize("keepdims", (False, True))
def test_moments(mx, axes, keepdims):
    x = array(mx.nd, "float32", (2, 3))
    return grads(mx, lambda a: mx.nd.moments(a, axes=axes, keepdims=keepdims)[1], x), mx.nd.moments(
        x, axes=axes, keepdims=keepdims
    )


def test_moments_need_axes(mx):
    x = array(mx.nd, "float32", (2, 3))
    return attempt(mx.nd.moments, x), attempt(lambda: mx.nd.moments(x, axes=(2,)))


@pytest.mark.parametrize("axis", (None, 0, 1))
@pytest.mark.parametrize("dtype", FLOATS)
def test_cumsum(mx, front, axis, dtype):
    x = array(front, dtype, (2, 3))
    return grads(mx, lambda a: front.cumsum(a, axis=axis), x)


@pytest.mark.parametrize("dtype", ("int8", "uint8", "int32", "int64", "bool"))
def test_cumsum_of_integers(mx, front, dtype):
    x = array(front, dtype, (5,), low=0, high=90)
    return front.cumsum(x), front.cumsum(x, dtype="float32"), front.cumsum(x, axis=0, dtype="int64")


def test_cumsum_of_negative_axis(mx, front):
    x = array(front, "float32", (2, 3))
    return [
        attempt(lambda: front.cumsum(x, axis=-1)), attempt(lambda: front.cumsum(x, axis=2)),
        attempt(lambda: front.cumsum(x, axis=-3)), attempt(lambda: front.cumsum(x, dtype="uint8")),
    ]  # fmt: skip


@pytest.mark.np
@pytest.mark.parametrize("axes", AXES)
@pytest.mark.parametrize("name", NUMPY)
def test_numpy_axes(mx, name, axes):
    x = array(mx.np, "float32", (2, 3, 2), low=0.5, high=2.0)
    return grads(mx, lambda a: getattr(mx.np, name)(a, **AXES[axes]), x)


@pytest.mark.np
@pytest.mark.parametrize("dtype", (*DTYPES, "bool"))
@pytest.mark.parametrize("name", NUMPY)
def test_numpy_dtypes(mx, name, dtype):
    x = array(mx.np, dtype, (2, 3))
    function = getattr(mx.np, name)
    return attempt(function, x), attempt(lambda: function(x, axis=1))


@pytest.mark.np
@pytest.mark.parametrize("given", ("float32", "int32", "bool", "float16"))
@pytest.mark.parametrize("wanted", ("float64", "float32", "int32", "int64", "bool", "uint8", "abc"))
@pytest.mark.parametrize("name", ("sum", "mean", "prod", "var"))
@pytest.mark.tolerance(
    rtol=1e-3, atol=1e-4, reason="wide results of narrow input: each side rounds its way"
)
def test_result_dtype(mx, name, given, wanted):
    x = array(mx.np, given, (2, 3), low=1, high=3)
    if name == "var" and wanted in ("bool", "uint8"):
        with pytest.raises(mx.MXNetError, match="Invalid Input"):
            mx.np.var(x, dtype=wanted).wait_to_read()
        return None
    return attempt(lambda: getattr(mx.np, name)(x, axis=1, dtype=wanted))


@pytest.mark.np
@pytest.mark.parametrize("dtype", (*DTYPES, "bool"))
@pytest.mark.parametrize("name", ("all", "any", "sometrue"))
def test_truth(mx, name, dtype):
    x = array(mx.np, dtype, (2, 3), low=0, high=1)
    function = getattr(mx.np, name)
    return (
        function(x),
        function(x, axis=0),
        function(x, axis=(0, 1), keepdims=True),
        attempt(lambda: function(x, axis=2)),
    )


@pytest.mark.np
def test_no_gradient_of_spread(mx):
    x = array(mx.np, "float32", (2, 3))
    return (
        grads(mx, mx.np.std, x),
        grads(mx, lambda a: mx.np.var(a, axis=0), x),
        grads(mx, mx.np.all, x),
    )


@pytest.mark.np
def test_std_of_ints(mx):
    x = mx.np.array([[1, 2, 2], [4, 4, 1]], dtype="int32")
    return mx.np.std(x), mx.np.std(x, dtype="float32"), mx.np.var(x, axis=1), mx.np.var(x)


@pytest.mark.np
@pytest.mark.parametrize("ddof", (0, 1, 2))
def test_ddof(mx, ddof):
    x = array(mx.np, "float32", (2, 5))
    return mx.np.std(x, ddof=ddof), mx.np.var(x, axis=1, ddof=ddof, keepdims=True)


@pytest.mark.np
def test_var_ddof_too_large(mx):
    return mx.np.var(mx.np.array([[1.0, 2.0], [4.0, 4.0]]), ddof=7)


@pytest.mark.np
@pytest.mark.parametrize("shape", ((0,), (0, 3), (2, 0)), ids=str)
@pytest.mark.parametrize("name", ("max", "min"))  # sums of nothing upset MXNet: later calls fail
def test_of_nothing(mx, name, shape):
    x = mx.np.ones(shape)
    function = getattr(mx.np, name)
    return attempt(function, x), attempt(lambda: function(x, axis=0))


@pytest.mark.np
@pytest.mark.parametrize("name", ("sum", "prod", "max", "min", "all", "any", "cumsum"))
def test_of_scalars(mx, name):
    x = mx.np.array(3.0)
    return getattr(mx.np, name)(x)


@pytest.mark.np
@pytest.mark.parametrize("axis", (None, 0, 1, -1, (0, 1)), ids=str)
@pytest.mark.parametrize("weighted", (False, True))
def test_average(mx, axis, weighted):
    x = array(mx.np, "float32", (2, 3))
    w = array(mx.np, "float32", (2, 3), low=0.5, high=2.0) if weighted else None
    average = mx.np.average
    return average(x, axis=axis, weights=w), average(x, axis=axis, weights=w, returned=True)


@pytest.mark.np
def test_average_gradients(mx):
    x, w = array(mx.np, "float32", (2, 3)), array(mx.np, "float32", (2, 3), low=0.5, high=2.0)
    v = array(mx.np, "float32", (3,), low=0.5, high=2.0)
    average = mx.np.average
    return [
        grads(mx, average, x), grads(mx, lambda a, b: average(a, axis=1, weights=b), x, w),
        grads(mx, lambda a, b: average(a, weights=b), x, w),
        grads(mx, lambda a, b: average(a, axis=1, weights=b), x, v),
    ]  # fmt: skip


@pytest.mark.np
def test_average_refusals(mx):
    x, v = array(mx.np, "float32", (2, 3)), array(mx.np, "float32", (2,))
    average = mx.np.average
    return [
        attempt(lambda: average(x, weights=v)), attempt(lambda: average(x, axis=1, weights=v)),
        attempt(lambda: average(x, axis=2)), attempt(lambda: average(x, weights=[1, 2])),
        average(x, axis=0, weights=mx.np.zeros((2,))),
    ]  # fmt: skip


@pytest.mark.np
@pytest.mark.parametrize("name", ("sum", "mean", "max", "std", "all", "cumsum", "average"))
@pytest.mark.parametrize("value", ([1.0, 2.0], 2.0, None), ids=str)
def test_not_arrays(mx, name, value):
    return attempt(getattr(mx.np, name), value)


@pytest.mark.np
@pytest.mark.parametrize("name", ("sum", "mean", "max", "std", "all", "cumsum"))
def test_out(mx, name):
    x = array(mx.np, "float32", (2, 3))
    out = mx.np.zeros((3,), dtype="bool" if name == "all" else "float32")
    function = getattr(mx.np, name)
    if name == "cumsum":
        out = mx.np.zeros((2, 3))
    return (
        function(x, axis=0, out=out),
        out,
        attempt(lambda: function(x, axis=0, out=mx.np.zeros((5,)))),
    )


@pytest.mark.np
def test_mixed_front_ends(mx):
    x, y = array(mx.nd, "float32", (2,)), array(mx.np, "float32", (2,))
    return [
        attempt(mx.np.sum, x), attempt(mx.np.max, x), attempt(mx.np.mean, x),
        attempt(mx.nd.sum, y), attempt(mx.nd.norm, y), attempt(mx.np.sum, y, initial=3),
    ]  # fmt: skip


NORMS = {
    "default": {}, "1": {"ord": 1}, "-1": {"ord": -1}, "2": {"ord": 2}, "-2": {"ord": -2},
    "fro": {"ord": "fro"}, "nuc": {"ord": "nuc"}, "inf": {"ord": "inf"}, "-inf": {"ord": "-inf"},
    "0 axis": {"ord": 0, "axis": 1}, "1 axis": {"ord": 1, "axis": 1}, "axis": {"axis": 0},
    "2 axis": {"ord": 2, "axis": -1}, "3 axis": {"ord": 3, "axis": 1},
    "inf axis": {"ord": "inf", "axis": 1}, "-inf axis": {"ord": "-inf", "axis": 0},
    "inf axes": {"ord": "inf", "axis": (0, 1)}, "1 axes": {"ord": 1, "axis": (0, 1)},
    "kept": {"keepdims": True}, "1 kept": {"ord": 1, "axis": 1, "keepdims": True},
    "half axis": {"ord": 0.5, "axis": 1}, "-inf axes": {"ord": "-inf", "axis": (1, 0)},
    "-1 axes kept": {"ord": -1, "axis": (0, 1), "keepdims": True},
}  # fmt: skip


@pytest.mark.np
@pytest.mark.parametrize("form", NORMS)
def test_numpy_norm(mx, form):
    x = mx.np.array([[1.0, -2.0, 2.5], [3.0, 4.0, -0.5]])
    return grads(mx, lambda a: mx.np.linalg.norm(a, **NORMS[form]), x)


@pytest.mark.np
@pytest.mark.parametrize("form", ("default", "axis", "3 axis", "inf axis", "1 axes"))
def test_numpy_norm_of_stacks(mx, form):
    x = array(mx.np, "float32", (2, 3, 2), low=0.2, high=2.0)
    return grads(mx, lambda a: mx.np.linalg.norm(a, **NORMS[form]), x)


@pytest.mark.np
@pytest.mark.parametrize("dtype", (*DTYPES, "bool"))
def test_numpy_norm_dtypes(mx, dtype):
    x = array(mx.np, dtype, (2, 3))
    return mx.np.linalg.norm(x), mx.np.linalg.norm(x, axis=1)


@pytest.mark.np
def test_numpy_norm_refusals(mx):
    x = array(mx.np, "float32", (2, 3))
    norm = mx.np.linalg.norm
    return [
        attempt(lambda: norm(x, ord="abc")), attempt(lambda: norm(x, axis=2)),
        attempt(lambda: norm(x, axis=[0, 1])), attempt(lambda: norm(x[0], ord="nuc")),
        attempt(lambda: norm(x, ord=float("inf"), axis=1)), attempt(norm, [1.0, 2.0]),
    ]  # fmt: skip


@pytest.mark.parametrize("dtype", ("float16", "int8", "uint8"))
def test_narrow_types_accumulate(mx, front, dtype):
    x = front.ones((3000,), dtype=dtype)
    return front.sum(x).astype("int32"), front.mean(x), front.max(x)
