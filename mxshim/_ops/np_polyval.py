"""Polynomials of NumPy-like arrays."""

from __future__ import annotations

from .._core.errors import mxnet_error
from .._core.registry import op
from .._core.semantics import equal_types


@op("_npi_polyval")
def polyval(xp, p, x):
    """Evaluate the polynomial with coefficients ``p``, highest power first, at every ``x``."""
    polyval.shape_rule(p.shape, x.shape)
    equal_types(xp, p, x, "_npi_polyval")
    if p.dtype.kind == "b":
        raise mxnet_error("Unknown type enum 7", "polyval does not take bools")
    out = xp.zeros(x.shape, x.dtype)
    for position in range(p.shape[0]):
        out = out * x + p[position]
    return out


@polyval.shape
def _(p, x):
    if len(p) != 1:
        raise ValueError(
            f"ValueError: Check failed: p_shape.ndim() == 1U ({len(p)} vs. 1) : "
            "p has to be an 1-D array."
        )
    return (p, x), x


@polyval.vjp("p", "x")
def _(xp, ct, out, p, x):
    power, sums = ct, []
    value, slope = xp.zeros(x.shape, x.dtype), xp.zeros(x.shape, x.dtype)
    for position in range(p.shape[0]):
        slope = slope * x + value
        value = value * x + p[position]
    for _ in range(p.shape[0]):
        sums.insert(0, xp.sum(power))
        power = power * x
    by_p = xp.stack(sums) if sums else xp.zeros(p.shape, p.dtype)
    return by_p, ct * slope
