"""Element-wise functions of ``mx.np``: NumPy's signatures, one operator each.

Arrays take a closure straight to the kernel; numbers alone are left to NumPy itself. ``mx.sym.np``
builds its functions from the same tables, :data:`UNARY` and :data:`BINARY`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import numpy

from .._core.functions import _unary, check_class
from .._core.invoke import call
from .._core.registry import get
from .._core.semantics import binary_method
from ..util import wrap_np_binary_func, wrap_np_unary_func
from ._arguments import ARRAY, NUMBERS, invoke
from .multiarray import ndarray

_POSITIONAL = inspect.Parameter.POSITIONAL_OR_KEYWORD
_OPTIONS = inspect.Parameter("kwargs", inspect.Parameter.VAR_KEYWORD)


class Binary(NamedTuple):
    """The operators behind a function of two operands, and what it does with two numbers."""

    both: str
    scalar: str
    reflected: str
    on_host: Callable[..., Any]
    options: bool


#: Every function of one array, with its operator.
UNARY: dict[str, str] = {}
#: Every function of two operands, with its operators.
BINARY: dict[str, Binary] = {}


def signature(arrays: tuple[str, ...], options: bool = True) -> inspect.Signature:
    parameters = [inspect.Parameter(name, _POSITIONAL) for name in arrays]
    parameters.append(inspect.Parameter("out", _POSITIONAL, default=None))
    return inspect.Signature([*parameters, _OPTIONS] if options else parameters)


def _finish(function: Callable[..., Any], name: str, doc: str, shown: inspect.Signature) -> Any:
    function.__name__ = function.__qualname__ = name
    function.__module__ = __name__
    function.__doc__ = doc
    function.__signature__ = shown  # type: ignore[attr-defined]
    return function


def on_host(name: str) -> Callable[[Any], Any]:
    """Return NumPy's function of a number; older NumPy rounds whole numbers to floats."""
    host: Callable[[Any], Any] = getattr(numpy, "absolute" if name == "fabs" else name)
    if name not in ("floor", "ceil", "trunc", "fix", "rint"):
        return host
    return lambda x: host(float(x) if isinstance(x, int) else x)


def unary(name: str, registered: str, doc: str = "") -> Callable[..., Any]:
    """Build the function of one array; a number goes to NumPy's function of the same name."""
    UNARY[name] = registered
    op = get(registered)
    host = on_host(name)

    def slow(x: Any, out: Any = None) -> Any:
        if isinstance(x, NUMBERS):
            return host(x)
        if not isinstance(x, ARRAY):
            raise TypeError(f"type {type(x)} not supported")
        check_class(op, name, "x", x, ndarray)
        return call(op, ndarray, [x], op.bind({}), out)

    slow.__name__ = name
    checked = wrap_np_unary_func(slow)

    def general(data: Any = None, out: Any = None, **kwargs: Any) -> Any:
        return checked(kwargs.pop("x") if data is None and "x" in kwargs else data, out, **kwargs)

    return _finish(_unary(op, ndarray, name, general), name, doc or op.doc, signature(("x",)))


def binary(
    name: str, array_op: str, scalar_op: str, reflected_op: str = "", options: bool = True,
    host: Callable[..., Any] | None = None,
) -> Callable[..., Any]:  # fmt: skip
    """Build the function of two operands; two numbers go to NumPy's function."""
    record = Binary(
        array_op, scalar_op, reflected_op or scalar_op, host or getattr(numpy, name), options
    )
    BINARY[name] = record
    both, one, other = get(record.both), get(record.scalar), get(record.reflected)

    def slow(x1: Any, x2: Any, out: Any = None) -> Any:
        if isinstance(x1, NUMBERS):
            if isinstance(x2, NUMBERS):
                return record.on_host(x1, x2)
            if isinstance(x2, ndarray):
                return call(other, ndarray, [x2], other.bind({"scalar": float(x1)}), out)
        elif isinstance(x1, ndarray):
            if isinstance(x2, NUMBERS):
                return call(one, ndarray, [x1], one.bind({"scalar": float(x2)}), out)
            if isinstance(x2, ndarray):
                return call(both, ndarray, [x1, x2], {}, out)
        raise TypeError(f"type {type(x2)} not supported")

    slow.__name__ = name
    checked = wrap_np_binary_func(slow)
    direct = binary_method(ndarray, both, one, slow)

    def function(x1: Any, x2: Any, out: Any = None, **kwargs: Any) -> Any:
        if out is None and not kwargs and x1.__class__ is ndarray:
            return direct(x1, x2)
        return checked(x1, x2, out, **kwargs)

    def bare(x1: Any, x2: Any, out: Any = None) -> Any:
        if out is None and x1.__class__ is ndarray:
            return direct(x1, x2)
        return slow(x1, x2, out)

    shown = signature(("x1", "x2"), options)
    return _finish(function if options else bare, name, both.doc, shown)


