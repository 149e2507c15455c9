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
from .._core.registry import Op, op

Derivative = Callable[[Any, Any, Any], Any]


def _keep_dtype(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compute on integers as MXNet does: in double precision, cut back to the integer type."""

    def forward(xp: Any, data: Any) -> Any:
        if data.dtype.kind == "f":
            return function(xp, data)
        return function(xp, data.astype(xp.float64)).astype(data.dtype)  # mxnet: test_unary_ints

    return forward


def unary(names: str, compute: Callable[..., Any], derivative: Derivative | None, doc: str) -> Op:
    """Declare one element-wise function; a ``None`` derivative means zero everywhere."""
    first, *others = names.split()
    forward = _keep_dtype(compute)
    forward.__doc__ = doc
    declared = op(first, *others, lifts=first, shape=shapes.same, flat=derivative is None)(forward)
    if derivative is not None:

        @declared.vjp("data")
        def pull(xp: Any, ct: Any, out: Any, data: Any) -> Any:
            return ct * derivative(xp, data, out)

    return declared


#: names, forward, derivative, documentation
TABLE: list[tuple[str, Callable[..., Any], Derivative | None, str]] = [
    ("exp _npi_exp", lambda xp, x: xp.exp(x), lambda xp, x, y: y, "Compute ``e**x``."),
    ("log _npi_log", lambda xp, x: xp.log(x), lambda xp, x, y: 1 / x, "Compute the natural log."),
    ("log2 _npi_log2", lambda xp, x: xp.log2(x), lambda xp, x, y: 1 / (x * ln(2)),
     "Compute the logarithm to base 2."),
    ("sqrt _npi_sqrt", lambda xp, x: xp.sqrt(x), lambda xp, x, y: 0.5 / y,
     "Compute the square root."),
    ("sin _npi_sin", lambda xp, x: xp.sin(x), lambda xp, x, y: xp.cos(x), "Compute the sine."),
    ("cos _npi_cos", lambda xp, x: xp.cos(x), lambda xp, x, y: -xp.sin(x), "Compute the cosine."),
    ("tanh _npi_tanh", lambda xp, x: xp.tanh(x), lambda xp, x, y: 1 - y * y,
     "Compute the hyperbolic tangent."),
    ("erf _npx_erf", lambda xp, x: xp.erf(x),
     lambda xp, x, y: 2 / sqrt(pi) * xp.exp(-x * x), "Compute the error function."),
    ("negative _npi_negative", lambda xp, x: xp.negative(x), lambda xp, x, y: -1.0,
     "Compute ``-x``."),
    ("sign _npi_sign", lambda xp, x: xp.sign(x), None, "Compute the sign: -1, 0 or 1."),
]  # fmt: skip

for _row in TABLE:
    unary(*_row)
