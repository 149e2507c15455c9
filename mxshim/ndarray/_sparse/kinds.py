"""The two kinds of sparse arrays: matrices in compressed rows, and arrays of a few rows."""

from __future__ import annotations

from typing import Any

import numpy

from ..._core.tensor import make
from ..ndarray import NDArray
from .base import PUBLIC, BaseSparseNDArray, built, taped
from .methods import install


class CSRNDArray(BaseSparseNDArray):
    """A matrix in compressed sparse rows.

    The columns of row i are ``indices[indptr[i]:indptr[i+1]]``, ascending; ``data`` has the values.
    """

    __module__ = PUBLIC
    __slots__ = ()

    @property
    def stype(self) -> str:
        """The storage type, ``csr``."""
        return "csr"

    @property
    def indptr(self) -> NDArray:
        """A copy of where each row begins in ``indices`` and ``data``, int64."""
        return make(NDArray, self._indptr.copy(), self._ctx)

    def _rows(self) -> Any:
        """Return the row of every value."""
        xp = self._ctx.xp
        places = xp.arange(self._values.shape[0])
        return xp.searchsorted(self._indptr[1:], places, side="right")

    def _dense(self) -> Any:
        dense = self._ctx.xp.zeros(self._shape, self._values.dtype)
        if self._values.shape[0]:
            try:
                dense[self._rows(), self._indices] = self._values
            except IndexError:
                self.check_format()
                raise
        return dense

    @staticmethod
    def _split(dense: Any, xp: Any) -> tuple[Any, Any, Any]:
        rows, columns = xp.nonzero(dense)
        return dense[rows, columns], columns.astype(xp.int64), offsets(xp, rows, dense.shape[0])

    def _fault(self, full_check: bool) -> str | None:
        host = self._host_parts()
        indices, indptr = host.indices, host.indptr
        assert indptr is not None
        if len(self._shape) != 2 or indptr.shape[0] != self._shape[0] + 1:
            return "err != kCSRShapeErr (1 vs. 1) : Shape mismatch of this csr NDArray"
        if indices.shape != host.data.shape:
            return "err != kCSRShapeErr (1 vs. 1) : Shape mismatch of this csr NDArray"
        steps = numpy.diff(indptr)
        if not full_check:
            return None
        if indptr[0] != 0 or indptr[-1] != len(indices) or (steps < 0).any():
            return (
                "err != kCSRIndPtrErr (2 vs. 2) : IndPtr of csr NDArray should be non-negative, in "
                "non-decreasing order, start with 0, and end with value equal with size of indices."
            )
        if len(indices):
            inside = (indices >= 0) & (indices < self._shape[1])
            starts = numpy.zeros(len(indices) + 1, bool)
            starts[indptr] = True
            rising = numpy.diff(indices, prepend=-1) > 0
            if not (inside.all() and (rising | starts[:-1]).all()):
                return (
                    "err != kCSRIdxErr (3 vs. 3) : Indices of csr NDArray should be non-negative, "
                    "in ascending order per row  and less than the number of columns."
                )
        return None

    def asscipy(self) -> Any:
        """Return a copy as a ``scipy.sparse.csr_matrix``."""
        from scipy.sparse import csr_matrix

        host = self._host_parts()
        return csr_matrix(
            (host.data, host.indices, host.indptr), shape=self._shape, dtype=self.dtype, copy=True
        )

    def __getitem__(self, key: Any) -> Any:
        from .. import slice as cut

        if isinstance(key, int):
            begin = self._shape[0] - 1 if key == -1 else key
            return cut(self, begin=begin, end=begin + 1)
        if isinstance(key, slice):
            if key.step is not None:
                raise ValueError("CSRNDArray only supports continuous slicing on axis 0")
            if key.start is None and key.stop is None:
                return self
            # mxnet: an end of 0 is the end of the array (test_sparse.py::test_csr_parts)
            return cut(self, begin=key.start or 0, end=key.stop or self._shape[0])
        if isinstance(key, tuple):
            raise ValueError("Multi-dimension indexing is not supported")
        raise ValueError(f"Undefined behaviour for {key}")

    def _fill(self, value: Any) -> None:
        raise ValueError("Assigning numeric types to CSRNDArray is not implemented yet.")


