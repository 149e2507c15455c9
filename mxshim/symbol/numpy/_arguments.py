"""The seam of ``mx.sym.np``: the names of ``mx.np``'s ``_arguments``, making nodes of a graph."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from ..._core.device import current
from ...numpy._arguments import INTEGERS, NUMBERS
from .._project import function
from ._class import _Symbol

ARRAY = _Symbol
SEVERAL = list
WORDS = {
    "order": "order is not supported yet...",
    "bins": "automatic range is not avaialble yet...",
    "range of logarithms": "start and stop only support int",
    "axes": "Axes length mismatch",
}
_PREFIXES = ("_npi_", "_npx_", "_np_")


@cache
def operator(registered: str) -> Callable[..., Any]:
    """Return the function of a registered operator; nodes are named after it."""
    hint = next(registered.removeprefix(p) for p in _PREFIXES if registered.startswith(p))
    return function(registered, hint, _Symbol)


def invoke(registered: str, name: str, arrays: Any, given: dict[str, Any], out: Any = None) -> Any:
    """Make a node with a fixed number of inputs; ``out`` means nothing in a graph."""
    return operator(registered)(*arrays, **given)


def gather(registered: str, name: str, arrays: Any, given: dict[str, Any], out: Any = None) -> Any:
    """Make a node with any number of inputs."""
    return operator(registered)(*arrays, **given)


def create(registered: str, ctx: Any, given: dict[str, Any], out: Any = None) -> Any:
    """Make a node without inputs, which runs on ``ctx`` or where the graph is bound."""
    return operator(registered)(**given, **placed(ctx))


def placed(ctx: Any) -> dict[str, Any]:
    """Return the parameters that say where to run: MXNet writes the current context down."""
    return {"ctx": current() if ctx is None else ctx}


def draw(
    name: str, params: dict[str, Any], rest: dict[str, Any], ctx: Any = None, out: Any = None
) -> Any:
    """Make a node that samples: parameters that are symbols become inputs."""
    made = operator(name)
    known = made.__signature__.parameters  # type: ignore[attr-defined]
    inputs = [value for value in params.values() if isinstance(value, _Symbol)]
    given = {
        key: None if isinstance(value, _Symbol) else value
        for key, value in params.items()
        if key in known
    }
    where = placed(ctx) if name != "_npi_powerd" else {}
    return made(*inputs, **given, **rest, **where)


def is_whole(array: Any) -> bool:
    """Say no: the type of a symbol is not known."""
    return False


__all__ = [
    "ARRAY", "INTEGERS", "NUMBERS", "SEVERAL", "WORDS", "create", "draw", "gather", "invoke",
    "is_whole", "placed",
]  # fmt: skip
