"""Dropout and its kin: masks to the last bit, in every way of running them."""

from __future__ import annotations

import pytest

from compat_tests.inputs import FLOATS, grads
from compat_tests.random.bits import IDS, SEEDS, SIZES, after, bits, draws


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("size", SIZES, ids=IDS)
@pytest.mark.parametrize("p", ["0.5", "0.3"])
def test_dropout(mx, p, size, dtype):
    x = mx.nd.ones(size, dtype=dtype)

    def dropped():
        with mx.autograd.train_mode():
            return mx.nd.Dropout(x, p=float(p))

    return draws(mx, dropped)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("axes", [(0,), (1,), (0, 2)], ids=str)
def test_axes(mx, axes, dtype):
    x = mx.nd.ones((30, 3, 5), dtype=dtype)
    return draws(mx, lambda: mx.nd.Dropout(x, p=0.4, axes=axes, mode="always"))


@pytest.mark.parametrize("p", [0.0, 1.0])
def test_edges(mx, p):
    x = mx.nd.ones((3, 50))
    return draws(mx, lambda: mx.nd.Dropout(x, p=p, mode="always"))


def test_inference_draws_nothing(mx):
    x = mx.nd.ones((3, 50))
    return draws(mx, lambda: mx.nd.Dropout(x, p=0.5))


def test_gradient(mx, front):
    x = front.ones((30, 7))
    mx.random.seed(3)
    dropout = mx.nd.Dropout if front is mx.nd else mx.npx.dropout
    seen = grads(mx, lambda a: dropout(a, p=0.3) * 2, x)
    return bits(seen["out"]), bits(seen["grads"][0])


@pytest.mark.parametrize("hybrid", ["plain", "hybrid", "static"])
def test_gluon(mx, front, hybrid):
    nn = mx.gluon.nn
    net = nn.HybridSequential()
    net.add(nn.Dropout(0.3), nn.Dropout(0.2, axes=(1,)), nn.Dropout(0.5))
    net.initialize()
    if hybrid != "plain":
        net.hybridize(static_alloc=hybrid == "static", static_shape=hybrid == "static")
    x = front.ones((20, 9))
    seen = []
    for seed in SEEDS:
        mx.random.seed(seed)
        with mx.autograd.record():
            seen.append(bits(net(x)))
        seen.append(bits(net(x)))
    return seen, after(mx)


def test_flip(mx, front):
    image = mx.nd.image if front is mx.nd else mx.npx.image
    x = front.array([[[1.0], [2.0], [3.0], [4.0]]])
    mx.random.seed(4)
    return [bits(image.random_flip_left_right(x)) for _ in range(30)]
