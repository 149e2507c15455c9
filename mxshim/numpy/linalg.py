"""Linear algebra of NumPy-like arrays, ``mx.np.linalg``."""

from __future__ import annotations

from typing import Any

from .._core.invoke import call, check_class
from .._core.missing import module_getattr as _module_getattr
from .._core.registry import get
from ._math import absolute
from ._reduce import max as _max
from ._reduce import min as _min
from ._reduce import sum as _sum
from .multiarray import ndarray


def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """Compute a vector or matrix norm.

    ``ord`` is a number, ``'inf'``, ``'-inf'``, ``'fro'`` or ``'nuc'``; ``axis`` an integer (vector
    norm) or a pair (matrix norm).
    """
    op = get("_npi_norm")
    if x.__class__ is not ndarray:
        check_class(op, "norm", "data", x, ndarray)
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
        extreme = _max if ord == "inf" else _min
        return extreme(absolute(x), axis=axes, keepdims=keepdims)
    flag = {None: 1, "nuc": 2, "fro": 1, "f": 1}.get(ord, -1)
    return _norm(x, 2 if flag != -1 else ord, axes, keepdims, flag)


def _norm(x: Any, ord: Any, axis: Any, keepdims: bool, flag: int) -> Any:
    op = get("_npi_norm")
    given = {"flag": flag, "ord": ord, "axis": axis, "keepdims": keepdims}
    return call(op, ndarray, [x], op.bind(given))


def _of_sums(x: Any, ord: Any, axes: tuple[int, ...], keepdims: bool) -> Any:
    """Take the extreme of sums along rows (``inf``) or columns (1)."""
    row, column = axes
    first, second = (column, row) if ord in ("inf", "-inf") else (row, column)
    if not keepdims and second > first:
        second -= 1
    extreme = _max if ord in ("inf", 1) else _min
    summed = _sum(absolute(x), axis=first, keepdims=keepdims)
    return extreme(summed, axis=second, keepdims=keepdims)


def _of_matrices(registered: str, name: str, *arrays: Any) -> Any:
    op = get(registered)
    for argument, array in zip(op.inputs, arrays, strict=True):
        if array.__class__ is not ndarray:
            check_class(op, name, argument, array, ndarray)
    return call(op, ndarray, arrays, op.defaults)


def det(a: Any) -> Any:
    """Compute the determinant of a matrix, or of each matrix of a stack."""
    return _of_matrices("_npi_det", "det", a)


def slogdet(a: Any) -> Any:
    """Compute the determinant's sign and the logarithm of its absolute value."""
    return _of_matrices("_npi_slogdet", "slogdet", a)


def inv(a: Any) -> Any:
    """Invert a matrix, or each matrix of a stack."""
    return _of_matrices("_npi_inv", "inv", a)


def cholesky(a: Any) -> Any:
    """Factor a positive definite matrix into ``L @ L.T`` and return ``L``."""
    return _of_matrices("_npi_cholesky", "cholesky", a)


def solve(a: Any, b: Any) -> Any:
    """Solve ``a @ x = b``."""
    return _of_matrices("_npi_solve", "solve", a, b)


__getattr__ = _module_getattr(__name__)
