"""Eigenvalues and singular values of NumPy-like matrices.

MXNet passes no gradient to eigenvalues, eigenvectors and pseudo-inverses; singular values have one.
"""

from __future__ import annotations

from typing import Any

from .._core.device import CPU
from .._core.errors import check_failed, mxnet_error, shapes_unknown
from .._core.params import Bool, Float, Param
from .._core.registry import op
from .._core.shapes import broadcast
from .linalg import only_floats, turned


class Char(Param):
    """One character; MXNet has no name for the type."""

    mx_type = expects = ""

    def convert(self, value: Any) -> str:
        text = str(value)
        if len(text) != 1:
            raise ValueError(text)
        return text


def need_matrices(a: Any) -> None:
    """Raise MXNet's error for a shape with fewer than two axes."""
    if len(a) < 2:
        raise check_failed(
            f"a_ndim >= 2 ({len(a)} vs. 2) ", "Array must be at least two-dimensional"
        )


def need_square_matrices(a: Any) -> None:
    """Raise MXNet's error unless the last two lengths, which must exist, are equal."""
    need_matrices(a)
    if a[-2] != a[-1]:
        raise check_failed(
            f"a_shape[a_ndim - 2] == a_shape[a_ndim - 1] ({a[-2]} vs. {a[-1]}) ",
            "Input A's last two dimension must be equal",
        )


def refuse_half(array: Any, name: str = "a", end: str = "") -> None:
    """Raise MXNet's error for float16."""
    if array.dtype == "float16":
        raise check_failed(
            f"{name}_type != mshadow: :kFloat16 (2 vs. 2) ",
            f"array type float16 is unsupported in linalg{end}",
        )


def widened(xp: Any, array: Any, name: str = "a") -> Any:
    """Return an array of float32 or float64; integers become float64."""
    refuse_half(array, name)
    if array.dtype.kind == "b":
        raise mxnet_error("Unknown type enum 7", "linear algebra does not take bools")
    return array if array.dtype.kind == "f" else array.astype(xp.float64)


def _values_shape(A: Any, **params: Any) -> Any:
    need_square_matrices(A)
    return (A,), A[:-1]


def _pairs_shape(A: Any, **params: Any) -> Any:
    need_square_matrices(A)
    return (A,), [A[:-1], A]


def _real(xp: Any, values: Any, *others: Any) -> Any:
    """Return eigenvalues (and what belongs to them) as real numbers; MXNetError when they are not.

    Newer array libraries give complex numbers always, older ones where an eigenvalue needs it.
    """
    if values.dtype.kind == "c":
        sizes = xp.abs(values.imag)
        if bool((sizes > 1e-15).any()):
            raise check_failed(
                f"fabs(wi_ptr[i]) <= 1e-15 ({float(sizes[sizes > 1e-15][0]):.6g} vs. 1e-15) ",
                "Complex eigvals is unsupported in linalg temporary.",
            )
    found = [xp.ascontiguousarray(each.real) for each in (values, *others)]
    return tuple(found) if others else found[0]


def _general(xp: Any, name: str, A: Any) -> Any:
    """Call ``xp.linalg.eig`` or ``eigvals``; older CuPy has neither, so the host does it."""
    found = getattr(xp.linalg, name, None)
    if found is not None:
        return found(A)
    result = getattr(CPU.xp.linalg, name)(xp.to_host(A))
    return tuple(map(xp.from_host, result)) if name == "eig" else xp.from_host(result)


@op("_npi_eigvals", shape=_values_shape, flat=True)
def eigvals(xp, A):
    """Compute the eigenvalues of matrices that have only real ones, in no order."""
    need_square_matrices(A.shape)
    return _real(xp, _general(xp, "eigvals", widened(xp, A)))


@op("_npi_eig", shape=_pairs_shape, visible=2, flat=True)
def eig(xp, A):
    """Compute eigenvalues, which must be real, and eigenvectors of length 1 in the columns."""
    need_square_matrices(A.shape)
    return _real(xp, *_general(xp, "eig", widened(xp, A)))


def _side(UPLO: str) -> str:
    return "U" if UPLO == "U" else "L"  # mxnet: anything but a capital U is the lower triangle


@op("_npi_eigvalsh", shape=_values_shape, flat=True)
def eigvalsh(xp, A, *, UPLO: Char = "L"):
    """Compute the eigenvalues of symmetric matrices, ascending; one triangle is read."""
    need_square_matrices(A.shape)
    return xp.linalg.eigvalsh(widened(xp, A), _side(UPLO))


@op("_npi_eigh", shape=_pairs_shape, visible=2, flat=True)
def eigh(xp, A, *, UPLO: Char = "L"):
    """Do :func:`eigvalsh`, with eigenvectors in the columns; the largest element is positive."""
    need_square_matrices(A.shape)
    values, vectors = xp.linalg.eigh(widened(xp, A), _side(UPLO))
    return values, vectors * (_signs(xp, vectors, -2) if vectors.size else 1)


