"""Initializers with their values: by class, name, JSON and description, inside parameters and
blocks, mixed, loaded, refused."""

from __future__ import annotations

import io
import logging
import os
import tempfile
import warnings

import pytest

from compat_tests.inputs import array, attempt

MAKE = {
    "zero": lambda init: init.Zero(),
    "one": lambda init: init.One(),
    "constant": lambda init: init.Constant(-1.5),
    "constant-list": lambda init: init.Constant([[1.0, 2.0], [3.0, 4.0]]),
    "uniform": lambda init: init.Uniform(0.3),
    "normal": lambda init: init.Normal(0.2),
    "xavier": lambda init: init.Xavier(),
    "xavier-in": lambda init: init.Xavier("uniform", "in", 2),
    "xavier-out": lambda init: init.Xavier("gaussian", "out", 2.34),
    "xavier-avg": lambda init: init.Xavier("gaussian", "avg", 1),
    "msraprelu": lambda init: init.MSRAPrelu(),
    "msraprelu-slope": lambda init: init.MSRAPrelu("out", 0.5),
    "bilinear": lambda init: init.Bilinear(),
    "lstmbias": lambda init: init.LSTMBias(2.0),
}
ODD = {
    "xavier-wrong-type": lambda init: init.Xavier("laplace"),
    "xavier-wrong-factor": lambda init: init.Xavier("uniform", "middle"),
}
SHAPES = [(4, 4), (3, 2, 2), (2, 3, 3, 3), (8,), (1, 1), (2, 2), (0, 3), (5, 1, 2, 2, 2)]
every = pytest.mark.parametrize("name", MAKE)


def filled(mx, front, init, shape, name="layer_weight", attrs=None, dtype="float32", **more):
    target = front.zeros(shape, dtype=dtype) + 7
    mx.random.seed(11)
    init(mx.init.InitDesc(name, attrs, **more), target)
    return target


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("name", [*MAKE, *ODD])
def test_weights(mx, front, name, shape):
    if 0 in shape and front is mx.nd:
        shape = (6, 2)
    return attempt(lambda: filled(mx, front, {**MAKE, **ODD}[name](mx.init), shape))


@pytest.mark.parametrize("dtype", ["float16", "float64", "int32"])
@every
def test_dtypes(mx, name, dtype):
    if dtype == "int32" and name[:4] in ("unif", "norm", "xavi", "msra"):
        dtype = "float32"
    return attempt(lambda: filled(mx, mx.nd, MAKE[name](mx.init), (4, 4), dtype=dtype))


@pytest.mark.parametrize("shape", [(4, 4), (3, 5), (6, 2, 2)], ids=str)
@pytest.mark.parametrize("kind", ["uniform", "normal"])
def test_orthogonal(mx, shape, kind):
    weight = filled(mx, mx.nd, mx.init.Orthogonal(1.5, kind), shape)
    rows = weight.reshape((shape[0], -1))
    if rows.shape[0] > rows.shape[1]:
        rows = rows.T
    return mx.nd.dot(rows, rows.T).round() * 1, weight.shape


NAMES = ["weight", "bias", "gamma", "beta", "min", "max", "running_mean", "moving_var", "i2h_bias",
         "weight_quantize", "alpha", "0", ""]  # fmt: skip


@pytest.mark.parametrize("suffix", NAMES)
@pytest.mark.parametrize("name", ["constant", "uniform", "xavier", "lstmbias"])
def test_suffixes(mx, name, suffix):
    return attempt(lambda: filled(mx, mx.nd, MAKE[name](mx.init), (4, 2), suffix))


TEXTS = ["zeros", "ones", "zero", "one", "constant", "uniform", "normal", "xavier", "msraprelu",
         "orthogonal", "bilinear", "lstmbias", "fusedrnn", "Xavier", "XAVIER", "no_such", "",
         "mixed", "load", '["constant", {"value": 3}]', '["uniform", {}]', '["xavier"]', "[1]",
         '["normal", {"colour": 1}]']  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_texts(mx, text):
    made = attempt(mx.init.create, text)
    return (type(made), made.dumps()) if hasattr(made, "dumps") else made


