"""Symbol files of older versions: what reading them changes; files that are refused."""

from __future__ import annotations

import json
from collections import OrderedDict

import pytest

from compat_tests.inputs import attempt

DATA = {"op": "null", "name": "data", "inputs": []}
VERSIONS = [None, 700, 800, 900, 903, 905, 10000, 10300, 10901, 20000]


def node(op, name, inputs=(), **more):
    return dict({"op": op, "name": name, "inputs": [list(each) for each in inputs]}, **more)


def graph(nodes, heads=None, version=None, **more):
    arguments = [i for i, each in enumerate(nodes) if each["op"] == "null"]
    whole = {"nodes": nodes, "arg_nodes": arguments, "heads": heads or [[len(nodes) - 1, 0]]}
    if version is not None:
        whole["attrs"] = {"mxnet_version": ["int", version]}
    return json.dumps(dict(whole, **more))


def dense(version=None, **more):
    inputs = [DATA, node("null", "w"), node("null", "b")]
    return graph(
        [*inputs, node("FullyConnected", "fc", [[0, 0], [1, 0], [2, 0]], **more)], None, version
    )


def read(mx, text):
    """Read a graph and tell all there is to it."""
    symbol = mx.sym.load_json(text)
    return (
        symbol.list_arguments(),
        symbol.list_auxiliary_states(),
        symbol.list_outputs(),
        [(name, sorted(attrs.items())) for name, attrs in sorted(symbol.attr_dict().items())],
        symbol.tojson(),
    )


def told(mx, text):
    """Read a graph, or tell the start of the error: what may stand there instead is long."""
    try:
        return read(mx, text)
    except mx.MXNetError as raised:
        line = attempt(_again, raised).seen["message"]
        return line.partition(", Possible")[0].partition(", in operator")[0]


def _again(raised):
    raise raised


PARAMETERS = OrderedDict(
    [
        ("param", {"param": {"num_hidden": "3"}}),
        ("attr", {"attr": {"num_hidden": "3"}}),
        ("attrs", {"attrs": {"num_hidden": "3"}}),
        ("param-attr", {"param": {"num_hidden": "3"}, "attr": {"__a__": "x"}}),
        ("conflict", {"param": {"num_hidden": "3"}, "attr": {"num_hidden": "5"}}),
        ("attr-attrs", {"attr": {"__a__": "x"}, "attrs": {"num_hidden": "3"}}),
        ("attrs-attr", {"attrs": {"num_hidden": "3"}, "attr": {"__a__": "x"}}),
        ("backward", {"param": {"num_hidden": "3"}, "backward_source_id": -1}),
    ]
)


@pytest.mark.parametrize("kind", list(PARAMETERS))
def test_parameters(mx, kind):
    return told(mx, dense(**PARAMETERS[kind]))


HIDDEN = OrderedDict(
    [
        ("own", {"ctx_group": "a", "lr_mult": "1", "wd_mult": "2", "mirror_stage": "3"}),
        ("mirroring", {"force_mirroring": "True"}),
        ("weight", {"weight_lr_mult": "3", "bias_wd_mult": "0"}),
        ("no-such-input", {"gamma_lr_mult": "3"}),
        ("other-letter", {"weightxlr_mult": "3"}),
        ("short", {"xlr_mult": "3"}),
        ("underscore", {"_lr_mult": "3"}),
        ("both", {"lr_mult": "1", "__lr_mult__": "2"}),
        ("dunder", {"__lr_mult__": "3", "__foo__": "4"}),
        ("scope", {"profiler_scope": "x"}),
        ("unknown", {"custom": "x"}),
    ]
)


@pytest.mark.parametrize("kind", list(HIDDEN))
def test_hidden(mx, kind):
    return told(mx, dense(attrs=dict(HIDDEN[kind], num_hidden="3")))


@pytest.mark.parametrize("version", VERSIONS, ids=str)
def test_hidden_by_version(mx, version):
    return told(mx, dense(version, attrs={"num_hidden": "3", "weight_lr_mult": "2"}))


