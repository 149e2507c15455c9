"""Pictures and tables of a symbol's graph."""

from __future__ import annotations

import json
import re
import warnings

from ._core.missing import module_getattr
from .symbol import Symbol

_HEADS = ("Layer (type)", "Output Shape", "Param #", "Previous Layer")
_WEIGHTS = (
    "_weight", "_bias", "_beta", "_gamma", "_moving_var", "_moving_mean", "_running_var",
    "_running_mean",
)  # fmt: skip
_NODE = {"shape": "box", "fixedsize": "true", "width": "1.3", "height": "0.8034", "style": "filled"}
#: The colours of operators; all others are pink.
_COLORS = {
    "null": "#8dd3c7", "Convolution": "#fb8072", "FullyConnected": "#fb8072",
    "BatchNorm": "#bebada", "Activation": "#ffffb3", "LeakyReLU": "#ffffb3", "Pooling": "#80b1d3",
    "Concat": "#fdb462", "Flatten": "#fdb462", "Reshape": "#fdb462", "Softmax": "#b3de69",
}  # fmt: skip
_OTHER_COLOR = "#fccde5"
_NO_GRAPHVIZ = (
    "the package graphviz is not installed: pip install 'mxshim[graphviz]'\n"
    "Draw network requires graphviz library"
)


def print_summary(symbol, shape=None, line_length=120, positions=[0.44, 0.64, 0.74, 1.0]):  # noqa: B006
    """Print a table of the operators: name, output shape, number of parameters, inputs.

    ``shape`` maps inputs to their shapes; without it neither output shapes nor most numbers are
    known.  ``positions`` are where the columns end, in characters or as shares of ``line_length``.
    Raises TypeError unless ``symbol`` is a Symbol, ValueError for an incomplete ``shape``.
    """
    if not isinstance(symbol, Symbol):
        raise TypeError("symbol must be Symbol")
    shapes = None if shape is None else _internal_shapes(symbol, shape)
    if positions[-1] <= 1:
        positions = [int(line_length * share) for share in positions]
    graph = json.loads(symbol.tojson())
    nodes = graph["nodes"]
    # mxnet: the three numbers of the first output all count as outputs; test_visualization.py
    heads = set(graph["heads"][0])

    def row(*fields):
        line = ""
        for column, field in enumerate(fields):
            end = positions[column]
            line = (line + str(field))[:end].ljust(end)
        print(line)

    print("_" * line_length)
    row(*_HEADS)
    print("=" * line_length)
    total = 0
    for number, node in enumerate(nodes):
        if node["op"] == "null" and number > 0:
            continue
        before = [nodes[i] for i, *_ in node["inputs"] if nodes[i]["op"] != "null" or i in heads]
        own = _output_shape(node, shapes) if node["op"] != "null" or number in heads else None
        count = _count(node, before, shapes)
        total += count
        names = [each["name"] for each in before] or [""]
        shown = "x".join(map(str, own[1:])) if own is not None else ""
        row(f"{node['name']}({node['op']})", shown, count, names[0])
        for name in names[1:]:
            row("", "", "", name)
        print(("=" if number == len(nodes) - 1 else "_") * line_length)
    print(f"Total params: {total}")
    print("_" * line_length)


def _internal_shapes(symbol, shape):
    """Return the shape of every output inside the graph by name."""
    internals = symbol.get_internals()
    found = internals.infer_shape(**shape)[1]
    if found is None:
        raise ValueError("Input shape is incomplete")
    return dict(zip(internals.list_outputs(), found))


def _key(node):
    return node["name"] if node["op"] == "null" else f"{node['name']}_output"


def _output_shape(node, shapes):
    """Return the shape of a node's only output, or None."""
    return None if shapes is None else shapes.get(_key(node))


def _count(node, before, shapes):
    """Count the parameters of a layer, from what the layers before it put out."""
    kind = node["op"]
    if kind == "Embedding":
        return int(node["attrs"]["input_dim"]) * int(node["attrs"]["output_dim"])
    if kind == "BatchNorm":
        return int(shapes[_key(node)][1]) * 2 if shapes is not None else 0
    known = [_output_shape(each, shapes) for each in before]
    channels = sum(int(shape[1:][0]) for shape in known if shape is not None)
    if kind not in ("Convolution", "FullyConnected"):
        return 0
    attrs = node["attrs"]
    bias = attrs.get("no_bias") != "True"
    if kind == "FullyConnected":
        return (channels + bias) * int(attrs["num_hidden"])
    filters = int(attrs["num_filter"])
    count = channels * filters // int(attrs.get("num_group", "1"))
    for size in _numbers(attrs["kernel"]):
        count *= int(size)
    return count + bias * filters


