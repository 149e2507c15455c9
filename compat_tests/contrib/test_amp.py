"""Mixed precision: lists, the loss scaler, trainers, and converted networks."""

from __future__ import annotations

import importlib
import json

import pytest

from compat_tests.inputs import array, attempt


@pytest.fixture
def amp(mx):
    return importlib.import_module(f"{mx.__name__}.contrib.amp")


LISTS = [
    "list_lp16_ops", "list_fp32_ops", "list_lp16_fp32_ops", "list_conditional_fp32_ops",
    "list_widest_type_cast", "list_loss_output_functions", "list_lp16_use_fp32_params",
]  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
def test_lists(mx, amp, name):
    found = getattr(amp, name)
    other = amp.amp.bfloat16
    return found("float16"), found(other), attempt(lambda: found("int8"))


def test_before_init(mx, amp):
    return (
        attempt(lambda: amp.init("int8")),
        attempt(lambda: amp.init_trainer(5)),
        attempt(lambda: amp.unscale(mx.optimizer.SGD())),
        attempt(lambda: amp.unscale(5)),
    )


class Parameter:
    def __init__(self, grad):
        self._grad = None if grad is None else [grad]


def test_loss_scaler(mx, amp):
    scaler = amp.loss_scaler.LossScaler()
    scaler._scale_seq_len = 3
    good, bad = mx.nd.ones((2, 2)), mx.nd.array([1, float("inf")])
    wrong = mx.nd.array([float("nan")])
    seen = []
    for grads in [[good], [good, bad], [good], [wrong, good], *[[good, good]] * 8]:
        params = [Parameter(None), *map(Parameter, grads)]
        seen.append((scaler.has_overflow(params), scaler.loss_scale))
    return seen


def shown(mx, symbol):
    nodes = json.loads(symbol.tojson(remove_amp_cast=False))["nodes"]
    return [
        (n["op"], n["name"], n.get("attrs", {}), [each[:2] for each in n["inputs"]]) for n in nodes
    ]


def network(mx):
    s = mx.sym
    x = s.Activation(
        s.FullyConnected(s.var("data"), num_hidden=3, name="fc1"), act_type="relu", name="act"
    )
    x = s.FullyConnected(s.BatchNorm(x, name="bn"), num_hidden=3, name="fc2")
    x = s.broadcast_add(x, s.exp(x, name="e"), name="add")
    return s.SoftmaxOutput(x, name="softmax")


def branches(mx):
    s = mx.sym
    x = s.Activation(
        s.FullyConnected(s.var("data"), num_hidden=4, name="fc1"), act_type="softrelu", name="sr"
    )
    one, two = s.split(s.FullyConnected(x, num_hidden=4, name="fc2"), num_outputs=2, name="sp")
    return s.Group([s.elemwise_add(one, two, name="sum"), x, s.exp(two, name="e")])


def pictures(mx):
    s = mx.sym
    x = s.Convolution(s.var("data"), kernel=(3, 3), num_filter=2, name="conv")
    x = s.Pooling(x, kernel=(2, 2), stride=(2, 2), pool_type="max", name="pool")
    x = s.Dropout(s.Flatten(x, name="flat"), name="drop")
    return s.softmax(s.FullyConnected(x, num_hidden=3, name="fc"), name="out")


NETWORKS = {"mlp": network, "branches": branches, "pictures": pictures}
OPTIONS = {
    "default": {},
    "data": {"data_names": ["data", "softmax_label"]},
    "optional": {"data_names": ["data", "softmax_label"], "cast_optional_params": True},
    "excluded": {"data_names": ["data", "softmax_label"], "excluded_sym_names": ["fc1", "conv"]},
    "lists": {
        "data_names": ["data", "softmax_label"], "target_dtype_ops": ["FullyConnected"],
        "fp32_ops": ["exp", "Convolution"], "conditional_fp32_ops": [],
    },
}  # fmt: skip


@pytest.mark.parametrize("options", list(OPTIONS))
@pytest.mark.parametrize("kind", list(NETWORKS))
def test_convert_symbol(mx, amp, kind, options):
    made, given = NETWORKS[kind](mx), dict(OPTIONS[options])
    if "data_names" in given:
        given["data_names"] = [n for n in given["data_names"] if n in made.list_inputs()]
    return shown(mx, amp.convert_symbol(made, **given))


def test_convert_symbol_refuses(mx, amp):
    s, made = mx.sym, network(mx)
    convert = amp.convert_symbol
    return (
        attempt(lambda: convert(5)),
        attempt(lambda: convert(made, "int8")),
        attempt(lambda: convert(made, target_dtype_ops="x")),
        attempt(lambda: convert(made, fp32_ops="x")),
        attempt(lambda: convert(made, conditional_fp32_ops="x")),
        attempt(lambda: convert(made, conditional_fp32_ops=[("a", 1, 2)])),
        attempt(lambda: convert(made, excluded_sym_names="x")),
        attempt(lambda: convert(made, target_dtype_ops=["exp"])),
        attempt(lambda: convert(made, target_dtype_ops=["none"], fp32_ops=[])),
        attempt(lambda: convert(made, data_names=["data", "none"])),
        attempt(lambda: amp.convert_model(made, 5, {})),
        attempt(lambda: amp.convert_model(s, {}, {})),
    )


@pytest.mark.parametrize("optional", [False, True])
def test_convert_model(mx, amp, optional):
    symbol = network(mx)
    shapes, _, states = symbol.infer_shape(data=(2, 5))
    names = symbol.list_arguments()
    arguments = {
        name: array(mx.nd, "float32", shape)
        for name, shape in zip(names, shapes)
        if name not in ("data", "softmax_label")
    }
    kept = {n: mx.nd.ones(shape) for n, shape in zip(symbol.list_auxiliary_states(), states)}
    made, found, aux = amp.convert_model(symbol, arguments, kept, cast_optional_params=optional)
    return shown(mx, made), found, aux, found is arguments
