"""What running the steps of a program takes: see :mod:`program`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from .errors import MXNetError
from .graph import GraphNode, located
from .invoke import recover
from .program_plan import REUSE, Step, alone, large
from .small import QUICK
from .tape import Node, Port


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


class InnerNode(Node):
    """A call of an operator inside a program; ``origin`` is its node in the graph."""

    __slots__ = ("origin",)

    origin: GraphNode


def on_tape(
    step: Step, behind: Any, result: Any, read: list[Any], params: dict[str, Any], ctx: Any,
    quick: bool = False,
) -> list[Any]:  # fmt: skip
    """Put a step on the tape as a call of its own; return the nodes of its outputs.

    ``quick`` says that a short way has given the result.
    """
    if quick and not step.op.prepares:
        params = {"scalar": params["scalar"]} if "scalar" in params else QUICK
    made = InnerNode(step.op, behind, result, read, params, ctx)
    made.origin = step.node
    if result.__class__ is not tuple:
        return [made]
    return [
        Port(None, (made,), part, (), position, ctx)
        for position, part in enumerate(result[: step.count])
    ]


def show(watch: Watch, step: Step, read: list[Any], result: Any, recorded: bool) -> None:
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


def overwrites(steps: Sequence[Step], given: int) -> bool:
    """Tell whether an operator writes into a value, or into a variable that others look at."""
    written: set[int] = set()
    seen: set[int] = set()
    for step in steps:
        changed = step.node.mutated()
        for position, slot in enumerate(step.inputs):
            (written if position in changed else seen).add(slot)
    return any(slot >= given or slot in seen for slot in written)


def in_order(outs: list[Any], bufs: Sequence[Any]) -> list[Any]:
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


def gathered(xp: Any, grads: list[Any], base: int, count: int, out: Any) -> Any:
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


def in_place(
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


def add(xp: Any, grads: list[Any], slot: int, gradient: Any) -> None:
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


def recovered(step: Step, error: Exception, xp: Any, read: list[Any], params: Any) -> Any:
    """Handle a kernel's exception as a single call does; name the operator of the graph."""
    try:
        return recover(step.op, error, xp, read, params)
    except NotImplementedError:
        raise
    except MXNetError as refusal:
        raise located(refusal, step.node) from error
