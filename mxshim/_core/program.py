"""A graph compiled for raw arrays: one call, one node on the tape.

A :class:`Program` numbers every value of a graph (its *slots*: the variables first, then each
operator's outputs) and lists its operators as steps that read and write slots. Running it touches
no tensor; its gradient walks the steps backwards in an order that was planned once for each set of
variables that need one. Where gradients must be recorded themselves, the call unfolds into the
nodes that its operators would have put on the tape.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from . import graph_infer
from .device import Context
from .errors import MXNetError, mxnet_error
from .graph import Entry, GraphNode, located, ordered, variables
from .invoke import recover
from .program_plan import REUSE, Plan, Step, alone, large, plan
from .tape import NO_GRADIENT, NOT_IN_GRAPH, Node, Port, fitted, state
from .tensor import make

#: How many sets of shapes, and ways back, a program remembers before it starts afresh.
_REMEMBERED = 256


class Watch(NamedTuple):
    """Whom to tell about a program's values: ``tell`` gets the node, the value's name, the array.

    Outputs are told always, hidden ones in recorded calls or where ``hidden`` asks for them;
    ``inputs`` adds what every operator reads (``<node>_<input>``), ``variables`` those of them that
    are variables, under their own names.
    """

    tell: Callable[[GraphNode, str, Any], None]
    inputs: bool = False
    variables: bool = False
    hidden: bool = False


class Run:
    """What one recorded call keeps for its gradient.

    ``kept`` holds the arrays read, the parameters and the result of every step that a gradient
    passes; ``needs`` says which variables lie on the tape.
    """

    __slots__ = ("ctx", "kept", "needs")

    def __init__(self, ctx: Context, needs: tuple[bool, ...]) -> None:
        self.ctx = ctx
        self.needs = needs
        self.kept: list[tuple[list[Any], dict[str, Any], Any]] = []


class Program:
    """A graph's operators in order; ``inputs`` are its variables, auxiliary states among them.

    ``entries`` are the outputs. ``arguments`` and ``states`` split the inputs by whether an
    operator updates them. With ``apart``, a value that is several outputs is copied for all but the
    first, so that a write into one leaves the others alone. A call of no more than ``inline``
    operators puts them on the tape one by one.
    """

    def __init__(self, entries: Sequence[Entry], apart: bool = False, inline: int = 0) -> None:
        nodes = ordered(entries)
        self.arguments, self.states = variables(nodes)
        self.inputs = [node for node in nodes if node.op is None]
        base = {id(node): slot for slot, node in enumerate(self.inputs)}
        self.steps: list[Step] = []
        self.size = len(self.inputs)
        for node in nodes:
            if node.op is not None:
                read = tuple(base[id(below)] + index for below, index, _ in node.inputs)
                base[id(node)] = self.size
                self.steps.append(Step(node, read, self.size))
                self.size += self.steps[-1].count
        self.heads = [base[id(node)] + index for node, index, _ in entries]
        self._again = [i for i, slot in enumerate(self.heads) if apart and slot in self.heads[:i]]
        self._entries = list(entries)
        # mxnet: outputs of a small graph can be released apart; test_heads_one_after_the_other
        self._inlined = len(self.steps) + len(self._again) <= inline
        self._open = [step for step in self.steps if graph_infer.is_open(step.node)]
        self._decided: dict[Any, dict[Step, dict[str, Any]]] = {}
        self._plans: dict[tuple[bool, ...], Plan] = {}
        # values may be views of each other, unless an operator writes into one
        self._apart = any(_writes(step, len(self.inputs)) for step in self.steps)
        self._op = _ProgramOp(self)

    # ---- tensors

    def call(
        self, cls: type[Any], tensors: Sequence[Any], ctx: Context, watch: Watch | None = None
    ) -> list[Any]:
        """Run on tensors in the order of ``inputs``; return the outputs as tensors of ``cls``.

        While recording, the whole call is one node of the tape, unless it is so small that it is
        inlined.
        """
        bufs = [tensor._buf for tensor in tensors]
        parents = tuple([tensor._node for tensor in tensors])
        run = None
        if state.recording and any(parent is not None for parent in parents):
            run = Run(ctx, tuple([parent is not None for parent in parents]))
        outs = self.forward(ctx, bufs, run, watch)
        if run is None:
            return [make(cls, out, ctx) for out in outs]
        if self._inlined:
            nodes = self._nodes(run, parents)
            return [make(cls, out, ctx, node) for out, node in zip(outs, nodes, strict=True)]
        if len(outs) == 1:
            return [
                make(cls, outs[0], ctx, Node(self._op, parents, outs[0], bufs, {"run": run}, ctx))
            ]
        node = Node(self._op, parents, tuple(outs), bufs, {"run": run}, ctx)
        return [
            make(cls, out, ctx, Port(None, (node,), out, (), position, ctx))
            for position, out in enumerate(outs)
        ]

    # ---- raw arrays

    def forward(
        self,
        ctx: Context,
        bufs: Sequence[Any],
        run: Run | None = None,
        watch: Watch | None = None,
    ) -> list[Any]:
        """Run on raw arrays in the order of ``inputs``; return the outputs.

        ``run`` collects what :meth:`backward` needs; without it, values are dropped after their
        last use. ``watch`` is told about every value.
        Raises MXNetError, naming the operator of the graph, for arrays that it refuses.
        """
        xp = ctx.xp if self._apart else ctx.xp.inner
        plain = xp.ndarray
        slots = [*bufs, *[None] * (self.size - len(bufs) + 1)]
        decided = self._decide(bufs) if self._open else {}
        reuse = watch is None and REUSE
        kept: Any = None if run is None else run.kept
        result: Any
        read: Any
        for op, inputs, params, supplied, base, dead, keep, over, step in self._plan(run).lines:
            result = read = None  # what the step before left must not count as in use
            if supplied or decided:
                params = {**step.asked(ctx), **decided.get(step, {})}
            if over and reuse:
                result, read = _in_place(op, xp, slots, inputs, over, params)
            if result is None:
                read = [slots[slot] for slot in inputs]
                try:
                    result = op.forward(xp, *read, **params)
                except Exception as error:
                    result = _recovered(step, error, xp, read, params)
            if result.__class__ is plain:
                slots[base] = result
            elif result.__class__ is tuple:
                result = tuple([xp.asarray(part) for part in result])
                slots[base : base + step.count] = result[: step.count]
            else:
                slots[base] = result = xp.asarray(result)
            if watch is not None:
                _show(watch, step, read, result, run is not None)
            if keep is not None:
                kept.append(keep.of(read, params, result))
            for slot in dead:
                slots[slot] = None
        outs = [slots[slot] for slot in self.heads]
        if xp.any_layout:
            outs = _in_order(outs, bufs)
        for position in self._again:
            outs[position] = outs[position].copy()
        return outs

    def _decide(self, bufs: Sequence[Any]) -> dict[Step, dict[str, Any]]:
        """Return the shapes of made arrays that their users decide, for inputs like these."""
        given = tuple([tuple(buf.shape) for buf in bufs])
        found = self._decided.get(given)
        if found is None:
            if len(self._decided) >= _REMEMBERED:
                self._decided.clear()
            names = [node.name for node in self.inputs]
            known = graph_infer.shapes(self._entries, dict(zip(names, given, strict=True)))
            found = self._decided[given] = {
                step: {"shape": shape}
                for step in self._open
                if (shape := known.get((id(step.node), 0))) is not None and -1 not in shape
            }
        return found

    def backward(self, run: Run, cts: Sequence[Any], keeping: bool = True) -> list[Any]:
        """Return the inputs' gradients (None: none) from those of the outputs.

        Inputs that do not lie on the tape get none. Unless ``keeping``, what the run kept is let
        go on the way.
        """
        xp = run.ctx.xp.inner
        grads: list[Any] = [None] * (self.size + 1)
        for slot, ct in zip(self.heads, cts, strict=True):
            if ct is not None:
                held = grads[slot]
                grads[slot] = ct if held is None else held + ct
        given = len(self.inputs)
        tasks = self._plan(run).tasks
        kept = run.kept
        if keeping:
            kept = kept.copy()
        elif len(kept) != len(tasks):
            raise mxnet_error(NOT_IN_GRAPH, "an earlier backward pass failed within this graph")
        for op, base, width, pulls, touched, zero in tasks:
            ct = held = pulled = gradient = None  # as far as the memory of gradients goes
            read, params, out = kept.pop()
            ct = _gathered(xp, grads, base, width, out)
            if ct is None:
                continue
            for pull, position, slot, targets in pulls:
                pulled = pull(xp, ct, out, *read, **params)
                if targets is None:
                    if pulled is not None:
                        arg = read[position]
                        if pulled.shape != arg.shape or pulled.dtype != arg.dtype:
                            pulled = fitted(xp, pulled, arg, slot < given)
                        if grads[slot] is None:
                            grads[slot] = pulled
                        else:
                            _add(xp, grads, slot, pulled)
                    continue
                for gradient, (position, slot) in zip(pulled, targets, strict=True):
                    if slot >= 0 and gradient is not None:
                        gradient = fitted(xp, gradient, read[position], slot < given)
                        _add(xp, grads, slot, gradient)
            if zero:
                if not op.flat:
                    raise mxnet_error(NO_GRADIENT.format(op.name))
                for position, slot in touched:
                    if grads[slot] is None:
                        grads[slot] = xp.zeros_like(read[position])
        return grads[:given]

    def _plan(self, run: Run | None) -> Plan:
        """Return the plan for the variables that a call needs, made when it is asked for first."""
        needs = () if run is None else run.needs
        found = self._plans.get(needs)
        if found is None:
            if len(self._plans) >= _REMEMBERED:
                self._plans.clear()
            found = self._plans[needs] = plan(self.steps, self.heads, needs, len(self.inputs))
        return found

    def unfold(self, node: Node) -> list[Node | None]:
        """Put the operators of a recorded call on the tape; return the outputs' nodes."""
        return self._nodes(node.params["run"], node.parents)

    def _nodes(self, run: Run, parents: Any) -> list[Node | None]:
        """Make the nodes of a call's operators, as they would be without a program."""
        nodes: list[Any] = [None] * (self.size + 1)
        nodes[: len(self.inputs)] = parents
        for step, (read, params, out) in zip(self._plan(run).passed, run.kept, strict=True):
            behind = tuple([nodes[slot] for slot in step.inputs])
            if all(parent is None for parent in behind):
                continue
            made = InnerNode(step.op, behind, out, read, params, run.ctx)
            made.origin = step.node
            if out.__class__ is tuple:
                nodes[step.base : step.base + step.count] = [
                    Port(None, (made,), part, (), position, run.ctx)
                    for position, part in enumerate(out[: step.count])
                ]
            else:
                nodes[step.base] = made
        return [nodes[slot] for slot in self.heads]


