"""LQ factors, eigenvectors of symmetric matrices, linear systems."""

from __future__ import annotations

from .._core.errors import check_failed
from .._core.registry import op
from .linalg import inverse, need_square, only_floats, triangle, turned


@op("_linalg_gelqf", "linalg_gelqf", visible=2)
def gelqf(xp, A):
    """Factor ``A = L @ Q`` with orthonormal rows of ``Q``; there are no more rows than columns."""
    only_floats(A)
    q, r = xp.linalg.qr(turned(xp, A))
    return xp.ascontiguousarray(turned(xp, q)), xp.ascontiguousarray(turned(xp, r))


@gelqf.shape
def _(A):
    return (A,), [A, (*A[:-1], A[-2])]


@gelqf.vjp("A")
def _(xp, ct, out, A):
    q, factor = out
    inner = xp.matmul(turned(xp, factor), ct[1]) - xp.matmul(ct[0], turned(xp, q))
    low = triangle(xp, factor)
    strict = low - xp.eye(factor.shape[-1], dtype=factor.dtype)
    both = inner * low + turned(xp, inner * strict)
    return xp.matmul(turned(xp, inverse(xp, factor)), ct[0] + xp.matmul(both, q))


@op("_linalg_syevd", visible=2)
def syevd(xp, A):
    """Factor a symmetric ``A = U.T @ diag(L) @ U``; the rows of ``U`` are eigenvectors.

    The largest element of each is positive; only the lower triangle of ``A`` is read.
    """
    only_floats(A)
    values, vectors = xp.linalg.eigh(A)
    rows = turned(xp, vectors)
    largest = xp.argmax(xp.abs(rows), axis=-1)[..., None]
    sign = xp.sign(xp.take_along_axis(rows, largest, axis=-1))
    return rows * sign, values


@syevd.shape
def _(A):
    need_square(A)
    return (A,), [A, A[:-1]]


@syevd.vjp("A")
def _(xp, ct, out, A):
    rows, values = out
    eye = xp.eye(A.shape[-1], dtype=A.dtype)
    gaps = values[..., None, :] - values[..., :, None]
    inner = xp.matmul(rows, turned(xp, ct[0])) * (1 - eye) / (gaps + eye)
    inner = 0.5 * (inner + turned(xp, inner)) + ct[1][..., None] * eye
    return xp.matmul(turned(xp, rows), xp.matmul(inner, rows))


@op("_npi_solve")
def solve(xp, A, B):
    """Solve ``A @ X = B`` for a matrix or a vector ``B``; integers count as float32."""
    a, b = (m if m.dtype.kind == "f" else m.astype(xp.float32) for m in (A, B))
    solve.shape_rule(a.shape, b.shape)
    try:
        if b.ndim == a.ndim - 1:
            return xp.linalg.solve(a, b[..., None])[..., 0]
        return xp.linalg.solve(a, b)
    except ValueError as error:  # NumPy's LinAlgError is one
        raise check_failed(
            "res <= 0", "the factor U is exactly singular, so the solution could not be computed."
        ) from error


@solve.shape
def _(A, B):
    need_square(A)
    rows = B[-1] if len(B) == len(A) - 1 else B[-2]
    if rows != A[-1]:
        raise check_failed(
            f"in_a_shape[in_a_ndim - 1] == in_b_shape[in_b_ndim - 1] ({A[-1]} vs. {rows}) ",
            "Input A's and B's last dimension must be equal",
        )
    return (A, B), B


@solve.vjp("A", "B")
def _(xp, ct, out, A, B):
    vector = B.ndim == A.ndim - 1
    ct, x = (ct[..., None], out[..., None]) if vector else (ct, out)
    by_b = xp.matmul(turned(xp, inverse(xp, A)), ct)
    by_a = -xp.matmul(by_b, turned(xp, x))
    return by_a, by_b[..., 0] if vector else by_b