def _numbers(text):
    return re.findall(r"\d+", text)


def plot_network(
    symbol, title="plot", save_format="pdf", shape=None, dtype=None, node_attrs={},  # noqa: B006
    hide_weights=True,
):  # fmt: skip
    """Return a graphviz Digraph of the symbol: a box for each operator, arrows to its inputs.

    Needs the package of the extra ``graphviz``.  ``shape`` and ``dtype`` map inputs to shapes and
    types, which then label the arrows.  ``node_attrs`` are graphviz attributes of the nodes.
    ``hide_weights`` leaves out variables whose names end like those of parameters.
    """
    try:
        from graphviz import Digraph
    except ImportError as error:
        raise ImportError(_NO_GRAPHVIZ) from error
    if not isinstance(symbol, Symbol):
        raise TypeError("symbol must be a Symbol")
    shapes = None if shape is None else _internal_shapes(symbol, shape)
    types = None if dtype is None else _internal_types(symbol, dtype)
    nodes = json.loads(symbol.tojson())["nodes"]
    _warn_of_repeated([node["name"] for node in nodes])
    dot = Digraph(name=title, format=save_format)
    hidden = set()
    for node in nodes:
        name, kind = node["name"], node["op"]
        if kind == "null" and name.endswith(_WEIGHTS):
            # A weight that is not hidden appears, as a plain oval, by the arrows to it.
            if hide_weights:
                hidden.add(name)
            continue
        attributes = {**_NODE, **node_attrs}
        if kind == "null":
            attributes["shape"] = "oval"
        attributes["fillcolor"] = _COLORS.get(kind, _OTHER_COLOR)
        dot.node(name=name, label=_label(node), **attributes)
    for node in nodes:
        inputs = node["inputs"]
        if node["op"] == "_contrib_BilinearResize2D":
            inputs = inputs[:1]
        for number, *_ in inputs:
            source = nodes[number]
            if source["name"] not in hidden:
                label = _edge_label(source, shapes, types)
                arrow = {"dir": "back", "arrowtail": "open", "label": label}
                dot.edge(tail_name=node["name"], head_name=source["name"], **arrow)
    return dot


def _internal_types(symbol, dtype):
    """Return the type of every output inside the graph by name."""
    internals = symbol.get_internals()
    found = internals.infer_type(**dtype)[1]
    if found is None:
        raise ValueError("Input type is incomplete")
    return dict(zip(internals.list_outputs(), found))


def _warn_of_repeated(names):
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        warnings.warn(
            "There are multiple variables with the same name in your graph, this may result in "
            "cyclic graph. Repeated names: " + ",".join(repeated),
            RuntimeWarning,
            stacklevel=3,
        )


def _label(node):
    """Return what stands in a node's box."""
    kind, attrs = node["op"], node.get("attrs", {})
    if kind == "Convolution":
        kernel = "x".join(_numbers(attrs["kernel"]))
        return f"Convolution\n{kernel}/{_stride(attrs)}, {attrs['num_filter']}"
    if kind == "FullyConnected":
        return f"FullyConnected\n{attrs['num_hidden']}"
    if kind == "Activation":
        return f"Activation\n{attrs['act_type']}"
    if kind == "LeakyReLU":
        return f"LeakyReLU\n{attrs.get('act_type', 'Leaky')}"
    if kind == "Pooling":
        kernel = "x".join(_numbers(attrs["kernel"])) if "kernel" in attrs else "[]"
        return f"Pooling\n{attrs['pool_type']}, {kernel}/{_stride(attrs)}"
    if kind == "Custom":
        return attrs["op_type"]
    return node["name"]


def _stride(attrs):
    return "x".join(_numbers(attrs["stride"])) if "stride" in attrs else "1"


def _edge_label(source, shapes, types):
    """Return what stands at the arrow to ``source``: the shape without the batch, the type."""
    key = _key(source)
    if source["op"] != "null" and "num_outputs" in source.get("attrs", {}):
        key += str(int(source["attrs"]["num_outputs"]) - 1)  # mxnet: always the last output
    text = "" if shapes is None else "x".join(map(str, shapes[key][1:]))
    return text if types is None else f"{text}({types[key].__name__})"


__getattr__ = module_getattr(__name__)
