"""The recorded history of an array as a symbol, for ``autograd.get_symbol``."""

from __future__ import annotations

from typing import Any

import numpy

from .._core.errors import mxnet_error, not_implemented
from .._core.graph import Entry, GraphNode, names_of, plain
from .._core.program_steps import InnerNode
from .._core.registry import OPS
from .._core.tape import RELEASED, Leaf, Node, Port
from .symbol import Symbol


class _Unfolded:
    """Compiled calls met on the tape, taken apart once each."""

    def __init__(self) -> None:
        self.heads: dict[int, list[Any]] = {}

    def inner(self, node: Any) -> Any:
        """Return the node inside a compiled call that gave its output; other nodes as they are."""
        call, position = (node.parents[0], node.params) if node.__class__ is Port else (node, 0)
        if getattr(call.op, "unfold", None) is None:
            return node
        if id(call) not in self.heads:
            self.heads[id(call)] = call.op.unfold(call)
        return self.heads[id(call)][position]


def from_tape(array: Any) -> Symbol:
    """Return the graph that computed ``array``; variables are named var0, constants null1.

    The names are numbered within the graph, not over the whole program as MXNet does.
    """
    if array._node is None:
        return Symbol([(GraphNode("null", "null0", {}), 0, 0)])
    unfolded = _Unfolded()
    origin = unfolded.inner(array._node)
    nodes = _reached(origin, unfolded)
    calls = [node for node in nodes if node.__class__ in (Node, InnerNode)]
    marks = sorted((n for n in nodes if isinstance(n, Leaf)), key=lambda n: -n.key)
    made = {id(n): GraphNode("null", f"var{i}", {}) for i, n in enumerate(marks)}
    constants: dict[int, GraphNode] = {}
    prefix = "_np" if array._is_np else ""
    for number, node in enumerate(calls):
        stored = _stored(node.op, prefix)
        inputs: list[Entry] = []
        for parent, argument in zip(node.parents, node.args, strict=True):
            if parent is not None:
                inputs.append(_entry(unfolded.inner(parent), made))
            elif argument is not None:
                label = f"null{len(marks) + len(constants)}"
                fresh = constants.setdefault(id(argument), GraphNode("null", label, {}))
                inputs.append((fresh, 0, 0))
        attrs = plain(node.origin.attrs) if node.__class__ is InnerNode else _attrs(node)
        made[id(node)] = GraphNode(stored, f"node_{number}", attrs, inputs)
    return Symbol([_entry(origin, made)])


def _reached(origin: Any, unfolded: _Unfolded) -> list[Any]:
    """Return the nodes of the tape that lie behind ``origin``, inputs before users."""
    found, seen = [], set()
    stack = [(origin, 0)]
    while stack:
        node, position = stack.pop()
        if id(node) in seen:
            continue
        if position < len(node.parents):
            stack.append((node, position + 1))
            parent = node.parents[position]
            if parent is not None:
                stack.append((unfolded.inner(parent), 0))
        else:
            seen.add(id(node))
            found.append(node)
    return found


def _entry(node: Any, made: dict[int, GraphNode]) -> Entry:
    if node.__class__ is Port:
        return made[id(node.parents[0])], node.params, 0
    return made[id(node)], 0, 0


def _stored(op: Any, prefix: str) -> str:
    """Return the name under which files keep the operator."""
    if op is RELEASED:
        raise mxnet_error(
            "Check failed: the history of this array was freed by a backward pass without "
            "retain_graph=True"
        )
    names = [name for name in getattr(op, "names", ()) if OPS.get(name) is op]
    if not names:
        raise not_implemented(f"autograd.get_symbol of a graph with {op.name}")
    chosen = next((name for name in names if prefix and name.startswith(prefix)), names[0])
    return names_of(chosen).real


def _attrs(node: Any) -> dict[str, str]:
    """Write the parameters that differ from their defaults as text."""
    attrs = {}
    for key, value in node.params.items():
        if key in node.op.params and (
            key == "scalar" or key not in node.op.defaults or node.op.defaults[key] != value
        ):
            if isinstance(value, tuple) and len(value) == 1 and key == "axis":
                value = value[0]
            attrs[key] = value.name if isinstance(value, numpy.dtype) else str(value)
    return attrs
