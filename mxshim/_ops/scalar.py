"""An array and a number: the operators behind ``x + 2`` and ``2 / x``, clip and smooth_l1.

The number takes the array's dtype before anything is computed, so integer arrays see its whole
part: ``int32 * 1.5`` is ``int32 * 1`` in both front ends.  Arrays of bool become int64.
"""

from __future__ import annotations

from collections.abc import Callable
from math import log as ln
from math import nan
from typing import Any

from .._core import shapes
from .._core.errors import mxnet_error
from .._core.looks import by
from .._core.params import Bool, Float
from .._core.registry import Op, op
from .._core.semantics import refuse_fractions, to_integer
from .elemwise_binary import KERNELS, OVER, PULLS, lcm

Double = Float("double")
Kernel = Callable[[Any, Any, Any], Any]


def whole(xp: Any, data: Any, is_int: bool) -> Any:
    """Prepare an array without fractions: bool as int64; ``is_int`` false asks for float64."""
    if not is_int:
        return data.astype(xp.float64)
    return data.astype(xp.int64) if data.dtype.kind == "b" else data


def declare(
    names: str, kernel: Kernel, pull: Callable[..., Any] | None, doc: str, reverse: bool = False
) -> Op:
    """Register one function of an array and a number (``reverse``: of a number and an array)."""

    def forward(xp: Any, data: Any, *, scalar: Double = 1.0, is_int: Bool = True) -> Any:
        if data.dtype.kind != "f":
            data = whole(xp, data, is_int)
        return kernel(xp, data, xp.constant(data.dtype, scalar))

    if reverse:

        def forward(xp: Any, data: Any, *, scalar: Double = 1.0, is_int: Bool = True) -> Any:
            if data.dtype.kind != "f":
                data = whole(xp, data, is_int)
            return kernel(xp, xp.constant(data.dtype, scalar), data)

    forward.__annotations__ = {"scalar": Double, "is_int": Bool}
    forward.__doc__ = doc
    declared = op(*names.split(), shape=shapes.same, flat=pull is None, inconsistent=("type",))(
        forward
    )
    if pull is not None:

        @declared.vjp("data")
        @by(lambda params: (pull, (0, 1, 2, *((None, 3) if reverse else (3, None)))))
        def gradient(xp: Any, ct: Any, out: Any, data: Any, *, scalar: float, **params: Any) -> Any:
            return pull(xp, ct, out, scalar, data) if reverse else pull(xp, ct, out, data, scalar)

    return declared


def reverse_quotient(xp: Any, a: Any, b: Any) -> Any:
    """Divide a number by an array; integers go through double precision."""
    if b.dtype.kind == "f":
        return xp.divide(a, b)
    result = xp.divide(a.astype(xp.float64), b.astype(xp.float64))
    return to_integer(xp, result, b.dtype)  # mxnet: test_one_over_integer_zero


def log_of_base(xp: Any, ct: Any, out: Any, base: float, data: Any) -> Any:
    """Differentiate ``base ** data``."""
    return ct * out * (ln(base) if base > 0 else -float("inf") if base == 0 else nan)


