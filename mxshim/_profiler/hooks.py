"""Clocks in the operators, put in when the profiler starts and taken out when it stops.

The way an operator runs knows nothing of the profiler, so it costs nothing while that is off.
Starting it replaces the kernel and the gradients of every registered operator by timed ones, and
takes away the short ways of small calls.  Fast paths hold on to a kernel in a closure, and compiled
graphs to a gradient in a list of steps; the garbage collector knows who holds what, and there they
are replaced too.
"""

from __future__ import annotations

import gc
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import update_wrapper
from types import CellType
from typing import Any

from .. import _ops  # noqa: F401  fills the registry
from .._core.registry import OPS, Op

Function = Callable[..., Any]


class _Here(threading.local):
    """What one thread is in: an operator (those it calls do not count), the graph of a symbol."""

    busy = False
    symbolic = False
    #: The id of the output whose gradient came last: gradients for its other inputs extend it.
    output = 0


class _Attached:
    """The clocks that are in place: what each timed function stands for."""

    def __init__(self) -> None:
        self.forwards: list[tuple[Op, Function]] = []
        self.short: list[tuple[Op, Any, bool, Any]] = []
        self.pulls: list[tuple[Op, list[Any]]] = []
        self.swapped: list[tuple[Function, Function]] = []
        self.methods: list[tuple[type, str, Any]] = []
        self.memory: _Memory | None = None

    def own(self) -> set[int]:
        """Return the ids of lists that hold functions to put back, not to run."""
        return {id(self.forwards), id(self.swapped), *(id(pulls) for _, pulls in self.pulls)}


_here = _Here()
_attached: _Attached | None = None


def attach(recorder: Any, *, symbolic: bool, imperative: bool, memory: bool) -> None:
    """Put the clocks in; those that are there are taken out first."""
    global _attached
    detach()
    if not (symbolic or imperative or memory):
        return
    made = _Attached()
    made.memory = _Memory(recorder) if memory else None
    clock = _Clock(recorder, symbolic, imperative, made.memory)
    for op in {id(op): op for op in OPS.values()}.values():
        made.forwards.append((op, op.forward))
        timed = clock.forward(op.name, op.forward)
        made.swapped.append((op.forward, timed))
        op.forward = timed
        made.short.append((op, op.direct, op.prepares, op.slopes))
        # small calls go the long way, past the clocks
        op.direct, op.prepares, op.slopes = None, False, ()
        made.pulls.append((op, op.pulls))
        pulls = [(where, clock.pull(_gradient_name(op.name), pull)) for where, pull in op.pulls]
        made.swapped += [(old[1], new[1]) for old, new in zip(op.pulls, pulls)]
        op.pulls = pulls
    clocks = {id(cell) for _, timed in made.swapped for cell in timed.__closure__ or ()}
    _replace(made.swapped, made.own() | clocks)
    _mark_executors(made)
    _attached = made


def detach() -> None:
    """Take the clocks out."""
    global _attached
    if _attached is None:
        return
    made, _attached = _attached, None
    for op, forward in made.forwards:
        op.forward = forward
    for op, direct, prepares, slopes in made.short:
        op.direct, op.prepares, op.slopes = direct, prepares, slopes
    for op, pulls in made.pulls:
        op.pulls = pulls
    _replace([(timed, plain) for plain, timed in made.swapped], made.own())
    for owner, name, plain in made.methods:
        setattr(owner, name, plain)
    if made.memory is not None:
        made.memory.known.clear()


