"""A graph compiled for raw arrays: one call, one node on the tape.

A :class:`Program` numbers every value of a graph (its *slots*: the variables first, then each
operator's outputs) and lists its operators as steps that read and write slots. Running it touches
no tensor; its gradient walks the steps backwards in an order that was planned once for each set of
variables that need one. Where gradients must be recorded themselves, the call unfolds into the
nodes that its operators would have put on the tape.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from . import graph_infer
from .device import Context
from .errors import mxnet_error
from .graph import Entry, ordered, variables
from .invoke import HOST
from .program_plan import REUSE, Plan, Step, plan
from .program_steps import (
    Watch,
    add,
    gathered,
    in_order,
    in_place,
    on_tape,
    overwrites,
    recovered,
    show,
)
from .tape import NO_GRADIENT, NOT_IN_GRAPH, Node, Port, fitted, state
from .tensor import make

#: How many sets of shapes, and ways back, a program remembers before it starts afresh.
_REMEMBERED = 256


class Run:
    """What one recorded call keeps for its gradient.

    ``kept`` holds the arrays read, the parameters and the result of every step that a gradient
    passes, and whether a short way gave it; ``needs`` says which variables lie on the tape,
    ``plan`` how the call went.
    """

    __slots__ = ("ctx", "kept", "needs", "plan")

    def __init__(self, ctx: Context, needs: tuple[bool, ...]) -> None:
        self.ctx = ctx
        self.needs = needs
        self.plan: Any = None
        self.kept: list[tuple[list[Any], dict[str, Any], Any, bool]] = []


class Program:
    """A graph's operators in order; ``inputs`` are its variables, auxiliary states among them.

    ``entries`` are the outputs. ``arguments`` and ``states`` split the inputs by whether an
    operator updates them. With ``apart``, a value that is several outputs is copied for all but the
    first, so that a write into one leaves the others alone. A call of no more than ``inline``
    operators puts them on the tape one by one, and so does one of a single operator.
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
        self._inlined = len(self.steps) + len(self._again) <= max(inline, 1)
        self._open = [step for step in self.steps if graph_infer.is_open(step.node)]
        self._decided: dict[Any, dict[Step, dict[str, Any]]] = {}
        self._plans: dict[tuple[bool, ...], Plan] = {}
        # values may be views of each other, unless an operator writes into what others see
        self._apart = overwrites(self.steps, len(self.inputs))
        self._op = _ProgramOp(self)

    # ---- tensors

    def call(
        self, cls: type[Any], tensors: Sequence[Any], ctx: Context, watch: Watch | None = None
    ) -> list[Any]:
        """Run on tensors in the order of ``inputs``; return the outputs as tensors of ``cls``.

        While recording, the whole call is one node of the tape, unless it is so small that it is
        inlined.
        """
        if self._inlined and watch is None:
            return self._call_inlined(cls, tensors, ctx)
        bufs = [tensor._buf for tensor in tensors]
        parents = tuple([tensor._node for tensor in tensors])
        needs: tuple[bool, ...] = ()
        if state.recording:
            needs = tuple([parent is not None for parent in parents])
        if True not in needs:
            return [make(cls, out, ctx) for out in self.forward(ctx, bufs, None, watch)]
        run = Run(ctx, needs)
        outs = self.forward(ctx, bufs, run, watch)
        if self._inlined:
            nodes = self._nodes(run, parents)
            return [make(cls, out, ctx, node) for out, node in zip(outs, nodes, strict=True)]
        if len(outs) == 1:
            node = Node(self._op, parents, outs[0], bufs, {"run": run}, ctx)
            return [make(cls, outs[0], ctx, node)]
        node = Node(self._op, parents, tuple(outs), bufs, {"run": run}, ctx)
        return [
            make(cls, out, ctx, Port(None, (node,), out, (), position, ctx))
            for position, out in enumerate(outs)
        ]

    def _call_inlined(self, cls: type[Any], tensors: Sequence[Any], ctx: Context) -> list[Any]:
        """Run the few operators of a small graph as calls of their own."""
        xp = ctx.xp
        plain, host = xp.ndarray, xp is HOST
        bufs = [tensor._buf for tensor in tensors]
        rest = [None] * (self.size - len(bufs) + 1)
        slots: list[Any] = bufs + rest
        nodes: list[Any] = [tensor._node for tensor in tensors] + rest
        recording = state.recording
        decided = self._decide(bufs) if self._open else {}
        for op, inputs, params, base, _, _, short, _, step in self._plan(None).lines:
            read = [slots[slot] for slot in inputs]
            if step.supplied or decided:
                params = {**step.asked(ctx), **decided.get(step, {})}
            result = None
            if short is not None and host:
                try:
                    result = short(read)
                except Exception:  # the operator itself says what is wrong
                    result = None
            quick = result is not None
            if not quick:
                try:
                    result = op.forward(xp, *read, **params)
                except Exception as error:
                    result = recovered(step, error, xp, read, params)
            if result.__class__ is plain:
                slots[base] = result
            elif result.__class__ is tuple:
                result = tuple([xp.asarray(part) for part in result])
                slots[base : base + step.count] = result[: step.count]
            else:
                slots[base] = result = xp.asarray(result)
            if recording:
                behind = tuple([nodes[slot] for slot in inputs])
                if behind.count(None) != len(behind):
                    made = on_tape(step, behind, result, read, params, ctx, quick)
                    nodes[base : base + len(made)] = made
        outs = in_order([slots[slot] for slot in self.heads], bufs)
        for position in self._again:
            outs[position] = outs[position].copy()
        heads = zip(outs, self.heads, strict=True)
        return [make(cls, out, ctx, nodes[slot]) for out, slot in heads]

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
        host = ctx.xp is HOST
        kept: Any = None if run is None else run.kept
        result: Any
        read: Any
        found = self._plan(run)
        if run is not None:
            run.plan = found
        for op, inputs, params, base, dead, keep, short, over, step in found.lines:
            result = read = None  # what the step before left must not count as in use
            if step.supplied or decided:
                params = {**step.asked(ctx), **decided.get(step, {})}
            if over and reuse:
                result, read = in_place(op, xp, slots, inputs, over, params)
            quick = False
            if result is None:
                read = [slots[slot] for slot in inputs]
                if short is not None and host:
                    try:
                        result = short(read)
                        quick = result is not None
                    except Exception:  # the operator itself says what is wrong
                        result = None
                if result is None:
                    try:
                        result = op.forward(xp, *read, **params)
                    except Exception as error:
                        result = recovered(step, error, xp, read, params)
            if result.__class__ is plain:
                slots[base] = result
            elif result.__class__ is tuple:
                result = tuple([xp.asarray(part) for part in result])
                slots[base : base + step.count] = result[: step.count]
            else:
                slots[base] = result = xp.asarray(result)
            if watch is not None:
                show(watch, step, read, result, run is not None)
            if keep is not None:
                record = read, params, result, quick
                kept.append(keep.of(*record) if keep else record)
            for slot in dead:
                slots[slot] = None
        outs = [slots[slot] for slot in self.heads]
        if xp.any_layout:
            outs = in_order(outs, bufs)
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
        tasks = run.plan.tasks
        kept = run.kept
        if keeping:
            kept = kept.copy()
        elif len(kept) != len(tasks):
            raise mxnet_error(NOT_IN_GRAPH, "an earlier backward pass failed within this graph")
        for op, base, width, pulls, zeros in tasks:
            held = pulled = gradient = None  # as far as the memory of gradients goes
            read, params, out, quick = kept.pop()
            if out.__class__ is tuple:
                ct = gathered(xp, grads, base, width, out)
            else:
                ct, grads[base] = grads[base], None
            if ct is None:
                continue
            for pull, position, slot, targets, slope, sure in pulls:
                if quick and slope is not None:
                    pulled = slope(ct, out, *read)
                    if sure and pulled is not None and grads[slot] is None:
                        grads[slot] = pulled
                        continue
                    if pulled is None:
                        pulled = pull(xp, ct, out, *read, **params)
                else:
                    pulled = pull(xp, ct, out, *read, **params)
                if targets is None:
                    if pulled is not None:
                        arg = read[position]
                        if pulled.shape != arg.shape or pulled.dtype is not arg.dtype:
                            pulled = fitted(xp, pulled, arg, slot < given)
                        if grads[slot] is None:
                            grads[slot] = pulled
                        else:
                            add(xp, grads, slot, pulled)
                    continue
                for gradient, (position, slot) in zip(pulled, targets, strict=True):
                    if slot >= 0 and gradient is not None:
                        gradient = fitted(xp, gradient, read[position], slot < given)
                        add(xp, grads, slot, gradient)
            if zeros is not None:
                if not op.flat:
                    raise mxnet_error(NO_GRADIENT.format(op.name))
                for position, slot in zeros:
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
            found = self._plans[needs] = plan(
                self.steps, self.heads, needs, len(self.inputs), self._apart
            )
        return found

    def unfold(self, node: Node) -> list[Node | None]:
        """Put the operators of a recorded call on the tape; return the outputs' nodes."""
        return self._nodes(node.params["run"], node.parents)

    def _nodes(self, run: Run, parents: Any) -> list[Node | None]:
        """Make the nodes of a call's operators, as they would be without a program."""
        nodes: list[Any] = [None] * (self.size + 1)
        nodes[: len(self.inputs)] = parents
        for step, (read, params, out, _) in zip(run.plan.passed, run.kept, strict=True):
            behind = tuple([nodes[slot] for slot in step.inputs])
            if behind.count(None) == len(behind):
                continue
            made = on_tape(step, behind, out, read, params, run.ctx)
            nodes[step.base : step.base + len(made)] = made
        return [nodes[slot] for slot in self.heads]


class _ProgramOp:
    """What the tape asks of an operator, answered for a program."""

    __slots__ = ("flat", "name", "order", "pulls", "unfold", "whole")

    def __init__(self, program: Program) -> None:
        self.name = "_CachedOp"
        self.flat = False
        self.order = 2
        self.pulls = ()
        self.unfold = program.unfold

        def whole(node: Node, ct: Any) -> list[Any]:
            if ct.__class__ is not list:
                ct = (ct,)
            elif any(part is None for part in ct):
                # mxnet: of no gradient comes zero; test_partial_gradients
                zeros = node.ctx.xp.zeros_like
                ct = [zeros(o) if c is None else c for c, o in zip(ct, node.out, strict=True)]
            return program.backward(node.params["run"], ct, state.keeping)

        self.whole = whole
