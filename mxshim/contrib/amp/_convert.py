"""Put casts into a graph so that its operators run in the precision that the lists say."""

from __future__ import annotations

from ..._core.graph import GraphNode, ordered

_CODES = {"float32": "0", "float16": "2"}


class Precisions:
    """Say which precision a node of the graph needs: a type, "widest", or None for any."""

    def __init__(self, low, low_ops, fp32_ops, conditional, widest, excluded):
        self.low = low
        self.low_ops = frozenset(low_ops)
        self.fp32_ops = frozenset(fp32_ops)
        self.conditional = {name: (key, frozenset(values)) for name, key, values in conditional}
        self.widest = frozenset(widest)
        self.excluded = frozenset(excluded)

    def __call__(self, node):
        if node.name in self.excluded:
            return "float32"
        if node.op_name in self.low_ops:
            return self.low
        if node.op_name in self.fp32_ops:
            return "float32"
        key, values = self.conditional.get(node.op_name, (None, ()))
        if key is not None and node.attrs.get(key) in values:
            return "float32"
        return "widest" if node.op_name in self.widest else None


def converted(symbol, precisions, parameters, cast_parameters):
    """Return a symbol with casts: of inputs where they must be, and of outputs to float32.

    ``parameters`` (names) are marked with the type they are to have; with ``cast_parameters`` those
    that are wanted in the low precision only have it themselves, without a cast.
    """
    nodes = ordered(symbol._entries)
    ready = _low_only(nodes, precisions) & set(parameters) if cast_parameters else set()
    graph = _Casts()
    for node in nodes:
        graph.add(node, precisions, ready, parameters)
    return type(symbol)([graph.cast(entry, "float32") for entry in symbol._entries])


def _low_only(nodes, precisions):
    """Return the names of the variables that nodes of low precision alone read."""
    low, other = set(), set()
    for node in nodes:
        kind = low if node.op is not None and precisions(node) == precisions.low else other
        kind.update(below.name for below, _, _ in node.inputs if below.op is None)
    return low - other


class _Casts:
    """The new graph: its nodes, the type of each output, and the casts that there are."""

    def __init__(self):
        self.made = {}
        self.types = {}
        self.casts = {}

    def add(self, node, precisions, ready, parameters):
        """Copy a node, its inputs cast as it needs."""
        attrs = dict(node.attrs)
        if node.op is None:
            kind = precisions.low if node.name in ready else "float32"
            if node.name in parameters:
                attrs["__dtype__"] = _CODES[kind]
            fresh = GraphNode("null", node.name, attrs)
            fresh.version = node.version
        else:
            wanted = precisions(node)
            found = [self.types[id(below)] for below, _, _ in node.inputs]
            if wanted == "widest":
                wanted = "float32" if "float32" in found else None
            kind = wanted or (found[0] if found else "float32")
            states = node.mutated()
            fresh = GraphNode(node.op_name, node.name, attrs, subgraphs=node.subgraphs)
            fresh.inputs = [
                self.moved(entry) if wanted is None or i in states else self.cast(entry, wanted)
                for i, entry in enumerate(node.inputs)
            ]
        self.made[id(node)] = fresh
        self.types[id(node)] = kind

    def moved(self, entry):
        """Return the entry in the new graph."""
        node, index, version = entry
        return self.made[id(node)], index, version

    def cast(self, entry, dtype):
        """Return the entry in the new graph as ``dtype``; casts are made once."""
        node, index, _ = entry
        if self.types[id(node)] == dtype:
            return self.moved(entry)
        key = id(node), index, dtype
        if key not in self.casts:
            name = node.name if node.op is None else node.output_names()[index]
            fresh = GraphNode("amp_cast", f"{name}_amp_cast_{dtype}", {"dtype": dtype})
            fresh.inputs = [self.moved(entry)]
            self.casts[key] = fresh
        return self.casts[key], 0, 0


__all__ = ["Precisions", "converted"]
