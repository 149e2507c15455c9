"""Element-wise functions of one array: values, gradients, integers, special values, refusals."""

from __future__ import annotations

import pytest

from compat_tests.inputs import DTYPES, FLOATS, array, arrays, attempt, grads

#: Functions by the range their arguments are drawn from.
RANGES = {
    (
        -2.0,
        2.0,
    ): """abs arcsinh arctan cbrt ceil cos cosh degrees exp expm1 fix floor negative radians
        rint sign sin sinh square tan tanh trunc""",
    (0.1, 3.0): "log log10 log1p log2 sqrt reciprocal",
    (-0.9, 0.9): "arccos arcsin arctanh",
    (1.1, 3.0): "arccosh",
}
BOTH = [(name, *limits) for limits, names in RANGES.items() for name in names.split()]
LEGACY = [
    *BOTH,
    *(
        (name, -2.0, 2.0)
        for name in ["relu", "sigmoid", "softsign", "hard_sigmoid", "erf", "round", "logical_not"]
    ),
    *((name, 0.1, 3.0) for name in ["rsqrt", "rcbrt", "gamma", "gammaln"]),
    ("erfinv", -0.9, 0.9),
    ("identity", -2.0, 2.0),
    ("BlockGrad", -2.0, 2.0),
    ("stop_gradient", -2.0, 2.0),
    ("make_loss", -2.0, 2.0),
]
ROUGH = pytest.mark.tolerance(
    rtol=1e-6, atol=1e-7, reason="MXNet takes their constants and digamma in float32"
)


def rows(table):
    """Parametrize by rows; functions with float32 constants are compared less closely."""
    rough = ("degrees", "radians", "erf", "erfinv", "gamma", "gammaln")
    return [
        pytest.param(
            *row, dtype, id=f"{row[0]}-{dtype}", marks=[ROUGH] * (rough_one and dtype == "float64")
        )
        for row in table
        for dtype in FLOATS
        for rough_one in [row[0] in rough]
    ]


NUMPY_ONLY = [
    "absolute", "fabs", "logical_not", "isnan", "isinf", "isfinite", "isposinf", "isneginf",
]  # fmt: skip


@pytest.mark.parametrize("name,low,high,dtype", rows(LEGACY))
def test_legacy(mx, name, low, high, dtype):
    x = array(mx.nd, dtype, (2, 3), low=low, high=high)
    return grads(mx, getattr(mx.nd, name), x)


@pytest.mark.np
@pytest.mark.parametrize("name,low,high,dtype", rows(BOTH))
def test_numpy(mx, name, low, high, dtype):
    x = array(mx.np, dtype, (2, 3), low=low, high=high)
    return grads(mx, getattr(mx.np, name), x)


@pytest.mark.np
@pytest.mark.parametrize("dtype", ("float32", "int32"))
@pytest.mark.parametrize("name", NUMPY_ONLY)
def test_numpy_only(mx, name, dtype):
    x = array(mx.np, dtype, (2, 3))
    return getattr(mx.np, name)(x)


@pytest.mark.np
@pytest.mark.parametrize(
    "name,low,high,dtype", rows([(n, 0.1, 3.0) for n in ("relu", "sigmoid", "erf", "gammaln")])
)
def test_extension(mx, name, low, high, dtype):
    x = array(mx.np, dtype, (2, 3), low=low, high=high)
    return grads(mx, getattr(mx.npx, name), x)


@pytest.mark.parametrize("dtype", ("int8", "uint8", "int32", "int64"))
@pytest.mark.parametrize("name", [row[0] for row in LEGACY])
def test_integers(mx, name, dtype):
    x = mx.nd.array([0, 1, 2, 3, 7], dtype=dtype)
    return attempt(getattr(mx.nd, name), x)


@pytest.mark.np
@pytest.mark.parametrize("name", [row[0] for row in BOTH])
def test_numpy_integers(mx, name):
    x = mx.np.array([-3, -1, 0, 1, 4], dtype="int32")
    return attempt(getattr(mx.np, name), x)