@every
def test_json(mx, name):
    init = MAKE[name](mx.init)
    text = attempt(init.dumps)
    again = attempt(lambda: mx.init.create(text))
    return text, type(again), again == init, init == 3, init != MAKE["zero"](mx.init)


@pytest.mark.parametrize(
    "text", ["ones", '["constant", {"value": 4}]', "no_such", '["uniform", {"scale": 0.1}]']
)
def test_described(mx, text):
    return attempt(lambda: filled(mx, mx.nd, mx.init.One(), (2, 2), "any", {"__init__": text}))


def test_description(mx):
    plain = mx.init.InitDesc("a_weight")
    full = mx.init.InitDesc("b", {"__init__": "ones"}, mx.init.One())
    first = filled(mx, mx.nd, mx.init.One(), (1,), "a_bias", global_init=mx.init.Zero())
    return (str(plain), plain.attrs, plain.global_init, full.attrs, type(full.global_init),
            isinstance(full, str), full + "c", first)  # fmt: skip


# ---- in parameters and blocks


@every
def test_parameters(mx, front, name):
    def run():
        mx.random.seed(5)
        made = mx.gluon.Parameter("net_weight", shape=(2, 2), init=MAKE[name](mx.init))
        made.initialize()
        other = mx.gluon.Parameter("net_weight", shape=(2, 2))
        other.initialize(MAKE[name](mx.init))
        third = mx.gluon.Parameter("net_bias", shape=(2, 2))
        third.initialize(default_init=MAKE[name](mx.init))
        return made.data(), other.data(), third.data()

    return attempt(run)


@pytest.mark.parametrize("text", ["zeros", "ones", "uniform", "normal", "xavier", "no_such"])
def test_parameters_by_text(mx, text):
    def run():
        mx.random.seed(5)
        made = mx.gluon.Parameter("net_bias", shape=(2, 2), init=text)
        made.initialize()
        return made.data()

    return attempt(run)


@pytest.mark.parametrize("name", [n for n in MAKE if n not in ("bilinear", "constant-list")])
def test_blocks(mx, front, name):
    def run():
        mx.random.seed(9)
        nn = mx.gluon.nn
        net = nn.HybridSequential(prefix="net_")
        with net.name_scope():
            net.add(nn.Conv2D(2, 2, in_channels=1), nn.BatchNorm(in_channels=2),
                    nn.Dense(3, in_units=8, bias_initializer="ones"),
                    nn.Dense(2, weight_initializer=mx.init.Constant(0.5)))  # fmt: skip
        net.initialize(MAKE[name](mx.init))
        net(front.ones((1, 1, 3, 3)))
        first = {n: p.data() for n, p in net.collect_params().items()}
        net.initialize(mx.init.One(), force_reinit=True)
        return first, {n: p.data().sum() for n, p in net.collect_params().items()}

    return attempt(run)


@pytest.mark.parametrize("bias", ["zeros", "ones", "lstmbias"])
def test_recurrent_layers(mx, bias):
    def run():
        mx.random.seed(2)
        options = {} if bias != "lstmbias" else {"i2h_bias_initializer": mx.init.LSTMBias(1.5)}
        if bias == "ones":
            options = {"i2h_bias_initializer": "ones", "h2h_bias_initializer": "ones"}
        layer = mx.gluon.rnn.LSTM(2, input_size=3, prefix="l_", **options)
        layer.initialize(mx.init.Uniform(0.2))
        return {n: p.data() for n, p in layer.collect_params().items()}

    return attempt(run)


# ---- mixed, loaded, verbose


