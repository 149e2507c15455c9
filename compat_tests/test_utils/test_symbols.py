"""``mx.test_utils``: checks of symbols, of their gradients, of blocks and optimizers."""

from __future__ import annotations

import contextlib
import io
import itertools
import re

import numpy as np
import pytest

from compat_tests.inputs import attempt, numbers

REQUESTS = ["write", "add", "null"]


def quietly(function, *args, **kwargs):
    """Return what the call gives, or the whole text of its AssertionError, and what it prints."""
    page, aside = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(page), contextlib.redirect_stderr(aside), np.printoptions():
        try:
            result = function(*args, **kwargs)
        except AssertionError as error:
            result = ["AssertionError", *said(error)]
        except Exception as error:
            result = attempt(raiser, error)
    return result, page.getvalue().splitlines()


def raiser(error):
    raise error


def said(error):
    """Return the lines of an error, without those that pytest's rewriting adds to MXNet's."""
    return list(itertools.takewhile(lambda line: not RULE.match(line), str(error).splitlines()))


RULE = re.compile("assert ")


def pair(dtype="float64"):
    return [np.array(numbers("float32", (2, 3), seed=seed, low=0.5), dtype) for seed in (1, 2)]


def product(mx):
    a, b = mx.sym.Variable("a"), mx.sym.Variable("b")
    return a * b + mx.sym.square(a)


def test_simple_forward(mx):
    x, y = pair("float32")
    run, a = mx.test_utils.simple_forward, mx.sym.Variable("a")
    return (
        run(product(mx), a=x, b=y),
        run(mx.sym.Group([a * 2, a + 1]), a=x),
        run(mx.sym.Dropout(a, p=1.0), a=x),
        run(mx.sym.SwapAxis(a, dim1=0, dim2=1), mx.cpu(0), True, a=[[1, 2], [3, 4]]),
        attempt(run, a + 1, b=x),
    )


def test_same_symbol_structure(mx):
    same, a, b = mx.test_utils.same_symbol_structure, mx.sym.Variable("a"), mx.sym.Variable("b")
    return (
        same(a + b, b + a),
        same(a + b, a * b),
        same(mx.sym.exp(a), mx.sym.exp(b)),
        same(a, mx.sym.exp(a)),
        same(mx.sym.exp(a), mx.sym.exp(mx.sym.exp(a))),
        same(mx.sym.FullyConnected(a, num_hidden=2), mx.sym.FullyConnected(b, num_hidden=3)),
    )


# ---- forward


@pytest.mark.parametrize("gap", ["0", "0.0005", "0.0015", "0.5"])
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_symbolic_forward(mx, dtype, gap):
    x, y = pair()
    right = x * y + x * x
    right[1, 2] += float(gap)
    return quietly(
        mx.test_utils.check_symbolic_forward, product(mx), [x, y], [right], dtype=getattr(np, dtype)
    )


def test_symbolic_forward_arguments(mx):
    check, sym = mx.test_utils.check_symbolic_forward, product(mx)
    x, y = pair("float32")
    right = x * y + x * x
    name = sym.list_outputs()[0]
    return [
        quietly(check, sym, {"b": y, "a": x}, {name: right}),
        quietly(check, sym, (x, y), (right,), dtype="asnumpy"),
        quietly(check, sym, [mx.nd.array(x), mx.nd.array(y)], [right]),
        quietly(check, sym, [x, y], [right + 1], rtol=1.0, atol=1.0),
        quietly(check, sym, [x, y], [right * np.nan]),
        quietly(check, sym, [x, y], [right * np.nan], equal_nan=True),
        quietly(check, sym, [x, y * np.nan], [right * np.nan], equal_nan=True),
        quietly(check, sym, [x, y], [right], dtype=np.int32),
        quietly(check, sym, x, [right]),
        quietly(check, sym, [x, y], []),
    ]


def test_symbolic_states(mx):
    sym = mx.sym.BatchNorm(mx.sym.Variable("x"), fix_gamma=False, name="bn", eps=1e-5)
    x = np.array(numbers("float32", (4, 2)), "float32")
    gamma, beta, mean, var = (np.array(v, "float32") for v in ([1, 2], [0, 1], [0.5, 0], [4, 1]))
    right = (x - mean) / np.sqrt(var + 1e-5) * gamma + beta
    check = mx.test_utils.check_symbolic_forward
    named = {"bn_moving_var": var, "bn_moving_mean": mean}
    return [
        quietly(check, sym, [x, gamma, beta], [right], aux_states=[mean, var]),
        quietly(check, sym, [x, gamma, beta], [right], aux_states=named),
        quietly(check, sym, [x, gamma, beta], [right], aux_states=[mean, mean]),
    ]


