"""Operators of deep learning for NumPy-like arrays: the ``_npx_`` names of the registry."""

from __future__ import annotations

from typing import Any

from .. import _ops  # noqa: F401  fills the registry
from .._core.functions import function
from .._core.invoke import call
from .._core.registry import OPS
from ..numpy.multiarray import ndarray

PREFIX = "_npx_"

__all__ = []
for _registered, _op in OPS.items():
    if _registered.startswith(PREFIX) and not _registered.startswith(f"{PREFIX}_"):
        _name = _registered[len(PREFIX) :]
        globals()[_name] = function(_op, ndarray, _name)
        __all__.append(_name)


def reshape(a: Any, newshape: Any, reverse: bool = False, order: str = "C") -> Any:
    """Return the values of ``a`` in another shape, with MXNet's codes.

    -1 is inferred, -2 copies the input's dimension, -3 skips one of length 1, -4 copies all that
    remain, -5 merges two, -6 splits one into the two that follow. ``reverse`` reads both shapes
    from the right.
    """
    op = OPS["_npx_reshape"]
    return call(
        op, ndarray, [a], op.bind({"newshape": newshape, "reverse": reverse, "order": order})
    )


def nonzero(a: Any) -> Any:
    """Return the indices of the elements that are not 0, one row each, as int64."""
    op = OPS["_npx_nonzero"]
    return call(op, ndarray, [a], op.bind({}))


def constraint_check(x: Any, msg: str) -> Any:
    """Return True as an array of one element; raise ValueError with ``msg`` unless all are true."""
    op = OPS["_npx_constraint_check"]
    return call(op, ndarray, [x], op.bind({"msg": msg}))


for _name in ("reshape", "nonzero", "constraint_check"):
    if f"{PREFIX}{_name}" not in OPS:
        del globals()[_name]
        __all__ = [name for name in __all__ if name != _name]
    elif _name not in __all__:
        __all__.append(_name)
