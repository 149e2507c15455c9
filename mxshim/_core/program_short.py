"""The short ways of :mod:`small` for the steps of a program: chosen once, with no parameters left.

A short way takes the arrays that a step reads and returns the result, or None where it leaves the
step to the operator's kernel: other arrays than NumPy's float32 or float64 of one type, a profiler
that watches.  Where it has answered, the gradients may take theirs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .._backends.cpu import constant
from .._backends.cpu import xp as HOST
from .dtypes import float32, float64
from .looks import of_slope
from .registry import OPS, Op
from .small import Bound

Short = Callable[[list[Any]], Any]

#: Operators on two arrays of one shape, and those that do the same with broadcasting.
ALIKE = {
    f"elemwise_{name}": f"broadcast_{name}" for name in ("add", "sub", "mul", "div")
} | {"_grad_add": "broadcast_add"}  # fmt: skip


#: How many shapes a step remembers.
_KNOWN = 256


def forward(
    op: Op, params: dict[str, Any], inputs: tuple[int, ...], apart: bool = False
) -> Short | None:
    """Return the short way of a step that reads the slots ``inputs``; None where there is none.

    With ``apart`` no result may be a view.
    """
    if op.supplied or op.specialize is not None:
        return None
    given = [slot for slot in inputs if slot >= 0]
    if op.views:
        return None if apart else _view(op, params)
    if op.prepares and params.__class__ is Bound and params.kernel is not None:
        return _prepared(op, params.kernel, len(given)) if given else None
    direct = OPS[ALIKE[op.name]].direct if op.name in ALIKE else op.direct
    if direct is None or op.variadic:
        return None
    if "scalar" in params:
        return _numbered(op, direct, params["scalar"])
    if len(given) == 2:
        return _two(op, direct, op.name in ALIKE)
    return _one(op, direct)


def _view(op: Op, params: dict[str, Any]) -> Short:
    """Work out a new shape once for every old one; what has it is a view."""
    known: dict[Any, Any] = {}

    def short(read: list[Any]) -> Any:
        data = read[0]
        key = data.shape if len(read) == 1 else (data.shape, read[1].shape)
        shape = known.get(key)
        if op.forward is not op.kernel:
            return None
        if shape is None:
            made = op.forward(HOST.inner, *read, **params)
            if len(known) < _KNOWN:
                known[key] = made.shape
            return made
        return data.reshape(shape)

    return short


def _prepared(op: Op, kernel: Callable[..., Any], count: int) -> Short:
    def short(read: list[Any]) -> Any:
        dtype = read[0].dtype
        if (dtype is float32 or dtype is float64) and op.prepares:
            return kernel(*read[:count])
        return None

    return short


def _one(op: Op, direct: Callable[..., Any]) -> Short:
    def short(read: list[Any]) -> Any:
        (data,) = read
        dtype = data.dtype
        if (dtype is float32 or dtype is float64) and op.forward is op.kernel:
            return direct(data)
        return None

    return short


def _two(op: Op, direct: Callable[..., Any], alike: bool) -> Short:
    def short(read: list[Any]) -> Any:
        lhs, rhs = read
        dtype = lhs.dtype
        if (
            dtype is rhs.dtype
            and (dtype is float32 or dtype is float64)
            and op.forward is op.kernel
            and (not alike or lhs.shape == rhs.shape)
        ):
            return direct(lhs, rhs)
        return None

    return short


def _numbered(op: Op, direct: Callable[..., Any], number: float) -> Short:
    single, double = constant(float32, number), constant(float64, number)

    def short(read: list[Any]) -> Any:
        (data,) = read
        dtype = data.dtype
        if (dtype is float32 or dtype is float64) and op.forward is op.kernel:
            return direct(data, single if dtype is float32 else double)
        return None

    return short


def slopes(op: Op, params: dict[str, Any], seen: Any, number: int) -> dict[int, Any]:
    """Return short gradients by input, for steps that a short way has answered.

    ``seen`` is what the operator's own gradients look at; those that need more are left out.
    """
    found = OPS[ALIKE[op.name]].slopes if op.name in ALIKE else op.slopes
    if op.prepares:
        found = params.slopes if params.__class__ is Bound else ()
    made = {}
    for position, slope in found:
        needed = of_slope(slope, number)
        if needed.inputs <= seen.inputs and (seen.result or not needed.result):
            made[position] = _with(slope, params["scalar"]) if "scalar" in params else slope
    return made


def _with(slope: Callable[..., Any], number: float) -> Callable[..., Any]:
    return lambda ct, out, data: slope(ct, out, data, number)
