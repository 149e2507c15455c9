"""Relatives of batch normalization."""

from __future__ import annotations

import pytest

from compat_tests.inputs import array, arrays, attempt, grads

SUMS = pytest.mark.tolerance(rtol=1e-4, atol=1e-5, reason="variance by another formula")


def channels(mx, dtype="float32"):
    """Make gamma, beta and the two moving averages."""
    gamma, beta = arrays(mx.nd, dtype, (3,), (3,), low=0.2, high=1.5)
    averages = ([0.1, -0.2, 0.3], [0.5, 1.5, 2.0])
    return (gamma, beta, *(mx.nd.array(values, dtype=dtype) for values in averages))


@SUMS
@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("usual", [True, False])
@pytest.mark.parametrize("fixed", [True, False])
@pytest.mark.parametrize("shape", ["4,3", "2,3,4", "2,3,2,2"])
def test_sync(mx, shape, fixed, usual, training):
    sizes = tuple(map(int, shape.split(",")))
    gamma, beta, mean, var = channels(mx)
    seen = grads(
        mx, lambda a, g, b: mx.nd.contrib.SyncBatchNorm(
            a, g, b, mean, var, fix_gamma=fixed, use_global_stats=not usual, key="case",
            eps=0.01, momentum=0.8,
        ), array(mx.nd, "float32", sizes), gamma, beta,
        head=array(mx.nd, "float32", sizes, seed="head"), train_mode=training,
    )  # fmt: skip
    return seen, mean, var, gamma


@SUMS
def test_sync_statistics(mx):
    gamma, beta, mean, var = channels(mx)
    x = array(mx.nd, "float32", (4, 3, 2))
    with mx.autograd.record():
        return mx.nd.contrib.SyncBatchNorm(
            x, gamma, beta, mean, var, key="case", output_mean_var=True
        )


def test_sync_double(mx):
    gamma, beta, mean, var = channels(mx, "float64")
    x = array(mx.nd, "float64", (4, 3, 2))
    return mx.nd.contrib.SyncBatchNorm(x, gamma, beta, mean, var, key="case")


@SUMS
@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("usual", [True, False])
@pytest.mark.parametrize("fixed", [True, False])
def test_relu(mx, fixed, usual, training):
    sizes = (2, 3, 2, 2)
    gamma, beta, mean, var = channels(mx)
    seen = grads(
        mx, lambda a, g, b: mx.nd.contrib.BatchNormWithReLU(
            a, g, b, mean, var, fix_gamma=fixed, use_global_stats=not usual, eps=0.01,
        ), array(mx.nd, "float32", sizes), gamma, beta,
        head=array(mx.nd, "float32", sizes, seed="head"), train_mode=training,
    )  # fmt: skip
    return seen, mean, var, gamma


@SUMS
def test_relu_statistics(mx):
    gamma, beta, mean, var = channels(mx)
    x = array(mx.nd, "float32", (2, 3, 2, 2))
    with mx.autograd.record():
        return mx.nd.contrib.BatchNormWithReLU(x, gamma, beta, mean, var, output_mean_var=True)


@pytest.mark.parametrize("shape", ["4,3", "2,3,4"])
def test_relu_rank(mx, shape):
    sizes = tuple(map(int, shape.split(",")))
    gamma, beta, mean, var = channels(mx)
    x = array(mx.nd, "float32", sizes)
    return mx.nd.contrib.BatchNormWithReLU(x, gamma, beta, mean, var)


def run(mx, symbol, states, training, **values):
    """Bind a symbol, go forward and backward; return outputs, gradients and states."""
    executor = symbol.bind(
        mx.cpu(),
        args=values,
        args_grad={name: mx.nd.zeros(value.shape) for name, value in values.items()},
        aux_states=states,
    )
    outputs = executor.forward(is_train=training)
    before = [state.copy() for state in executor.aux_arrays]
    if training:
        heads = [array(mx.nd, "float32", out.shape, seed="head") for out in outputs]
        executor.backward(heads)
    return outputs, before, executor.grad_arrays, executor.aux_arrays


@SUMS
@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("usual", [True, False])
@pytest.mark.parametrize("fixed", [True, False])
@pytest.mark.parametrize("shape", ["4,3", "2,3,2,2"])
def test_first_form(mx, shape, fixed, usual, training):
    gamma, beta, mean, var = channels(mx)
    v = mx.sym.var
    made = mx.sym.BatchNorm_v1(
        v("x"), v("g"), v("b"), name="bn", fix_gamma=fixed, use_global_stats=not usual, eps=0.01
    )
    states = {"bn_moving_mean": mean, "bn_moving_var": var}
    x = array(mx.nd, "float32", tuple(map(int, shape.split(","))))
    return run(mx, made, states, training, x=x, g=gamma, b=beta)


@SUMS
def test_first_form_statistics(mx):
    gamma, beta, mean, var = channels(mx)
    v = mx.sym.var
    made = mx.sym.BatchNorm_v1(v("x"), v("g"), v("b"), name="bn", output_mean_var=True)
    states = {"bn_moving_mean": mean, "bn_moving_var": var}
    x = array(mx.nd, "float32", (4, 3))
    executor = made.bind(
        mx.cpu(), args={"x": x, "g": gamma, "b": beta}, grad_req="null", aux_states=states
    )
    return executor.forward(is_train=True)


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("target", [0.1, 0.3])
def test_penalty(mx, target, training):
    made = mx.sym.IdentityAttachKLSparseReg(
        mx.sym.var("x"), name="kl", sparseness_target=target, penalty=0.5, momentum=0.7
    )
    states = {"kl_moving_avg": mx.nd.array([0.2, 0.5, 0.7])}
    x = array(mx.nd, "float32", (4, 3), low=0.1, high=0.9)
    return run(mx, made, states, training, x=x)


def test_symbols(mx):
    v = mx.sym.var
    made = [
        mx.sym.contrib.SyncBatchNorm(v("d"), key="k"),
        mx.sym.contrib.BatchNormWithReLU(v("d")),
        mx.sym.BatchNorm_v1(v("d")),
        mx.sym.IdentityAttachKLSparseReg(v("d")),
    ]
    return [
        (
            each.list_arguments(),
            each.list_auxiliary_states(),
            each.list_outputs(),
            each.infer_shape(d=(2, 3) if "kl" in each.name else (2, 3, 4, 4)),
            each.tojson() if "sync" in each.name else None,
        )
        for each in made
    ]


def test_norm_wrong(mx):
    nd = mx.nd
    x, ones, zeros = nd.ones((2, 3, 4, 4)), nd.ones(3), nd.zeros(3)
    sync = nd.contrib.SyncBatchNorm
    return [
        attempt(sync, x, ones, zeros, zeros, ones),
        attempt(sync, x[0, 0, 0], ones, zeros, zeros, ones, key="a"),
        attempt(sync, x.astype("float64"), ones, zeros, zeros, ones, key="b"),
        attempt(sync, x, ones, key="c"),
        attempt(nd.BatchNorm_v1, x, ones, zeros),
        attempt(nd.IdentityAttachKLSparseReg, x),
        attempt(nd.contrib.BatchNormWithReLU, x, ones, zeros),
    ]
