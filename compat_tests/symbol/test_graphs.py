"""Building graphs: names, variables, attributes, what they print, their files."""

from __future__ import annotations

import copy
import json
import pickle

import pytest

from compat_tests.inputs import attempt


def mlp(mx):
    x = mx.sym.var("x", shape=(2, 3))
    hidden = mx.sym.FullyConnected(x, num_hidden=4, name="fc")
    normal = mx.sym.BatchNorm(hidden, name="bn")
    out = mx.sym.Activation(normal + 1, act_type="relu")
    return mx.sym.SoftmaxOutput(out, name="sm")


def ordered(attributes):
    """Sort what MXNet keeps in a hash table."""
    inner = {k: ordered(v) if isinstance(v, dict) else v for k, v in attributes.items()}
    return sorted(inner.items())


def listed(s):
    inner = s.get_internals().list_outputs()
    names = s.list_arguments(), s.list_auxiliary_states(), s.list_outputs(), s.list_inputs()
    return [repr(s), s.name, len(s), names, inner, ordered(s.attr_dict())]


def seen(s):
    return [*listed(s), s.tojson()]


def test_mlp(mx):
    return seen(mlp(mx)), mlp(mx).debug_str()


OPERATORS = {
    "Convolution": {"kernel": (3, 3), "num_filter": 2},
    "Deconvolution": {"kernel": (2, 2), "num_filter": 2},
    "FullyConnected": {"num_hidden": 3, "no_bias": True},
    "BatchNorm": {"output_mean_var": True},
    "LayerNorm": {},
    "InstanceNorm": {},
    "Dropout": {"p": 0.3},
    "Embedding": {"input_dim": 4, "output_dim": 2},
    "LeakyReLU": {"act_type": "prelu"},
    "Pooling": {"kernel": (2, 2), "pool_type": "max"},
    "LRN": {"nsize": 3},
    "L2Normalization": {},
    "SoftmaxOutput": {},
    "LinearRegressionOutput": {},
    "Activation": {"act_type": "tanh"},
    "Flatten": {},
    "flatten": {},
    "Reshape": {"shape": (-1, 2)},
    "transpose": {"axes": (1, 0)},
    "sum": {"axis": 1, "keepdims": True},
    "argmax": {"axis": 1},
    "topk": {"k": 2, "ret_typ": "both"},
    "split": {"num_outputs": 2},
    "SliceChannel": {"num_outputs": 2},
    "slice_axis": {"axis": 0, "begin": 0, "end": None},
    "cast": {"dtype": "float16"},
    "one_hot": {"depth": 3},
    "exp": {},
    "softmax": {"axis": -1},
    "BlockGrad": {},
    "stop_gradient": {},
    "make_loss": {},
    "identity": {},
    "broadcast_add": {},
    "elemwise_add": {},
    "dot": {"transpose_b": True},
    "batch_dot": {},
    "take": {},
    "where": {},
    "clip": {"a_min": 0, "a_max": 1},
    "expand_dims": {"axis": 0},
    "tile": {"reps": (2, 1)},
    "SequenceMask": {"use_sequence_length": True},
    "pick": {},
    "smooth_l1": {"scalar": 1.0},
}


@pytest.mark.parametrize("name", OPERATORS)
def test_operator(mx, name):
    made = getattr(mx.sym, name)(mx.sym.var("x"), name="op", **OPERATORS[name])
    return seen(made), repr(getattr(mx.sym, name)(mx.sym.var("x"), **OPERATORS[name]))


@pytest.mark.parametrize("name", ["Concat", "concat", "stack", "add_n"])
def test_variadic(mx, name):
    return seen(getattr(mx.sym, name)(mx.sym.var("a"), mx.sym.var("b")))


