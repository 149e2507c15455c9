"""Element-wise functions of one array that are no rows of a table.

Tests with a bool result, rounding to places, copies that stop or change gradients, small formulas.
"""

from __future__ import annotations

from math import sqrt
from typing import Any

from .._core import shapes
from .._core.errors import mxnet_error
from .._core.params import Float, Int
from .._core.registry import op
from .elemwise_binary import quotient
from .elemwise_unary import Kernel, only_floats, refuse_bool, round_away


def predicate(names: str, function: Kernel, doc: str) -> None:
    """Declare a function whose result is bool."""

    def forward(xp: Any, x: Any) -> Any:
        return function(xp, x)

    forward.__doc__ = doc
    op(*names.split(), shape=shapes.same, flat=True)(forward)


predicate("_npi_logical_not", lambda xp, x: xp.logical_not(x), "Tell where elements are zero.")
predicate("_npi_isnan", lambda xp, x: xp.isnan(x), "Tell where elements are nan.")
predicate("_npi_isinf", lambda xp, x: xp.isinf(x), "Tell where elements are infinite.")
predicate("_npi_isfinite", lambda xp, x: xp.isfinite(x), "Tell where elements are finite.")
predicate("_npi_isposinf", lambda xp, x: x == xp.inf, "Tell where elements are ``inf``.")
predicate("_npi_isneginf", lambda xp, x: x == -xp.inf, "Tell where elements are ``-inf``.")


@op("_npi_bitwise_not", shape=shapes.same, flat=True)
def bitwise_not(xp, x):
    """Flip the bits of integers, the truth of bools."""
    if x.dtype.kind == "f":
        raise mxnet_error(f"This operation only support integer types, not {x.dtype.name}")
    return xp.invert(x)


@op("_npi_around", shape=shapes.same, flat=True)
def around(xp, x, *, decimals: Int() = 0):
    """Round to ``decimals`` places, halves to even."""
    if x.dtype == xp.float16:
        raise _refused_half()
    refuse_bool(x)
    if x.dtype.kind != "f":
        unit = xp.constant(x.dtype, 10.0 ** max(-decimals, 0))
        return quotient(xp, x, unit) * unit  # mxnet: test_around_integers
    scaled = x * 10.0**decimals if decimals else x
    # mxnet: a half that goes to zero loses its sign (test_around_halves)
    rounded = xp.where(xp.abs(scaled) == 0.5, 0.0, xp.rint(scaled))
    return (rounded / 10.0**decimals if decimals else rounded).astype(x.dtype, copy=False)


def _refused_half() -> Exception:
    return mxnet_error(
        "Check failed: in_attrs->at(0) != mshadow: :kFloat16: Do not support `float16` as input."
    )


@op("hard_sigmoid", shape=shapes.same)
def hard_sigmoid(xp, data, *, alpha: Float = 0.2, beta: Float = 0.5):
    """Limit ``alpha * x + beta`` to [0, 1]."""
    only_floats(data)
    return xp.clip(data * alpha + beta, 0, 1)


@hard_sigmoid.vjp("data")
def _(xp, ct, out, data, *, alpha, beta):
    return xp.where((out > 0) & (out < 1), ct * alpha, 0)


@op("_copy", "identity", shape=shapes.same)
def copy(xp, data):
    """Copy the array."""
    return data.copy()


@copy.vjp("data")
def _(xp, ct, out, data):
    return ct


@op("BlockGrad", "stop_gradient", "_sparse_stop_gradient", shape=shapes.same, flat=True)
def block_grad(xp, data):
    """Copy the array and let no gradient pass."""
    return data.copy()


@op("make_loss", "_sparse_make_loss", shape=shapes.same)
def make_loss(xp, data):
    """Copy the array and start the backward pass here: the gradient is 1 whatever comes in."""
    return data.copy()


@make_loss.vjp("data")
def _(xp, ct, out, data):
    return xp.ones_like(data)


@op("_identity_with_attr_like_rhs", shape=shapes.same)
def identity_like(xp, lhs, rhs):
    """Copy ``lhs``; ``rhs`` lends its shape to shape inference."""
    return lhs.copy()


@identity_like.vjp("lhs")
def _(xp, ct, out, lhs, rhs):
    return ct


@op("_contrib_quadratic", shape=shapes.same)
def quadratic(xp, data, *, a: Float = 0.0, b: Float = 0.0, c: Float = 0.0):
    """Compute ``a*x*x + b*x + c``."""
    return data * data * a + data * b + c


@quadratic.vjp("data")
def _(xp, ct, out, data, *, a, b, c):
    return ct * (2 * a * data + b)


@op("_contrib_div_sqrt_dim", shape=shapes.same)
def div_sqrt_dim(xp, data):
    """Divide by the square root of the last axis's length."""
    return data * (1 / sqrt(data.shape[-1]))


@div_sqrt_dim.vjp("data")
def _(xp, ct, out, data):
    return ct * (1 / sqrt(data.shape[-1]))


def straight_through(names: str, kernel: Kernel) -> None:
    """Declare a step function whose gradient passes as if it were the identity."""

    @op(*names.split(), shape=shapes.same)
    def forward(xp, data):
        """Round (or take the sign); the gradient passes unchanged."""
        return kernel(xp, data)

    @forward.vjp("data")
    def pull(xp, ct, out, data):
        return ct


straight_through("_contrib_round_ste _sparse__contrib_round_ste", round_away)
straight_through("_contrib_sign_ste _sparse__contrib_sign_ste", lambda xp, x: xp.sign(x))
