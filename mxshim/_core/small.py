"""What small calls run on the CPU: NumPy's function itself, or a kernel bound to the parameters.

An operator's body takes arrays of any library and type, and its parameters anew in every call.
Where a call costs a microsecond, that is most of it.  :data:`DIRECT` names the function that is an
operator without parameters (or of an array and a number) on NumPy arrays of float32 or float64, one
type in a call; :data:`PREPARED` builds a kernel of such arrays from parsed parameters.  Like an
override, either gives what the body gives; it returns None for what it leaves to the body, which
also runs, and says what is wrong, after any failure here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy

from .dtypes import float32, float64

Function = Callable[..., Any]
#: Input positions and functions that give their gradients; see :mod:`.small_slopes`.
Slopes = tuple[tuple[int, Function], ...]


class Bound(dict[str, Any]):
    """Parsed parameters, and what is bound to them for small calls: a kernel, or None, and
    gradients; ``zeros`` says that there is a 0.0 among what was parsed."""

    __slots__ = ("kernel", "slopes", "zeros")
    zeros: bool
    kernel: Callable[..., Any] | None
    slopes: Slopes

    def __init__(self, parsed: dict[str, Any]) -> None:
        super().__init__(parsed)
        self.kernel, self.slopes, self.zeros = None, (), False


def _flipped(function: Function) -> Function:
    return lambda data, number: function(number, data)


def _in_dtype(comparison: Function) -> Function:
    """Give 0 and 1 in the operands' type, as legacy comparisons do."""
    return lambda lhs, rhs: comparison(lhs, rhs).astype(lhs.dtype)


#: Zero without axes, by type.
ZEROS: dict[Any, Any] = {kind: numpy.zeros((), kind) for kind in (float32, float64)}
_maximum: Function = numpy.maximum


def _relu(data: Any) -> Any:
    return _maximum(data, ZEROS[data.dtype])


def _product(a: Any, b: Any) -> Any:
    return a.dot(b) if a.ndim == 2 == b.ndim else None  # half the time of ``a @ b``


#: Operators of one array.
_UNARY = """
    exp expm1 log log2 log10 log1p sqrt cbrt sin cos tan arcsin arccos arctan sinh cosh tanh arcsinh
    arccosh arctanh degrees radians trunc floor ceil abs negative square
"""
DIRECT: dict[str, Function] = {
    **{name: getattr(numpy, name) for name in _UNARY.split()},
    "fix": numpy.trunc, "relu": _relu,
    # matrices
    "_np_dot": _product, "_npi_matmul": _product,
    # two arrays
    "broadcast_add": numpy.add, "broadcast_sub": numpy.subtract, "broadcast_mul": numpy.multiply,
    "broadcast_div": numpy.divide, "broadcast_power": numpy.power,
    "broadcast_maximum": numpy.maximum, "broadcast_minimum": numpy.minimum,
    "_npi_add": numpy.add, "_npi_subtract": numpy.subtract, "_npi_multiply": numpy.multiply,
    "_npi_true_divide": numpy.divide, "_npi_power": numpy.power,
    "_npi_equal": numpy.equal, "_npi_not_equal": numpy.not_equal, "_npi_greater": numpy.greater,
    "_npi_greater_equal": numpy.greater_equal, "_npi_less": numpy.less,
    "_npi_less_equal": numpy.less_equal,
    # an array and a number
    "_plus_scalar": numpy.add, "_minus_scalar": numpy.subtract, "_mul_scalar": numpy.multiply,
    "_div_scalar": numpy.divide, "_power_scalar": numpy.power,
    "_rminus_scalar": _flipped(numpy.subtract), "_rdiv_scalar": _flipped(numpy.divide),
    "_rpower_scalar": _flipped(numpy.power),
    "_maximum_scalar": numpy.maximum, "_minimum_scalar": numpy.minimum,
    "_npi_true_divide_scalar": numpy.divide,
    "_npi_rtrue_divide_scalar": _flipped(numpy.divide),
}  # fmt: skip

for _legacy, _name in {
    "equal": "equal", "not_equal": "not_equal", "greater": "greater", "lesser": "less",
    "greater_equal": "greater_equal", "lesser_equal": "less_equal",
}.items():  # fmt: skip
    _function = getattr(numpy, _name)
    DIRECT[f"broadcast_{_legacy}"] = DIRECT[f"_{_legacy}_scalar"] = _in_dtype(_function)
    DIRECT[f"_npi_{_name}_scalar"] = _function

#: The parameters of a recorded call that a direct function has answered.
QUICK: dict[str, Any] = {}

#: Operator to what builds its kernel from the parsed parameters, or returns None for those it does
#: not know.
PREPARED: dict[str, Callable[..., Function | None]] = {}


def prepares(*names: str) -> Callable[[Callable[..., Function | None]], Any]:
    """Declare how the kernel of some operators is built (a decorator)."""

    def declare(build: Callable[..., Function | None]) -> Any:
        PREPARED.update(dict.fromkeys(names, build))
        return build

    return declare
