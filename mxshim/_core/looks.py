"""Which arrays a gradient looks at: what it never reads need not be kept for it.

A gradient body is given the operator's result and inputs, and mostly uses a few of them.  Its code
says which: a parameter that it never loads, or only for ``.shape``, ``.dtype``, ``.ndim`` and
``.size``, might as well be another array of that form.  What the code does not say plainly counts
as looked at.  A body that hands its arrays to a function chosen by parameters says so with
:func:`by`; what stands for it on the CPU (:mod:`mxshim._backends.override`) is asked as well.
"""

from __future__ import annotations

import dis
from collections.abc import Callable, Iterable
from functools import lru_cache
from types import CodeType
from typing import Any, NamedTuple

from .._backends.override import candidates
from .registry import Op

_FORM = frozenset({"shape", "dtype", "ndim", "size"})
#: Where a body's parameters begin: xp, ct, then the result and the inputs.
_RESULT, _FIRST = 2, 3


class Looks(NamedTuple):
    """What gradients look at: inputs by position, and the result (True: all of it) or its parts."""

    inputs: frozenset[int]
    result: bool
    parts: frozenset[int]


def by(
    chosen: Callable[[dict[str, Any]], tuple[Callable[..., Any], tuple[int | None, ...]]],
) -> Callable[[Any], Any]:
    """Say that a gradient looks at what another function does (a decorator).

    ``chosen`` gives for the operator's parameters that function and, for each of its own
    parameters, which of the gradient's it is (None: none of them).
    """

    def mark(body: Any) -> Any:
        body.looks_by = chosen
        return body

    return mark


def looks(op: Op, params: dict[str, Any], wanted: Iterable[int], number: int) -> Looks:
    """Return what the gradients of ``number`` inputs that serve those in ``wanted`` look at."""
    asked = set(wanted)
    seen: dict[int, Any] = {}
    for positions, pull in op.pulls:
        every = {positions} if isinstance(positions, int) else positions
        if every is not None and not asked & set(every):
            continue
        where = range(number) if every is None else sorted(every)
        names = tuple([op.inputs[min(i, len(op.inputs) - 1)] for i in where])
        names = names[:1] if every is None else names
        for body in (_plain(pull), *candidates(op.name, names)):
            _join(seen, _of_body(body, params, number))
    result = seen.get(_RESULT, frozenset())
    inputs = frozenset(i - _FIRST for i, what in seen.items() if i >= _FIRST and what)
    return Looks(inputs, result is True, frozenset() if result is True else result)


def of_slope(slope: Any, number: int) -> Looks:
    """Return what a gradient ``(ct, out, *arrays)`` of ``number`` inputs looks at."""
    found = _of_function(_plain(slope), number)  # its parameters stand one place before a body's
    inputs = frozenset(i - 2 for i, what in found.items() if i >= 2 and what)
    return Looks(frozenset(i for i in inputs if i < number), bool(found.get(1)), frozenset())


def _plain(function: Any) -> Any:
    """Return what overrides, or a profiler's clocks, which must not be remembered, stand before."""
    while hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    return function


def _join(seen: dict[int, Any], more: dict[int, Any]) -> None:
    """Add to what is looked at: True for all of an array, or the numbers of its parts."""
    for position, what in more.items():
        held = seen.get(position, frozenset())
        seen[position] = True if what is True or held is True else held | what


def _of_body(body: Any, params: dict[str, Any], number: int) -> dict[int, Any]:
    chosen = getattr(body, "looks_by", None)
    if chosen is None:
        return dict(_of_function(body, number))
    function, places = chosen(params)
    found = _of_function(_plain(function), number)
    return {
        places[i]: what for i, what in found.items() if i < len(places) and places[i] is not None
    }


@lru_cache(maxsize=1024)
def _of_function(function: Any, number: int) -> dict[int, Any]:
    """Return which of a function's positional parameters it looks at."""
    code = getattr(function, "__code__", None)
    if not isinstance(code, CodeType):
        return dict.fromkeys(range(_FIRST + number), True)
    listed = code.co_varnames[: code.co_argcount]
    seen = _of_code(code)
    found = {i: seen[name] for i, name in enumerate(listed) if name in seen}
    if code.co_flags & 4:  # *arrays: what is done to one may be done to each
        rest = code.co_varnames[code.co_argcount + code.co_kwonlyargcount]
        if rest in seen:
            found.update(dict.fromkeys(range(code.co_argcount, _FIRST + number), True))
    return found


def _of_code(code: CodeType) -> dict[str, Any]:
    """Return the variables whose values a piece of code loads: True, or the parts it takes."""
    seen: dict[str, Any] = dict.fromkeys(code.co_cellvars, True)
    steps = list(dis.get_instructions(code))
    for at, step in enumerate(steps):
        if "LOAD_FAST" not in step.opname and "LOAD_CLOSURE" not in step.opname:
            continue
        *before, last = step.argval if isinstance(step.argval, tuple) else (step.argval,)
        for name in before:
            seen[name] = True
        what = _use(steps[at + 1 : at + 3])
        if what is not None and seen.get(last) is not True:
            seen[last] = True if what is True else seen.get(last, frozenset()) | what
    return seen


def _use(following: list[Any]) -> Any:
    """Tell what is taken of a variable just loaded: None for its form, a part, True for all."""
    if following and following[0].opname == "LOAD_ATTR" and following[0].argval in _FORM:
        return None
    if len(following) == 2:
        index, action = following
        subscript = action.opname == "BINARY_SUBSCR" or (
            action.opname == "BINARY_OP" and action.argrepr == "[]"
        )
        if subscript and index.opname in ("LOAD_CONST", "LOAD_SMALL_INT"):
            whole = type(index.argval) is not int or index.argval < 0
            return True if whole else frozenset({index.argval})
    return True
