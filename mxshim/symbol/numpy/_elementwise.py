"""Element-wise functions of ``mx.sym.np``, from the tables of ``mx.np``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..._core.registry import get
from ...numpy._math import BINARY, NUMBERS, UNARY, Binary, on_host, signature
from ...util import wrap_np_binary_func, wrap_np_unary_func
from ..symbol import Symbol
from ._arguments import INTEGERS, operator
from ._class import _Symbol


def unary(name: str, registered: str) -> Callable[..., Any]:
    """Build the function of one symbol; a number goes to NumPy's function of the same name."""
    host = on_host(name)

    def function(x: Any, out: Any = None) -> Any:
        if isinstance(x, NUMBERS):
            return host(x)
        if not isinstance(x, _Symbol):
            raise TypeError(f"type {type(x)} not supported")
        return operator(registered)(x)

    function.__name__ = name
    made = wrap_np_unary_func(function)
    made.__signature__ = signature(("x",))  # type: ignore[attr-defined]
    return made


def binary(name: str, record: Binary) -> Callable[..., Any]:
    """Build the function of two operands, of which one may be a number."""

    def function(x1: Any, x2: Any, out: Any = None) -> Any:
        if isinstance(x1, NUMBERS):
            if isinstance(x2, NUMBERS):
                return record.on_host(x1, x2)
            # mxnet: whether the number is whole is asked of the symbol
            return operator(record.reflected)(x2, scalar=float(x1), is_int=False)
        if isinstance(x2, NUMBERS):
            whole = isinstance(x2, INTEGERS)
            return operator(record.scalar)(x1, scalar=float(x2), is_int=whole)
        if not isinstance(x2, Symbol):
            raise TypeError(f"type {type(x2)} not supported")
        return operator(record.both)(x1, x2)

    function.__name__ = name
    made = wrap_np_binary_func(function) if record.options else function
    made.__signature__ = signature(("x1", "x2"), record.options)  # type: ignore[attr-defined]
    return made


def functions() -> dict[str, Callable[..., Any]]:
    """Return all element-wise functions by name."""
    made = {name: unary(name, registered) for name, registered in UNARY.items()}
    made.update({name: binary(name, record) for name, record in BINARY.items()})
    for name, each in made.items():
        each.__qualname__ = name
        each.__module__ = "mxshim.symbol.numpy"
        each.__doc__ = get(UNARY[name] if name in UNARY else BINARY[name].both).doc
    return made


__all__ = ["functions"]