def test_arithmetic(mx):
    a, b = mx.sym.var("a"), mx.sym.var("b")
    results = [
        a + b, a + 1, 1 + a, a - b, a - 1, 1 - a, a * b, a * 2, 2 * a, a / b, a / 2, 2 / a, a % b,
        a % 2, 2 % a, a**b, a**2, 2**a, -a, abs(a), a == b, a == 1, a != b, a != 1, a > b, a > 1,
        a >= b, a >= 1, a < b, a < 1, a <= b, a <= 1,
    ]  # fmt: skip
    return [listed(result) for result in results], results[3].tojson(), results[5].tojson()


@pytest.mark.parametrize("name", ["pow", "power", "maximum", "minimum"])
def test_numbers_beside_symbols(mx, name):
    f, a, b = getattr(mx.sym, name), mx.sym.var("a"), mx.sym.var("b")
    return [listed(f(a, b)), listed(f(a, 2)), listed(f(2, a)), f(2, 3), attempt(f, a, "x")]


def test_creation(mx):
    made = [
        mx.sym.zeros((2, 3)), mx.sym.ones((2,), dtype="int32"), mx.sym.full((2,), 3),
        mx.sym.arange(3), mx.sym.eye(3), mx.sym.linspace(0, 1, 3),
        mx.sym.random.normal(shape=(2,)), mx.sym.random.uniform(0, 1, shape=(2, 2)),
    ]  # fmt: skip
    return [listed(each) for each in made]


def test_fluent(mx):
    x = mx.sym.var("x")
    made = [
        x.exp(), x.sum(axis=1), x.reshape((2, 3)), x.transpose(), x.flatten(), x.expand_dims(0),
        x.squeeze(), x.astype("int32"), x.clip(0, 1), x.slice_axis(0, 0, 1), x.relu(), x.mean(),
        x.one_hot(3), x.tile((2,)), x.split(2), x.softmax(), x.diag(), x.pick(x),
    ]  # fmt: skip
    return [listed(each) for each in made]


def test_variable_attributes(mx):
    x = mx.sym.var(
        "x", shape=(2, 3), lr_mult=2, wd_mult=0.5, dtype="float16", init=mx.init.Xavier(),
        stype="default", __mine__="yes", attr={"__other__": "a"},
    )  # fmt: skip
    return seen(x), [x.attr(key) for key in ("lr_mult", "__lr_mult__", "__mine__", "none", "name")]


def test_attributes_of_an_operator(mx):
    made = mx.sym.FullyConnected(mx.sym.var("x"), num_hidden=2, name="fc", lr_mult=3)
    return [made.attr(key) for key in ("opname", "name", "num_hidden", "no_bias", "lr_mult")]


def test_scopes(mx):
    with mx.AttrScope(ctx_group="g", __mine__="yes"), mx.name.Prefix("pre_"):
        x = mx.sym.var("x")
        y = mx.sym.FullyConnected(x, num_hidden=2)
        z = mx.sym.exp(y, name="given", attr={"__own__": "1"})
    return seen(z), ordered(x.list_attr()), ordered(y.list_attr()), z.attr("ctx_group")


def test_name_manager(mx):
    x = mx.sym.var("x")
    with mx.name.NameManager():
        first = mx.sym.exp(x), mx.sym.exp(x), mx.sym.FullyConnected(x, num_hidden=2)
    return [repr(each) for each in first]


def test_group(mx):
    a, b = mx.sym.var("a"), mx.sym.var("b")
    group = mx.sym.Group([a + b, mx.sym.exp(a)])
    return [
        listed(group), group.tojson(), [listed(each) for each in group], listed(group[1]),
        listed(group[0:2]), attempt(mx.sym.Group, []), attempt(mx.sym.Group, [1]),
    ]  # fmt: skip


def test_indexing(mx):
    s = mlp(mx)
    inner = s.get_internals()
    return [
        listed(inner["bn_output"]), listed(inner[3]), attempt(lambda: s["nope"]),
        attempt(lambda: s[1]), attempt(lambda: s[1.5]), listed(s.get_children()),
        mx.sym.var("x").get_children(), attempt(lambda: mx.sym.Group([s, s])["sm_output"]),
    ]  # fmt: skip