class _Clock:
    """Make timed functions out of kernels and gradients."""

    def __init__(
        self, recorder: Any, symbolic: bool, imperative: bool, memory: _Memory | None
    ) -> None:
        from .recorder import now

        self.recorder, self.now, self.memory = recorder, now, memory
        self.symbolic, self.imperative = symbolic, imperative

    def counts(self) -> bool:
        """Tell whether an operator that is called now is one of those asked for."""
        if _here.busy or not self.recorder.active:
            return False
        return self.symbolic if _here.symbolic else self.imperative

    def forward(self, name: str, plain: Function) -> Function:
        """Time a kernel; what other kernels it calls is part of its own time."""

        def timed(xp: Any, *arrays: Any, **params: Any) -> Any:
            if not self.counts():
                return plain(xp, *arrays, **params)
            with _alone():
                start = self.now()
                result = plain(xp, *arrays, **params)
                self.done(xp, name, start)
            if self.memory is not None:
                self.memory.see(xp, result)
            return result

        return update_wrapper(timed, plain)

    def pull(self, name: str, plain: Function) -> Function:
        """Time a gradient; those of one call with respect to its several inputs are one."""

        def timed(xp: Any, ct: Any, out: Any, *args: Any, **params: Any) -> Any:
            if not self.counts():
                return plain(xp, ct, out, *args, **params)
            with _alone():
                start = self.now()
                result = plain(xp, ct, out, *args, **params)
                self.done(xp, name, start, out)
            return result

        return update_wrapper(timed, plain)

    def done(self, xp: Any, name: str, start: float, output: Any = None) -> None:
        """Record an operator that has ended; on a GPU wait until it has."""
        device = "cpu/0"
        gpu = getattr(xp, "cuda", None)
        if gpu is not None:
            gpu.get_current_stream().synchronize()
            device = f"gpu/{gpu.runtime.getDevice()}"
        same = output is not None and id(output) == _here.output
        _here.output = 0 if output is None else id(output)
        self.recorder.operator(name, start, self.now(), device, same)


@contextmanager
def _alone() -> Iterator[None]:
    _here.busy = True
    try:
        yield
    finally:
        _here.busy = False


class _Memory:
    """Follow the bytes held by results of operators: a value of the counter for each change."""

    def __init__(self, recorder: Any) -> None:
        self.recorder = recorder
        self.held = 0
        self.known: dict[int, Any] = {}

    def see(self, xp: Any, result: Any) -> None:
        """Count what an operator returned."""
        gpu = getattr(xp, "cuda", None)
        if gpu is not None:
            used = xp.get_default_memory_pool().used_bytes()
            self.tell(f"gpu/{gpu.runtime.getDevice()}", used)
            return
        for array in result if isinstance(result, tuple) else (result,):
            if getattr(array, "base", self) is None and id(array) not in self.known:
                self.known[id(array)] = weakref.ref(array, self._gone(id(array), array.nbytes))
                self.held += array.nbytes
                self.tell("cpu/0", self.held)

    def _gone(self, key: int, size: int) -> Callable[[Any], None]:
        def gone(_: Any) -> None:
            if self.known.pop(key, None) is not None:
                self.held -= size
                self.tell("cpu/0", self.held)

        return gone

    def tell(self, device: str, value: int) -> None:
        """Record the bytes now held on a device."""
        self.recorder.moment("memory", "Device Storage", f"Memory: {device}", value)


def _mark_executors(made: _Attached) -> None:
    """Let operators know when they run for an executor: those are the symbolic ones."""
    module = sys.modules.get(f"{__name__.split('.', maxsplit=1)[0]}.symbol._executor")
    if module is None:
        return
    for name in ("forward", "backward"):
        plain = getattr(module.Executor, name)
        made.methods.append((module.Executor, name, plain))
        setattr(module.Executor, name, _symbolic(plain))


def _symbolic(plain: Function) -> Function:
    def marked(*args: Any, **kwargs: Any) -> Any:
        _here.symbolic = True
        try:
            return plain(*args, **kwargs)
        finally:
            _here.symbolic = False

    return marked


def _replace(pairs: list[tuple[Function, Function]], keep: set[int]) -> None:
    """Put the second function where the first is held: in cells, and in tuples inside lists.

    Lists and cells whose ids are in ``keep`` stay as they are.
    """
    swap = {id(old): new for old, new in reversed(pairs)}
    keep = keep | {id(pairs)}
    for holder in gc.get_objects():  # get_referrers takes seconds where there are many objects
        kind = type(holder)
        if (kind is not CellType and kind is not list) or id(holder) in keep:
            continue
        if kind is list:
            for index, step in enumerate(holder):
                if type(step) is tuple and not swap.keys().isdisjoint(map(id, step)):
                    holder[index] = tuple(swap.get(id(part), part) for part in step)
        elif gc.get_referents(holder):  # not empty
            new = swap.get(id(holder.cell_contents))
            if new is not None:
                holder.cell_contents = new


def _gradient_name(name: str) -> str:
    """Return the name of an operator's gradient: of ``_mul_scalar`` it is _backward_mul_scalar."""
    return f"_backward_{name.removeprefix('_')}"
