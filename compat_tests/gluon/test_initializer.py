"""Initializers: values, dispatch by name, strings and JSON; random ones by range and spread."""

from __future__ import annotations

import numpy as np
import pytest

from compat_tests.inputs import attempt

MAKE = {
    "zero": lambda init: init.Zero(),
    "one": lambda init: init.One(),
    "constant": lambda init: init.Constant(2.5),
    "uniform": lambda init: init.Uniform(),
    "uniform-1": lambda init: init.Uniform(1.0),
    "normal": lambda init: init.Normal(),
    "normal-1": lambda init: init.Normal(sigma=1),
    "xavier": lambda init: init.Xavier(),
    "xavier-gaussian": lambda init: init.Xavier("gaussian", "in", 2),
    "xavier-out": lambda init: init.Xavier(factor_type="out", magnitude=2.24),
    "msraprelu": lambda init: init.MSRAPrelu(),
    "msraprelu-in": lambda init: init.MSRAPrelu("in", 0.1),
    "orthogonal": lambda init: init.Orthogonal(),
    "orthogonal-normal": lambda init: init.Orthogonal(1.0, "normal"),
    "bilinear": lambda init: init.Bilinear(),
    "lstmbias": lambda init: init.LSTMBias(2.0),
}
EXACT = ("zero", "one", "constant", "bilinear", "lstmbias")


@pytest.mark.parametrize("name", MAKE)
def test_texts(mx, name):
    init = MAKE[name](mx.init)
    again = mx.init.create(init.dumps())
    return init.dumps(), again == init, again.dumps(), type(again), mx.init.create(init) is init


@pytest.mark.parametrize("shape", [(8, 6), (4, 3, 3, 3), (4, 2, 5), (12,)], ids=str)
@pytest.mark.parametrize("name", MAKE)
def test_weights(mx, front, name, shape):
    def draw():
        weight = front.zeros(shape)
        MAKE[name](mx.init)(mx.init.InitDesc("layer_weight"), weight)
        return weight

    if name in EXACT:
        return attempt(draw)
    drawn = attempt(draw)
    return drawn if not hasattr(drawn, "shape") else (drawn.shape, drawn.dtype)


@pytest.mark.parametrize("name", ["uniform", "normal", "xavier", "xavier-gaussian", "msraprelu-in"])
def test_spread(mx, front, name):
    weight = front.zeros((200, 300))
    MAKE[name](mx.init)(mx.init.InitDesc("layer_weight"), weight)
    values = weight.asnumpy().astype("float64")
    largest = 5.0 if name in ("normal", "xavier-gaussian", "msraprelu-in") else 1.8
    return (
        bool(abs(values.mean()) < 0.02 * values.std()),
        bool(np.abs(values).max() < largest * values.std()),
        round(float(np.log(values.std())), 1),
    )


SUFFIXES = ["weight", "bias", "gamma", "beta", "min", "max", "moving_mean", "running_var", "other"]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_dispatch(mx, front, suffix):
    def run():
        array = front.ones((2, 2)) * 5
        mx.init.Constant(3)(mx.init.InitDesc(f"layer_{suffix}"), array)
        return array

    return attempt(run)


def test_quantized(mx):
    array = mx.nd.ones((2, 2), dtype="int8") * 5
    mx.init.One()(mx.init.InitDesc("layer_bias_quantize"), array)
    return array


def test_described(mx, front):
    array = front.ones((2, 2))
    desc = mx.init.InitDesc("layer_anything", {"__init__": '["constant", {"value": 4}]'})
    mx.init.One()(desc, array)
    return array, desc.attrs, str(desc), desc.global_init is None


LEGACY = [
    "a_weight", "a_bias", "a_gamma", "a_beta", "a_moving_mean", "a_moving_var",
    "a_moving_inv_var", "a_moving_avg", "a_min", "a_max", "stn_loc_weight", "other",
]  # fmt: skip