def test_composing(mx):
    s = mx.sym.FullyConnected(mx.sym.var("x"), num_hidden=2, name="fc")
    t = s(x=mx.sym.exp(mx.sym.var("y"), name="e"))
    return [
        listed(t), listed(s), attempt(s, x=3),
        attempt(s, mx.sym.var("a"), x=mx.sym.var("b")),
    ]  # fmt: skip


def test_copies(mx):
    s = mlp(mx)
    return [listed(copy.copy(s)), listed(copy.deepcopy(s)), listed(pickle.loads(pickle.dumps(s)))]


def test_refusals(mx):
    x = mx.sym.var("x")
    return [
        attempt(lambda: bool(x)), attempt(lambda: x + "text"), attempt(x.asnumpy),
        attempt(x.wait_to_read), attempt(x.copy), attempt(lambda: x.shape),
        attempt(lambda: {x: 1}), attempt(mx.sym.var, 3), attempt(mx.sym.var, "x", foo=1),
        attempt(mx.sym.FullyConnected, x), attempt(mx.sym.FullyConnected, 3, num_hidden=1),
        attempt(mx.sym.concat, x, 3), attempt(x.gradient, ["x"]),
        attempt(x.list_attr, recursive=True), attempt(mx.sym.Activation, x, act_type="foo"),
        attempt(mx.sym.Convolution, x, kernel=(3, 3)), attempt(mx.sym.load_json, 3),
        attempt(mx.sym.load, 3), attempt(x._set_attr, a=3),
    ]  # fmt: skip


def test_file(mx, tmp_path):
    path = str(tmp_path / "net-symbol.json")
    s = mlp(mx)
    s.save(path)
    with open(path) as file:
        text = file.read()
    return seen(mx.sym.load(path)), text == s.tojson()


def old(nodes, heads, **more):
    return json.dumps({"nodes": nodes, "arg_nodes": [0], "heads": heads, **more})


X = {"op": "null", "name": "x", "inputs": []}
OLD = {
    "plain": old([X, {"op": "exp", "name": "e", "inputs": [[0, 0]]}], [[1, 0]]),
    "param": old(
        [
            {"op": "null", "name": "x", "param": {}, "attr": {"lr_mult": "2"}, "inputs": []},
            {
                "op": "FullyConnected",
                "name": "fc",
                "param": {"num_hidden": "3", "no_bias": "True"},
                "attr": {"ctx_group": "g"},
                "inputs": [[0, 0], [0, 0]],
                "backward_source_id": -1,
            },
        ],
        [[1, 0]],
    ),
    "states": old(
        [
            X,
            {"op": "null", "name": "g", "inputs": []},
            {"op": "null", "name": "b", "inputs": []},
            {"op": "BatchNorm", "name": "bn", "inputs": [[0, 0], [1, 0], [2, 0]]},
        ],
        [[3, 0]],
    ),
    "argmax": old(
        [X, {"op": "argmax", "name": "a", "param": {"axis": "-1"}, "inputs": [[0, 0]]}], [[1, 0]]
    ),
}


@pytest.mark.parametrize("name", OLD)
def test_old_file(mx, name):
    return seen(mx.sym.load_json(OLD[name]))


@pytest.mark.parametrize("remove", [True, False])
def test_amp_casts(mx, remove):
    x, y = mx.sym.var("x"), mx.sym.var("y")
    cast = mx.sym.amp_cast(x, dtype="float16", name="first")
    both = mx.sym.amp_multicast(mx.sym.exp(cast, name="e"), y, num_outputs=2, name="both")
    out = mx.sym.amp_cast(both[0] + both[1], dtype="float32", name="last")
    return [
        json.loads(made.tojson(remove_amp_cast=remove))["nodes"]
        for made in (out, mx.sym.Group([out, cast]), mx.sym.exp(cast))
    ]
