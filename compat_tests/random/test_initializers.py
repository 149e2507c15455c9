"""Initial parameters: which stream is drawn from, in which order, to the last bit."""

from __future__ import annotations

import pytest

from compat_tests.inputs import attempt
from compat_tests.random.bits import after, bits

SHAPES = [(3, 4), (40, 30), (6, 3, 5, 5), (70, 2, 3)]
INITIALIZERS = {
    "uniform": lambda init: init.Uniform(),
    "uniform-wide": lambda init: init.Uniform(0.3),
    "normal": lambda init: init.Normal(),
    "normal-wide": lambda init: init.Normal(0.3),
    "xavier": lambda init: init.Xavier(),
    "xavier-in": lambda init: init.Xavier(factor_type="in", magnitude=2.34),
    "xavier-out": lambda init: init.Xavier(factor_type="out", magnitude=1),
    "xavier-gaussian": lambda init: init.Xavier(rnd_type="gaussian"),
    "xavier-gaussian-in": lambda init: init.Xavier("gaussian", "in", 2),
    "msra": lambda init: init.MSRAPrelu(),
    "msra-in": lambda init: init.MSRAPrelu("in", 0.1),
    "bilinear": lambda init: init.Bilinear(),
}
EVERY = pytest.mark.parametrize("name", sorted(INITIALIZERS))


def filled(mx, front, initializer, shapes, dtype="float32"):
    seen = []
    for number, shape in enumerate(shapes):
        x = front.zeros(shape, dtype=dtype)
        initializer(mx.init.InitDesc(f"layer{number}_weight"), x)
        seen.append(bits(x))
    return seen, bits(mx.nd.random.uniform(shape=3)), after(mx)


@EVERY
def test_initializer(mx, front, name):
    mx.random.seed(42)
    shapes = SHAPES if name != "bilinear" else [(2, 2, 4, 4), (1, 3, 3, 3)]
    return filled(mx, front, INITIALIZERS[name](mx.init), shapes)


@pytest.mark.parametrize("dtype", ["float16", "float64"])
@pytest.mark.parametrize("name", ["uniform-wide", "normal-wide", "xavier"])
def test_types(mx, name, dtype):
    mx.random.seed(42)
    return filled(mx, mx.nd, INITIALIZERS[name](mx.init), SHAPES, dtype)


@pytest.mark.tolerance(
    rtol=1e-4, atol=1e-5, reason="a singular value decomposition rounds its own way"
)
@pytest.mark.parametrize("kind", ["uniform", "normal"])
def test_orthogonal(mx, front, kind):
    mx.random.seed(42)
    x = front.zeros((5, 4, 2))
    mx.init.Orthogonal(scale=1.2, rand_type=kind)(mx.init.InitDesc("a_weight"), x)
    gram = mx.nd.array(x.asnumpy().reshape(5, 8))
    return mx.nd.dot(gram, gram.T), bits(mx.nd.random.uniform(shape=3)), after(mx)


def nets(mx):
    nn = mx.gluon.nn

    def stacked(*layers):
        net = nn.HybridSequential()
        for layer in layers:
            net.add(layer)
        return net

    return {
        "known": (lambda: stacked(nn.Dense(5, in_units=4), nn.Dropout(0.5),
                                  nn.Dense(3, in_units=5)),
                  (2, 4)),
        "deferred": (lambda: stacked(nn.Dense(5), nn.Dropout(0.5), nn.Dense(4), nn.Dense(3)),
                     (2, 4)),
        "half-known": (lambda: stacked(nn.Dense(5), nn.Dense(3, in_units=5)), (2, 4)),
        "conv": (lambda: stacked(nn.Conv2D(3, 3), nn.BatchNorm(), nn.MaxPool2D(), nn.Dense(3)),
                 (2, 1, 8, 8)),
        "own": (lambda: stacked(nn.Dense(5, weight_initializer=mx.init.Normal(1)),
                                nn.Dense(3, bias_initializer="uniform")), (2, 4)),
        "nested": (lambda: stacked(stacked(nn.Dense(4), nn.Dense(3)), nn.Dense(2)), (2, 4)),
        "embedding": (lambda: stacked(nn.Embedding(7, 3), nn.Dense(2)), (2, 4)),
    }  # fmt: skip


NETS = ["known", "deferred", "half-known", "conv", "own", "nested", "embedding"]


# Hybridized, MXNet draws all deferred parameters before the first Dropout.
@pytest.mark.parametrize("hybrid", [False, True])
@pytest.mark.parametrize("name", NETS)
def test_gluon(mx, front, name, hybrid):
    mx.random.seed(7)
    build, shape = nets(mx)[name]
    net = build()
    net.initialize(mx.init.Xavier() if name != "embedding" else mx.init.Uniform())
    if hybrid:
        net.hybridize()
    with mx.autograd.record():
        net(front.ones(shape))
    parameters = [bits(p.data()) for p in net.collect_params().values()]
    return parameters, bits(mx.nd.random.uniform(shape=3)), after(mx)


@pytest.mark.parametrize("name", NETS)
def test_default_initializer(mx, front, name):
    mx.random.seed(7)
    build, shape = nets(mx)[name]
    net = build()
    net.initialize()
    net(front.ones(shape))
    return [bits(p.data()) for p in net.collect_params().values()]


def test_initialize_again(mx, front):
    mx.random.seed(7)
    net = mx.gluon.nn.Dense(3, in_units=4)
    net.initialize(mx.init.Normal(0.1))
    first = bits(net.weight.data())
    net.initialize(mx.init.Normal(0.1), force_reinit=True)
    return first, bits(net.weight.data())


def test_mixed(mx):
    mx.random.seed(7)
    mixed = mx.init.Mixed([".*a_", ".*"], [mx.init.Normal(1), mx.init.Uniform(1)])
    x, y = mx.nd.zeros((3, 4)), mx.nd.zeros((3, 4))
    mixed(mx.init.InitDesc("x_b_weight"), y)
    mixed(mx.init.InitDesc("x_a_weight"), x)
    return bits(x), bits(y)


def test_double_parameters_under_np(mx):
    mx.npx.set_np()
    net = mx.gluon.nn.Dense(3, in_units=4, dtype="float64")
    return attempt(lambda: (net.initialize(), net.weight.data().asnumpy().dtype.name))