#: names, kernel, derivative, reversed, documentation
TABLE: list[tuple[str, Kernel, Callable[..., Any], bool, str]] = [
    ("_plus_scalar _PlusScalar _npi_add_scalar _scatter_plus_scalar", KERNELS["add"],
     PULLS["add"][0], False, "Add a number."),
    ("_minus_scalar _MinusScalar _npi_subtract_scalar _scatter_minus_scalar", KERNELS["sub"],
     PULLS["sub"][0], False, "Subtract a number."),
    ("_rminus_scalar _RMinusScalar _npi_rsubtract_scalar", KERNELS["sub"],
     PULLS["sub"][1], True, "Subtract from a number."),
    ("_mul_scalar _MulScalar _npi_multiply_scalar", KERNELS["mul"], PULLS["mul"][0], False,
     "Multiply by a number."),
    ("_div_scalar _DivScalar", KERNELS["div"], PULLS["div"][0], False, "Divide by a number."),
    ("_rdiv_scalar _RDivScalar", reverse_quotient, PULLS["div"][1], True, "Divide a number."),
    ("_mod_scalar _ModScalar _npi_mod_scalar", KERNELS["mod"], PULLS["mod"][0], False,
     "Take the remainder by a number."),
    ("_rmod_scalar _RModScalar _npi_rmod_scalar", KERNELS["mod"], PULLS["mod"][1], True,
     "Take the remainder of a number."),
    ("_power_scalar _PowerScalar _npi_power_scalar", KERNELS["pow"], PULLS["pow"][0], False,
     "Raise to a power."),
    ("_rpower_scalar _RPowerScalar _npi_rpower_scalar", KERNELS["pow"], log_of_base, True,
     "Raise a number to powers."),
    ("_maximum_scalar _MaximumScalar _npi_maximum_scalar", KERNELS["max"], PULLS["max"][0],
     False, "Take the larger of elements and a number."),
    ("_minimum_scalar _MinimumScalar _npi_minimum_scalar", KERNELS["min"], PULLS["min"][0],
     False, "Take the smaller of elements and a number."),
    ("_hypot_scalar _HypotScalar _npi_hypot_scalar", KERNELS["hypot"], PULLS["hypot"][0],
     False, "Compute ``sqrt(x*x + scalar*scalar)``."),
    ("_npi_copysign_scalar", KERNELS["copysign"], PULLS["copysign"][0], False,
     "Give elements the sign of a number."),
    ("_npi_rcopysign_scalar", KERNELS["copysign"], PULLS["copysign"][1], True,
     "Give a number the sign of elements."),
    ("_npi_arctan2_scalar", KERNELS["arctan2"], PULLS["arctan2"][0], False,
     "Compute the angle of (scalar, x)."),
    # mxnet: the gradient takes the operands in the wrong order (test_numpy_function_gradients)
    ("_npi_rarctan2_scalar", KERNELS["arctan2"],
     lambda xp, ct, out, a, b: -ct * b / (a * a + b * b), True,
     "Compute the angle of (x, scalar)."),
    ("_npi_ldexp_scalar", KERNELS["ldexp"], PULLS["ldexp"][0], False,
     "Compute ``x * 2**scalar``."),
    ("_npi_rldexp_scalar", KERNELS["ldexp"], PULLS["ldexp"][1], True,
     "Compute ``scalar * 2**x``."),
]  # fmt: skip


def over_array(made: Op, function: str, reverse: bool) -> None:
    """Let an operator write over a floating-point array."""

    @made.over("data")
    def over(xp: Any, target: Any, data: Any, *, scalar: float, **params: Any) -> Any:
        if data.dtype.kind != "f":
            return None
        value = xp.constant(data.dtype, scalar)
        operands = (value, data) if reverse else (data, value)
        return getattr(xp, function)(*operands, out=target)


for _names, _kernel, _pull, _reverse, _doc in TABLE:
    _made = declare(_names, _kernel, _pull, _doc, _reverse)
    for _short, _long in OVER.items():
        if _kernel is KERNELS[_short]:
            over_array(_made, _long, _reverse)


def declare_quotient(name: str, reverse: bool) -> None:
    """Register NumPy's true division by or of a number."""
    pull = PULLS["div"][reverse]

    @op(name, shape=shapes.same)
    def forward(xp, data, *, scalar: Double = 1.0, is_int: Bool = True):
        """Divide with a number; integers give float32, whether the number is whole or not."""
        if data.dtype.kind != "f":
            data = data.astype(xp.float32)
        value = xp.constant(data.dtype, scalar)
        return xp.divide(value, data) if reverse else xp.divide(data, value)

    @forward.vjp("data")
    @by(lambda params: (pull, (0, 1, 2, *((None, 3) if reverse else (3, None)))))
    def gradient(xp, ct, out, data, *, scalar, **params):
        return pull(xp, ct, out, scalar, data) if reverse else pull(xp, ct, out, data, scalar)


