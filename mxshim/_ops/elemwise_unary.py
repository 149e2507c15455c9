"""Element-wise functions of one array.

One row a function: its names in MXNet's registry, what it computes, its derivative as a factor on
the incoming gradient (``g(xp, x, y)`` with ``y`` the result), one line of documentation.
"""

from __future__ import annotations

from collections.abc import Callable
from math import log as ln
from math import pi, sqrt
from typing import Any

from .._core import shapes
from .._core.errors import mxnet_error
from .._core.looks import by
from .._core.registry import Op, op
from .._core.semantics import to_integer

Kernel = Callable[[Any, Any], Any]
Derivative = Callable[[Any, Any, Any], Any]


def on_floats(function: Kernel) -> Kernel:
    """Compute on integers as MXNet does: in double precision, cut back to the integer type."""

    def forward(xp: Any, data: Any) -> Any:
        if data.dtype.kind == "f":
            return function(xp, data)
        refuse_bool(data)
        result = function(xp, data.astype(xp.float64))
        return to_integer(xp, result, data.dtype)  # mxnet: test_integers

    return forward


def on_all(function: Kernel) -> Kernel:
    """Compute on integers directly."""

    def forward(xp: Any, data: Any) -> Any:
        if data.dtype.kind == "b":
            refuse_bool(data)
        return function(xp, data)

    return forward


def special(function: Kernel) -> Kernel:
    """Compute as :func:`on_floats`; the library's result may be wider than the input."""
    compute = on_floats(function) if function is not inverse_erf else on_all(function)

    def forward(xp: Any, data: Any) -> Any:
        return compute(xp, data).astype(data.dtype, copy=False)

    return forward


def refuse_bool(data: Any) -> None:
    """Raise MXNet's error for arrays of bool."""
    if data.dtype.kind == "b":
        raise mxnet_error(
            "Unknown type enum 7", "this function takes numbers, got bool; use astype first"
        )


def only_floats(data: Any) -> None:
    """Raise MXNet's error for integer arrays where the operator has no integer kernel."""
    refuse_bool(data)
    if data.dtype.kind != "f":
        comma = "," if data.dtype.itemsize > 1 else ""
        raise mxnet_error(
            f"This operation only support floating point types{comma} not {data.dtype.name}"
        )


def unary(names: str, forward: Kernel, derivative: Derivative | None, doc: str) -> Op:
    """Declare one element-wise function; a ``None`` derivative means zero everywhere."""
    first, *others = names.split()

    forward.__doc__ = doc
    declared = op(first, *others, lifts=first, shape=shapes.same, flat=derivative is None)(forward)
    if derivative is not None:

        @declared.vjp("data")
        @by(lambda params: (derivative, (None, 3, 2)))
        def pull(xp: Any, ct: Any, out: Any, data: Any) -> Any:
            return ct * derivative(xp, data, out)

    return declared


def round_away(xp: Any, x: Any) -> Any:
    """Round to the nearest whole number, halves away from zero."""
    whole = xp.trunc(x)
    return xp.where(xp.abs(x - whole) >= 0.5, whole + xp.sign(x), whole)


def round_down(xp: Any, x: Any) -> Any:
    """Round to the nearest whole number, halves down."""
    low, high = xp.floor(x), xp.ceil(x)
    return xp.where(x - low <= high - x, low, high)  # mxnet: test_rint_halves


def digamma(xp: Any, x: Any) -> Any:
    """Compute the derivative of gammaln; infinite at its poles."""
    return xp.where((x <= 0) & (x == xp.floor(x)), xp.inf, xp.psi(x))


def inverse_erf(xp: Any, x: Any) -> Any:
    """Compute the inverse error function; integers beyond its domain give 0."""
    if x.dtype.kind == "f":
        return xp.erfinv(x)
    inside = xp.abs(x) <= 1
    return to_integer(xp, xp.where(inside, xp.erfinv(xp.where(inside, x, 0) * 1.0), 0), x.dtype)


