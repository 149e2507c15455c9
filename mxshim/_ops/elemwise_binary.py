"""Element-wise arithmetic of two arrays, with and without broadcasting.

One row a function: its names, its kernel, its derivatives with respect to both operands as
``g(xp, ct, out, lhs, rhs)``, the rule by which dtypes meet, one line of documentation.
"""

from __future__ import annotations

from collections.abc import Callable
from math import log as ln
from typing import Any

from .._core import shapes
from .._core.errors import check_failed
from .._core.looks import by
from .._core.registry import Op, op
from .._core.semantics import (
    Rule,
    dtype_text,
    floating,
    integral,
    promote,
    promote_floats,
    promote_quotient,
    strict,
    to_integer,
)

Kernel = Callable[[Any, Any, Any], Any]
Pull = Callable[[Any, Any, Any, Any, Any], Any]


def quotient(xp: Any, a: Any, b: Any) -> Any:
    """Divide; integers lose the fraction, towards zero."""
    if a.dtype.kind == "f":
        return xp.divide(a, b)
    low = xp.floor_divide(a, b)
    inexact = (low * b != a) & ((a < 0) != (b < 0)) & (b != 0)
    return low + inexact.astype(low.dtype)


def modulo(xp: Any, a: Any, b: Any) -> Any:
    """Take the remainder with the divisor's sign; the remainder by zero is zero."""
    if a.dtype.kind != "f":
        return xp.mod(a, b)
    rest = xp.fmod(a, b)
    rest = xp.where(xp.equal(a < 0, b < 0), rest, rest + xp.where(rest != 0, b, 0).astype(b.dtype))
    return xp.where(b == 0, xp.zeros_like(rest), rest)  # mxnet: test_modulo_by_zero


def power(xp: Any, a: Any, b: Any) -> Any:
    """Raise to a power; integers go through double precision."""
    if a.dtype.kind == "f":
        return xp.power(a, b)
    result = xp.power(a.astype(xp.float64), b.astype(xp.float64))
    return (result != 0) if a.dtype.kind == "b" else to_integer(xp, result, a.dtype)


def by_floats(function: Kernel) -> Kernel:
    """Let a floating-point function take integers: computed in double, cut back."""

    def kernel(xp: Any, a: Any, b: Any) -> Any:
        if a.dtype.kind == "f":
            return function(xp, a, b)
        result = function(xp, a.astype(xp.float64), b.astype(xp.float64))
        return to_integer(xp, result, a.dtype)

    return kernel


hypot = by_floats(lambda xp, a, b: xp.hypot(a, b))
arctan2 = by_floats(lambda xp, a, b: xp.arctan2(a, b))
copysign = by_floats(lambda xp, a, b: xp.copysign(a, b))
ldexp = by_floats(lambda xp, a, b: xp.multiply(a, xp.exp2(b)))


def same_sign(xp: Any, a: Any, b: Any) -> Any:
    """Give 1 where two arrays have one sign (zero counts as positive), else -1."""
    return xp.where((a >= 0) == (b >= 0), 1.0, -1.0)


def not_into_integers(pull: Pull, position: int) -> Pull:
    """Give an integer operand beside a floating-point one no gradient."""

    @by(lambda params: (pull, (0, 1, 2, 3, 4)))
    def gradient(xp: Any, ct: Any, out: Any, *operands: Any) -> Any:
        own = operands[position]
        if own.dtype.kind != "f" and out.dtype.kind == "f":
            return xp.zeros_like(own)  # mxnet: test_mixed_gradients
        return pull(xp, ct, out, *operands)

    return gradient


def declare(
    names: str, kernel: Kernel, lhs: Pull | None, rhs: Pull | None, rule: Rule, doc: str,
    shape: Callable[..., Any] = shapes.broadcast, lifts: str = "", inputs: str = "lhs rhs",
) -> Op:  # fmt: skip
    """Register one function of two arrays; without derivatives its gradient is zero."""
    registered = names.split()
    first = registered[0]
    alike = shape is shapes.same

    def forward(xp: Any, lhs: Any, rhs: Any) -> Any:
        if lhs.dtype is not rhs.dtype or lhs.dtype.kind == "b":
            lhs, rhs = rule(xp, lhs, rhs, first)
        if alike and lhs.shape != rhs.shape:
            shape(lhs.shape, rhs.shape)
        return kernel(xp, lhs, rhs)

    if rule in _ALWAYS:

        def forward(xp: Any, lhs: Any, rhs: Any) -> Any:
            lhs, rhs = rule(xp, lhs, rhs, first)
            return kernel(xp, lhs, rhs)

    forward.__doc__ = doc
    flat = lhs is None and rhs is None
    words = ("shape", "type") if first.startswith("_npi") else () if alike else ("shape",)
    declared = op(*registered, lifts=lifts, shape=shape, flat=flat, inconsistent=words)(forward)
    if lhs is not None and rhs is not None:
        mixes = rule in (promote, promote_floats, promote_quotient)
        declared.vjp("lhs")(not_into_integers(lhs, 0) if mixes else lhs)
        declared.vjp("rhs")(not_into_integers(rhs, 1) if mixes else rhs)
    declared.inputs = inputs.split()
    return declared


