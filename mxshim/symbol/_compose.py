"""Making nodes: parameters to attributes, inputs by position or name, variables for the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy

from .._core.errors import MXNetError, mxnet_error
from .._core.graph import HIDDEN, INITS, Entry, GraphNode, names_of
from .._core.invoke import NULL
from .._core.registry import Op
from ..attribute import _get_current as current_scope
from ..name import _get_current as current_names

Rule = Callable[..., Any]


def attributes(given: dict[str, Any]) -> dict[str, str]:
    """Write parameters as files keep them; the user's short names get their underscores."""
    attrs = {}
    for key, value in given.items():
        if key in HIDDEN:
            key = f"__{key}__"
        elif any(key.endswith("_" + hidden) for hidden in HIDDEN) and not key.startswith("__"):
            plain = next(h for h in HIDDEN if key.endswith("_" + h))
            stem = key[: -len(plain) - 1]
            raise mxnet_error(
                f"setting variable attributes with {key} is deprecated. please instead use\n"
                f"{stem[:1]} = Variable({plain}={value})\nsym = YourSymbolName({stem}={stem[:1]})"
            )
        attrs[key] = str(value)
    return attrs


def name_dtype(given: dict[str, Any], keep_none: bool) -> None:
    """Turn ``dtype`` into the name of a type."""
    if "dtype" in given:
        if given["dtype"] is None and not keep_none:
            del given["dtype"]
        else:
            given["dtype"] = numpy.dtype(given["dtype"]).name


def make(
    registered: str,
    hint: str,
    inputs: Sequence[Entry | None] | dict[str, Entry],
    given: dict[str, Any],
    name: str | None = None,
    attr: dict[str, str] | None = None,
) -> GraphNode:
    """Make the node of a call; missing inputs become variables ``<name>_<input>``.

    ``inputs`` are entries by position (None: missing) or by name. MXNetError for parameters that
    the operator does not take, for too many inputs and for names that are no inputs.
    """
    attrs = attributes({**given, **current_scope().get(attr)})
    named = current_names().get(name, hint)
    node = GraphNode(names_of(registered).real, named, attrs)
    connect(node, inputs)
    return node


def connect(node: GraphNode, inputs: Sequence[Entry | None] | dict[str, Entry]) -> None:
    """Give a node its inputs; those that are missing become variables with its attributes."""
    op = node.op
    assert op is not None
    count = node.arity()
    if isinstance(inputs, dict):
        names = _input_names(node, op, len(op.inputs) if count < 0 else max(count, 0))
        known = dict(inputs)
        placed: list[Entry | None] = [known.pop(key, None) for key in names]
        if known:
            extra = _optional(node, op, known, len(names))
            placed += extra
    else:
        placed = list(inputs)
        if (
            count >= 0
            and len(placed) > count
            and not (op.arity is None and len(placed) <= len(op.inputs))
        ):
            raise _refused(
                f"arg_vec.size() <= n_req ({len(placed)} vs. {count}) ",
                f"Incorrect number of arguments, requires {count}, provided {len(placed)}",
            )
        if op.variadic and count < 0:
            count = len(placed)
        placed += [None] * (count - len(placed))
        names = _input_names(node, op, len(placed))
    names = _input_names(node, op, len(placed))
    for position, entry in enumerate(placed):
        if entry is None:
            fresh = GraphNode("null", f"{node.name}_{names[position]}", dict(node.attrs))
            entry = (fresh, 0, 0)
        node.inputs.append(entry)
    finish(node)


def finish(node: GraphNode) -> None:
    """Give a node's variables the initializers of the operator; count updates of states."""
    states = node.mutated()
    for position, (below, index, version) in enumerate(node.inputs):
        init = INITS.get((node.op_name, position))
        if init is not None and below.op is None and "__init__" not in below.attrs:
            below.attrs["__init__"] = init
        if below.op is None:
            if position in states:
                below.version += 1
                version = below.version
            node.inputs[position] = (below, index, version)


def _input_names(node: GraphNode, op: Op, number: int) -> list[str]:
    names = node.input_names(number)
    return names if len(names) >= number else list(op.inputs[:number])


def _optional(node: GraphNode, op: Op, known: dict[str, Entry], before: int) -> list[Entry | None]:
    """Place inputs that the operator takes but does not ask for; refuse unknown names."""
    names = _input_names(node, op, len(op.inputs))[before:] if op.arity is None else []
    found: list[Entry | None] = [known.pop(key) for key in names if key in known]
    if known:
        wrong = next(iter(known))
        candidates = "".join(f"\n\t[{i}]{key}" for i, key in enumerate(node.input_names(before)))
        raise MXNetError(
            f"Symbol.ComposeKeyword argument name {wrong} not found.\nCandidate arguments:"
            f"{candidates}"
        )
    return found


def _refused(condition: str, message: str) -> MXNetError:
    """Build the error of a failed check; the part of MXNet that composes signs none of them."""
    return MXNetError(f"Check failed: {condition}: {message}")


def single(symbol: Any, argument: str) -> Entry:
    """Return the one entry of a symbol; MXNetError for a symbol with several outputs."""
    entries: list[Entry] = symbol._entries
    if len(entries) != 1:
        raise _refused(
            f"kv.second->outputs.size() == 1U ({len(entries)} vs. 1) ",
            f"Keyword Argument {argument} is a tuple, single value is required",
        )
    return entries[0]


def kept(values: dict[str, Any]) -> dict[str, Any]:
    """Drop parameters that were not passed."""
    return {key: value for key, value in values.items() if value is not NULL}


__all__ = ["MXNetError", "attributes", "connect", "finish", "kept", "make", "name_dtype", "single"]
