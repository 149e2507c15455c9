"""The GPU namespace: CuPy, imported only when a GPU context is first used."""

from __future__ import annotations

from functools import cache
from types import ModuleType
from typing import Any

from .base import namespace

MISSING = (
    "CuPy is not installed, so GPU contexts cannot hold arrays; install the extra that fits the "
    "driver: pip install 'mxshim[cuda12]' or 'mxshim[cuda13]'"
)


class Reducing:
    """A ufunc of CuPy with the ``reduce`` that CuPy leaves out for all but sums and products."""

    def __init__(self, ufunc: Any, reduction: Any) -> None:
        self._ufunc = ufunc
        self._reduction = reduction

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._ufunc(*args, **kwargs)

    def reduce(
        self, array: Any, axis: Any = 0, dtype: Any = None, out: Any = None, keepdims: bool = False
    ) -> Any:
        """Reduce along ``axis`` as NumPy's method does."""
        return self._reduction(array, axis, out, keepdims)


@cache
def load() -> ModuleType:
    """Import CuPy and build its namespace; raise ImportError that names the extra."""
    try:
        import cupy
        import cupyx
    except ImportError as error:
        raise ImportError(MISSING) from error

    def take_clipped(array: Any, index: Any, axis: int) -> Any:
        return cupy.take(array, cupy.clip(index, 0, array.shape[axis] - 1), axis=axis)

    def row_sum(rows: Any, values: Any, count: int) -> Any:
        total = cupy.zeros((count, *values.shape[1:]), values.dtype)
        cupyx.scatter_add(total, rows, values)
        return total

    def csr_matmul(
        values: Any, columns: Any, offsets: Any, shape: Any, dense: Any, transposed: bool
    ) -> Any:
        from cupyx.scipy.sparse import csr_matrix

        matrix = csr_matrix((values, columns, offsets), shape=shape)
        return (matrix.T if transposed else matrix) @ dense

    def assign(target: Any, values: Any) -> None:
        target[...] = values

    return namespace(
        "mxshim._backends.cuda.xp",
        cupy,
        "cupyx.scipy.special",
        maximum=Reducing(cupy.maximum, cupy.max),
        as_strided=cupy.lib.stride_tricks.as_strided,
        scatter_add=cupyx.scatter_add,
        assign=assign,
        row_sum=row_sum,
        csr_matmul=csr_matmul,
        take_clipped=take_clipped,
        to_host=cupy.asnumpy,
        from_host=cupy.asarray,
    )


def device_count() -> int:
    """Count the GPUs that CuPy can use; 0 without CuPy or driver."""
    try:
        import cupy

        return int(cupy.cuda.runtime.getDeviceCount())
    except Exception:  # a broken driver raises CuPy's own classes; either way there is no GPU
        return 0
