"""The short way back through a node, and adding up gradients: what :mod:`.tape` does most."""

from __future__ import annotations

from heapq import heappush
from sys import getrefcount
from typing import Any

from numpy import add, ndarray

from .dtypes import float32, float64
from .small import QUICK, Bound
from .small_rows import added


def unbroadcast(xp: Any, gradient: Any, shape: tuple[int, ...]) -> Any:
    """Sum a gradient over the axes that broadcasting added or stretched."""
    plain = gradient.__class__ is ndarray and gradient.ndim == 2 and len(shape) == 1
    if plain and gradient.shape[1] == shape[0] and gradient.dtype.char in "fd":
        return added(gradient, 0, False)  # of a bias
    total = add.reduce if gradient.__class__ is ndarray else xp.sum  # in half the time
    extra = gradient.ndim - len(shape)
    if extra > 0:
        gradient = total(gradient, axis=tuple(range(extra)) if extra > 1 else 0)
    stretched = tuple(
        [
            axis
            for axis, (have, want) in enumerate(zip(gradient.shape, shape, strict=False))
            if want == 1 != have
        ]
    )
    if stretched:
        gradient = total(gradient, axis=stretched, keepdims=True)
    return gradient if gradient.shape == shape else xp.reshape(gradient, shape)


def shortly(heap: list[tuple[int, Any]], node: Any, op: Any, ct: Any) -> bool:
    """Go back through a node by the gradients of small calls; tell whether there are any."""
    params, args = node.params, node.args
    if params is QUICK:
        slopes = op.slopes
    elif params.__class__ is Bound:
        slopes = params.slopes if op.prepares else ()
    else:
        slopes = op.slopes if "scalar" in params else ()
    if not slopes or ct.__class__ is not ndarray or (op.least and ct.size >= op.least):
        return False
    if params is not QUICK:
        dtype = ct.dtype
        if args[0].dtype is not dtype or (dtype is not float32 and dtype is not float64):
            return False
        if params.__class__ is not Bound:
            args = (*args, params["scalar"])
    parents, out = node.parents, node.out
    shape = ct.shape if op.broadcasts else None
    two = len(args) == 2
    for position, slope in slopes:
        parent = parents[position]
        if parent is None:
            continue
        # calling with unpacked arguments takes half as long again
        gradient = slope(ct, out, args[0], args[1]) if two else slope(ct, out, *args)
        if gradient is None:  # the first one says so for all
            return False
        if shape is not None and args[position].shape != shape:
            gradient = unbroadcast(node.ctx.xp, gradient, args[position].shape)
        held = parent.ct
        if held is None:
            parent.ct = gradient
            heappush(heap, (parent.key, parent))
        elif gradient.nbytes <= LARGE:
            parent.ct = held + gradient
        else:
            del held
            gather(parent, gradient)
    return True


def gather(parent: Any, gradient: Any) -> None:
    """Add to a gradient that is there; in place where it is large and nobody else holds it."""
    if (
        gradient.__class__ is ndarray
        and gradient.nbytes > LARGE
        and getrefcount(parent.ct) == ALONE
        and parent.ct.__class__ is ndarray
        and parent.ct.base is None
    ):
        parent.ct += gradient
    else:
        parent.ct = parent.ct + gradient


class _Holder:
    """Hold a gradient as a node does."""

    __slots__ = ("ct",)

    def __init__(self) -> None:
        self.ct = object()


def _alone() -> int:
    """Count the references to a gradient that only its node holds, as :func:`gather` counts."""
    parent = _Holder()
    return getrefcount(parent.ct)


def _lent() -> int:
    """Count the references to a gradient that only a walk's result holds, as :func:`own` does."""
    for _, gradient in [(None, object())]:
        return _handed(gradient)
    raise AssertionError


def _handed(gradient: Any) -> int:
    return _counted(gradient)


def _counted(gradient: Any) -> int:
    return getrefcount(gradient)


#: Gradients of more bytes are added up in place.
LARGE = 1 << 14
ALONE = _alone()
_LENT = _lent()


def own(gradient: Any, grad: Any) -> bool:
    """Tell whether a walk's gradient can be the memory of the attached array ``grad`` from now on.

    Nobody else may see either: neither views of the array nor whoever else holds the gradient.
    Called by what a loop over the walk's result calls.
    """
    if gradient.__class__ is not ndarray or gradient.nbytes <= LARGE:
        return False
    if getrefcount(gradient) != _LENT or getrefcount(grad._buf) != ALONE:
        return False
    return all(
        array.__class__ is ndarray and array.base is None and array.flags.carray
        for array in (gradient, grad._buf)
    ) and (gradient.shape, gradient.dtype) == (grad._buf.shape, grad._buf.dtype)
