"""Arithmetic, comparisons and the methods of symbols that are functions of ``mx.sym``."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Number
from typing import Any

import numpy

from ..base import NotImplementedForSymbol
from ._project import function
from .symbol import Symbol

#: Python's operator: with a symbol, with a number on the right, with a number on the left.
LEGACY = {
    "add": ("_Plus", "_PlusScalar", "_PlusScalar"),
    "sub": ("_Minus", "_MinusScalar", "_RMinusScalar"),
    "mul": ("_Mul", "_MulScalar", "_MulScalar"),
    "truediv": ("_Div", "_DivScalar", "_RDivScalar"),
    "mod": ("_Mod", "_ModScalar", "_RModScalar"),
    "pow": ("_Power", "_PowerScalar", "_rpower_scalar"),
    "eq": ("_equal", "_equal_scalar", ""),
    "ne": ("_not_equal", "_not_equal_scalar", ""),
    "gt": ("_greater", "_greater_scalar", ""),
    "ge": ("_greater_equal", "_greater_equal_scalar", ""),
    "lt": ("_lesser", "_lesser_scalar", ""),
    "le": ("_lesser_equal", "_lesser_equal_scalar", ""),
}
COMMUTE = ("add", "mul")
ALIASES = {"div": "truediv", "rdiv": "rtruediv"}
INPLACE = {"add": "+=", "sub": "-=", "mul": "*=", "truediv": "/=", "div": "/="}

_METHODS_TEXT = """
    abs arccos arccosh arcsin arcsinh arctan arctanh argmax argmax_channel argmin argsort astype
    broadcast_axes broadcast_like broadcast_to cbrt ceil clip cos cosh degrees depth_to_space exp
    expm1 fix flip floor log log10 log1p log2 log_softmax max mean min nanprod nansum norm one_hot
    ones_like pad pick prod radians rcbrt reciprocal relu repeat reshape reshape_like rint round
    rsqrt shape_array sigmoid sign sin sinh size_array slice slice_axis slice_like softmax softmin
    sort space_to_depth split sqrt square sum swapaxes take tan tanh tile topk transpose trunc
    zeros_like
"""
METHODS = _METHODS_TEXT.split()
_RENAMED = {"astype": "cast"}

_made: dict[str, Callable[..., Any]] = {}


def internal(name: str) -> Callable[..., Any]:
    """Return the function of a registered operator, made on first use."""
    if name not in _made:
        _made[name] = function(name, name)
    return _made[name]


def _binary(symbol: str, names: tuple[str, str, str]) -> tuple[Any, Any]:
    compares = symbol in ("eq", "ne", "gt", "ge", "lt", "le")
    numbers: Any = (int, float, numpy.generic) if compares else Number

    def plain(self: Any, other: Any) -> Any:
        if isinstance(other, Symbol):
            return internal(names[0])(self, other)
        if isinstance(other, numbers):
            return internal(names[1])(self, scalar=other)
        raise TypeError(f"type {type(other)} not supported")

    def reflected(self: Any, other: Any) -> Any:
        if symbol in COMMUTE:
            return getattr(self, f"__{symbol}__")(other)
        if isinstance(other, Symbol):
            return plain(other, self)
        if isinstance(other, Number):
            return internal(names[2])(self, scalar=other)
        raise TypeError(f"type {type(other)} not supported")

    return plain, reflected


def _inplace(name: str, sign: str) -> Callable[..., Any]:
    def method(self: Any, other: Any) -> Any:
        extra = (1,) if name == "__iadd__" else ()
        raise NotImplementedForSymbol(getattr(self, name), sign, other, *extra)

    return method


def _put(name: str, method: Callable[..., Any]) -> None:
    method.__name__ = name
    method.__qualname__ = f"Symbol.{name}"
    setattr(Symbol, name, method)


def _fluent(namespace: dict[str, Any], name: str) -> Callable[..., Any]:
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        target = _RENAMED.get(name, name)
        found = namespace.get(target)
        if found is None:
            found = namespace["__getattr__"](target)
        return found(self, *args, **kwargs)

    method.__doc__ = f"Return ``mx.sym.{name}`` of this symbol, with the same parameters."
    return method


def install(namespace: dict[str, Any]) -> None:
    """Give Symbol its operators and the methods that are functions of ``namespace``."""
    for symbol, names in LEGACY.items():
        plain, reflected = _binary(symbol, names)
        _put(f"__{symbol}__", plain)
        if names[2]:
            _put(f"__r{symbol}__", reflected)
    for alias, symbol in ALIASES.items():
        setattr(Symbol, f"__{alias}__", getattr(Symbol, f"__{symbol}__"))
    for symbol, sign in INPLACE.items():
        _put(f"__i{symbol}__", _inplace(f"__i{symbol}__", sign))
    for name in METHODS:
        _put(name, _fluent(namespace, name))

    def neg(self: Any) -> Any:
        return self * -1.0

    def absolute(self: Any) -> Any:
        return self.abs()

    def flatten(self: Any, inplace: bool = False, **kwargs: Any) -> Any:
        return internal_of(namespace, "flatten")(self, **kwargs)

    def expand_dims(self: Any, axis: int, inplace: bool = False, **kwargs: Any) -> Any:
        return internal_of(namespace, "expand_dims")(self, axis=axis, **kwargs)

    def squeeze(self: Any, axis: Any = None, inplace: bool = False, **kwargs: Any) -> Any:
        return internal_of(namespace, "squeeze")(self, axis=axis, **kwargs)

    def diag(self: Any, k: int = 0, **kwargs: Any) -> Any:
        return internal_of(namespace, "diag")(self, k, **kwargs)

    def split_v2(self: Any, *args: Any, **kwargs: Any) -> Any:
        return namespace["split_v2"](self, *args, **kwargs)

    for method in (flatten, expand_dims, squeeze, diag, split_v2):
        _put(method.__name__, method)
    _put("__neg__", neg)
    _put("__abs__", absolute)


def internal_of(namespace: dict[str, Any], name: str) -> Callable[..., Any]:
    """Return a function of ``mx.sym``, whether it was made already or not."""
    found = namespace.get(name)
    result: Callable[..., Any] = namespace["__getattr__"](name) if found is None else found
    return result