#: names, forward, derivative, documentation
FLOATS: list[tuple[str, Kernel, Derivative | None, str]] = [
    ("exp _npi_exp _sparse_exp", lambda xp, x: xp.exp(x), lambda xp, x, y: y, "Compute ``e**x``."),
    ("expm1 _npi_expm1 _sparse_expm1", lambda xp, x: xp.expm1(x), lambda xp, x, y: xp.exp(x),
     "Compute ``e**x - 1``."),
    ("log _npi_log _sparse_log", lambda xp, x: xp.log(x), lambda xp, x, y: 1 / x,
     "Compute the natural logarithm."),
    ("log2 _npi_log2 _sparse_log2", lambda xp, x: xp.log2(x), lambda xp, x, y: 1 / (x * ln(2)),
     "Compute the logarithm to base 2."),
    ("log10 _npi_log10 _sparse_log10", lambda xp, x: xp.log10(x),
     lambda xp, x, y: 1 / (x * ln(10)), "Compute the logarithm to base 10."),
    ("log1p _npi_log1p _sparse_log1p", lambda xp, x: xp.log1p(x), lambda xp, x, y: 1 / (1 + x),
     "Compute ``log(1 + x)``."),
    ("sqrt _npi_sqrt _sparse_sqrt", lambda xp, x: xp.sqrt(x), lambda xp, x, y: 0.5 / y,
     "Compute the square root."),
    ("cbrt _npi_cbrt _sparse_cbrt", lambda xp, x: xp.cbrt(x), lambda xp, x, y: 1 / (3 * y * y),
     "Compute the cube root."),
    ("rsqrt _sparse_rsqrt", lambda xp, x: 1 / xp.sqrt(x), lambda xp, x, y: -0.5 * y / x,
     "Compute ``1 / sqrt(x)``."),
    ("rcbrt", lambda xp, x: 1 / xp.cbrt(x), lambda xp, x, y: -y / (3 * x),
     "Compute one over the cube root."),
    ("reciprocal _npi_reciprocal", lambda xp, x: 1 / x, lambda xp, x, y: -1 / (x * x),
     "Compute ``1 / x``."),
    ("sin _npi_sin _sparse_sin", lambda xp, x: xp.sin(x), lambda xp, x, y: xp.cos(x),
     "Compute the sine."),
    ("cos _npi_cos _sparse_cos", lambda xp, x: xp.cos(x), lambda xp, x, y: -xp.sin(x),
     "Compute the cosine."),
    ("tan _npi_tan _sparse_tan", lambda xp, x: xp.tan(x), lambda xp, x, y: 1 + y * y,
     "Compute the tangent."),
    ("arcsin _npi_arcsin _sparse_arcsin", lambda xp, x: xp.arcsin(x),
     lambda xp, x, y: 1 / xp.sqrt(1 - x * x), "Compute the inverse sine."),
    ("arccos _npi_arccos _sparse_arccos", lambda xp, x: xp.arccos(x),
     lambda xp, x, y: -1 / xp.sqrt(1 - x * x), "Compute the inverse cosine."),
    ("arctan _npi_arctan _sparse_arctan", lambda xp, x: xp.arctan(x),
     lambda xp, x, y: 1 / (1 + x * x), "Compute the inverse tangent."),
    ("sinh _npi_sinh _sparse_sinh", lambda xp, x: xp.sinh(x), lambda xp, x, y: xp.cosh(x),
     "Compute the hyperbolic sine."),
    ("cosh _npi_cosh _sparse_cosh", lambda xp, x: xp.cosh(x), lambda xp, x, y: xp.sinh(x),
     "Compute the hyperbolic cosine."),
    ("tanh _npi_tanh _sparse_tanh", lambda xp, x: xp.tanh(x), lambda xp, x, y: 1 - y * y,
     "Compute the hyperbolic tangent."),
    ("arcsinh _npi_arcsinh _sparse_arcsinh", lambda xp, x: xp.arcsinh(x),
     lambda xp, x, y: 1 / xp.sqrt(1 + x * x), "Compute the inverse hyperbolic sine."),
    ("arccosh _npi_arccosh _sparse_arccosh", lambda xp, x: xp.arccosh(x),
     lambda xp, x, y: 1 / xp.sqrt(x * x - 1), "Compute the inverse hyperbolic cosine."),
    ("arctanh _npi_arctanh _sparse_arctanh", lambda xp, x: xp.arctanh(x),
     lambda xp, x, y: 1 / (1 - x * x), "Compute the inverse hyperbolic tangent."),
    ("degrees _npi_degrees _sparse_degrees", lambda xp, x: xp.degrees(x),
     lambda xp, x, y: 180 / pi, "Convert radians to degrees."),
    ("radians _npi_radians _sparse_radians", lambda xp, x: xp.radians(x),
     lambda xp, x, y: pi / 180, "Convert degrees to radians."),
    ("round _sparse_round", round_away, None, "Round to whole numbers, halves away from zero."),
    ("rint _npi_rint _sparse_rint", round_down, None, "Round to whole numbers, halves down."),
    ("fix _npi_fix _sparse_fix", lambda xp, x: xp.trunc(x), None, "Round towards zero."),
    ("trunc _npi_trunc _sparse_trunc", lambda xp, x: xp.trunc(x), None, "Round towards zero."),
    ("floor _npi_floor _sparse_floor", lambda xp, x: xp.floor(x), None, "Round down."),
    ("ceil _npi_ceil _sparse_ceil", lambda xp, x: xp.ceil(x), None, "Round up."),
    ("softsign", lambda xp, x: x / (1 + xp.abs(x)),
     lambda xp, x, y: 1 / ((1 + xp.abs(x)) * (1 + xp.abs(x))), "Compute ``x / (1 + |x|)``."),
]  # fmt: skip