SPECIAL = [-float("inf"), -2.0, -1.5, -1.0, -0.5, -0.0, 0.0, 0.5, 1.0, 1.5, 2.5, float("inf")]


@pytest.mark.parametrize("name", [row[0] for row in LEGACY])
def test_special_values(mx, name):
    x = mx.nd.array(SPECIAL)
    return grads(mx, getattr(mx.nd, name), x)["out"].asnumpy()


@pytest.mark.parametrize("name", ("abs", "relu", "sign", "sqrt", "cbrt", "rsqrt", "arcsin", "log",
                                  "reciprocal", "gammaln", "arccosh"))  # fmt: skip
def test_slopes_at_kinks(mx, name):
    x = mx.nd.array([-1.0, 0.0, 1.0])
    return grads(mx, getattr(mx.nd, name), x)["grads"]


@pytest.mark.parametrize("name", ("sign", "relu", "abs", "sigmoid", "floor", "square"))
def test_nan(mx, name):
    return getattr(mx.nd, name)(mx.nd.array([float("nan"), 1.0]))


def test_rint_halves(mx, front):
    return front.rint(front.array([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 0.49, 0.51]))


def test_round_halves(mx):
    return mx.nd.round(mx.nd.array([-2.5, -1.5, -0.5, -0.49, 0.5, 1.5, 2.5, 0.49999997]))


@pytest.mark.np
@pytest.mark.parametrize("decimals", (0, 1, 2, -1))
def test_around_halves(mx, decimals):
    x = mx.np.array([-15.0, -2.5, -1.5, -0.5, -0.25, -0.2, 0.0, 0.15, 0.5, 1.5, 2.5, 25.0])
    return mx.np.around(x, decimals), mx.np.round(x, decimals=decimals)


@pytest.mark.np
@pytest.mark.parametrize("decimals", (0, 1, -1))
def test_around_integers(mx, decimals):
    return mx.np.around(mx.np.array([15, 25, -15, 4], dtype="int32"), decimals)


@pytest.mark.np
def test_around_half_precision(mx):
    return attempt(mx.np.around, mx.np.array([1.5], dtype="float16"))


@pytest.mark.np
@pytest.mark.parametrize("dtype", ("int8", "uint8", "int32", "int64", "bool", "float32"))
def test_bitwise_not(mx, dtype):
    x = array(mx.np, dtype, (4,))
    return attempt(mx.np.bitwise_not, x), attempt(mx.np.invert, x), attempt(lambda: ~x)


@pytest.mark.parametrize("dtype", DTYPES)
def test_hard_sigmoid_parameters(mx, dtype):
    x = array(mx.nd, dtype, (6,))
    return attempt(mx.nd.hard_sigmoid, x, alpha=0.5, beta=0.25)


def test_hard_sigmoid_gradient(mx):
    x = mx.nd.array([-2.0, -0.5, 0.0, 0.7, 1.5, 2.0])
    return grads(mx, lambda a: mx.nd.hard_sigmoid(a, alpha=0.5, beta=0.25), x)


def test_make_loss_ignores_the_head(mx):
    x = array(mx.nd, "float32", (2, 3))
    return grads(mx, mx.nd.make_loss, x, head=array(mx.nd, "float32", (2, 3), seed=1))


def test_quadratic(mx):
    x = array(mx.nd, "float32", (2, 3))
    return grads(mx, lambda a: mx.nd.contrib.quadratic(a, a=1.5, b=-2.0, c=0.5), x)


@pytest.mark.parametrize("name", ("round_ste", "sign_ste"))
def test_straight_through(mx, name):
    x = array(mx.nd, "float32", (2, 3))
    return grads(mx, getattr(mx.nd.contrib, name), x)


def test_div_sqrt_dim(mx):
    x = array(mx.nd, "float32", (2, 5))
    return grads(mx, mx.nd.contrib.div_sqrt_dim, x)


def test_gradientmultiplier(mx):
    x = array(mx.nd, "float32", (2, 3))
    return grads(mx, lambda a: mx.nd.contrib.gradientmultiplier(a, scalar=-0.5), x)


