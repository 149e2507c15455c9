"""Products with triangular matrices, triangular systems, symmetric products."""

from __future__ import annotations

from .._core.params import Bool, Float
from .._core.registry import op
from .linalg import only_floats, triangle, turned

Double = Float("double")


@op("_linalg_trmm", "linalg_trmm")
def trmm(
    xp, A, B, *, transpose: Bool = False, rightside: Bool = False, lower: Bool = True,
    alpha: Double = 1.0,
):  # fmt: skip
    """Multiply by a triangular matrix, ``alpha * op(A) @ B`` or ``alpha * B @ op(A)``."""
    only_floats(A)
    factor = A * triangle(xp, A, lower)
    factor = turned(xp, factor) if transpose else factor
    out = xp.matmul(B, factor) if rightside else xp.matmul(factor, B)
    return out * xp.constant(out.dtype, alpha)


@trmm.shape
def _(A, B, **params):
    return (A, B), B


@trmm.vjp("A", "B")
def _(xp, ct, out, A, B, *, transpose, rightside, lower, alpha):
    mask = triangle(xp, A, lower)
    factor = A * mask if transpose else turned(xp, A * mask)
    ct = ct * alpha
    by_b = xp.matmul(ct, factor) if rightside else xp.matmul(factor, ct)
    by_a = xp.matmul(turned(xp, B), ct) if rightside else xp.matmul(ct, turned(xp, B))
    return xp.where(mask != 0, turned(xp, by_a) if transpose else by_a, 0), by_b


@op("_linalg_trsm", "linalg_trsm")
def trsm(
    xp, A, B, *, transpose: Bool = False, rightside: Bool = False, lower: Bool = True,
    alpha: Double = 1.0,
):  # fmt: skip
    """Solve a triangular system, ``op(A) @ X = alpha * B`` or ``X @ op(A) = alpha * B``."""
    only_floats(A)
    factor = A * triangle(xp, A, lower)
    factor = turned(xp, factor) if transpose != rightside else factor
    right = turned(xp, B) if rightside else B
    out = xp.linalg.solve(factor, right * xp.constant(B.dtype, alpha))
    return turned(xp, out) if rightside else out


@trsm.shape
def _(A, B, **params):
    return (A, B), B


@trsm.vjp("A", "B")
def _(xp, ct, out, A, B, *, transpose, rightside, lower, alpha):
    given = {"rightside": rightside, "lower": lower, "alpha": 1.0}
    by_b = trsm(xp, A, ct, transpose=not transpose, **given)
    if rightside:
        by_a = xp.matmul(turned(xp, out), by_b)
    else:
        by_a = xp.matmul(by_b, turned(xp, out))
    return -(turned(xp, by_a) if transpose else by_a) * triangle(xp, A, lower), by_b * alpha


@op("_linalg_syrk", "linalg_syrk")
def syrk(xp, A, *, transpose: Bool = False, alpha: Double = 1.0):
    """Multiply a matrix with its own transpose, ``alpha * A @ A.T`` (or ``A.T @ A``)."""
    only_floats(A)
    out = xp.matmul(turned(xp, A), A) if transpose else xp.matmul(A, turned(xp, A))
    return out * xp.constant(out.dtype, alpha)


@syrk.shape
def _(A, *, transpose=False, **params):
    side = A[-1] if transpose else A[-2]
    return (A,), (*A[:-2], side, side)


@syrk.vjp("A")
def _(xp, ct, out, A, *, transpose, alpha):
    both = (ct + turned(xp, ct)) * alpha
    return xp.matmul(A, both) if transpose else xp.matmul(both, A)