#: The same for functions that are exact on integers.
EXACT: list[tuple[str, Kernel, Derivative | None, str]] = [
    ("abs _npi_absolute _npi_abs _sparse_abs", lambda xp, x: xp.abs(x),
     lambda xp, x, y: xp.sign(x), "Compute the absolute value; its slope at 0 is 0."),
    ("negative _npi_negative _sparse_negative", lambda xp, x: xp.negative(x),
     lambda xp, x, y: -1.0, "Compute ``-x``."),
    ("sign _npi_sign _sparse_sign",
     lambda xp, x: xp.greater(x, 0).astype(x.dtype) - xp.less(x, 0).astype(x.dtype), None,
     "Compute the sign: -1, 0 or 1; nan counts as 0."),
    ("square _npi_square _sparse_square", lambda xp, x: xp.square(x), lambda xp, x, y: 2 * x,
     "Compute ``x * x``."),
    ("relu _npx_relu _sparse_relu", lambda xp, x: xp.maximum(x, xp.constant(x.dtype, 0)),
     lambda xp, x, y: (y > 0).astype(y.dtype), "Replace negative numbers by 0; slope 0 at 0."),
    ("logical_not", lambda xp, x: xp.equal(x, 0).astype(x.dtype), None,
     "Give 1 for zeros and 0 for the rest."),
]  # fmt: skip

#: The same for functions of the special-function library.
SPECIAL: list[tuple[str, Kernel, Derivative | None, str]] = [
    ("sigmoid _npx_sigmoid _sparse_sigmoid", lambda xp, x: xp.expit(x),
     lambda xp, x, y: y * (1 - y), "Compute ``1 / (1 + exp(-x))``."),
    ("erf _npx_erf", lambda xp, x: xp.erf(x),
     lambda xp, x, y: 2 / sqrt(pi) * xp.exp(-x * x), "Compute the error function."),
    ("erfinv _npx_erfinv", inverse_erf,
     lambda xp, x, y: sqrt(pi) / 2 * xp.exp(y * y), "Compute the inverse error function."),
    ("gamma _npx_gamma _sparse_gamma", lambda xp, x: xp.gamma(x),
     lambda xp, x, y: y * digamma(xp, x), "Compute the gamma function."),
    ("gammaln _npx_gammaln _sparse_gammaln",
     lambda xp, x: xp.where(x == -xp.inf, xp.inf, xp.gammaln(x)),
     lambda xp, x, y: digamma(xp, x), "Compute the logarithm of the gamma function."),
]  # fmt: skip

for _names, _forward, _derivative, _doc in FLOATS:
    unary(_names, on_floats(_forward), _derivative, _doc)
for _names, _forward, _derivative, _doc in EXACT:
    unary(_names, on_all(_forward), _derivative, _doc)
for _names, _forward, _derivative, _doc in SPECIAL:
    unary(_names, special(_forward), _derivative, _doc)
