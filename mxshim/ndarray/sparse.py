"""Sparse arrays, ``mx.nd.sparse``: the names exist and say that they are not there yet."""

from __future__ import annotations

from typing import Any

from .._core.errors import not_implemented
from .ndarray import NDArray


class BaseSparseNDArray(NDArray):
    """The base of the sparse array classes."""

    __slots__ = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        raise not_implemented(type(self).__name__)


class CSRNDArray(BaseSparseNDArray):
    """A matrix in compressed sparse row format."""

    __slots__ = ()


class RowSparseNDArray(BaseSparseNDArray):
    """An array most of whose rows are zero."""

    __slots__ = ()


def csr_matrix(arg1: Any, shape: Any = None, ctx: Any = None, dtype: Any = None) -> Any:
    """Make a sparse matrix; raises NotImplementedInShim."""
    raise not_implemented("nd.sparse.csr_matrix")


def row_sparse_array(arg1: Any, shape: Any = None, ctx: Any = None, dtype: Any = None) -> Any:
    """Make a row-sparse array; raises NotImplementedInShim."""
    raise not_implemented("nd.sparse.row_sparse_array")


from ._project import project  # noqa: E402

__all__, _get, __dir__ = project(globals(), "sparse")
__all__ += [
    "BaseSparseNDArray", "CSRNDArray", "RowSparseNDArray", "csr_matrix", "row_sparse_array",
]  # fmt: skip
_PLAIN = ("array", "empty", "zeros")


def __getattr__(name: str) -> Any:
    if name in _PLAIN:
        raise not_implemented(f"nd.sparse.{name}")
    return _get(name)
