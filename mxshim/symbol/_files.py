"""Graphs to symbol files' plain nodes and back."""

from __future__ import annotations

from .._core.errors import MXNetError, NotImplementedInShim, mxnet_error
from .._core.graph import Entry, GraphNode, names_of, ordered
from .._formats.symbol_json import FileGraph, FileNode, dumps, loads
from ._upgrade import add_missing_inputs, upgraded_attrs


def dump(entries: list[Entry], np_shape: bool) -> str:
    """Write a graph as text."""
    graph = _to_file(entries)
    graph.np_shape = np_shape
    return dumps(graph)


def _to_file(entries: list[Entry]) -> FileGraph:
    nodes = ordered(entries)
    number = {id(node): i for i, node in enumerate(nodes)}
    plain = [
        FileNode(
            node.op_name,
            node.name,
            node.attrs,
            [(number[id(below)], index, version) for below, index, version in node.inputs],
            node.total() if node.op is not None else 1,
            [_to_file(list(each)) for each in node.subgraphs],
        )
        for node in nodes
    ]
    return FileGraph(
        plain, [(number[id(node)], index, version) for node, index, version in entries]
    )


def parse(text: str, source: str = "the text") -> list[Entry]:
    """Read a graph; MXNetError when the text is damaged or names an unknown operator."""
    graph = loads(text, source)
    try:
        return _from_file(graph, graph.version)
    except (MXNetError, NotImplementedInShim) as error:
        kind = MXNetError if isinstance(error, MXNetError) else NotImplementedInShim
        raise kind(f"{source} holds no graph that can be built\n{_short(str(error))}") from None


def _short(text: str) -> str:
    """Return an error's text without the middle of a name or value that is longer than a page."""
    return text if len(text) < 6000 else f"{text[:4000]} ... {text[-1000:]}"


def _from_file(graph: FileGraph, version: int) -> list[Entry]:
    nodes: list[GraphNode] = []
    for each in graph.nodes:
        nodes.append(_to_node(each, nodes, version))
    for node in nodes:
        for below, index, _ in node.inputs:
            _check_output(below, index)
    for number, index, _ in graph.heads:
        _check_output(nodes[number], index)
    return [(nodes[number], index, version) for number, index, version in graph.heads]


def _to_node(each: FileNode, nodes: list[GraphNode], version: int) -> GraphNode:
    inputs = [(nodes[number], index, version) for number, index, version in each.inputs]
    bodies = [_from_file(body, version) for body in each.subgraphs]
    op = _operator(each)
    attrs = upgraded_attrs(op, each.attrs, inputs, version)
    try:
        node = GraphNode(op, each.name, attrs, inputs, bodies)
    except MXNetError as error:
        text = str(error).replace('(name=""', f'(name="{each.name}"')
        raise MXNetError(f"the node {each.name[:200]!r} is wrong\n{text}") from None
    add_missing_inputs(node, version)
    _check_inputs(node)
    return node


def _operator(node: FileNode) -> str:
    """Return the first of an operator's names, whatever name the file uses."""
    try:
        return "null" if node.op == "null" else names_of(node.op).real
    except MXNetError as error:
        line = str(error).removeprefix("MXNetError: ").replace(node.op, node.op[:200])
        raise mxnet_error(
            f"Failed loading Op {node.name[:200]} of type {node.op[:200]}: {line}"
        ) from None


def _check_inputs(node: GraphNode) -> None:
    """Refuse a wrong number of inputs; MXNet fails on it later."""
    op = node.op
    if op is None:
        if node.inputs:
            raise MXNetError(f"MXNetError: Check failed: the variable {node.name} has inputs")
        return
    count = node.arity()
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
