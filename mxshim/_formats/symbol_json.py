"""Symbol files (-symbol.json): the text of a graph to plain nodes and back.

A file lists nodes in an order in which inputs stand before their users. Every number that refers to
a node is checked before it is used, so a damaged file gives an error and not a wrong graph. What
old files leave to be changed in attributes and inputs, `symbol/_upgrade.py` does: it takes to know
the operators.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from .._core.errors import MXNetError, check_failed, mxnet_error

VERSION = 10901
#: What a file without a version is taken for.
OLDEST = 800
#: Graphs inside graphs; MXNet's control flow needs as many as there are loops in loops.
MAX_DEPTH = 50
FIELDS = ("arg_nodes", "attrs", "heads", "node_row_ptr", "nodes")
NODE_FIELDS = (
    "attr", "attrs", "backward_source_id", "control_deps", "inputs", "name", "op", "param",
    "subgraphs",
)  # fmt: skip
#: A vector longer than this is written one element per line.
LONG = 10
_TYPES = {list: "list", dict: "object", str: "text", int: "whole number"}
_ESCAPES = {"\r": "\\r", "\n": "\\n", "\\": "\\\\", "\t": "\\t", '"': '\\"'}
_NO_NODE = "Check failed: e.node_id < jgraph.nodes.size(): "

Ref = tuple[int, int, int]


@dataclass
class FileNode:
    """One node: operator (``null``: a variable), name, attributes, (node, output, version)."""

    op: str
    name: str
    attrs: dict[str, str] = field(default_factory=dict)
    inputs: list[Ref] = field(default_factory=list)
    outputs: int = 1
    subgraphs: list[FileGraph] = field(default_factory=list)


@dataclass
class FileGraph:
    """Nodes, heads, the version of MXNet that wrote them, and whether under NumPy shapes."""

    nodes: list[FileNode]
    heads: list[Ref]
    version: int = VERSION
    np_shape: bool = False


def dumps(graph: FileGraph) -> str:
    """Write a graph as MXNet does, to the blank."""
    stamps = ['"is_np_shape": ["int", 1]'] * graph.np_shape
    stamps.append(f'"mxnet_version": ["int", {VERSION}]')
    return _graph(graph, 0, ['"attrs": ' + _braces(stamps, 2)])


def _graph(graph: FileGraph, indent: int, more: list[str]) -> str:
    rows = [0]
    for node in graph.nodes:
        rows.append(rows[-1] + node.outputs)
    variables = [str(i) for i, node in enumerate(graph.nodes) if node.op == "null"]
    parts = [
        '"nodes": ' + _block([_node_text(node, indent + 4) for node in graph.nodes], indent + 2),
        '"arg_nodes": ' + _vector(variables, indent + 2),
        '"node_row_ptr": ' + _vector([str(n) for n in rows], indent + 2),
        '"heads": ' + _refs(graph.heads, indent + 2),
        *more,
    ]
    return _lines(parts, indent, "{}")


def _node_text(node: FileNode, indent: int) -> str:
    inner = indent + 2
    lines = [f'"op": {json.dumps(node.op)}', f'"name": {_text(node.name)}']
    if node.attrs:
        pairs = [f"{_text(key)}: {_text(node.attrs[key])}" for key in sorted(node.attrs)]
        lines.append('"attrs": ' + _braces(pairs, inner))
    lines.append('"inputs": ' + _refs(node.inputs, inner))
    if node.subgraphs:
        graphs = [_graph(each, inner + 2, []) for each in node.subgraphs]
        lines.append('"subgraphs": ' + _block(graphs, inner))
    return _lines(lines, indent, "{}")


def _text(value: str) -> str:
    return '"' + "".join(_ESCAPES.get(char, char) for char in value) + '"'


def _lines(items: list[str], indent: int, ends: str) -> str:
    """Write items on a line each, ``ends`` around them."""
    inner = "\n" + " " * (indent + 2)
    return ends[0] + inner + f", {inner}".join(items) + "\n" + " " * indent + ends[1]


def _braces(pairs: list[str], indent: int) -> str:
    return _lines(pairs, indent, "{}") if len(pairs) > 1 else "{" + "".join(pairs) + "}"


def _block(items: list[str], indent: int) -> str:
    return _lines(items, indent, "[]") if items else "[]"


def _vector(items: list[str], indent: int) -> str:
    return _lines(items, indent, "[]") if len(items) > LONG else "[" + ", ".join(items) + "]"


def _refs(refs: list[Ref], indent: int) -> str:
    return _vector([f"[{node}, {index}, {version}]" for node, index, version in refs], indent)


def loads(text: str, source: str = "the text") -> FileGraph:
    """Read a graph; MXNetError, naming ``source``, for text that is none or refers to nothing."""
    return _Parser(source).graph(_Parser(source).parsed(text), 0)


class _Parser:
    """Turn parsed JSON into nodes; every error names the file."""

    def __init__(self, source: str) -> None:
        self.source = source

    def damaged(self, what: str, line: str = "") -> MXNetError:
        hint = f"{self.source} is no whole symbol file: {what}"
        return mxnet_error(line or f"Check failed: the symbol file is damaged: {what}", hint)

    def parsed(self, text: str) -> Any:
        try:
            return json.loads(text, strict=False)
        except (ValueError, RecursionError) as error:
            if text.lstrip()[:1] == "{":
                raise self.damaged(f"it is no JSON: {error}") from None
            raise self.no_object(text) from None

    def no_object(self, text: str) -> MXNetError:
        text = text.lstrip()
        start, rest = text[:1], text[1:].splitlines()[0][:80] if text[1:] else ""
        return check_failed(
            f"ch == '{{' ({ord(start) if start else 255} vs. {{) ",
            f"Error at Line 0, around ^`{rest}`, Expect '{{' but get '{start}'",
            f"{self.source} is no symbol file",
        )

    def graph(self, data: Any, depth: int) -> FileGraph:
        if not isinstance(data, dict):
            raise self.no_object(json.dumps(data))
        self.check_fields(data, FIELDS, ("arg_nodes", "heads", "nodes"))
        nodes: list[FileNode] = []
        for raw in self.typed(data["nodes"], list, "nodes"):
            nodes.append(self.node(raw, len(nodes), depth))
        heads = [self.ref(raw, len(nodes)) for raw in self.typed(data["heads"], list, "heads")]
        self.check_arguments(self.typed(data["arg_nodes"], list, "arg_nodes"), nodes)
        stamps = self.typed(data.get("attrs", {}), dict, "attrs")
        version = self.stamp(stamps, "mxnet_version", OLDEST)
        return FileGraph(nodes, heads, version, bool(self.stamp(stamps, "is_np_shape", 0)))

    def check_fields(
        self, data: dict[str, Any], known: tuple[str, ...], needed: tuple[str, ...]
    ) -> None:
        for name in data:
            if name not in known:
                listed = "".join(f'"{each}"\n' for each in known)
                raise MXNetError(
                    f"{self.source} is no whole symbol file\n"
                    f"JSONReader: Unknown field {name[:80]}, candidates are: \n{listed}"
                )
        for name in needed:
            if name not in data:
                raise MXNetError(
                    f"{self.source} is no whole symbol file\n"
                    "JSONReader: Check failed: visited.count(it->first) != 0U (0 vs. 0) : "
                    f'Missing field "{name}"\n At  Line 0, around ^``'
                )

    def typed(self, value: Any, kind: type, name: str) -> Any:
        if type(value) is not kind:
            raise self.damaged(f"{name} is no {_TYPES[kind]}")
        return value

    def check_arguments(self, numbers: list[Any], nodes: list[FileNode]) -> None:
        for number in numbers:
            if not 0 <= self.typed(number, int, "a number in arg_nodes") < len(nodes):
                raise self.damaged(
                    f"arg_nodes names node {_shown(number)} of {len(nodes)}",
                    "Check failed: nid < jgraph.nodes.size(): ",
                )
            if nodes[number].op != "null":
                raise self.damaged(
                    f"arg_nodes names node {number}, which is no variable",
                    "Check failed: jgraph.nodes[nid].node->is_variable(): ",
                )

    def stamp(self, stamps: dict[str, Any], name: str, default: int) -> int:
        """Read a number written as ``["int", 10901]``."""
        value = stamps.get(name)
        if value is None:
            return default
        if not isinstance(value, list) or len(value) != 2 or type(value[1]) is not int:
            raise self.damaged(f"{name} is {_shown(value)}, not a kind and a number")
        return value[1]

    def node(self, raw: Any, before: int, depth: int) -> FileNode:
        """Read one node; its inputs must be among the ``before`` nodes already read."""
        self.typed(raw, dict, "a node")
        self.check_fields(raw, NODE_FIELDS, ("inputs", "name", "op"))
        op = self.typed(raw["op"], str, "a node's operator")
        name = self.typed(raw["name"], str, "a node's name")
        inputs = self.typed(raw["inputs"], list, f"inputs of {_shown(name)}")
        self.typed(raw.get("backward_source_id", -1), int, "backward_source_id")
        for number in self.typed(raw.get("control_deps", []), list, "control_deps"):
            self.ref([number, 0], before)
        refs = [self.ref(each, before) for each in inputs]
        graphs = self.subgraphs(raw.get("subgraphs", []), depth)
        return FileNode(op, name, self.attributes(raw, name), refs, subgraphs=graphs)

    def attributes(self, raw: dict[str, Any], name: str) -> dict[str, str]:
        """Return a node's attributes: of ``attr`` and ``attrs`` the last, and ``param``."""
        attrs: dict[str, str] = {}
        places = [place for place in raw if place in ("attr", "attrs", "param")]
        for place in sorted(places, key="param".__eq__):
            part = raw[place]
            self.typed(part, dict, f"{place} of {_shown(name)}")
            for value in part.values():
                self.typed(value, str, f"a value in {place} of {_shown(name)}")
            attrs = {**part, **attrs} if place == "param" else dict(part)
        return attrs

    def subgraphs(self, raw: Any, depth: int) -> list[FileGraph]:
        if depth == MAX_DEPTH:
            raise self.damaged(f"graphs inside graphs, more than {MAX_DEPTH} deep")
        return [self.graph(each, depth + 1) for each in self.typed(raw, list, "subgraphs")]

    def ref(self, raw: Any, number: int) -> Ref:
        """Read (node, output, version); the version is missing in old files."""
        self.typed(raw, list, "a reference to a node's output")
        if not 2 <= len(raw) <= 3:
            condition = "" if len(raw) < 2 else "!"
            raise self.damaged(
                f"{_shown(raw)} is no reference to a node's output",
                f"Check failed: {condition}reader->NextArrayItem(): invalid json format",
            )
        for part in raw:
            self.typed(part, int, "a number in a reference")
        node, output, version = raw if len(raw) == 3 else (*raw, 0)
        if not 0 <= node < number:
            raise self.damaged(
                f"{_shown(raw)} refers to node {_shown(node)}, {number} are there so far", _NO_NODE
            )
        if not (0 <= output < 2**32 and 0 <= version < 2**32):
            raise self.damaged(f"{_shown(raw)} is no reference to a node's output")
        return node, output, version


def _shown(value: Any) -> str:
    """Return a value's text, short; numbers may have more digits than Python cares to write."""
    try:
        text = repr(value)
    except ValueError:
        return "something with a number too long to write"
    return text if len(text) < 80 else text[:80] + "..."
