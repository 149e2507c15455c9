"""Gradients that are zero outside a few rows: what an embedding sends back to its matrix."""

from __future__ import annotations

from typing import Any

from .._core.errors import check_failed


class RowGradient:
    """Rows of a gradient: ``values[i]`` belongs to row ``rows[i]``; rows are sorted, each once.

    It adds to its like and to arrays.  ``shape`` is None, which no array's shape equals: where the
    tape compares shapes it finds a gradient of this kind without a question of its own.  ``full``
    is the shape of the whole gradient.
    """

    __slots__ = ("full", "rows", "values", "xp")
    __array_ufunc__ = None
    shape = None

    def __init__(self, xp: Any, rows: Any, values: Any, full: tuple[int, ...]) -> None:
        self.xp = xp
        self.rows = rows
        self.values = values
        self.full = full

    @property
    def dtype(self) -> Any:
        """The element type of the values."""
        return self.values.dtype

    def astype(self, dtype: Any) -> RowGradient:
        """Return the gradient with its values cast."""
        return RowGradient(self.xp, self.rows, self.values.astype(dtype), self.full)

    def dense(self) -> Any:
        """Return the whole gradient as an array."""
        total = self.xp.zeros(self.full, self.values.dtype)
        total[self.rows] = self.values
        return total

    def reshape(self, shape: tuple[int, ...]) -> Any:
        """Return the whole gradient as an array of another shape."""
        return self.dense().reshape(shape)

    def __add__(self, other: Any) -> Any:
        if other.__class__ is not RowGradient:
            total = other.copy()
            total[self.rows] += self.values
            return total
        xp = self.xp
        return summed_rows(
            xp, xp.concatenate((self.rows, other.rows)),
            xp.concatenate((self.values, other.values)), self.full,
        )  # fmt: skip

    __radd__ = __add__


def summed_rows(xp: Any, rows: Any, values: Any, full: tuple[int, ...]) -> RowGradient:
    """Make a gradient from rows in any order; values of equal rows are added up.

    Raises MXNetError for a row out of range, which an embedding's forward pass has clipped.
    """
    if rows.shape[0] and bool(((rows < 0) | (rows >= full[0])).any()):
        raise check_failed(
            "is_valid",
            "Embedding input contains data out of bound",
            f"with sparse_grad the indices of an embedding must be from 0 to {full[0] - 1}",
        )
    kept, place = xp.unique(rows, return_inverse=True)
    return RowGradient(xp, kept, xp.row_sum(place.reshape(-1), values, kept.shape[0]), full)
