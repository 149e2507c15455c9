"""Graphs to symbol files' plain nodes and back."""

from __future__ import annotations

from .._core.errors import MXNetError
from .._core.graph import HIDDEN, INITS, Entry, GraphNode, names_of, ordered
from .._formats.symbol_json import FileNode, dumps, loads


def dump(entries: list[Entry], np_shape: bool) -> str:
    """Write a graph as text."""
    nodes = ordered(entries)
    number = {id(node): i for i, node in enumerate(nodes)}
    plain = [
        FileNode(
            node.op_name,
            node.name,
            node.attrs,
            [(number[id(below)], index, version) for below, index, version in node.inputs],
            node.total() if node.op is not None else 1,
        )
        for node in nodes
    ]
    heads = [(number[id(node)], index, version) for node, index, version in entries]
    return dumps(plain, heads, np_shape)


def parse(text: str) -> list[Entry]:
    """Read a graph; MXNetError when the text is damaged or names an unknown operator."""
    plain, heads, _ = loads(text)
    nodes: list[GraphNode] = []
    for each in plain:
        attrs = dict(each.attrs)
        inputs = [(nodes[number], index, version) for number, index, version in each.inputs]
        if each.op != "null":
            _to_variables(each.op, attrs, inputs)
        try:
            node = GraphNode(each.op, each.name, attrs, inputs)
        except MXNetError as error:
            raise MXNetError(
                f"{error}\nMXNetError: Failed loading Op {each.name} of type {each.op}: {error}"
            ) from None
        _check_inputs(node)
        nodes.append(node)
    for node in nodes:
        for below, index, _ in node.inputs:
            _check_output(below, index)
    for number, index, _ in heads:
        _check_output(nodes[number], index)
    return [(nodes[number], index, version) for number, index, version in heads]


def _to_variables(op: str, attrs: dict[str, str], inputs: list[Entry]) -> None:
    """Move what old files wrote at the operator (``weight_lr_mult``) to the input's variable."""
    for key in list(attrs):
        for hidden in HIDDEN:
            stem = key.removesuffix("_" + hidden)
            if stem != key and stem in names_of(op).inputs:
                position = names_of(op).inputs.index(stem)
                if position < len(inputs):
                    inputs[position][0].attrs[f"__{hidden}__"] = attrs.pop(key)
                break


def _check_inputs(node: GraphNode) -> None:
    """Add the states that files of MXNet 0.8 leave out; refuse another wrong number of inputs."""
    op = node.op
    if op is None:
        if node.inputs:
            raise MXNetError(f"MXNetError: Check failed: the variable {node.name} has inputs")
        return
    count = node.arity()
    if op.mutates and len(node.inputs) == count - len(op.mutates):
        for position in range(len(node.inputs), count):
            below = GraphNode("null", f"{node.name}_{op.inputs[position]}", {})
            init = INITS.get((node.op_name, position))
            if init is not None:
                below.attrs["__init__"] = init
            node.inputs.append((below, 0, 0))
    most = len(node.inputs) if op.variadic or op.arity else len(op.inputs)
    if count >= 0 and not count <= len(node.inputs) <= max(count, most):
        raise MXNetError(
            f"MXNetError: Check failed: num_inputs == infered_num_inputs ({len(node.inputs)} vs. "
            f"{count}) : Operator {node.op_name} expects {count} inputs, but got "
            f"{len(node.inputs)} instead."
        )


def _check_output(node: GraphNode, index: int) -> None:
    if index >= (node.total() if node.op is not None else 1):
        raise MXNetError(
            f"MXNetError: Check failed: output {index} of {node.name} is referred to, it has "
            f"{node.total() if node.op is not None else 1}"
        )
