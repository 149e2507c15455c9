"""The plan of a program: its steps, for each set of variables on the tape the ways there and back.

What can be decided before arrays are there is decided here: which values die where, which a
gradient looks at, which memory an operator may write its result into.
"""

from __future__ import annotations

from collections.abc import Sequence
from sys import getrefcount
from typing import Any, NamedTuple

from numpy import ndarray

from . import program_short as short
from .device import Context
from .graph import GraphNode
from .invoke import SUPPLY
from .looks import Looks, looks
from .registry import Op

#: Bytes from which on an array's memory is worth the trouble of dropping or reusing it.
LARGE = 1 << 15


class Step:
    """One operator of a program: the slots it reads (the last one holds None) and writes."""

    __slots__ = ("base", "count", "inputs", "node", "op", "params", "supplied")

    def __init__(self, node: GraphNode, inputs: tuple[int, ...], base: int) -> None:
        assert node.op is not None
        self.node = node
        self.op = node.op
        self.params = node.params
        self.supplied = tuple(node.op.supplied.items())
        absent = 0 if node.op.variadic else len(node.op.inputs) - len(inputs)
        self.inputs = inputs + (-1,) * absent
        self.base = base
        self.count = max(node.visible(), 1)

    def asked(self, ctx: Context) -> dict[str, Any]:
        """Return the parameters together with what the operator asks the engine for."""
        params = dict(self.params)
        for name, what in self.supplied:
            params[name] = None if what == "target" else SUPPLY[what](ctx)
        return params

    def slots(self) -> range:
        """Return the slots that the operator writes."""
        return range(self.base, self.base + self.count)


class Keep(NamedTuple):
    """What a step leaves for its gradient: all but the inputs and results that it never looks at.

    ``result`` says that a single result, ``parts`` which of several results, may go.
    """

    inputs: tuple[int, ...]
    result: bool
    parts: tuple[int, ...]

    def of(self, read: list[Any], params: dict[str, Any], result: Any, quick: bool) -> Any:
        """Return the record of a call; large arrays that may go leave their form only.

        ``quick`` says that a short way has given the result.
        """
        for position in self.inputs:
            array = read[position]
            if array.nbytes >= LARGE:
                read[position] = form(array)
        if self.result:
            if result.__class__ is not tuple and result.nbytes >= LARGE:
                result = form(result)
        elif self.parts and result.__class__ is tuple:
            result = tuple(
                [
                    form(part) if i in self.parts and part.nbytes >= LARGE else part
                    for i, part in enumerate(result)
                ]
            )
        return read, params, result, quick


class Line(NamedTuple):
    """A step on the way there.

    ``dead`` lists the slots that no later step reads, ``keep`` is None where no gradient passes and
    () where all is kept, ``short`` is a short way or None, ``over`` lists the inputs whose memory
    the result may take.
    """

    op: Op
    inputs: tuple[int, ...]
    params: dict[str, Any]
    base: int
    dead: tuple[int, ...]
    keep: Any
    short: Any
    over: tuple[int, ...]
    step: Step


class Task(NamedTuple):
    """A step on the way back.

    ``pulls`` holds (gradient, input, slot, targets, slope, sure): the first input and slot it
    serves; for one that serves several, all (input, slot) pairs, with slot -1 where none is wanted;
    the short way, if there is one, and whether what that gives surely has the input's shape.
    ``zeros`` lists the (input, slot) pairs whose gradient is zero.
    """

    op: Op
    base: int
    width: int
    pulls: list[tuple[Any, int, int, Any, Any, bool]]
    zeros: list[tuple[int, int]] | None


class Plan(NamedTuple):
    """The way there, the way back, and the steps that a gradient passes, first to last.

    The fields of a :class:`Line` and a :class:`Task` stand in plain tuples: they unpack faster.
    """

    lines: list[tuple[Any, ...]]
    tasks: list[tuple[Any, ...]]
    passed: list[Step]


def plan(
    steps: Sequence[Step], heads: Sequence[int], needs: tuple[bool, ...], given: int, apart: bool
) -> Plan:
    """Plan a program of ``given`` variables, of which those in ``needs`` lie on the tape.

    With ``apart`` no value may be a view of another one.
    """
    lit = {slot for slot, need in enumerate(needs) if need}
    lines, tasks, passed = [], [], []
    for step, dead in zip(steps, _dead(steps, heads), strict=True):
        touched = [(i, slot) for i, slot in enumerate(step.inputs) if slot in lit]
        keep, seen = None, None
        if touched and _passes(step, touched):
            lit.update(step.slots())
            seen = looks(step.op, step.params, [i for i, _ in touched], len(step.inputs))
            keep = _keep(step, touched, seen, given)
            tasks.append(tuple(_task(step, touched, seen)))
            passed.append(step)
        line = Line(
            step.op, step.inputs, step.params, step.base, dead, keep,
            short.forward(step.op, step.params, step.inputs, apart),
            _over(step, dead, seen, given), step,
        )  # fmt: skip
        lines.append(tuple(line))
    return Plan(lines, tasks[::-1], passed)