_UNARY = [
    "abs", "absolute", "negative", "sign", "sqrt", "cbrt", "square", "reciprocal", "exp", "expm1",
    "log", "log10", "log1p", "log2", "sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh",
    "cosh", "tanh", "arcsinh", "arccosh", "arctanh", "degrees", "radians", "rint", "fix", "trunc",
    "floor", "ceil", "bitwise_not",
]  # fmt: skip
for _name in _UNARY:
    globals()[_name] = unary(_name, f"_npi_{_name}")
fabs = unary("fabs", "_npi_abs")
invert = unary("invert", "_npi_bitwise_not")
deg2rad = unary("deg2rad", "_npi_radians")
rad2deg = unary("rad2deg", "_npi_degrees")

for _name, _reflects in {
    "add": "", "subtract": "r", "multiply": "", "mod": "r", "power": "r", "maximum": "",
    "minimum": "", "hypot": "", "arctan2": "r", "copysign": "r", "lcm": "", "bitwise_and": "",
    "bitwise_or": "", "bitwise_xor": "",
}.items():  # fmt: skip
    globals()[_name] = binary(
        _name, f"_npi_{_name}", f"_npi_{_name}_scalar",
        f"_npi_{_reflects}{_name}_scalar" if _reflects else "",
    )  # fmt: skip


def _ldexp(x1: Any, x2: Any) -> Any:
    return x1 * numpy.exp2(x2)


_QUOTIENT = ("_npi_true_divide", "_npi_true_divide_scalar", "_npi_rtrue_divide_scalar")
divide = binary("divide", *_QUOTIENT)
true_divide = binary("true_divide", *_QUOTIENT, options=False)
remainder = binary("remainder", "_npi_mod", "_npi_mod_scalar", "_npi_rmod_scalar")
ldexp = binary("ldexp", "_npi_ldexp", "_npi_ldexp_scalar", "_npi_rldexp_scalar", host=_ldexp)


def around(x: Any, decimals: int = 0, out: Any = None, **kwargs: Any) -> Any:
    """Round to a number of decimals, halves to even; negative ones round before the point."""
    if isinstance(x, NUMBERS):
        return numpy.around(x, decimals=decimals, **kwargs)
    if not isinstance(x, ARRAY):
        raise TypeError(f"type {type(x)} not supported")
    return invoke("_npi_around", "around", [x], {"decimals": decimals}, out)


def round(x: Any, decimals: int = 0, out: Any = None, **kwargs: Any) -> Any:
    """Do :func:`around`."""
    return around(x, decimals, out, **kwargs)


def round_(x: Any, decimals: int = 0, out: Any = None, **kwargs: Any) -> Any:
    """Do :func:`around`."""
    return around(x, decimals, out, **kwargs)


def polyval(p: Any, x: Any) -> Any:
    """Evaluate the polynomial with coefficients ``p``, highest power first, at every ``x``."""
    if isinstance(p, ARRAY) and isinstance(x, ARRAY):
        return invoke("_npi_polyval", "polyval", [p, x], {})
    if isinstance(p, ARRAY) or isinstance(x, ARRAY):
        raise TypeError("type not supported")
    return numpy.polyval(p, x)


@lru_cache(maxsize=256)
def _limits(a_min: float, a_max: float) -> dict[str, Any]:
    return get("_npi_clip").bind({"a_min": a_min, "a_max": a_max})


def clip(a: Any, a_min: Any, a_max: Any, out: Any = None) -> Any:
    """Limit elements to ``[a_min, a_max]``; one of them may be None."""
    if a_min is None and a_max is None:
        raise ValueError("array_clip: must set either max or min")
    if isinstance(a, NUMBERS):
        return numpy.clip(a, a_min, a_max)
    op = get("_npi_clip")
    check_class(op, "clip", "data", a, ndarray)
    low = -float("inf") if a_min is None else a_min
    high = float("inf") if a_max is None else a_max
    if not isinstance(low, NUMBERS) or not isinstance(high, NUMBERS):
        return call(op, ndarray, [a], op.bind({"a_min": low, "a_max": high}), out)
    return call(op, ndarray, [a], _limits(low, high), out)


__all__ = [
    key
    for key, value in list(globals().items())
    if getattr(value, "__module__", "") == __name__
    and callable(value)
    and not key.startswith("_")
    and key not in ("Binary", "binary", "on_host", "signature", "unary")
]
