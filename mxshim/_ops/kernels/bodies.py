"""Subgraphs as functions of raw arrays: what the control-flow operators run and differentiate."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from ..._core import graph_infer
from ..._core.errors import mxnet_error
from ..._core.graph import ordered
from ..._core.params import Device, Notes
from ..._core.program import Program, Run
from ..._core.registry import Op, kernel
from ..._core.tape import Node, Port


class Body:
    """A subgraph: its outputs (``entries``) as a function of its variables, in the graph's order.

    The graph is compiled when it first runs; inference alone does not need that.
    """

    def __init__(self, entries):
        self.entries = list(entries)
        self.variables = [node for node in ordered(self.entries) if node.op is None]

    @cached_property
    def program(self):
        """The compiled graph."""
        return Program(self.entries)

    def run(self, ctx, feed, runs=None):
        """Return the outputs; with ``runs`` (a list) append what the gradient needs to it."""
        run = None
        if runs is not None:
            run = Run(ctx, (True,) * len(feed))
            runs.append(run)
        return self.program.forward(ctx, feed, run)

    def backward(self, run, cts):
        """Return the gradients of the variables (None: none) from those of the outputs."""
        return self.program.backward(run, cts)

    def unfold(self, run, parents):
        """Put a run's operators on the tape behind ``parents``; return the outputs' nodes."""
        call = Node(None, tuple(parents), None, (), {"run": run}, run.ctx)
        return self.program.unfold(call)

    def shapes(self, given):
        """Return the shapes of the variables and of the outputs that follow from those given."""
        names = [node.name for node in self.variables]
        known = graph_infer.shapes(self.entries, dict(zip(names, given, strict=True)))
        return self._found(known)

    def types(self, given):
        """Return the element types of the variables and of the outputs."""
        names = [node.name for node in self.variables]
        known = graph_infer.types(self.entries, dict(zip(names, given, strict=True)))
        return self._found(known)

    def _found(self, known):
        return (
            [known.get((id(node), 0)) for node in self.variables],
            [known.get((id(node), index)) for node, index, _ in self.entries],
        )


class Flow:
    """One node's control flow; subclasses say how its bodies run, and back.

    ``forward(ctx, data, notes)`` returns the list of outputs and leaves in ``notes`` (None: nothing
    is recorded) what ``backward(xp, cts, data, notes)`` needs for the gradients of ``data`` (None:
    none). ``unfold(node, notes)`` puts every operator that ran on the tape.
    """

    def __init__(self, params, bodies):
        self.params = params
        self.bodies = bodies
        for name, value in params.items():
            setattr(self, name, value)

    def operator(self, name: str, outputs: int) -> Op:
        """Return the operator of this node."""

        def forward(xp, *data, ctx: Device, notes: Notes):
            outs = self.forward(ctx, data, notes)
            return tuple([_own(out, data) for out in outs])

        made = Op(forward, (name,), visible=outputs)

        @made.vjp("data")
        def _(xp, ct, out, *data, ctx, notes):
            found = self.backward(xp, ct, data, notes)
            return [
                xp.zeros_like(each) if gradient is None else gradient
                for each, gradient in zip(data, found, strict=True)
            ]

        made.unfold = lambda node: self.unfold(node, node.params["notes"])
        made.shape_rule = lambda *shapes, ctx=None, notes=None: self.shapes(list(shapes))
        made.type_rule = self.types
        return made


def specialize(name: str, flow: type[Flow], count: int) -> Callable[..., Op]:
    """Return what makes a node's operator from its parameters and its ``count`` subgraphs."""

    def build(params, subgraphs):
        if len(subgraphs) != count:
            raise mxnet_error(
                f"Check failed: {name} has {len(subgraphs)} subgraphs",
                f"{name} needs {count}; mx.sym.contrib makes such nodes",
            )
        made = flow(params, [Body(entries) for entries in subgraphs])
        return made.operator(name, params["num_outputs"])

    return build


def _own(out, data):
    """Return an output as an array of its own where it is one of the inputs."""
    return out.copy() if any(out is each for each in data) else out


def add(held, gradient):
    """Sum gradients of which either may be missing."""
    if held is None or gradient is None:
        return gradient if held is None else held
    return held + gradient


def row(xp, array, index: int):
    """Return one row as an array, also where it is a single number."""
    return xp.reshape(array[index : index + 1], array.shape[1:])


@kernel
def unstack(xp, data, *, shape: object):
    """Split an array into its rows of the given shape."""
    return tuple([xp.reshape(data[i : i + 1], shape) for i in range(data.shape[0])])


unstack.visible = 0  # all


@unstack.vjp("data")
def _(xp, ct, out, data, *, shape):
    return xp.reshape(xp.stack(ct, axis=0), data.shape)


@kernel
def stacked(xp, *rows, length: object):
    """Stack rows and fill up with zeros."""
    missing = [xp.zeros(rows[0].shape, rows[0].dtype)] * (length - len(rows))
    return xp.stack([*rows, *missing], axis=0)


@stacked.vjp("rows")
def _(xp, ct, out, *rows, length):
    parts = unstack(xp, ct, shape=rows[0].shape)
    return list(parts)[: len(rows)]


def rows_on_tape(parent, buf, shape, ctx):
    """Put the splitting of an array on the tape; return a node a row."""
    rows = unstack.forward(ctx.xp, buf, shape=shape)
    made = Node(unstack, (parent,), rows, (buf,), {"shape": shape}, ctx)
    return [Port(None, (made,), part, (), i, ctx) for i, part in enumerate(rows)]


def stack_on_tape(nodes, out, ctx):
    """Put the stacking of rows on the tape; return the node, None when no row is on it."""
    if all(node is None for node in nodes):
        return None
    rows = tuple([row(ctx.xp, out, i) for i in range(len(nodes))])
    return Node(stacked, tuple(nodes), out, rows, {"length": len(out)}, ctx)