declare_quotient("_npi_true_divide_scalar", False)
declare_quotient("_npi_rtrue_divide_scalar", True)


def declare_integral(name: str, kernel: Kernel) -> None:
    """Register a function of an integer or bool array and a number; both keep their dtype."""

    @op(name, shape=shapes.same, flat=True)
    def forward(xp, data, *, scalar: Double = 1.0, is_int: Bool = True):
        """Combine the bits (or multiples) of an array and a number."""
        refuse_fractions(data.dtype, name)
        return kernel(xp, data, xp.constant(data.dtype, scalar))


def numbers_only(kernel: Kernel) -> Kernel:
    """Refuse bool, as MXNet does where its kernel has no such type."""

    def checked(xp: Any, a: Any, b: Any) -> Any:
        if a.dtype.kind == "b":
            raise mxnet_error("Unknown type enum 7")
        return kernel(xp, a, b)

    return checked


declare_integral("_npi_bitwise_and_scalar", lambda xp, a, b: xp.bitwise_and(a, b))
declare_integral("_npi_bitwise_or_scalar", lambda xp, a, b: xp.bitwise_or(a, b))
declare_integral("_npi_bitwise_xor_scalar", lambda xp, a, b: xp.bitwise_xor(a, b))
declare_integral("_npi_lcm_scalar", numbers_only(lcm))


@op("smooth_l1", "_npx_smooth_l1", shape=shapes.same)
def smooth_l1(xp, data, *, scalar: Float = 1.0):
    """Compute a loss that is quadratic near zero and linear outside ``1 / scalar**2``."""
    curve = scalar * scalar
    x = data if data.dtype.kind == "f" else data.astype(xp.float64)
    size = xp.abs(x)
    out = xp.where(size < 1 / curve, 0.5 * curve * x * x, size - 0.5 / curve)
    return out if x is data else to_integer(xp, out, data.dtype)


@smooth_l1.vjp("data")
def _(xp, ct, out, data, *, scalar, **params):
    curve = scalar * scalar
    return ct * xp.where(data > 1 / curve, 1, xp.where(data < -1 / curve, -1, curve * data))


class _BITS:
    min, max = 0, 1


@op("clip", "_npi_clip", "_sparse_clip", shape=shapes.same)
def clip(xp, data, *, a_min: Float, a_max: Float):
    """Limit elements to ``[a_min, a_max]``; the gradient passes at both borders."""
    if data.dtype.kind != "f":
        limits = xp.iinfo(data.dtype) if data.dtype.kind != "b" else _BITS
        a_min, a_max = max(a_min, limits.min), min(a_max, limits.max)
    low, high = xp.constant(data.dtype, a_min), xp.constant(data.dtype, a_max)
    if a_min > a_max:  # mxnet: test_numpy_clip; the upper limit is looked at first
        return xp.where(data > high, high, xp.where(data < low, low, data))
    return xp.minimum(xp.maximum(data, low), high)


@clip.vjp("data")
def _(xp, ct, out, data, *, a_min, a_max):
    return xp.where((data >= a_min) & (data <= a_max), ct, 0)


@op("_contrib_gradientmultiplier", shape=shapes.same)
def gradientmultiplier(xp, data, *, scalar: Double = 1.0, is_int: Bool = True):
    """Pass the input on and multiply its gradient by ``scalar``."""
    return data.copy()


@gradientmultiplier.vjp("data")
def _(xp, ct, out, data, *, scalar, **params):
    return ct * scalar


@op("_contrib_backward_gradientmultiplier", shape=shapes.same)
def backward_gradientmultiplier(xp, data, *, scalar: Double = 1.0, is_int: Bool = True):
    """Multiply by ``scalar``, in the array's dtype: what gradientmultiplier does to a gradient."""
    return data * xp.constant(data.dtype, scalar)