def test_wrong_names(mx):
    """The order of the names in the text is that of a set."""
    x, y = pair()
    sym = product(mx)
    found = []
    for location, states in (({"a": x}, None), ({"a": x, "c": y}, None), ([x, y], {"state": x})):
        try:
            mx.test_utils.check_symbolic_forward(sym, location, [x], aux_states=states)
        except ValueError as error:
            found.append(str(error).partition(":")[0])
    return found


# ---- backward


@pytest.mark.parametrize("requests", ["write-add", "null-write", "add-null", "write-write"])
def test_symbolic_backward(mx, requests):
    x, y = pair("float32")
    head = np.array(numbers("float32", (2, 3), seed=3), "float32")
    right = {"a": head * (y + 2 * x), "b": head * x}
    sym, check = product(mx), mx.test_utils.check_symbolic_backward
    each = dict(zip("ab", requests.split("-")))
    seen = [
        quietly(check, sym, [x, y], [head], right, grad_req=each),
        quietly(check, sym, [x, y], [head], list(right.values()), grad_req=list(each.values())),
        quietly(check, sym, {"a": x, "b": y}, [mx.nd.array(head)], right, grad_req=each),
        quietly(check, sym, [x, y], {sym.list_outputs()[0]: head}, right, grad_req=each),
    ]
    for name in "ab":
        wrong = dict(right)
        wrong[name] = wrong[name] + 1
        seen.append(quietly(check, sym, [x, y], [head], wrong, grad_req=each))
    return seen


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "asnumpy"])
def test_symbolic_backward_dtype(mx, dtype):
    x, y = pair("float32")
    head = np.ones_like(x)
    kind = dtype if dtype == "asnumpy" else getattr(np, dtype)
    check = mx.test_utils.check_symbolic_backward
    right = [y + 2 * x, x]
    return [
        quietly(check, product(mx), [x, y], [head], right, dtype=kind),
        quietly(check, product(mx), [x, y], [head], [right[0] + 0.003, x], dtype=kind),
    ]


def test_symbolic_backward_arguments(mx):
    x, y = pair("float32")
    check, sym = mx.test_utils.check_symbolic_backward, product(mx)
    right = [y + 2 * x, x]
    loss = mx.sym.make_loss(sym)
    return [
        quietly(check, loss, [x, y], None, right),
        quietly(check, sym, [x, y], None, right),
        quietly(check, sym, [x, y], 3, right),
        quietly(check, sym, [x, y], [np.ones_like(x)], right, grad_req="sum"),
        quietly(
            check, sym, [x, y], [np.ones_like(x)], {"b": x}, grad_req={"a": "null", "b": "add"}
        ),
        quietly(check, sym, [x, y], [np.ones_like(x)], right, grad_stypes={"a": "default"}),
        quietly(check, sym, [x, y], [x * np.nan], [x * np.nan] * 2, equal_nan=True),
        quietly(check, sym, [x, y], [x * np.nan], [x * np.nan] * 2),
    ]


# ---- finite differences


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_numeric_gradient(mx, dtype):
    check, kind = mx.test_utils.check_numeric_gradient, getattr(np, dtype)
    x, y = pair(dtype)
    seen = [quietly(check, product(mx), [x, y], dtype=kind)]
    for request in REQUESTS:
        nodes = {"a": request, "b": "write"}
        seen.append(quietly(check, product(mx), {"a": x, "b": y}, grad_nodes=nodes, dtype=kind))
    seen.append(quietly(check, product(mx), [x, y], grad_nodes=["b"], dtype=kind))
    seen.append(quietly(check, product(mx), [x, y], numeric_eps=1e-2, rtol=1e-3, dtype=kind))
    return seen


@pytest.mark.parametrize("rtol", ["0.0001", "0.5", "2"])
def test_numeric_gradient_fails(mx, rtol):
    """A gradient that is blocked, one that is wrong by a factor."""
    a = mx.sym.Variable("a")
    x, _ = pair()
    check, rtol = mx.test_utils.check_numeric_gradient, float(rtol)
    seen = []
    for sym in (mx.sym.BlockGrad(a) * 2, mx.sym.MakeLoss(a * a)):
        result, _ = quietly(check, sym, [x], rtol=rtol, atol=0, dtype=np.float64)
        seen.append(result[0] if result else None)
    return seen


def test_numeric_gradient_report(mx):
    a = mx.sym.Variable("a")
    return quietly(
        mx.test_utils.check_numeric_gradient,
        mx.sym.BlockGrad(a) * 2 + a,
        [np.ones((1, 2))],
        dtype=np.float64,
        rtol=0.1,
        atol=0.1,
    )


