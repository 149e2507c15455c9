"""Symbol files (-symbol.json): the text of a graph to plain nodes and back; old files upgraded.

A file lists nodes in an order in which inputs stand before their users. Every number that refers to
a node is checked before it is used, so a damaged file gives an error and not a wrong graph.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from .._core.errors import MXNetError, check_failed, mxnet_error

VERSION = 10901
OLDEST = 800
#: Attributes that old files wrote without the underscores around them.
HIDDEN = ("ctx_group", "lr_mult", "wd_mult", "force_mirroring", "mirror_stage", "profiler_scope")
FIELDS = ("arg_nodes", "attrs", "heads", "node_row_ptr", "nodes")
NODE_FIELDS = (
    "attr", "attrs", "backward_source_id", "control_deps", "inputs", "name", "op", "param",
    "subgraphs",
)  # fmt: skip
#: A vector longer than this is written one element per line.
LONG = 10

Ref = tuple[int, int, int]


@dataclass
class FileNode:
    """One node: operator (``null``: a variable), name, attributes, (node, output, version)."""

    op: str
    name: str
    attrs: dict[str, str] = field(default_factory=dict)
    inputs: list[Ref] = field(default_factory=list)
    outputs: int = 1


def dumps(nodes: list[FileNode], heads: list[Ref], np_shape: bool = False) -> str:
    """Write a graph as MXNet does, to the blank."""
    blocks = []
    for node in nodes:
        lines = [f'"op": {json.dumps(node.op)}', f'"name": {_text(node.name)}']
        if node.attrs:
            pairs = [f"{_text(key)}: {_text(node.attrs[key])}" for key in sorted(node.attrs)]
            lines.append('"attrs": ' + _braces(pairs, 6))
        lines.append('"inputs": ' + _refs(node.inputs, 6))
        blocks.append("{\n      " + ", \n      ".join(lines) + "\n    }")
    rows = [0]
    for node in nodes:
        rows.append(rows[-1] + node.outputs)
    variables = [i for i, node in enumerate(nodes) if node.op == "null"]
    stamps = ['"is_np_shape": ["int", 1]'] * np_shape + [f'"mxnet_version": ["int", {VERSION}]']
    parts = [
        '"nodes": [\n    ' + ", \n    ".join(blocks) + "\n  ]" if blocks else '"nodes": []',
        '"arg_nodes": ' + _vector([str(i) for i in variables], 2),
        '"node_row_ptr": ' + _vector([str(n) for n in rows], 2),
        '"heads": ' + _refs(heads, 2),
        '"attrs": ' + _braces(stamps, 2),
    ]
    return "{\n  " + ", \n  ".join(parts) + "\n}"


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _braces(pairs: list[str], indent: int) -> str:
    if len(pairs) < 2:
        return "{" + "".join(pairs) + "}"
    inner = "\n" + " " * (indent + 2)
    return "{" + inner + f", {inner}".join(pairs) + "\n" + " " * indent + "}"


def _vector(items: list[str], indent: int) -> str:
    if len(items) <= LONG:
        return "[" + ", ".join(items) + "]"
    inner = "\n" + " " * (indent + 2)
    return "[" + inner + f", {inner}".join(items) + "\n" + " " * indent + "]"


def _refs(refs: list[Ref], indent: int) -> str:
    return _vector([f"[{node}, {index}, {version}]" for node, index, version in refs], indent)


def loads(text: str) -> tuple[list[FileNode], list[Ref], bool]:
    """Read a graph: nodes, heads and whether it was written under NumPy shapes.

    Raises MXNetError for text that is no graph or refers to nodes that are not there.
    """
    data = _parse(text)
    nodes: list[FileNode] = []
    for raw in _list(data["nodes"], "nodes"):
        nodes.append(_node(raw, len(nodes)))
    heads = [_ref(raw, len(nodes)) for raw in _list(data["heads"], "heads")]
    for number in _list(data["arg_nodes"], "arg_nodes"):
        if type(number) is not int or not 0 <= number < len(nodes):
            raise _damaged(f"arg_nodes names node {number!r} of {len(nodes)}")
        if nodes[number].op != "null":
            raise _damaged(f"arg_nodes names node {number}, which is no variable")
    stamps = data.get("attrs", {})
    if not isinstance(stamps, dict):
        raise _damaged("attrs is no object")
    if _stamp(stamps, "mxnet_version", OLDEST) < VERSION:
        for node in nodes:
            _rename_hidden(node)
    if _stamp(stamps, "mxnet_version", OLDEST) < 905:
        for node in nodes:
            if node.op in ("argmax", "argmin") and node.attrs.get("axis") == "-1":
                del node.attrs["axis"]
    return nodes, heads, bool(_stamp(stamps, "is_np_shape", 0))


def _parse(text: str) -> dict[str, Any]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        start = text.lstrip()[:1]
        if start != "{":
            code = ord(start) if start else 255
            raise check_failed(
                f"ch == '{{' ({code} vs. {{) ",
                f"Error at Line 0, around ^`{text.lstrip()[1:].splitlines()[0] if start else ''}`, "
                f"Expect '{{' but get '{start}'",
                "this is no symbol file",
            ) from None
        raise _damaged(f"this is no JSON: {error}") from None
    if not isinstance(data, dict):
        raise _damaged("a symbol file holds one JSON object")
    for name in data:
        if name not in FIELDS:
            raise MXNetError(
                f"JSONReader: Unknown field {name}, candidates are: \n"
                + "".join(f'"{known}"\n' for known in FIELDS)
            )
    for name in ("arg_nodes", "heads", "nodes"):
        if name not in data:
            raise MXNetError(
                "JSONReader: Check failed: visited.count(it->first) != 0U (0 vs. 0) : "
                f'Missing field "{name}"\n At  Line 0, around ^``'
            )
    return data


def _damaged(what: str) -> MXNetError:
    return mxnet_error(f"Check failed: the symbol file is damaged: {what}")


def _list(value: Any, name: str) -> list[Any]:
    if not isinstance(value, list):
        raise _damaged(f"{name} is no list")
    return value


def _stamp(stamps: dict[str, Any], name: str, default: int) -> int:
    """Read a number written as ``["int", 10901]``."""
    value = stamps.get(name)
    if value is None:
        return default
    if not isinstance(value, list) or len(value) != 2 or type(value[1]) is not int:
        raise _damaged(f"{name} is {value!r}")
    return value[1]


def _node(raw: Any, before: int) -> FileNode:
    """Read one node; its inputs must be among the ``before`` nodes already read."""
    if not isinstance(raw, dict):
        raise _damaged("a node is no object")
    for name in raw:
        if name not in NODE_FIELDS:
            raise _damaged(f"unknown field {name!r} in a node")
    if raw.get("subgraphs"):
        from .._core.errors import not_implemented

        raise not_implemented("control flow in symbol files")
    op, name = raw.get("op"), raw.get("name")
    if not isinstance(op, str) or not isinstance(name, str):
        raise _damaged("a node has no operator or no name")
    attrs: dict[str, str] = {}
    for place in ("param", "attr", "attrs"):
        part = raw.get(place, {})
        if not isinstance(part, dict) or not all(isinstance(v, str) for v in part.values()):
            raise _damaged(f"the attributes of {name!r} are no texts")
        attrs.update(part)
    inputs = [_ref(each, before) for each in _list(raw.get("inputs"), f"inputs of {name!r}")]
    return FileNode(op, name, attrs, inputs)


def _ref(raw: Any, number: int) -> Ref:
    """Read (node, output, version); the version is missing in old files."""
    if (
        not isinstance(raw, list)
        or len(raw) not in (2, 3)
        or any(type(part) is not int or part < 0 for part in raw)
    ):
        raise _damaged(f"{raw!r} is no reference to a node's output")
    if raw[0] >= number:
        raise _damaged(f"{raw!r} refers to node {raw[0]}, {number} are there so far")
    return raw[0], raw[1], raw[2] if len(raw) == 3 else 0


def _rename_hidden(node: FileNode) -> None:
    """Write old files' ``lr_mult`` as ``__lr_mult__``."""
    for key in HIDDEN:
        if key in node.attrs:
            node.attrs[f"__{key}__"] = node.attrs.pop(key)