#: Rules that look at equal dtypes too.
_ALWAYS = (floating, integral, promote_quotient)

#: A derivative with respect to one operand.
PULLS: dict[str, tuple[Pull, Pull]] = {
    "add": (lambda xp, ct, out, a, b: ct, lambda xp, ct, out, a, b: ct),
    "sub": (lambda xp, ct, out, a, b: ct, lambda xp, ct, out, a, b: -ct),
    "mul": (lambda xp, ct, out, a, b: ct * b, lambda xp, ct, out, a, b: ct * a),
    "div": (lambda xp, ct, out, a, b: ct / b, lambda xp, ct, out, a, b: -ct * a / (b * b)),
    "mod": (lambda xp, ct, out, a, b: ct, lambda xp, ct, out, a, b: -ct * xp.floor(a / b)),
    "pow": (
        lambda xp, ct, out, a, b: ct * b * a ** (b - 1),
        lambda xp, ct, out, a, b: ct * out * xp.log(a),
    ),
    # mxnet: a tie gives its whole gradient to the left operand (test_ties)
    "max": (
        lambda xp, ct, out, a, b: ct * (a >= b),
        lambda xp, ct, out, a, b: ct * (a < b),
    ),
    "min": (
        lambda xp, ct, out, a, b: ct * (a <= b),
        lambda xp, ct, out, a, b: ct * (a > b),
    ),
    "hypot": (lambda xp, ct, out, a, b: ct * a / out, lambda xp, ct, out, a, b: ct * b / out),
    "arctan2": (
        lambda xp, ct, out, a, b: ct * b / (a * a + b * b),
        lambda xp, ct, out, a, b: -ct * a / (a * a + b * b),
    ),
    "copysign": (
        lambda xp, ct, out, a, b: ct * same_sign(xp, a, b),
        lambda xp, ct, out, a, b: ct * 0,
    ),
    "ldexp": (
        lambda xp, ct, out, a, b: ct * 2**b,
        lambda xp, ct, out, a, b: ct * out * ln(2),
    ),
}  # fmt: skip

KERNELS: dict[str, Kernel] = {
    "add": lambda xp, a, b: xp.add(a, b),
    "sub": lambda xp, a, b: xp.subtract(a, b),
    "mul": lambda xp, a, b: xp.multiply(a, b),
    "div": quotient, "mod": modulo, "pow": power,
    "max": lambda xp, a, b: xp.maximum(a, b),
    "min": lambda xp, a, b: xp.minimum(a, b),
    "hypot": hypot, "arctan2": arctan2, "copysign": copysign, "ldexp": ldexp,
}  # fmt: skip

#: Names, kernel, documentation: both shapes must be equal.
SAME: list[tuple[str, str, str]] = [
    ("elemwise_add _Plus _add _plus _sparse_elemwise_add", "add", "Add two arrays of one shape."),
    ("elemwise_sub _Minus _minus _sub _sparse_elemwise_sub", "sub",
     "Subtract two arrays of one shape."),
    ("elemwise_mul _Mul _mul _sparse_elemwise_mul", "mul", "Multiply two arrays of one shape."),
    ("elemwise_div _Div _div _sparse_elemwise_div", "div", "Divide two arrays of one shape."),
    ("_grad_add", "add", "Add two gradients."),
    ("_mod _Mod", "mod", "Take the remainder of two arrays of one shape."),
    ("_power _Power", "pow", "Raise an array to the power of another of one shape."),
    ("_maximum _Maximum", "max", "Take the larger elements of two arrays of one shape."),
    ("_minimum _Minimum", "min", "Take the smaller elements of two arrays of one shape."),
    ("_hypot _Hypot", "hypot", "Compute ``sqrt(a*a + b*b)`` of two arrays of one shape."),
]  # fmt: skip