@pytest.mark.parametrize("version", [None, 10901], ids=str)
def test_hidden_at_variables(mx, version):
    attrs = {
        "lr_mult": "1",
        "weight_lr_mult": "2",
        "profiler_scope": "p",
        "foo": "b",
        "ctx_group": "a",
    }
    return read(mx, graph([node("null", "x", attr=attrs)], None, version))


MISSING = OrderedDict(
    [
        ("states", node("BatchNorm", "bn", [[0, 0], [1, 0], [2, 0]], param={"eps": "0.01"})),
        ("variance", node("BatchNorm", "bn", [[0, 0], [1, 0], [2, 0], [3, 0]])),
        ("all", node("BatchNorm", "bn", [[0, 0]], param={"fix_gamma": "False"})),
        ("no-name", node("BatchNorm", "", [[0, 0]])),
        ("dense", node("FullyConnected", "fc", [[0, 0]], param={"num_hidden": "3"})),
        (
            "no-bias",
            node("FullyConnected", "fc", [[0, 0]], param={"num_hidden": "3", "no_bias": "1"}),
        ),
        (
            "group",
            node("FullyConnected", "fc", [[0, 0]], param={"num_hidden": "3", "ctx_group": "a"}),
        ),
        ("label", node("SoftmaxOutput", "sm", [[0, 0]])),
        ("slope", node("LeakyReLU", "lr", [[0, 0]], param={"act_type": "prelu"})),
        ("leaky", node("LeakyReLU", "lr", [[0, 0]], param={"act_type": "leaky"})),
        (
            "embedding",
            node("Embedding", "e", [[0, 0]], param={"input_dim": "5", "output_dim": "2"}),
        ),
    ]
)


@pytest.mark.parametrize("kind", list(MISSING))
def test_missing_inputs(mx, kind):
    variables = [DATA, node("null", "g"), node("null", "b"), node("null", "m")]
    return read(mx, graph([*variables, MISSING[kind]]))


def test_missing_inputs_before(mx):
    nodes = [DATA, node("FullyConnected", "fc", [[0, 0]], param={"num_hidden": "3"})]
    return read(mx, graph(nodes, None, 899))


@pytest.mark.parametrize("version", [900, 10901])
def test_missing_inputs_later(mx, version):
    nodes = [DATA, node("FullyConnected", "fc", [[0, 0]], param={"num_hidden": "3"})]
    return attempt(lambda: mx.sym.load_json(graph(nodes, None, version)).list_arguments())


@pytest.mark.parametrize("op", ["argmax", "argmin", "sum"])
@pytest.mark.parametrize("version", [None, 904, 905], ids=str)
def test_axis(mx, op, version):
    kinds = [{"axis": "-1"}, {"axis": "0"}, {}, {"axis": "-1", "keepdims": "1"}]
    return [
        read(mx, graph([DATA, node(op, "a", [[0, 0]], attrs=each)], None, version))
        for each in kinds
    ]


def test_other_names(mx):
    nodes = [
        DATA,
        node("Flatten", "f", [[0, 0]]),
        node("_Plus", "p", [[1, 0], [0, 0]]),
        node("_minus_scalar", "m", [[2, 0]], param={"scalar": "2"}),
        node("broadcast_plus", "q", [[3, 0], [0, 0]]),
    ]
    return read(mx, graph(nodes))


def test_whole_network_runs(mx):
    """Run a graph in the manner of 0.8, from which states and underscores are missing."""
    nodes = [
        DATA,
        node("null", "fc_weight"),
        node("null", "fc_bias", attr={"lr_mult": "2"}),
        node("FullyConnected", "fc", [[0, 0], [1, 0], [2, 0]], param={"num_hidden": "3"}),
        node("null", "bn_gamma"),
        node("null", "bn_beta"),
        node("BatchNorm", "bn", [[3, 0], [4, 0], [5, 0]], param={"fix_gamma": "False"}),
        node("argmax", "top", [[6, 0]], param={"axis": "-1"}),
    ]
    for each in nodes:
        each["backward_source_id"] = -1
    symbol = mx.sym.load_json(graph(nodes, [[6, 0], [7, 0]]))
    run = symbol.simple_bind(mx.cpu(), data=(2, 4))
    for position, value in enumerate(run.arg_arrays):
        value[:] = mx.nd.arange(value.size).reshape(value.shape) / (position + 2)
    run.aux_dict["bn_moving_var"][:] = 2
    return symbol.infer_shape(data=(2, 4)), run.forward()


