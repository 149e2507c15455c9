"""Linear algebra of NumPy-like arrays, ``mx.np.linalg``."""

from __future__ import annotations

from typing import Any

import numpy
from numpy.linalg import cond, matrix_power, matrix_rank, multi_dot, qr

from .._core.missing import module_getattr as _module_getattr
from ._arguments import SEVERAL, invoke
from ._fallback import lstsq


def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """Compute a vector or matrix norm.

    ``ord`` is a number, ``'inf'``, ``'-inf'``, ``'fro'`` or ``'nuc'``; ``axis`` an integer (vector
    norm) or a pair (matrix norm).
    """
    if axis is not None and not isinstance(axis, (int, tuple)):
        raise TypeError("'axis' must be None, an integer or a tuple of integers.")
    if axis is None and ord is None:
        return _norm(x, 2, None, keepdims, -2)
    axes = (axis,) if isinstance(axis, int) else axis
    if axes is not None and len(axes) == 2:
        if ord in ("inf", "-inf", 1, -1):
            return _of_sums(x, ord, axes, keepdims)
        if ord in (2, -2):
            return _norm(x, ord, axes, keepdims, 0)
    if ord in ("inf", "-inf"):
        return _reduced("max" if ord == "inf" else "min", _sizes(x), axes, keepdims)
    flag = {None: 1, "nuc": 2, "fro": 1, "f": 1}.get(ord, -1)
    return _norm(x, 2 if flag != -1 else ord, axes, keepdims, flag)


def _norm(x: Any, ord: Any, axis: Any, keepdims: bool, flag: int) -> Any:
    given = {"flag": flag, "ord": ord, "axis": axis, "keepdims": keepdims}
    return invoke("_npi_norm", "norm", [x], given)


def _sizes(x: Any) -> Any:
    return invoke("_npi_abs", "abs", [x], {})


def _reduced(name: str, x: Any, axis: Any, keepdims: bool) -> Any:
    return invoke(f"_np_{name}", name, [x], {"axis": axis, "keepdims": keepdims})


def _of_sums(x: Any, ord: Any, axes: tuple[int, ...], keepdims: bool) -> Any:
    """Take the extreme of sums along rows (``inf``) or columns (1)."""
    row, column = axes
    first, second = (column, row) if ord in ("inf", "-inf") else (row, column)
    if not keepdims and second > first:
        second -= 1
    summed = _reduced("sum", _sizes(x), first, keepdims)
    return _reduced("max" if ord in ("inf", 1) else "min", summed, second, keepdims)


def det(a: Any) -> Any:
    """Compute the determinant of a matrix, or of each matrix of a stack."""
    return invoke("_npi_det", "det", [a], {})


def slogdet(a: Any) -> Any:
    """Compute the determinant's sign and the logarithm of its absolute value."""
    return invoke("_npi_slogdet", "slogdet", [a], {})


def inv(a: Any) -> Any:
    """Invert a matrix, or each matrix of a stack."""
    return invoke("_npi_inv", "inv", [a], {})


def pinv(a: Any, rcond: Any = 1e-15, hermitian: bool = False) -> Any:
    """Invert matrices as far as their singular values exceed ``rcond`` times the largest.

    ``rcond`` is a number or an array with one value a matrix.
    """
    if hermitian is True:
        raise NotImplementedError("hermitian is not supported yet...")
    given = {"hermitian": hermitian}
    if numpy.isscalar(rcond):
        return invoke("_npi_pinv_scalar_rcond", "pinv_scalar_rcond", [a], {"rcond": rcond, **given})
    return invoke("_npi_pinv", "pinv", [a, rcond], given)


def cholesky(a: Any) -> Any:
    """Factor a positive definite matrix into ``L @ L.T`` and return ``L``."""
    return invoke("_npi_cholesky", "cholesky", [a], {})


def svd(a: Any) -> Any:
    """Factor a matrix (m, n), m <= n, into ``(ut * l) @ v``; ``l`` are the singular values."""
    return SEVERAL(invoke("_npi_svd", "svd", [a], {}))


def solve(a: Any, b: Any) -> Any:
    """Solve ``a @ x = b``."""
    return invoke("_npi_solve", "solve", [a, b], {})


def tensorinv(a: Any, ind: int = 2) -> Any:
    """Invert an array as a map from its axes behind ``ind`` to those before."""
    return invoke("_npi_tensorinv", "tensorinv", [a], {"ind": ind})


def tensorsolve(a: Any, b: Any, axes: Any = None) -> Any:
    """Solve ``tensordot(a, x, x.ndim) = b``; ``axes`` of ``a`` are moved to its end first."""
    return invoke("_npi_tensorsolve", "tensorsolve", [a, b], {"a_axes": axes})


def eigvals(a: Any) -> Any:
    """Compute the eigenvalues of a matrix, which must be real."""
    return invoke("_npi_eigvals", "eigvals", [a], {})


def eigvalsh(a: Any, UPLO: str = "L") -> Any:
    """Compute the eigenvalues of a symmetric matrix, read from its lower or upper triangle."""
    return invoke("_npi_eigvalsh", "eigvalsh", [a], {"UPLO": UPLO})


def eig(a: Any) -> Any:
    """Compute the eigenvalues of a matrix, which must be real, and eigenvectors in columns."""
    return SEVERAL(invoke("_npi_eig", "eig", [a], {}))


def eigh(a: Any, UPLO: str = "L") -> Any:
    """Do :func:`eigvalsh`, with the eigenvectors in columns."""
    return SEVERAL(invoke("_npi_eigh", "eigh", [a], {"UPLO": UPLO}))


__all__ = [
    "cholesky", "cond", "det", "eig", "eigh", "eigvals", "eigvalsh", "inv", "lstsq",
    "matrix_power", "matrix_rank", "multi_dot", "norm", "pinv", "qr", "slogdet", "solve", "svd",
    "tensorinv", "tensorsolve",
]  # fmt: skip

__getattr__ = _module_getattr(__name__)
