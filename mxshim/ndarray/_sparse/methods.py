"""Operator methods of sparse arrays: ``x + y``, ``2 * x``, ``x > 1``, ``x += y``."""

from __future__ import annotations

from typing import Any

from ..._core.operators import REFLECTED, scalar_params
from ..._core.registry import OPS
from ..._core.semantics import LEGACY, NUMERIC
from ..ndarray import NDArray


def _operators(name: str, symbol: str) -> Any:
    """Return the methods for ``x + y`` and ``x += y`` by the function's name."""

    def method(self: Any, other: Any) -> Any:
        from ... import ndarray
        from .. import sparse

        # mxnet: x / y broadcasts, the others want one shape (test_elementwise[div-cd])
        return getattr(ndarray if symbol == "truediv" else sparse, name)(self, other)

    def in_place(self: Any, other: Any) -> Any:
        method(self, other).copyto(self)
        return self

    return method, in_place


def _with_number(symbol: str, registered: str) -> Any:
    """Return the method for a number on the other side; arrays go the dense way.

    Of two arrays the left one's method does it: a reflected one declines.
    """
    dense = getattr(NDArray, f"__{symbol}__")
    reflected = symbol[1:] in REFLECTED

    def method(self: Any, other: Any) -> Any:
        if not isinstance(other, NUMERIC):
            return (
                NotImplemented if reflected and isinstance(other, NDArray) else dense(self, other)
            )
        op = OPS[registered]
        return self._invoke(op, (self,), scalar_params(op, other))

    return method


_FUNCTIONS = {
    "add": "add", "sub": "subtract", "mul": "multiply", "truediv": "divide", "div": "divide",
}  # fmt: skip


def install(cls: type[Any]) -> None:
    """Give the base class of sparse arrays its operators."""
    for symbol, (_, plain, reflected) in LEGACY.items():
        if symbol in REFLECTED:
            setattr(cls, f"__r{symbol}__", _with_number(f"r{symbol}", reflected))
        else:
            setattr(cls, f"__{symbol}__", _with_number(symbol, plain))
    for symbol, name in _FUNCTIONS.items():
        for prefix, method in zip(("", "i"), _operators(name, symbol), strict=True):
            setattr(cls, f"__{prefix}{symbol}__", method)
