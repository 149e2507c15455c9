"""Methods of symbols with NumPy's manners: those of ``mx.np.ndarray``, and those MXNet refuses."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import Any

from ..._core.twins import rebound
from ...numpy import _methods as arrays
from ._class import _Symbol

#: Methods that arrays have and symbols have not, by how their names start.
_ARRAYS_ONLY = ("all", "any", "broadcast_to", "nonzero", "__")
#: Methods that symbols refuse beside those that arrays refuse; ``tostype`` is not among them.
_REFUSED = [*(name for name in arrays.REFUSED if name != "tostype"), "broadcast_to"]
#: What the refusal calls them where MXNet's text is not the method's name.
_MISSPELT = {**arrays.MISSPELT, "sign": "abs"}
_SIGNATURES = {"diag": arrays.SIGNATURES["diag"]}

#: Python's operators, by the function that each calls; with ``r`` the operands change places.
_OPERATORS = {
    "add": "add", "sub": "subtract", "mul": "multiply", "truediv": "divide", "div": "divide",
    "mod": "mod", "pow": "power", "eq": "equal", "ne": "not_equal", "gt": "greater",
    "ge": "greater_equal", "lt": "less", "le": "less_equal",
}  # fmt: skip
_COMPARISONS = ("eq", "ne", "gt", "ge", "lt", "le")


def _plain(function: Callable[..., Any]) -> Callable[..., Any]:
    def method(self: Any, other: Any) -> Any:
        return function(self, other)

    return method


def _reflected(function: Callable[..., Any]) -> Callable[..., Any]:
    def method(self: Any, other: Any) -> Any:
        return function(other, self)

    return method


def _put(name: str, method: Any) -> None:
    method.__name__ = name
    method.__qualname__ = f"_Symbol.{name}"
    method.__module__ = "mxshim.symbol.numpy"
    setattr(_Symbol, name, method)


def _refuse_inplace(self: Any, other: Any) -> Any:
    raise NotImplementedError


def install(namespace: dict[str, Any]) -> None:
    """Give the class its operators, and its methods that are functions of ``namespace``."""
    for symbol, name in _OPERATORS.items():
        function = namespace[name]
        _put(f"__{symbol}__", _plain(function))
        if symbol not in (*_COMPARISONS, "add"):  # Symbol's own __radd__ calls __add__
            _put(f"__r{symbol}__", _reflected(function))
    for name in ("__idiv__", "__itruediv__"):
        setattr(_Symbol, name, _refuse_inplace)
    _put("__neg__", lambda self: self * -1.0)
    scope = {
        **vars(arrays), "_np": lambda name: namespace.get(name) or namespace["__getattr__"](name),
        "_reshaped": lambda self, shape: None,
    }  # fmt: skip
    for name, method in vars(arrays.Methods).items():
        if isinstance(method, FunctionType) and not name.startswith(_ARRAYS_ONLY):
            _put(name, rebound(method, scope, __name__))
            getattr(_Symbol, name).__doc__ = f"Return ``mx.sym.np.{name}`` of this symbol."
    for name in [*_REFUSED, *_MISSPELT]:
        _put(name, arrays.refusal(name, "_Symbol", _MISSPELT, _SIGNATURES))


__all__ = ["install"]