def test_numeric_gradient_states(mx):
    sym = mx.sym.BatchNorm(mx.sym.Variable("x"), fix_gamma=False, name="bn", eps=1e-3)
    x = np.array(numbers("float32", (4, 2)))
    rest, states = [np.array([1.0, 2.0]), np.array([0.0, 1.0])], [np.zeros(2), np.ones(2)]
    check = mx.test_utils.check_numeric_gradient
    return [
        quietly(check, sym, [x, *rest], states, rtol=0.01, atol=0.01, dtype=np.float64),
        quietly(
            check, sym, [x, *rest], states, rtol=0.01, atol=0.01, dtype=np.float64,
            use_forward_train=False,
        )[0] is None,
    ]  # fmt: skip


def test_numeric_gradient_arguments(mx):
    check, sym = mx.test_utils.check_numeric_gradient, product(mx)
    x, y = pair()
    return [
        quietly(check, sym, [x, y], dtype=np.int32),
        quietly(check, sym, [x, y], numeric_eps=1e-6),
        quietly(check, sym, [x, y], grad_nodes=3),
        quietly(check, sym, [x, y], grad_nodes={"a": "sum"}),
        quietly(check, sym, 3),
        quietly(check, sym, [x, y], grad_stype_dict=["a"]),
        quietly(check, sym, [x, y], grad_stype_dict={"a": "default"}, dtype=np.float64),
    ]


def test_numeric_grad(mx):
    sym = mx.sym.sum(product(mx))
    x, y = pair()
    executor = sym.simple_bind(mx.cpu(), a=x.shape, b=y.shape, type_dict={"a": "float64"})
    location = {"a": x, "b": np.array(y, "float32")}
    return mx.test_utils.numeric_grad(executor, location, eps=1e-3, dtype=np.float64)


# ---- consistency


def places(mx, *dtypes):
    return [
        {"ctx": mx.cpu(i), "data": (3, 4), "type_dict": {"data": getattr(np, dtype)}}
        for i, dtype in enumerate(dtypes)
    ]


def dense(mx, hidden=2):
    return mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=hidden, name="fc")


def scaled(mx):
    return mx.sym.Variable("data") * mx.sym.Variable("w", init="one") + 1


@pytest.mark.parametrize("grad_req", REQUESTS)
@pytest.mark.parametrize(
    "dtypes", ["float32 float32", "float32 float64", "float64 float32 float16", "float16 float16"]
)
def test_consistency(mx, dtypes, grad_req):
    check = mx.test_utils.check_consistency
    result, _ = quietly(check, scaled(mx), places(mx, *dtypes.split()), grad_req=grad_req)
    return result


@pytest.mark.tolerance(rtol=1e-5, reason="the head gradients are float32 sums")
@pytest.mark.parametrize("grad_req", REQUESTS)
def test_consistency_of_a_layer(mx, grad_req):
    check = mx.test_utils.check_consistency
    return quietly(check, dense(mx), places(mx, "float32", "float64"), grad_req=grad_req)


@pytest.mark.parametrize("raise_on_err", [True, False])
def test_inconsistency(mx, raise_on_err):
    """Two symbols that compute different things."""
    data = mx.sym.Variable("data")
    syms = [mx.sym.square(data, name="y"), mx.sym.abs(data, name="y")]
    result, printed = quietly(
        mx.test_utils.check_consistency,
        syms,
        places(mx, "float32", "float32"),
        arg_params={"data": np.array(numbers("float32", (3, 4)))},
        raise_on_err=raise_on_err,
    )
    titles = [line for line in printed if "Err:" in line]
    return result, [title.replace("ctx 1", "ctx").replace("cpu(1)", "cpu(0)") for title in titles]


def test_consistency_arguments(mx):
    check, sym = mx.test_utils.check_consistency, scaled(mx)
    two = places(mx, "float32", "float32")
    given, drawn = np.array(numbers("float32", (3, 4))), {}
    truth = {sym.list_outputs()[0]: np.zeros((3, 4), "float32")}
    seen = [
        quietly(check, sym, two[:1]),
        quietly(check, [sym], two),
        quietly(check, [sym, sym], two, scale=0.5, use_uniform=True)[0],
        quietly(check, sym, two, arg_params={"data": given}, rand_type=np.float32),
        quietly(check, sym, two, ground_truth=truth, grad_req="null"),
        quietly(check, sym, two, ground_truth=truth, grad_req="null", atol=100.0),
        quietly(check, [sym, mx.sym.Variable("data") * 2], two),
    ]
    check(sym, two, arg_params=drawn)
    return seen, sorted(drawn), [value.dtype for _, value in sorted(drawn.items())]