def test_backward_gradientmultiplier(mx):
    call = mx.nd.contrib.backward_gradientmultiplier
    floats, whole = array(mx.nd, "float32", (2, 3)), array(mx.nd, "int32", (2, 3))
    return (
        call(floats),
        call(floats, scalar=-0.5, is_int=False),
        call(whole, scalar=2.5),
        attempt(lambda: call()),
        attempt(lambda: grads(mx, call, floats)),
    )


@pytest.mark.np
@pytest.mark.parametrize("shape", ((), (0,), (2, 0, 3), (1, 1)), ids=str)
def test_numpy_shapes(mx, shape):
    return mx.np.exp(mx.np.ones(shape)), mx.np.abs(mx.np.ones(shape, dtype="int32"))


@pytest.mark.np
@pytest.mark.parametrize("value", (2, 2.0, -1.5), ids=str)
def test_numbers(mx, value):
    np = mx.np
    return [
        np.exp(value), np.abs(value), np.fabs(value), np.sign(value), np.floor(value),
        np.logical_not(value), np.isnan(value), np.square(value), np.rint(value),
        np.degrees(value), np.tanh(value),
    ]  # fmt: skip


@pytest.mark.np
@pytest.mark.parametrize("value", ([1.0], "a", None), ids=str)
def test_not_arrays(mx, value):
    return attempt(mx.np.exp, value), attempt(mx.np.isnan, value), attempt(mx.np.around, value)


@pytest.mark.np
def test_ufunc_options(mx):
    x = array(mx.np, "float32", (2,))
    return [
        attempt(lambda: mx.np.exp(x, where=True)), attempt(lambda: mx.np.exp(x, dtype=None)),
        attempt(lambda: mx.np.exp(x, dtype="float64")), attempt(lambda: mx.np.exp(x, order="F")),
        attempt(lambda: mx.np.exp(x, casting="no")), attempt(lambda: mx.np.exp(x, subok=False)),
        attempt(lambda: mx.np.exp(x, foo=1)), attempt(lambda: mx.np.exp(x, order=3)),
        attempt(lambda: mx.np.exp(x, casting="x")),
    ]  # fmt: skip


def test_out(mx, front):
    x, out = arrays(front, "float32", (2, 3), (2, 3))
    result = front.exp(x, out=out)
    return result, out, result is out, attempt(lambda: front.exp(x, out=front.zeros((3, 2))))


def test_out_of_another_dtype(mx, front):
    x = array(front, "float32", (2, 3))
    return attempt(lambda: front.exp(x, out=front.zeros((2, 3), dtype="int32")))


def test_bool_is_refused(mx, front):
    x = front.array([1, 0], dtype="bool")
    return [
        attempt(getattr(front, name), x) for name in ("exp", "abs", "negative", "sign", "floor")
    ]


@pytest.mark.np
def test_mixed_front_ends(mx):
    x, y = array(mx.np, "float32", (2,)), array(mx.nd, "float32", (2,))
    return attempt(mx.nd.exp, x), attempt(mx.np.exp, y)


def test_wrong_arguments(mx):
    x = array(mx.nd, "float32", (2,))
    return (
        attempt(mx.nd.exp, 2.0),
        attempt(mx.nd.exp, [1.0, 2.0]),
        attempt(mx.nd.exp),
        attempt(lambda: mx.nd.exp(x, x)),
        attempt(lambda: mx.nd.exp(x, axis=1)),
        attempt(lambda: mx.nd.exp(data=x)),
    )


@pytest.mark.parametrize("dtype", [*FLOATS, "int32"])
@pytest.mark.parametrize("name", ["isfinite", "isinf", "isnan"])
def test_contrib_predicates(mx, name, dtype):
    x = mx.nd.array(
        [1.0, 0.0, float("inf"), float("-inf"), float("nan")][: 2 if dtype == "int32" else 5]
    )
    return getattr(mx.nd.contrib, name)(x.astype(dtype))