@pytest.mark.parametrize("name", LEGACY)
def test_legacy_names(mx, name):
    import warnings

    def run():
        array = mx.nd.ones((2, 2)) * 5
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            mx.init.Constant(3)(name, array)
        return array

    return attempt(run)


def test_legacy_special(mx):
    import warnings

    up, loc = mx.nd.zeros((1, 1, 4, 4)), mx.nd.zeros((6,))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mx.init.One()("upsampling0_weight", up)
        mx.init.One()("stn_loc_bias", loc)
        wrong = attempt(mx.init.One(), 3, up), attempt(mx.init.One(), "a_weight", [1])
    return up, loc, wrong


CREATE = {
    "name": ("xavier",),
    "upper": ("XAVIER",),
    "alias": ("zeros",),
    "json": ('["uniform", {"scale": 0.5}]',),
    "json-dict": ('{"initializer": "normal", "sigma": 2}',),
    "dict": ({"initializer": "constant", "value": 1},),
    "unknown": ("no_such",),
    "number": (3,),
}


@pytest.mark.parametrize("name", CREATE)
def test_create(mx, name):
    return attempt(lambda: mx.init.create(*CREATE[name]).dumps())


def test_create_with_parameters(mx):
    return (
        mx.init.create("uniform", 0.5).dumps(),
        mx.init.create("uniform", scale=0.5).dumps(),
        attempt(mx.init.create, mx.init.One(), 3),
        attempt(mx.init.create, "one", 3),
        attempt(mx.init.create, "constant"),
    )


def test_own_initializer(mx, front):
    import warnings

    class Diagonal(mx.init.Initializer):
        def __init__(self, value=2):
            super().__init__(value=value)

        def _init_weight(self, name, arr):
            arr[:] = front.eye(*arr.shape) * self._kwargs["value"]

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mx.init.register(Diagonal)
    dense = mx.gluon.nn.Dense(2, in_units=2, prefix="d_")
    dense.initialize("diagonal")
    other = mx.gluon.nn.Dense(2, in_units=2, prefix="d_", weight_initializer=Diagonal(3))
    other.initialize()
    return dense.weight.data(), other.weight.data(), dense.bias.data(), Diagonal().dumps()


def test_register_twice_warns(mx):
    class Twice(mx.init.Initializer):
        pass

    mx.init.register(Twice)
    mx.init.register(Twice)
    return attempt(mx.init.register, dict)


def test_mixed(mx):
    mixed = mx.init.Mixed(["bias", ".*"], [mx.init.Constant(7), mx.init.One()])
    arrays = {}
    for name in ("bias_weight", "a_weight"):
        arrays[name] = mx.nd.zeros((2,))
        mixed(mx.init.InitDesc(name), arrays[name])
    narrow = mx.init.Mixed(["bias"], [mx.init.One()])
    return arrays, attempt(narrow, mx.init.InitDesc("a_weight"), mx.nd.zeros(2))


def test_load(mx):
    load = mx.init.Load({"arg:a": mx.nd.ones((2,)) * 3}, mx.init.Zero())
    a, b, c = mx.nd.zeros((2,)), mx.nd.ones((2,)), mx.nd.zeros((3,))
    load(mx.init.InitDesc("a"), a)
    load(mx.init.InitDesc("b_weight"), b)
    return a, b, attempt(load, "a", c), attempt(mx.init.Load({}), "b", b)


def test_equality(mx):
    init = mx.init
    return (
        init.One() == init.One(),
        init.Uniform(1) == init.Uniform(2),
        init.Uniform(1) == init.Normal(1),
        init.One() == "one",
    )


def test_base(mx):
    return attempt(mx.init.Initializer(), mx.init.InitDesc("a_weight"), mx.nd.zeros(2))


def test_constant_array(mx, front):
    value = front.array([[1, 2], [3, 4]])
    array = front.zeros((2, 2))
    init = mx.init.Constant(value)
    init(mx.init.InitDesc("a_weight"), array)
    return array, init.dumps()