class RowSparseNDArray(BaseSparseNDArray):
    """An array most of whose rows (along the first axis) are zero.

    Row ``indices[i]`` is ``data[i]``; the indices ascend and the other rows are zero.
    """

    __module__ = PUBLIC
    __slots__ = ()
    _no_part = TypeError

    @property
    def stype(self) -> str:
        """The storage type, ``row_sparse``."""
        return "row_sparse"

    def _dense(self) -> Any:
        dense = self._ctx.xp.zeros(self._shape, self._values.dtype)
        if self._values.shape[0]:
            try:
                dense[self._indices] = self._values
            except IndexError:
                self.check_format()
                raise
        return dense

    @staticmethod
    def _split(dense: Any, xp: Any) -> tuple[Any, Any]:
        rows = (dense != 0).any(axis=tuple(range(1, dense.ndim))) if dense.ndim > 1 else dense != 0
        kept = xp.nonzero(rows)[0].astype(xp.int64)
        return dense[kept], kept

    def _fault(self, full_check: bool) -> str | None:
        indices = self._host_parts().indices
        if self._values.shape != (len(indices), *self._shape[1:]):
            return "err != kRSPShapeErr (4 vs. 4) : Shape mismatch of this row_sparse NDArray"
        rising = (numpy.diff(indices) > 0).all()
        inside = ((indices >= 0) & (indices < self._shape[0])).all()
        if len(indices) > self._shape[0] or (full_check and not (rising and inside)):
            return (
                "err != kRSPIdxErr (5 vs. 5) : Indices of row_sparse NDArray should be "
                "non-negative, less than the size of first dimension and in ascending order"
            )
        return None

    def _rows_at(self, rows: Any) -> Any:
        """Return copies of rows by number (raw array, ascending or not); missing ones are zero."""
        xp = self._ctx.xp
        found = xp.zeros((rows.shape[0], *self._shape[1:]), self._values.dtype)
        held = self._indices.shape[0]
        if held:
            places = xp.minimum(xp.searchsorted(self._indices, rows), held - 1)
            hit = self._indices[places] == rows
            found[hit] = self._values[places[hit]]
        return found

    def _put_rows(self, rows: Any, values: Any) -> None:
        """Overwrite rows by number (ascending); rows that are not there yet join the others."""
        xp = self._ctx.xp
        if self._indices.shape[0] == self._shape[0]:
            self._values[rows] = values
            return
        every = xp.unique(xp.concatenate((self._indices, rows)))
        merged = self._rows_at(every)
        merged[xp.searchsorted(every, rows)] = values
        self._set(merged, every)

    def _take_gradient(self, gradient: Any, add: bool) -> None:
        if gradient.shape is not None:
            values, rows = self._split(gradient.reshape(self._shape), self._ctx.xp)
        else:
            values, rows = gradient.values, gradient.rows
        values = values.astype(self._values.dtype, copy=False)
        if add:
            self._put_rows(rows, self._rows_at(rows) + values)
        else:
            self._set(values, rows)
        self._node = None

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, int):
            raise Exception("__getitem__ with int key is not implemented for RowSparseNDArray yet")
        if isinstance(key, slice):
            if (key.start, key.stop, key.step) != (None, None, None):
                raise Exception("RowSparseNDArray only supports [:] for __getitem__")
            return self
        if isinstance(key, tuple):
            raise ValueError("Multi-dimension indexing is not supported")
        raise ValueError(f"Undefined behaviour for {key}")

    def _fill(self, value: Any) -> None:
        xp, dtype = self._ctx.xp, self._values.dtype
        # mxnet: every row is stored afterwards, zeros too (test_sparse.py::test_set)
        self._set(xp.full(self._shape, value, dtype), xp.arange(self._shape[0], dtype=xp.int64))

    def retain(self, *args: Any, **kwargs: Any) -> Any:
        """Return the rows whose numbers are in ``indices`` (MXNet's method returns no array)."""
        from ..sparse import retain

        return retain(self, *args, **kwargs)


def offsets(xp: Any, rows: Any, count: int) -> Any:
    """Return where each of ``count`` rows begins, from the ascending row of every value."""
    return xp.searchsorted(rows, xp.arange(count + 1)).astype(xp.int64)


install(BaseSparseNDArray)

__all__ = ["BaseSparseNDArray", "CSRNDArray", "RowSparseNDArray", "built", "offsets", "taped"]
