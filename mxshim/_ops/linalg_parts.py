"""Diagonals and triangles of matrices, in and out."""

from __future__ import annotations

from math import isqrt
from typing import Any

from .._core.errors import check_failed
from .._core.params import Bool, Int
from .._core.registry import op


@op("_linalg_extractdiag", "linalg_extractdiag")
def extractdiag(xp, A, *, offset: Int() = 0):
    """Take a diagonal out of matrices."""
    if A.shape[-1] <= abs(offset):
        extractdiag.shape_rule(A.shape, offset=offset)
    return xp.diagonal(A, offset, -2, -1).copy()


@extractdiag.shape
def _(A, *, offset=0):
    rest = A[-1] - abs(offset)
    if rest <= 0:
        raise check_failed(
            f"n > 0 ({rest} vs. 0) ",
            f"Illegal offset {offset} for diag/trian extraction of matrix with dimension {A[-1]}",
        )
    return (A,), (*A[:-2], A[-1] - abs(offset))


@extractdiag.vjp("A")
def _(xp, ct, out, A, *, offset):
    return makediag(xp, ct, offset=offset)


@op("_linalg_makediag", "linalg_makediag")
def makediag(xp, A, *, offset: Int() = 0):
    """Put vectors on a diagonal of zero matrices."""
    side = A.shape[-1] + abs(offset)
    out = xp.zeros((*A.shape[:-1], side, side), A.dtype)
    positions = xp.arange(A.shape[-1])
    out[..., positions + max(-offset, 0), positions + max(offset, 0)] = A
    return out


@makediag.shape
def _(A, *, offset=0):
    side = A[-1] + abs(offset)
    return (A,), (*A[:-1], side, side)


@makediag.vjp("A")
def _(xp, ct, out, A, *, offset):
    return extractdiag(xp, ct, offset=offset)


def positions(xp: Any, side: int, offset: int, lower: bool) -> Any:
    """Return rows and columns of a triangle; an offset names its side itself.

    An upper triangle is read column by column: it is the lower one of the transposed matrix.
    """
    if offset < 0 or (offset == 0 and lower):
        return xp.tril_indices(side, offset)
    columns, rows = xp.tril_indices(side, -offset)
    return rows, columns


@op("_linalg_extracttrian", "linalg_extracttrian")
def extracttrian(xp, A, *, offset: Int() = 0, lower: Bool = True):
    """Take a triangle out of matrices, by rows (lower) or columns (upper)."""
    rows, columns = positions(xp, A.shape[-1], offset, lower)
    return A[..., rows, columns]


@extracttrian.shape
def _(A, *, offset=0, **params):
    side = A[-1] - abs(offset)
    return (A,), (*A[:-2], side * (side + 1) // 2)


@extracttrian.vjp("A")
def _(xp, ct, out, A, *, offset, lower):
    return maketrian(xp, ct, offset=offset, lower=lower)


@op("_linalg_maketrian", "linalg_maketrian")
def maketrian(xp, A, *, offset: Int() = 0, lower: Bool = True):
    """Put vectors into a triangle of zero matrices, by rows (lower) or columns (upper)."""
    side = side_of(A.shape[-1], offset)
    out = xp.zeros((*A.shape[:-1], side, side), A.dtype)
    rows, columns = positions(xp, side, offset, lower)
    out[..., rows, columns] = A
    return out


def side_of(count: int, offset: int) -> int:
    """Return the side of the matrix whose triangle has ``count`` elements."""
    return (isqrt(8 * count + 1) - 1) // 2 + abs(offset)


@maketrian.shape
def _(A, *, offset=0, **params):
    side = side_of(A[-1], offset)
    return (A,), (*A[:-1], side, side)


@maketrian.vjp("A")
def _(xp, ct, out, A, *, offset, lower):
    return extracttrian(xp, ct, offset=offset, lower=lower)
