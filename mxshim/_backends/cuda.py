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

    def assign(target: Any, values: Any) -> None:
        target[...] = values

    return namespace(
        "mxshim._backends.cuda.xp",
        cupy,
        "cupyx.scipy.special",
        as_strided=cupy.lib.stride_tricks.as_strided,
        scatter_add=cupyx.scatter_add,
        assign=assign,
        row_sum=row_sum,
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
