"""Functions of two operands, arrays or numbers: ``mx.nd.add`` and its kin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .._core.functions import check_class, refuse_class
from .._core.invoke import call
from .._core.operators import missing, scalar_params
from .._core.registry import OPS
from .._core.semantics import NUMERIC, binary_method
from .._core.tensor import Tensor
from .ndarray import NDArray

#: name: arrays, array and number, number and array, plain numbers, names of the operands
FUNCTIONS: dict[str, tuple[str, str, str, Callable[[Any, Any], Any] | None, str]] = {
    "add": ("broadcast_add", "_plus_scalar", "_plus_scalar", lambda a, b: a + b, ""),
    "subtract": ("broadcast_sub", "_minus_scalar", "_rminus_scalar", lambda a, b: a - b, ""),
    "multiply": ("broadcast_mul", "_mul_scalar", "_mul_scalar", lambda a, b: a * b, ""),
    "divide": ("broadcast_div", "_div_scalar", "_rdiv_scalar", lambda a, b: a / b, ""),
    "true_divide": ("broadcast_div", "_div_scalar", "_rdiv_scalar", lambda a, b: a / b, ""),
    "modulo": ("broadcast_mod", "_mod_scalar", "_rmod_scalar", lambda a, b: a % b, ""),
    "power": ("broadcast_power", "_power_scalar", "_rpower_scalar", pow, "base exp"),
    "maximum": ("broadcast_maximum", "_maximum_scalar", "_maximum_scalar",
                lambda a, b: a if a > b else b, ""),
    "minimum": ("broadcast_minimum", "_minimum_scalar", "_minimum_scalar",
                lambda a, b: a if a < b else b, ""),
    "equal": ("broadcast_equal", "_equal_scalar", "_equal_scalar",
              lambda a, b: 1 if a == b else 0, ""),
    "not_equal": ("broadcast_not_equal", "_not_equal_scalar", "_not_equal_scalar",
                  lambda a, b: 1 if a != b else 0, ""),
    "greater": ("broadcast_greater", "_greater_scalar", "_lesser_scalar",
                lambda a, b: 1 if a > b else 0, ""),
    "greater_equal": ("broadcast_greater_equal", "_greater_equal_scalar", "_lesser_equal_scalar",
                      lambda a, b: 1 if a >= b else 0, ""),
    "lesser": ("broadcast_lesser", "_lesser_scalar", "_greater_scalar",
               lambda a, b: 1 if a < b else 0, ""),
    "lesser_equal": ("broadcast_lesser_equal", "_lesser_equal_scalar", "_greater_equal_scalar",
                     lambda a, b: 1 if a <= b else 0, ""),
    "logical_and": ("broadcast_logical_and", "_logical_and_scalar", "_logical_and_scalar",
                    lambda a, b: 1 if a and b else 0, ""),
    "logical_or": ("broadcast_logical_or", "_logical_or_scalar", "_logical_or_scalar",
                   lambda a, b: 1 if a or b else 0, ""),
    "logical_xor": ("broadcast_logical_xor", "_logical_xor_scalar", "_logical_xor_scalar",
                    lambda a, b: 1 if bool(a) ^ bool(b) else 0, ""),
}  # fmt: skip


def function(name: str) -> Callable[..., Any]:
    """Build one function of the table."""
    arrays, scalar, reflected, plain, operands = FUNCTIONS[name]
    if any(registered not in OPS for registered in (arrays, scalar, reflected)):
        return missing(arrays)
    op, after, before = OPS[arrays], OPS[scalar], OPS[reflected]

    def compute(lhs: Any, rhs: Any) -> Any:
        if lhs.__class__ is NDArray:
            return first(lhs, rhs)
        if rhs.__class__ is NDArray:
            return second(rhs, lhs)
        return otherwise(lhs, rhs)

    def otherwise(lhs: Any, rhs: Any) -> Any:
        if isinstance(lhs, Tensor):
            if isinstance(rhs, Tensor):
                for argument, tensor in zip(op.inputs, (lhs, rhs), strict=True):
                    check_class(op, arrays, argument, tensor, NDArray)
                for tensor in (lhs, rhs):
                    if tensor._sparse:
                        return tensor._invoke(op, (lhs, rhs), op.defaults)
                return call(op, NDArray, (lhs, rhs), op.defaults)
            if isinstance(rhs, NUMERIC):
                if lhs._sparse:
                    return lhs._invoke(after, (lhs,), scalar_params(after, rhs))
                return call(after, NDArray, (lhs,), scalar_params(after, rhs))
            raise TypeError(f"type {type(rhs)} not supported")
        if isinstance(lhs, NUMERIC):
            if isinstance(rhs, Tensor):
                if rhs._sparse:
                    return rhs._invoke(before, (rhs,), scalar_params(before, lhs))
                return call(before, NDArray, (rhs,), scalar_params(before, lhs))
            if isinstance(rhs, NUMERIC):
                return plain(lhs, rhs)
            raise refuse_class(before, reflected, before.inputs[0], rhs, NDArray)
        if isinstance(rhs, NUMERIC):
            raise refuse_class(after, scalar, after.inputs[0], lhs, NDArray)
        if isinstance(rhs, Tensor):
            raise refuse_class(op, arrays, op.inputs[0], lhs, NDArray)
        raise TypeError(f"type {type(rhs)} not supported")

    first = binary_method(NDArray, op, after, otherwise)
    second = binary_method(NDArray, op, before, lambda rhs, lhs: otherwise(lhs, rhs))
    made = compute
    if operands:

        def made(base: Any, exp: Any) -> Any:
            return compute(base, exp)

    made.__name__ = made.__qualname__ = name
    made.__doc__ = f"Compute ``{name}`` of arrays or numbers, with broadcasting; see ``{arrays}``."
    return made
