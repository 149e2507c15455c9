"""The ``linalg`` family: products, Cholesky factors, triangular systems, inverse, determinants.

Matrices stand in the last two axes; all axes before them are a batch.
"""

from __future__ import annotations

from typing import Any

from .._core.errors import check_failed, incompatible, mxnet_error, shape_text
from .._core.flags import flags
from .._core.params import Bool, Float, Int
from .._core.registry import op
from .reduce import settle

Double = Float("double")


def turned(xp: Any, a: Any) -> Any:
    """Transpose the last two axes."""
    return xp.swapaxes(a, -1, -2)


def triangle(xp: Any, a: Any, lower: bool = True) -> Any:
    """Return the array's triangle as a mask of ones and zeros."""
    ones = xp.ones(a.shape[-2:], dtype=a.dtype)
    return xp.tril(ones) if lower else xp.triu(ones)


def square(a: Any, **params: Any) -> Any:
    """Apply the shape rule of functions from square matrices to matrices of that shape."""
    need_square(a)
    return (a,), a


def need_square(a: Any) -> None:
    """Raise MXNet's error unless the last two lengths are equal."""
    if a[-2] != a[-1]:
        raise check_failed(
            f"in[ndim-2] == in[ndim-1] ({a[-2]} vs. {a[-1]}) ",
            "Input A's last two dimension must be equal",
        )


def only_floats(a: Any) -> None:
    """Raise MXNet's error for arrays that are neither float32 nor float64."""
    if a.dtype.kind != "f" or a.dtype.itemsize < 4:
        raise mxnet_error(
            "This operation only supports 32-bit and 64-bit floating point",
            f"linear algebra needs float32 or float64, got {a.dtype}",
        )


def only_floats_checked(a: Any) -> None:
    """Do the same with the words of determinant and inverse."""
    if a.dtype.kind != "f" or a.dtype.itemsize < 4:
        raise check_failed(
            "dtype == kFloat32 || dtype == kFloat64",
            "This operation only supports 32-bit and 64-bit floating point",
        )


@op("_linalg_gemm2", "linalg_gemm2")
def gemm2(
    xp, A, B, *, transpose_a: Bool = False, transpose_b: Bool = False, alpha: Double = 1.0,
    axis: Int() = -2,
):  # fmt: skip
    """Multiply matrices, ``alpha * op(A) @ op(B)``; rows are counted along ``axis``."""
    only_floats(A)
    a, b = (xp.moveaxis(m, axis, -2) if axis != -2 else m for m in (A, B))
    out = xp.matmul(turned(xp, a) if transpose_a else a, turned(xp, b) if transpose_b else b)
    out = out if alpha == 1 else out * xp.constant(out.dtype, alpha)
    return xp.moveaxis(out, -2, axis) if axis != -2 else out


@gemm2.shape
def _(A, B, *, transpose_a=False, transpose_b=False, axis=-2, **params):
    position = axis if axis < 0 else axis - len(A)
    rows = A[-1] if transpose_a else A[position]
    inner, other = A[position] if transpose_a else A[-1], B[-1] if transpose_b else B[position]
    if len(A) != len(B) or inner != other:
        raise check_failed(
            "(transpose_a ? (*in_attrs)[0][axis] : (*in_attrs)[0][ndim-1]) == "
            f"(transpose_b ? (*in_attrs)[1][ndim-1] : (*in_attrs)[1][axis]) ({inner} vs. {other}) ",
            "Incompatible matrix dimensions for multiplication",
        )
    out = list(A)
    out[position], out[-1] = rows, B[position] if transpose_b else B[-1]
    return (A, B), tuple(out)


@gemm2.vjp("A", "B")
def _(xp, ct, out, A, B, *, transpose_a, transpose_b, alpha, axis):
    a, b, ct = (xp.moveaxis(m, axis, -2) if axis != -2 else m for m in (A, B, ct))
    ct = ct * alpha
    right = b if transpose_b else turned(xp, b)
    left = a if transpose_a else turned(xp, a)
    by_a, by_b = xp.matmul(ct, right), xp.matmul(left, ct)
    if transpose_a:
        by_a = turned(xp, by_a)
    if transpose_b:
        by_b = turned(xp, by_b)
    return tuple(xp.moveaxis(m, -2, axis) if axis != -2 else m for m in (by_a, by_b))


@op("_linalg_gemm", "linalg_gemm")
def gemm(
    xp, A, B, C, *, transpose_a: Bool = False, transpose_b: Bool = False, alpha: Double = 1.0,
    beta: Double = 1.0, axis: Int() = -2,
):  # fmt: skip
    """Multiply and add matrices, ``alpha * op(A) @ op(B) + beta * C``."""
    given = {"transpose_a": transpose_a, "transpose_b": transpose_b, "alpha": alpha, "axis": axis}
    return gemm2.forward(xp, A, B, **given) + C * xp.constant(C.dtype, beta)


@gemm.shape
def _(A, B, C, *, beta=1.0, **params):
    inputs, out = gemm2.shape_rule(A, B, **params)
    if out != C:
        raise incompatible("input", 2, shape_text(out), shape_text(C))
    return (*inputs, C), out