def test_requests(mx):
    """What bind and simple_bind say of a request that there is not."""
    sym, x = mx.sym.Variable("a") * 2, mx.nd.ones(2)
    seen = []
    for wanted in ("sum", ["sum"], {"a": "sum"}, {"z": "sum"}):
        bound = attempt(sym.bind, mx.cpu(), args={"a": x}, args_grad={"a": x}, grad_req=wanted)
        seen.append(bound if hasattr(bound, "seen") else "bound")
        bound = attempt(sym.simple_bind, mx.cpu(), grad_req=wanted, a=(2,))
        seen.append(bound if hasattr(bound, "seen") else "bound")
    return seen


def test_speed(mx):
    check, sym = mx.test_utils.check_speed, dense(mx)
    given = {"data": np.ones((3, 4)), "fc_weight": np.ones((2, 4)), "fc_bias": np.ones(2)}
    return [
        check(sym, N=2, data=(3, 4)) > 0,
        check(sym, N=2, typ="forward", data=(3, 4)) > 0,
        check(sym, given, mx.cpu(), 1, "add") > 0,
        quietly(check, sym, typ="back", data=(3, 4)),
        quietly(check, sym, [1]),
    ]


# ---- blocks and optimizers


def test_hybridize_consistency(mx):
    def dense_net(prefix):
        return mx.gluon.nn.Dense(3, in_units=2, flatten=False, prefix=prefix)

    class Fickle(mx.gluon.nn.HybridBlock):
        def hybrid_forward(self, F, x):
            return x * (2 if hasattr(x, "asnumpy") else 3)

    data = [mx.np.ones((4, 2))]
    check = mx.test_utils.check_gluon_hybridize_consistency
    with mx.util.np_shape(True), mx.util.np_array(True):
        return [
            quietly(check, dense_net, data),
            quietly(check, dense_net, data, numpy_func=lambda x: np.zeros((4, 3)))[0][0],
            quietly(check, dense_net, data, test_grad=False),
            quietly(check, Fickle, data)[0],
            quietly(check, Fickle, data, test_grad=False, rtol=1.0),
        ]


@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_compare_optimizer(mx, dtype):
    compare, opt = mx.test_utils.compare_optimizer, mx.optimizer
    mixed = dtype == "float16"

    def sgd(rate=0.1, momentum=0.9, **options):
        return opt.SGD(learning_rate=rate, momentum=momentum, multi_precision=mixed, **options)

    return [
        quietly(compare, sgd(), sgd(), (3, 4), dtype),
        quietly(compare, sgd(), sgd(rate=0.9), (3, 4), dtype)[0][:2],
        quietly(compare, sgd(), sgd(momentum=0.1, wd=0.1), (3, 4), dtype, compare_states=False),
        quietly(compare, sgd(), sgd(), [(3, 4), (2,)], dtype, ntensors=2),
        quietly(compare, sgd(), sgd(rate=9.0), [(3, 4), (2,)], dtype, ntensors=2)[0][:2],
        quietly(compare, sgd(), sgd(), (3, 4), dtype, w_stype="dense"),
        quietly(compare, sgd(), sgd(), (3, 4), dtype, g_stype="dense"),
        quietly(compare, sgd(), sgd(), (3, 4), dtype, ntensors=2),
    ]


# ---- NumPy symbols


@pytest.mark.np
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_numpy_symbol(mx, dtype):
    utils, kind = mx.test_utils, getattr(np, dtype)
    a, b = (mx.sym.var(name).as_np_ndarray() for name in "ab")
    sym = a * b + mx.sym.np.square(a)
    x, y = pair(dtype)
    right = x * y + x * x
    return [
        [isinstance(each, utils.np_symbol) for each in (sym, a, mx.sym.var("c"))],
        quietly(utils.check_symbolic_forward, sym, [x, y], [right], dtype=kind),
        quietly(utils.check_symbolic_forward, sym, [x, y], [right + 1], dtype=kind),
        quietly(
            utils.check_symbolic_backward, sym, [x, y], [x], [x * y + 2 * x * x, x * x], dtype=kind
        ),
        quietly(utils.check_numeric_gradient, sym, [x, y], dtype=kind),
        quietly(utils.check_numeric_gradient, sym, [x[0], y], dtype=kind),
        utils.simple_forward(sym, a=x, b=y),
        utils.same_symbol_structure(sym, sym),
    ]