def _dead(steps: Sequence[Step], heads: Sequence[int]) -> list[tuple[int, ...]]:
    """List for every step the slots that no later one reads."""
    last: dict[int, Step] = {}
    for step in steps:
        for slot in (*step.inputs, *step.slots()):
            last[slot] = step
    kept = {-1, *heads}
    found: dict[Step, tuple[int, ...]] = dict.fromkeys(steps, ())
    for slot, step in last.items():
        if slot not in kept:
            found[step] += (slot,)
    return list(found.values())


def _keep(step: Step, touched: list[tuple[int, int]], seen: Looks, given: int) -> Any:
    spare = [i for i, slot in touched if slot >= given and i not in seen.inputs]
    parts = () if seen.result else tuple(i for i in range(step.count) if i not in seen.parts)
    keep = Keep(tuple(spare), not seen.result and not seen.parts, parts)
    return keep if any(keep) else ()


def _passes(step: Step, touched: list[tuple[int, int]]) -> bool:
    """Tell whether a step has gradients for any of these inputs, be they zero or an error."""
    if step.op.flat or not step.op.pulls:
        return True
    served = [positions for positions, _ in step.op.pulls]
    return any(
        every is None or i == every or (every.__class__ is tuple and i in every)
        for every in served
        for i, _ in touched
    )


def _task(step: Step, touched: list[tuple[int, int]], seen: Looks) -> Task:
    wanted = dict(touched)
    slopes = short.slopes(step.op, step.params, seen, len(step.inputs))
    sure = len(step.inputs) == 1 or step.op.name in short.ALIKE
    pulls: list[tuple[Any, int, int, Any, Any, bool]] = []
    for positions, pull in step.op.pulls:
        if positions.__class__ is int:
            if positions in wanted:
                slope = slopes.get(positions)
                pulls.append((pull, positions, wanted[positions], None, slope, sure))
            continue
        every = range(len(step.inputs)) if positions is None else positions
        targets = [(i, wanted.get(i, -1)) for i in every]
        if any(slot >= 0 for _, slot in targets):
            pulls.append((pull, *targets[0], targets, None, False))
    zeros = touched if step.op.flat or not step.op.pulls else None
    return Task(step.op, step.base, step.count, pulls, zeros)


def _over(step: Step, dead: tuple[int, ...], seen: Looks | None, given: int) -> tuple[int, ...]:
    """List the inputs that are of no use behind a step whose operator can write over them."""
    if step.op.in_place is None:
        return ()
    return tuple(
        [
            i
            for i in step.op.in_place[0]
            if step.inputs[i] in dead
            and step.inputs[i] >= given
            and step.inputs.count(step.inputs[i]) == 1
            and (seen is None or i not in seen.inputs)
        ]
    )


# ---- memory

#: The bits of what no one may look at: not a number in every floating type.
_NOTHING = b"\xff" * 16


def form(array: Any) -> Any:
    """Return an array of the same shape and type, but with no memory: its values mean nothing."""
    if array.__class__ is not ndarray or array.dtype.kind != "f":
        return array
    return ndarray(array.shape, array.dtype, _NOTHING, 0, (0,) * array.ndim)


def _held() -> int:
    box = [object()]
    return getrefcount(box[0])


#: References to an object in one list, as a call sees them: 2 where they are counted as expected.
_ALONE = _held()
REUSE = _ALONE == 2


def alone(values: list[Any], slot: int) -> bool:
    """Tell whether a list holds the only reference to an array and to its memory.

    Views of an array and whoever else uses its memory refer to it.
    """
    if getrefcount(values[slot]) != _ALONE or not values[slot].flags.writeable:
        return False
    if values[slot].base is None:
        return True
    return (
        values[slot].base.__class__ is ndarray
        and getrefcount(values[slot].base) == _ALONE
        and values[slot].base.base is None
    )


def large(array: Any) -> bool:
    """Tell whether an array is one of NumPy's whose memory is worth reusing."""
    return array.__class__ is ndarray and array.nbytes >= LARGE