class InnerNode(Node):
    """A call of an operator inside a program; ``origin`` is its node in the graph."""

    __slots__ = ("origin",)

    origin: GraphNode


class _ProgramOp:
    """What the tape asks of an operator, answered for a program."""

    __slots__ = ("flat", "name", "order", "pulls", "unfold")

    def __init__(self, program: Program) -> None:
        self.name = "_CachedOp"
        self.flat = False
        self.order = 2
        self.unfold = program.unfold

        def pull(xp: Any, ct: Any, out: Any, *bufs: Any, run: Run) -> list[Any]:
            return program.backward(run, ct if ct.__class__ is tuple else (ct,), state.keeping)

        self.pulls = [(None, pull)]


def _show(watch: Watch, step: Step, read: list[Any], result: Any, recorded: bool) -> None:
    """Tell a watcher what an operator read, if it asks for that, and what it returned."""
    node = step.node
    if watch.inputs:
        names = node.input_names(len(node.inputs))
        for (below, _, _), name, value in zip(node.inputs, names, read, strict=False):
            if watch.variables and below.op is None:
                watch.tell(below, below.name, value)
            watch.tell(node, f"{node.name}_{name}", value)
    parts = result if result.__class__ is tuple else (result,)
    for name, value in zip(node.output_names(watch.hidden or recorded), parts, strict=False):
        watch.tell(node, name, value)