@gemm.vjp("A", "B", "C")
def _(xp, ct, out, A, B, C, *, beta, **params):
    by_a, by_b = gemm2.pulls[0][1](xp, ct, out, A, B, **params)
    return by_a, by_b, ct * beta


@op("_linalg_potrf", "linalg_potrf", "_npi_cholesky")
def potrf(xp, A):
    """Factor a positive definite matrix into ``L @ L.T``; only the lower triangle is read."""
    only_floats(A)
    try:
        return xp.linalg.cholesky(A)
    except ValueError as error:  # NumPy's LinAlgError is one
        potrf.shape_rule(A.shape)
        letter = "s" if A.dtype.itemsize == 4 else "d"
        raise check_failed(
            f"ret == 0 ({first_failure(xp, A)} vs. 0) ",
            f"{letter}potrf failed in lapack on cpu. This may happen when the input matrix is "
            "either not symmetric or not positive definite.",
        ) from error


@potrf.shape
def _(A):
    if A[-2] != A[-1]:
        raise check_failed(
            f"A.size(0) == A.size(1) ({A[-2]} vs. {A[-1]}) ", "No square matrix as input to potrf."
        )
    return (A,), A


def first_failure(xp: Any, A: Any) -> int:
    """Return the size of the first leading block that is not positive definite."""
    for matrix in A.reshape((-1, *A.shape[-2:])):
        for side in range(1, matrix.shape[0] + 1):
            try:
                xp.linalg.cholesky(matrix[:side, :side])
            except ValueError:
                return side
    return 1


@potrf.vjp("A")
def _(xp, ct, out, A):
    inverse_ = inverse(xp, out)
    half = triangle(xp, out) * (1 - 0.5 * xp.eye(out.shape[-1], dtype=out.dtype))
    inner = xp.matmul(turned(xp, out), ct) * half
    whole = xp.matmul(turned(xp, inverse_), xp.matmul(inner, inverse_))
    return 0.5 * (whole + turned(xp, whole))


@op("_linalg_potri", "linalg_potri", shape=square)
def potri(xp, A):
    """Invert ``A @ A.T`` for a lower triangular matrix."""
    only_floats(A)
    inverse_ = xp.linalg.inv(A * triangle(xp, A))
    return xp.matmul(turned(xp, inverse_), inverse_)


@potri.vjp("A")
def _(xp, ct, out, A):
    both = ct + turned(xp, ct)
    factor = A * triangle(xp, A)
    return -xp.matmul(out, xp.matmul(both, xp.matmul(out, factor))) * triangle(xp, A)


@op("_linalg_inverse", "linalg_inverse", "_npi_inv", shape=square)
def inverse(xp, A):
    """Invert a matrix."""
    only_floats(A)
    try:
        return xp.linalg.inv(A)
    except ValueError as error:
        need_square(A.shape)
        raise check_failed("ret == 0 (2 vs. 0) ", "the input matrix is non-convertible") from error


@inverse.vjp("A")
def _(xp, ct, out, A):
    across = turned(xp, out)
    return -xp.matmul(across, xp.matmul(ct, across))


@op("_linalg_sumlogdiag", "linalg_sumlogdiag")
def sumlogdiag(xp, A):
    """Sum the logarithms of the diagonal."""
    only_floats(A)
    return settle(xp, xp.log(xp.diagonal(A, 0, -2, -1)).sum(axis=-1))


def per_matrix(a: Any) -> Any:
    """Return the shape of one number a matrix."""
    return a[:-2] or (() if flags.np_shape else (1,))


@sumlogdiag.shape
def _(A):
    need_square(A)
    return (A,), per_matrix(A)


@sumlogdiag.vjp("A")
def _(xp, ct, out, A):
    eye = xp.eye(A.shape[-1], dtype=A.dtype)
    ct = ct.reshape((*A.shape[:-2], 1, 1))
    return ct * eye / xp.where(eye == 0, 1, A)


@op("_linalg_det", "linalg_det", "_npi_det")
def det(xp, A):
    """Compute the determinant."""
    only_floats_checked(A)
    return settle(xp, xp.asarray(xp.linalg.det(A)))


@det.shape
def _(A):
    need_square(A)
    return (A,), per_matrix(A)


@det.vjp("A")
def _(xp, ct, out, A):
    scale = (ct * out).reshape((*A.shape[:-2], 1, 1))
    return scale * turned(xp, inverse(xp, A))


@op("_linalg_slogdet", "linalg_slogdet", "_npi_slogdet", visible=2)
def slogdet(xp, A):
    """Compute the determinant's sign and the logarithm of its absolute value."""
    only_floats_checked(A)
    sign, size = xp.linalg.slogdet(A)
    return settle(xp, xp.asarray(sign)), settle(xp, xp.asarray(size))


@slogdet.shape
def _(A):
    need_square(A)
    return (A,), [per_matrix(A)] * 2


@slogdet.vjp("A")
def _(xp, ct, out, A):
    return ct[1].reshape((*A.shape[:-2], 1, 1)) * turned(xp, inverse(xp, A))