@pytest.mark.parametrize("name", ["fc_weight", "fc_bias", "conv_weight", "odd", "bn_gamma"])
def test_mixed(mx, name):
    init = mx.init
    mixed = init.Mixed(["conv.*", ".*bias", "fc_weight|bn.*"],
                       [init.Constant(2), init.One(), init.Constant(3)])  # fmt: skip
    return attempt(lambda: filled(mx, mx.nd, mixed, (2, 2), name))


def test_mixed_refusals(mx):
    init = mx.init
    return (
        attempt(init.Mixed, ["a", "b"], [init.One()]),
        attempt(init.Mixed, [], []).map if not isinstance(init.Mixed([], []), Exception) else None,
        attempt(lambda: filled(mx, mx.nd, init.Mixed([], []), (2,))),
        attempt(init.Mixed, "ab", [1, 2]).map[0][1],
        attempt(init.Mixed([".*"], [init.One()]).dumps),
    )


@pytest.mark.parametrize("default", ["none", "uniform", "one"])
@pytest.mark.parametrize("name", ["fc_weight", "arg", "odd_weight", "fc_bias"])
def test_load(mx, name, default):
    given = {"arg:fc_weight": mx.nd.ones((2, 2)) * 2, "aux:arg": mx.nd.ones((2, 2)) * 3,
             "fc_bias": mx.nd.ones((3,))}  # fmt: skip
    chosen = {"none": None, "uniform": mx.init.Uniform(0.1), "one": mx.init.One()}[default]
    load = mx.init.Load(dict(given), default_init=chosen)
    return attempt(lambda: filled(mx, mx.nd, load, (2, 2), name))


def test_load_from_file(mx):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "saved.params")
        mx.nd.save(path, {"arg:fc_weight": array(mx.nd, "float32", (2, 2))})
        load = mx.init.Load(path)
        return filled(mx, mx.nd, load, (2, 2), "fc_weight"), sorted(load.param)


def said(run):
    """Return what is logged meanwhile."""
    page, root = io.StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(page), root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        run()
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    return page.getvalue()


@pytest.mark.parametrize("printer", [False, True], ids=["norm", "own"])
def test_verbosity(mx, printer):
    own = (lambda x: f"shape {x.shape}") if printer else None
    init = mx.init.Constant(2).set_verbosity(True, own)
    load = mx.init.Load({"a_weight": mx.nd.ones((2,))}, init, verbose=True)

    def run():
        for name in ("a_weight", "a_bias", "a_gamma"):
            filled(mx, mx.nd, init, (2,), name)
            filled(mx, mx.nd, load, (2,), name)
        filled(mx, mx.nd, init, (2,), "odd", {"__init__": "ones"})

    return said(run)


def test_own_initializer(mx):
    class Half(mx.init.Initializer):
        def _init_weight(self, name, arr):
            arr[:] = 0.5

        def _init_default(self, name, arr):
            arr[:] = -0.5

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mx.init.register(Half)
    half = mx.init.create("half")
    return [filled(mx, mx.nd, half, (2,), n) for n in ("a_weight", "a_bias", "other")], half.dumps()


REFUSED = {
    "base": lambda mx: filled(mx, mx.nd, mx.init.Initializer(), (2,)),
    "name": lambda mx: mx.init.One()(3, mx.nd.ones((2,))),
    "bilinear shape": lambda mx: filled(mx, mx.nd, mx.init.Bilinear(), (3,)),
    "xavier vector": lambda mx: filled(mx, mx.nd, mx.init.Xavier(), (3,)),
    "create number": lambda mx: mx.init.create(3),
    "constant shape": lambda mx: filled(mx, mx.nd, mx.init.Constant([1, 2, 3]), (2, 2)),
    "load shape": lambda mx: filled(mx, mx.nd, mx.init.Load({"a": mx.nd.ones((3,))}), (2,), "a"),
    "load number": lambda mx: mx.init.Load(3),
    "fused": lambda mx: mx.init.FusedRNN(3, 2, 2, "lstm"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_refusals(mx, kind):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return attempt(lambda: REFUSED[kind](mx))
