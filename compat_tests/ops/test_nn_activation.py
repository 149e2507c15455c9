"""Activations: ``Activation`` and the ``LeakyReLU`` family."""

from __future__ import annotations

import pytest

from compat_tests.inputs import DTYPES, FLOATS, array, attempt, grads

KINDS = ["relu", "sigmoid", "softrelu", "softsign", "tanh"]
LEAKY = ["leaky", "elu", "selu", "gelu"]


def find(mx, front, name):
    legacy = {"activation": "Activation", "leaky_relu": "LeakyReLU"}
    return getattr(mx.nd, legacy[name]) if front is mx.nd else getattr(mx.npx, name)


def head(front, dtype):
    return array(front, dtype, (2, 3), seed="head")


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("kind", KINDS)
def test_activation(mx, front, kind, dtype):
    call = find(mx, front, "activation")
    x = array(front, dtype, (2, 3))
    return grads(mx, lambda a: call(a, act_type=kind), x, head=head(front, dtype))


@pytest.mark.parametrize("dtype", [d for d in DTYPES if "int" in d])
@pytest.mark.parametrize("kind", ["relu", "tanh"])
def test_activation_refuses_whole_numbers(mx, kind, dtype):
    return attempt(mx.nd.Activation, array(mx.nd, dtype, (2, 3)), act_type=kind)


@pytest.mark.parametrize("kind", KINDS)
def test_activation_extremes(mx, kind):
    x = mx.nd.array([0, -0.0, 1e30, -1e30, 100, -100, float("inf"), float("-inf")])
    return grads(mx, lambda a: mx.nd.Activation(a, act_type=kind), x)


def test_activation_nan(mx):
    x = mx.nd.array([float("nan"), 1])
    return [mx.nd.Activation(x, act_type=kind) for kind in KINDS]


def test_activation_wrong(mx):
    x = array(mx.nd, "float32", (2, 3))
    call = mx.nd.Activation
    return [
        attempt(call, x),
        attempt(call, x, act_type="gelu"),
        attempt(call, act_type="relu"),
        attempt(call, [1, 2], act_type="relu"),
    ]


@pytest.mark.parametrize("dtype", ["float16", "float32"])
@pytest.mark.parametrize("kind", LEAKY)
def test_leaky(mx, front, kind, dtype):
    call = find(mx, front, "leaky_relu")
    x = array(front, dtype, (2, 3))
    return grads(mx, lambda a: call(a, act_type=kind), x, head=head(front, dtype))


@pytest.mark.tolerance(rtol=1e-6, atol=1e-7, reason="MXNet takes erf in single precision here")
@pytest.mark.parametrize("kind", LEAKY)
def test_leaky_double(mx, kind):
    x = array(mx.nd, "float64", (2, 3))
    return grads(mx, lambda a: mx.nd.LeakyReLU(a, act_type=kind), x, head=head(mx.nd, "float64"))


@pytest.mark.parametrize("kind", ["leaky", "elu"])
@pytest.mark.parametrize("slope", [0, 0.1, 1.5])
def test_leaky_slope(mx, kind, slope):
    x = array(mx.nd, "float32", (2, 3))
    return grads(mx, lambda a: mx.nd.LeakyReLU(a, act_type=kind, slope=slope), x)


@pytest.mark.parametrize("kind", LEAKY)
def test_leaky_extremes(mx, kind):
    x = mx.nd.array([0, 1e4, -3, 20, -2])
    return grads(mx, lambda a: mx.nd.LeakyReLU(a, act_type=kind), x)


@pytest.mark.tolerance(rtol=1e-6, atol=1e-7, reason="MXNet holds gamma in single precision")
@pytest.mark.parametrize("size", [1, 3])
def test_prelu_double(mx, size):
    x = array(mx.nd, "float64", (2, 3))
    gamma = array(mx.nd, "float64", (size,), low=0.1, high=0.5)
    return grads(mx, lambda a, g: mx.nd.LeakyReLU(a, g, act_type="prelu"), x, gamma)


@pytest.mark.parametrize("dtype", ["float16", "float32"])
@pytest.mark.parametrize("size", [1, 3])
def test_prelu(mx, front, size, dtype):
    call = find(mx, front, "leaky_relu")
    x = array(front, dtype, (2, 3))
    gamma = array(front, dtype, (size,), low=0.1, high=0.5)
    return grads(mx, lambda a, g: call(a, g, act_type="prelu"), x, gamma, head=head(front, dtype))


@pytest.mark.parametrize("shape", ["1,2,3,1", "2,3,4", "4"])
def test_prelu_ranks(mx, shape):
    sizes = tuple(map(int, shape.split(",")))
    x = array(mx.nd, "float32", sizes)
    gamma = array(mx.nd, "float32", (sizes[1] if len(sizes) > 1 else 1,), low=0.1, high=0.5)
    return attempt(grads, mx, lambda a, g: mx.nd.LeakyReLU(a, g, act_type="prelu"), x, gamma)


def test_leaky_wrong(mx):
    x = array(mx.nd, "float32", (2, 3))
    g = array(mx.nd, "float32", (3,))
    call = mx.nd.LeakyReLU
    return [
        attempt(call, x, act_type="prelu"),
        attempt(call, x, g, act_type="leaky"),
        attempt(call, x, array(mx.nd, "float32", (4,)), act_type="prelu"),
        attempt(call, x, g.astype("float64"), act_type="prelu"),
        attempt(call, x, act_type="swish"),
        attempt(call, x.astype("int32"), act_type="leaky"),
        attempt(call, x, slope="steep"),
    ]


def test_leaky_randomized_in_inference(mx):
    out, slopes = mx.nd.LeakyReLU(array(mx.nd, "float32", (2, 3)), act_type="rrelu")
    return out, slopes.shape


@pytest.mark.np
def test_activation_corner_shapes(mx):
    return [
        attempt(mx.npx.activation, mx.np.array(-0.5), act_type="tanh"),
        attempt(mx.npx.activation, mx.np.zeros((0, 2)), act_type="relu"),
    ]


def test_activation_out(mx):
    x = array(mx.nd, "float32", (2, 3))
    mx.nd.Activation(x, act_type="relu", out=x)
    return x
