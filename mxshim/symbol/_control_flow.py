"""Loops and branches on symbols: Python bodies are traced once into graphs inside one node.

A body sees fresh variables. Whatever else it uses is *free*: it is cut off, a variable of the body
named like the output takes its place, and it becomes an input of the node, in the order in which
the body meets it. Nodes belong to the body whose name their attribute ``__subgraph_name__`` gives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from .._core.graph import Entry, GraphNode, copied, ordered
from .._core.registry import get
from ..attribute import AttrScope
from ..attribute import _get_current as current_scope
from ..name import _get_current as current_names
from . import _compose, op
from ._project import check_symbol
from .symbol import Symbol, var

_MARK = "__subgraph_name__"
#: How values are nested: 0 stands for one symbol, n for one with n outputs, lists for lists.
Form = Any


def flatten(values: Any, what: str) -> tuple[list[Any], Form]:
    """Return the single-output symbols of nested lists, and their form."""
    if isinstance(values, Symbol):
        count = len(values._entries)
        return ([values[i] for i in range(count)], count) if count > 1 else ([values], 0)
    assert isinstance(values, (list, tuple)), (
        f"{what} must be (nested) list of Symbol, but got {values} of type {type(values)}"
    )
    parts = [flatten(each, what) for each in values]
    return [leaf for leaves, _ in parts for leaf in leaves], [form for _, form in parts]


def regroup(leaves: Iterator[Any], form: Form) -> Any:
    """Nest symbols as ``form`` says."""
    if isinstance(form, list):
        return [regroup(leaves, each) for each in form]
    return [next(leaves) for _ in range(form)] if form else next(leaves)


def scalar(value: Any, kind: type, name: str) -> Any:
    """Return a Python number; ValueError for what is none."""
    if hasattr(value, "asscalar"):
        value = value.asscalar()
    try:
        return kind(value)
    except Exception:
        raise ValueError(f"Cannot convert {name} to python {kind.__name__}") from None


def variable_name(symbol: Any) -> str:
    """Name the variable that stands for ``symbol`` in a body."""
    node, index, _ = symbol._entries[0]
    return f"{node.name}-{index}"


class Subgraph:
    """A body: its graph, and where its variables come from.

    ``names`` are those of its variables in order. ``sources`` gives the outer symbol of each free
    one.
    """

    def __init__(self, name: str) -> None:
        self.name = self._unique(name)
        self.graph: list[Entry] = []
        self.names: list[str] = []
        self.sources: dict[str, Any] = {}

    @staticmethod
    def _unique(name: str) -> str:
        outer = current_scope()._attr.get(_MARK, "")
        name = f"{outer}${name}" if outer else name
        AttrScope._subgraph_names[name] += 1
        return f"{name}{AttrScope._subgraph_names[name] - 1}"

    def scope(self) -> AttrScope:
        """Return the scope whose nodes belong to the body."""
        return AttrScope(**{_MARK: self.name})

    def close(self, outputs: Sequence[Any], apart: int | None = None) -> None:
        """Take the outputs; call this inside the scope.

        What the body hands through, and what is not its own, passes an ``identity``. So do outputs
        from position ``apart`` on that come from a node which an earlier output comes from.
        """
        held = [node.name for node in ordered(_entries(outputs)) if node.op is None]
        before = {each.name for each in outputs[:apart]} if apart is not None else set()
        made = []
        for i, each in enumerate(outputs):
            foreign = each.list_attr().get(_MARK, "") != self.name
            twice = apart is not None and i >= apart and each.name in before
            passed = foreign or twice or each.name in held
            made.append(op.identity(each) if passed else each)
        self.graph = _entries(made)

    def cut(self) -> None:
        """Part the body from the graph around it; the names of its variables must differ."""
        self._cut_free()
        found = [node for node in ordered(self.graph) if node.op is None]
        self.names = [node.name for node in found]
        assert len(set(self.names)) == len(self.names), (
            f"The inputs of the subgraph don't have unique names: {self.names}"
        )
        for node in found:
            if node.name not in self.sources:  # the body's own, a layer's weight: outside too
                self.sources[node.name] = Symbol(copied([(node, 0, 0)]))

    def _cut_free(self) -> None:
        """Put variables in the places of what the body uses and is not its own."""
        own = self.graph[0][0].attrs.get(_MARK) if self.graph else None
        if own is None:
            return
        made: dict[tuple[int, int], GraphNode] = {}
        for node in ordered(self.graph):
            if node.attrs.get(_MARK) != own:
                continue
            for position, entry in enumerate(node.inputs):
                below, index, _ = entry
                if below.attrs.get(_MARK) == own:
                    continue
                key = id(below), index
                if key not in made:
                    outside = Symbol([entry])
                    made[key] = GraphNode("null", outside.list_outputs()[0], {})
                    self.sources[made[key].name] = outside
                node.inputs[position] = (made[key], 0, 0)


def _entries(symbols: Sequence[Any]) -> list[Entry]:
    return [entry for each in symbols for entry in each._entries]


class Inputs:
    """The inputs of a node, collected from its bodies; each outer symbol stands there once."""

    def __init__(self) -> None:
        self.symbols: list[Any] = []

    def place(self, symbol: Any) -> int:
        """Return the position of a symbol, behind the others when it is new."""
        for position, known in enumerate(self.symbols):
            if known is symbol:
                return position
        self.symbols.append(symbol)
        return len(self.symbols) - 1


def node_of(
    kind: str, bodies: Sequence[Subgraph], inputs: Sequence[Any], **given: Any
) -> list[Any]:
    """Make the control-flow node; return its outputs."""
    for each in inputs:
        check_symbol(get(kind), kind, kind, "data", each, Symbol)
    given["num_args"] = len(inputs) + len(bodies)
    attrs = _compose.attributes({**given, **current_scope().get(None)})
    node = GraphNode(
        kind, current_names().get(None, kind), attrs, _entries(inputs),
        [body.graph for body in bodies],
    )  # fmt: skip
    _compose.finish(node)
    return [Symbol([(node, index, 0)]) for index in range(node.visible())]


def foreach(body: Callable[..., Any], data: Any, init_states: Any, name: str = "foreach") -> Any:
    """Run ``body(row, states)``, which returns (outputs, states), on each row of ``data``.

    ``data`` and ``init_states`` are symbols or nested lists of them, and so are what the body gets
    and returns. Returns the outputs stacked along a new first axis, and the last states.
    AssertionError when the body does not use all data and states, or changes the states' form.
    """
    sequences, data_form = flatten(data, "foreach input")
    states, state_form = flatten(init_states, "foreach states")
    graph = Subgraph(name)
    with graph.scope():
        rows = [var(variable_name(each)) for each in sequences]
        before = [var(variable_name(each)) for each in states]
        outs, after = body(regroup(iter(rows), data_form), regroup(iter(before), state_form))
        outs, out_form = flatten(outs, "foreach output")
        after, after_form = flatten(after, "foreach loop_vars")
        assert state_form == after_form, "The input and output loop_vars have different format"
        graph.close([*outs, *after], apart=len(outs))
    graph.cut()
    names = graph.names
    places = []
    for kind, symbols in (("data", sequences), ("state", states)):
        listed = [variable_name(each) for each in symbols]
        assert all(each in names for each in listed), (
            f"the {kind} arrays have to be used in the loop body"
        )
        places.append([names.index(each) for each in listed])
    taken = {*places[0], *places[1]}
    rest = [i for i in range(len(names)) if i not in taken]
    made = node_of(
        "_foreach", [graph], [*sequences, *states, *[graph.sources[names[i]] for i in rest]],
        num_outputs=len(outs) + len(after), num_out_data=len(outs), in_state_locs=places[1],
        in_data_locs=places[0], remain_locs=rest,
    )  # fmt: skip
    results = iter(made)
    return regroup(results, out_form), regroup(results, after_form)


def while_loop(
    cond: Callable[..., Any], func: Callable[..., Any], loop_vars: Any, max_iterations: Any = None,
    name: str = "while_loop",
) -> Any:  # fmt: skip
    """Run ``func(*loop_vars)``, which returns (outputs, loop_vars), while ``cond(*loop_vars)``.

    Returns the outputs stacked along a new first axis, filled up with zeros to ``max_iterations``
    rows, and the last loop variables. ValueError when the number of loop variables changes, when
    the body does not use one of them, or for a ``cond`` that gives no symbol.
    """
    variables, form = flatten(loop_vars, "while loop_vars")
    if max_iterations is None:
        raise ValueError("max_iterations should be specified")
    max_iterations = scalar(max_iterations, int, "max_iteration")
    if len(loop_vars) == 0:
        raise ValueError("loop_vars should contain at least one element")

    test = Subgraph(f"{name}_cond")
    with test.scope():
        verdict = cond(*_fresh(variables, form))
        if not isinstance(verdict, Symbol):
            raise ValueError("Return of cond must be a Symbol")
        test.close([verdict])
    step = Subgraph(f"{name}_func")
    with step.scope():
        fresh = _fresh(variables, form)
        outs, after = func(*fresh)
        outs, out_form = flatten([] if outs is None else outs, "while output")
        after, _ = flatten([] if after is None else after, "while loop_vars")
        if len(fresh) != len(after):
            raise ValueError("The number of loop_vars should be consistent during the loop")
        step.close([*outs, *after])

    known = {variable_name(each): each for each in variables}
    inputs, locs = Inputs(), []
    for body in (test, step):
        body.cut()
        locs.append([inputs.place(known.get(each, body.sources[each])) for each in body.names])
    var_locs = []
    for number, each in enumerate(known, 1):
        if each not in step.names:
            raise ValueError(f"The {number}-th loop_var doesn't involve into the computation")
        var_locs.append(step.names.index(each))
    made = node_of(
        "_while_loop", [test, step], inputs.symbols, max_iterations=max_iterations,
        func_var_locs=var_locs, cond_input_locs=locs[0], func_input_locs=locs[1],
        num_out_data=len(outs), num_outputs=len(outs) + len(after),
    )  # fmt: skip
    results = iter(made)
    return regroup(results, out_form), regroup(results, form)


def _fresh(variables: Sequence[Any], form: Form) -> Any:
    return regroup((var(variable_name(each)) for each in variables), form)


def cond(
    pred: Any, then_func: Callable[[], Any], else_func: Callable[[], Any], name: str = "cond"
) -> Any:
    """Return what ``then_func()`` returns where ``pred`` is not zero, else ``else_func()``.

    Both return symbols or nested lists of them, equally many. ValueError when their numbers differ.
    """
    bodies, forms = [], []
    for part, function in (("pred", lambda: pred), ("then", then_func), ("else", else_func)):
        body = Subgraph(f"{name}_{part}")
        with body.scope():
            outs, form = flatten(function(), "cond outputs")
            body.close(outs)
        if part == "pred" and len(outs) != 1:
            raise ValueError("pred should always be a single output")
        bodies.append(body)
        forms.append(form)
    if len(bodies[1].graph) != len(bodies[2].graph):
        raise ValueError("Number of outputs differs between then-branch and else-branch")
    inputs, locs = Inputs(), []
    for body in bodies:
        body.cut()
        # mxnet: only variables are shared between the branches; test_cond_json
        held = {each.name: each for each in inputs.symbols}
        locs.append([inputs.place(held.get(each, body.sources[each])) for each in body.names])
    made = node_of(
        "_cond", bodies, inputs.symbols, cond_input_locs=locs[0], then_input_locs=locs[1],
        else_input_locs=locs[2], num_outputs=len(bodies[1].graph),
    )  # fmt: skip
    return regroup(iter(made), forms[1])


__all__ = ["cond", "foreach", "while_loop"]