def _signs(xp: Any, vectors: Any, axis: int) -> Any:
    """Return the sign of each vector's largest element."""
    largest = xp.expand_dims(xp.argmax(xp.abs(vectors), axis=axis), axis)
    return xp.sign(xp.take_along_axis(vectors, largest, axis=axis))


@op("_npi_svd", visible=3)
def svd(xp, A):
    """Factor a wide matrix into ``(UT * L) @ V``.

    ``L`` descends; the rows of ``V`` are orthonormal and their largest elements positive.
    """
    only_floats(A)
    svd.shape_rule(A.shape)
    ut, values, v = xp.linalg.svd(A, full_matrices=False)
    if v.size:
        signs = _signs(xp, v, -1)
        ut, v = ut * turned(xp, signs), v * signs
    return ut, values, v


@svd.shape
def _(A):
    if len(A) < 2:
        raise shapes_unknown("_npi_svd", [A], [None, None, None], {})
    if A[-2] > A[-1]:
        raise check_failed(
            f"in_a[ndim - 2] <= in_a[ndim - 1] ({A[-2]} vs. {A[-1]}) ",
            "Input A shape wrong: The second to last dimension must be less than or"
            "equal to the last dimension",
        )
    return (A,), [(*A[:-1], A[-2]), A[:-1], A]


@svd.vjp("A")
def _(xp, ct, out, A):
    (ct_u, ct_l, ct_v), (u, values, v) = ct, out
    eye = xp.eye(A.shape[-2], dtype=A.dtype)
    columns = values[..., None, :]
    gaps = (columns - turned(xp, columns)) * (columns + turned(xp, columns))
    inverse = (1 - eye) / (gaps + eye)
    by_u = xp.matmul(turned(xp, u), ct_u)
    by_v = xp.matmul(v, turned(xp, ct_v))
    inner = inverse * (by_u - turned(xp, by_u)) * columns
    inner = inner + turned(xp, columns) * inverse * (by_v - turned(xp, by_v))
    inner = inner + ct_l[..., None, :] * eye
    beside = ct_v - xp.matmul(turned(xp, by_v), v)  # what the rows of v do not span
    return xp.matmul(u, xp.matmul(inner, v) + beside / turned(xp, columns))


def _pseudo(xp: Any, A: Any, rcond: Any) -> Any:
    """Invert the singular values above ``rcond`` (a number, or one a matrix) times the largest."""
    refuse_half(A, end=".")
    need_matrices(A.shape)
    only_floats(A)
    u, values, v = xp.linalg.svd(A, full_matrices=False)
    if not values.size:
        return xp.zeros((*A.shape[:-2], A.shape[-1], A.shape[-2]), A.dtype)
    kept = values > rcond * values.max(axis=-1, keepdims=True)
    inverse = xp.where(kept, 1 / xp.where(kept, values, 1), 0).astype(A.dtype)
    return xp.matmul(turned(xp, v) * inverse[..., None, :], turned(xp, u))


def _flipped(A: Any, **params: Any) -> Any:
    need_matrices(A)
    return (A,), (*A[:-2], A[-1], A[-2])


@op("_npi_pinv_scalar_rcond", shape=_flipped, flat=True)
def pinv_scalar_rcond(xp, A, *, rcond: Float("double") = 1e-15, hermitian: Bool = False):
    """Compute pseudo-inverses; singular values up to ``rcond`` times the largest count as 0."""
    return _pseudo(xp, A, rcond)


def _flipped_each(A: Any, rcond: Any, **params: Any) -> Any:
    need_matrices(A)
    broadcast(A[:-2], rcond)
    if len(rcond) > len(A) - 2:
        raise mxnet_error(
            f"Check failed: rcond has more axes than there are matrices: {rcond} for {A}"
        )
    return (A, rcond), (*A[:-2], A[-1], A[-2])


@op("_npi_pinv", shape=_flipped_each, flat=True)
def pinv(xp, A, rcond, *, hermitian: Bool = False):
    """Compute pseudo-inverses with a limit for each matrix of the batch."""
    pinv.shape_rule(A.shape, rcond.shape)
    if rcond.dtype != A.dtype:
        spelled = {"float32": "float", "float64": "double"}
        raise mxnet_error(
            "Check failed: mshadow: :DataType<DType>::kFlag == type_flag_: TBlob.get_with_shape: "
            f"data type do not match specified type.Expected: {spelled.get(rcond.dtype.name)} "
            f"v.s. given {spelled.get(A.dtype.name)}",
            f"rcond has dtype {rcond.dtype}, the matrices have {A.dtype}",
        )
    return _pseudo(xp, A, rcond[..., None])