def _writes(step: Step, given: int) -> bool:
    """Tell whether an operator writes into a value that another one made."""
    names = step.op.inputs
    return any(step.inputs[i] >= given for i, name in enumerate(names) if name in step.op.mutates)


def _in_order(outs: list[Any], bufs: Sequence[Any]) -> list[Any]:
    """Make outputs what the world outside expects: in order in memory that no other array uses."""
    found: list[Any] = []
    for out in outs:
        if not out.flags.c_contiguous:
            out = out.copy()
        elif out.base is not None:
            owner = _owner(out)
            if any(_owner(other) is owner for other in (*bufs, *found) if other is not out):
                out = out.copy()
        found.append(out)
    return found


def _owner(array: Any) -> Any:
    """Return the array whose memory an array looks at."""
    while array.base is not None and array.base.__class__ is array.__class__:
        array = array.base
    return array


def _gathered(xp: Any, grads: list[Any], base: int, count: int, out: Any) -> Any:
    """Take the gradient of a step's output, zeros for outputs that got none; None without any."""
    if out.__class__ is not tuple:
        ct, grads[base] = grads[base], None
        return ct
    parts = grads[base : base + count]
    if all(part is None for part in parts):
        return None
    grads[base : base + count] = [None] * count
    parts += [None] * (len(out) - len(parts))
    return tuple(
        [
            xp.zeros_like(value) if part is None else part
            for part, value in zip(parts, out, strict=True)
        ]
    )


def _in_place(
    op: Any, xp: Any, slots: list[Any], inputs: tuple[int, ...], over: Any, params: Any
) -> tuple[Any, Any]:
    """Run a step in the memory of an input that it alone uses; (None, None) where that is none."""
    for position in over:
        slot = inputs[position]
        if large(slots[slot]) and alone(slots, slot) and op.forward is op.kernel:
            read = [slots[slot] for slot in inputs]
            result = op.in_place[1](xp, read[position], *read, **params)
            if result is not None:
                return result, read
    return None, None


def _add(xp: Any, grads: list[Any], slot: int, gradient: Any) -> None:
    """Add to the gradient of a slot, in its memory where no one else uses that."""
    if grads[slot] is None:
        grads[slot] = gradient
    elif (
        REUSE
        and large(grads[slot])
        and large(gradient)
        and grads[slot].dtype == gradient.dtype
        and alone(grads, slot)
    ):
        xp.add(grads[slot], gradient, out=grads[slot])
    else:
        grads[slot] = grads[slot] + gradient


def _recovered(step: Step, error: Exception, xp: Any, read: list[Any], params: Any) -> Any:
    """Handle a kernel's exception as a single call does; name the operator of the graph."""
    try:
        return recover(step.op, error, xp, read, params)
    except NotImplementedError:
        raise
    except MXNetError as refusal:
        raise located(refusal, step.node) from error