#: Names, kernel, dtype rule, name in gradient bodies, documentation: operands broadcast.
BROADCAST: list[tuple[str, str, Rule, str, str]] = [
    ("broadcast_add broadcast_plus _sparse_broadcast_add _sparse_broadcast_plus", "add", strict,
     "", "Add with broadcasting."),
    ("broadcast_sub broadcast_minus _sparse_broadcast_sub _sparse_broadcast_minus", "sub", strict,
     "", "Subtract with broadcasting."),
    ("broadcast_mul _sparse_broadcast_mul", "mul", strict, "", "Multiply with broadcasting."),
    ("broadcast_div _sparse_broadcast_div", "div", strict, "",
     "Divide with broadcasting; integers lose the fraction."),
    ("broadcast_mod", "mod", strict, "mod", "Take the remainder with broadcasting."),
    ("broadcast_power", "pow", strict, "", "Raise to a power with broadcasting."),
    ("broadcast_maximum _npi_maximum", "max", strict, "maximum",
     "Take the larger of two elements with broadcasting."),
    ("broadcast_minimum _npi_minimum", "min", strict, "minimum",
     "Take the smaller of two elements with broadcasting."),
    ("broadcast_hypot", "hypot", strict, "hypot", "Compute ``sqrt(a*a + b*b)``."),
    ("_npi_add", "add", promote, "", "Add NumPy arrays."),
    ("_npi_subtract", "sub", promote_floats, "", "Subtract NumPy arrays."),
    ("_npi_multiply", "mul", promote, "", "Multiply NumPy arrays."),
    ("_npi_true_divide", "div", promote_quotient, "", "Divide arrays; integers give float32."),
    ("_npi_mod", "mod", promote_floats, "", "Take the remainder of NumPy arrays."),
    ("_npi_power", "pow", promote, "", "Raise NumPy arrays to a power."),
    ("_npi_copysign", "copysign", strict, "", "Give the first operand the second's sign."),
    ("_npi_ldexp", "ldexp", strict, "", "Compute ``x1 * 2**x2``."),
]  # fmt: skip

#: Kernels that may write over an operand.
OVER: dict[str, str] = {"add": "add", "sub": "subtract", "mul": "multiply"}


def over_operand(made: Op, kernel: str) -> None:
    """Let an operator write over one of two arrays that are alike, floating-point ones."""

    @made.over(*made.inputs)
    def over(xp: Any, target: Any, lhs: Any, rhs: Any) -> Any:
        if lhs.shape != rhs.shape or lhs.dtype != rhs.dtype or lhs.dtype.kind != "f":
            return None
        return getattr(xp, OVER[kernel])(lhs, rhs, out=target)


for _names, _kernel, _doc in SAME:
    _made = declare(_names, KERNELS[_kernel], *PULLS[_kernel], strict, _doc, shapes.same)
    if _kernel in OVER:
        over_operand(_made, _kernel)
for _names, _kernel, _rule, _lifts, _doc in BROADCAST:
    _made = declare(_names, KERNELS[_kernel], *PULLS[_kernel], _rule, _doc, lifts=_lifts)
    if _kernel in OVER:
        over_operand(_made, _kernel)
for _names in ("hypot", "arctan2"):
    declare(
        f"_npi_{_names}", KERNELS[_names], *PULLS[_names], floating,
        f"Compute ``{_names}`` of NumPy arrays; floating point only.",
        lifts="arctan2" if _names == "arctan2" else "", inputs="x1 x2",
    )  # fmt: skip

for _names, _kernel_of in {
    "_npi_bitwise_and": lambda xp, a, b: xp.bitwise_and(a, b),
    "_npi_bitwise_or": lambda xp, a, b: xp.bitwise_or(a, b),
    "_npi_bitwise_xor": lambda xp, a, b: xp.bitwise_xor(a, b),
}.items():
    declare(_names, _kernel_of, None, None, integral, f"Compute {_names[5:]} of integers or bools.")


def lcm(xp: Any, a: Any, b: Any) -> Any:
    """Find the least common multiple; bools count as 0 and 1."""
    return xp.logical_and(a, b) if a.dtype.kind == "b" else xp.lcm(a, b)


declare("_npi_lcm", lcm, None, None, integral, "Find the least common multiple of integers.")


@op("add_n", "ElementWiseSum", "_sparse_add_n", "_sparse_ElementWiseSum", shape=shapes.same)
def add_n(xp, *args):
    """Add any number of arrays of one shape."""
    first = args[0]
    for position, array in enumerate(args):
        if array.shape != first.shape:
            shapes.same(*(a.shape for a in args))
        if array.dtype != first.dtype:
            raise _mixed(position, first, array)
    total = first + args[1] if len(args) > 1 else first.copy()
    for array in args[2:]:
        total += array
    return total


def _mixed(position: int, first: Any, other: Any) -> Exception:
    return check_failed(
        "assign(&dattr, vec.at(i))",
        f"Incompatible attr in node  at {position}-th input: expected {dtype_text(first.dtype)}, "
        f"got {dtype_text(other.dtype)}",
    )


@add_n.vjp("args")
def _(xp, ct, out, *args):
    return [ct] * len(args)