def changed(**more):
    return graph([dict(DATA, **more)])


REFUSED = OrderedDict(
    [
        ("field", graph([DATA])[:-1] + ', "foo": 1}'),
        ("node-field", changed(foo=1)),
        ("no-nodes", '{"arg_nodes": [], "heads": []}'),
        ("text", "hello"),
        ("list", "[1]"),
        ("null", "null"),
        ("negative", graph([DATA, node("relu", "r", [[-1, 0]])])),
        ("head", graph([DATA], [[5, 0]])),
        ("argument", graph([DATA]).replace('"arg_nodes": [0]', '"arg_nodes": [9]')),
        ("no-variable", graph([DATA, node("relu", "r", [[0, 0]])]).replace('s": [0]', 's": [1]')),
        ("one-number", graph([DATA], [[0]])),
        ("four-numbers", graph([DATA], [[0, 0, 0, 0]])),
        ("parameter", graph([DATA, node("Pooling", "p", [[0, 0]], param={"kernel": "abc"})])),
        ("no-operator", graph([DATA, node("NoSuch", "r", [[0, 0]])])),
        ("no-parameter", graph([DATA, node("FullyConnected", "f", [[0, 0]])])),
    ]
)


@pytest.mark.parametrize("kind", list(REFUSED))
def test_refused(mx, kind):
    return attempt(read, mx, REFUSED[kind])


REFUSED_OTHERWISE = OrderedDict(
    [
        ("no-op", '{"nodes":[{"name":"x","inputs":[]}],"arg_nodes":[0],"heads":[[0,0]]}'),
        ("no-inputs", '{"nodes":[{"op":"null","name":"x"}],"arg_nodes":[0],"heads":[[0,0]]}'),
        ("cut", graph([DATA])[:30]),
        ("number-attribute", changed(attrs={"a": 1})),
        ("float-reference", graph([DATA], [[0.0, 0]])),
        ("text-reference", graph([DATA], [["0", 0]])),
        ("huge-reference", graph([DATA], [[10**30, 0]])),
        ("plain-version", graph([DATA], attrs={"mxnet_version": 10901})),
        ("text-version", graph([DATA], attrs={"mxnet_version": ["str", "x"]})),
        ("backward", changed(backward_source_id="7")),
    ]
)


@pytest.mark.parametrize("kind", list(REFUSED_OTHERWISE))
def test_refused_in_other_words(mx, kind):
    return attempt(read, mx, REFUSED_OTHERWISE[kind])


TAKEN = OrderedDict(
    [
        ("trailing", graph([DATA]) + "xx"),
        ("itself", graph([DATA, node("relu", "r", [[1, 0]])])),
        ("output", graph([DATA, node("relu", "r", [[0, 3]])])),
        ("head-output", graph([DATA], [[0, 3]])),
        ("inputs-of-a-variable", graph([DATA, node("null", "x", [[0, 0]])])),
        ("too-many", graph([DATA, node("relu", "r", [[0, 0], [0, 0]])])),
        ("too-few", graph([DATA, node("elemwise_add", "r", [[0, 0]])], None, 10901)),
    ]
)


@pytest.mark.parametrize("kind", list(TAKEN))
def test_not_taken(mx, kind):
    return attempt(lambda: mx.sym.load_json(TAKEN[kind]).list_arguments())


def test_texts(mx):
    name = 'a "b" \\ c\td é'
    symbol = mx.sym.var(name, attr={"note": "line\nline\r"})
    return read(mx, symbol.tojson())


def test_harmless(mx):
    nodes = [DATA, node("relu", "r", [[0, 0, 7]], control_deps=[])]
    text = graph(nodes, [[1, 0], [1, 0]], node_row_ptr=[0, 5, 9])
    return read(mx, "  \n" + text.replace('"arg_nodes": [0]', '"arg_nodes": []'))
