"""Activation functions in blocks: the bodies' numbers, also far from zero and in any order."""

from __future__ import annotations

import numpy as np
import pytest

from .against import check, declined

pytestmark = pytest.mark.usefixtures("small_blocks")
HERE = "numpy_kernels.activation"
SHAPES = [(4096,), (3, 5, 40, 41), (70, 1000)]


def given(shape, scale=4.0, seed=7):
    return (np.random.default_rng(seed).standard_normal(shape) * scale).astype("float32")


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("act_type", ["relu", "sigmoid", "softrelu", "tanh"])
def test_activation(act_type, shape):
    x = given(shape)
    x.flat[:6] = [0, -0.0, 100, -100, np.inf, -np.inf]
    if act_type == "tanh":
        out = np.tanh(x)
    else:
        out = check(HERE, "Activation", (), x, act_type=act_type)
    check(HERE, "Activation", ("data",), given(shape, 1, 9), out, x, act_type=act_type)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("name", ["sigmoid", "relu"])
def test_operators(name, shape):
    x = given(shape)
    x.flat[:5] = [0, -0.0, 100, -100, np.nan]
    out = check(HERE, name, (), x)
    check(HERE, name, ("data",), given(shape, 1, 9), out, x)


def test_tanh():
    x = given((70, 1000))
    check(HERE, "tanh", ("data",), given((70, 1000), 1, 9), np.tanh(x), x)


def test_softrelu_keeps_small_results():
    x = np.linspace(-90, -5, 5000, dtype="float32")
    out = check(HERE, "Activation", (), x, act_type="softrelu")
    np.testing.assert_allclose(out, np.log1p(np.exp(x.astype("f8"))), rtol=2e-6, atol=1e-38)


def test_leaves_to_the_body():
    assert declined(HERE, "Activation", (), given((4096,)).astype("f8"), act_type="relu")
    assert declined(HERE, "Activation", (), given((8,)), act_type="relu")
    assert declined(HERE, "Activation", (), given((4096,)), act_type="softsign")
    assert declined(HERE, "sigmoid", (), given((9000,))[::2])
