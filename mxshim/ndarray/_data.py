"""Making legacy arrays from data of others: lists, NumPy arrays, DLPack."""

from __future__ import annotations

import warnings
from typing import Any

import numpy

from .._core.device import Context, current
from .._core.tensor import Tensor, make
from ._setting import not_array_like
from .ndarray import NDArray, known_device, known_dtype

_DEFAULT = "float32"


def array(source_array: Any, ctx: Context | None = None, dtype: Any = None) -> NDArray:
    """Make an array from a list, a NumPy array or another array.

    Without ``dtype`` it is the source's when that is an array of MXNet, else float32.  Raises
    TypeError for what NumPy makes no array of.
    """
    if isinstance(source_array, Tensor):
        if source_array._is_np:
            raise not_array_like(NDArray, source_array)
        if source_array._sparse:
            return _sparse_copy(source_array, ctx, dtype)
        dtype = source_array._buf.dtype if dtype is None else dtype
        host = source_array._ctx.xp.to_host(source_array._buf)
    else:
        if type(source_array).__module__.startswith("scipy.sparse"):
            return _sparse_copy(source_array, ctx, dtype)
        dtype = _DEFAULT if dtype is None else dtype
        host = source_array
    try:
        try:
            host = numpy.array(host, dtype=dtype, order="C")
        except (RuntimeWarning, FloatingPointError):  # where the program made warnings errors
            with numpy.errstate(all="ignore"):
                host = numpy.array(host, dtype=dtype, order="C")
    except (ValueError, TypeError, OverflowError):
        if isinstance(source_array, numpy.ndarray):
            raise
        raise TypeError("source_array must be array like object") from None
    known_dtype(host.dtype)
    ctx = current() if ctx is None else known_device(ctx)
    return make(NDArray, ctx.xp.from_host(host), ctx)


def _sparse_copy(source: Any, ctx: Any, dtype: Any) -> Any:
    from .sparse import array as sparse_array

    return sparse_array(source, ctx=ctx, dtype=dtype)


def from_numpy(ndarray: Any, zero_copy: bool = True, array_cls: Any = NDArray) -> Any:
    """Make an array from a NumPy array, on the same memory unless ``zero_copy`` is false.

    A shared NumPy array becomes read-only.  Raises ValueError when it is not C-contiguous.
    """
    if not zero_copy:
        made = array(ndarray, dtype=ndarray.dtype)
        return made if array_cls is NDArray else make(array_cls, made._buf, made._ctx)
    if not ndarray.flags["C_CONTIGUOUS"]:
        raise ValueError("Only c-contiguous arrays are supported for zero-copy")
    known_dtype(ndarray.dtype)
    shared = ndarray.view(numpy.ndarray)
    ndarray.flags["WRITEABLE"] = False
    return make(array_cls, shared, Context("cpu", 0))


def from_dlpack(dlpack: Any) -> NDArray:
    """Make an array from a DLPack capsule or an object that makes one, on the same memory."""
    return make(NDArray, *imported(dlpack))


def imported(dlpack: Any) -> tuple[Any, Context]:
    """Return the raw array and the context behind a DLPack capsule or producer."""
    if hasattr(dlpack, "__dlpack__"):
        kind = dlpack.__dlpack_device__()[0]
        if kind == 2:
            ctx = Context("gpu", 0)
            return ctx.xp.from_dlpack(dlpack), ctx
    else:
        dlpack = _Capsule(dlpack)
    return numpy.asarray(_Writable(numpy.from_dlpack(dlpack))), Context("cpu", 0)


class _Writable:
    """Show the memory of a read-only array as writable; NumPy imports DLPack read-only."""

    def __init__(self, array: Any) -> None:
        address = array.ctypes.data
        self._array = array
        self.__array_interface__ = {**array.__array_interface__, "data": (address, False)}


class _Capsule:
    """Give a bare capsule on CPU memory the protocol that NumPy asks for."""

    def __init__(self, capsule: Any) -> None:
        self._capsule = capsule

    def __dlpack__(self, **kwargs: Any) -> Any:
        return self._capsule

    def __dlpack_device__(self) -> tuple[int, int]:
        return 1, 0


def to_dlpack_for_read(data: NDArray) -> Any:
    """Return a DLPack capsule on the array's memory."""
    return data.to_dlpack_for_read()


def to_dlpack_for_write(data: NDArray) -> Any:
    """Return a DLPack capsule on the array's memory."""
    return data.to_dlpack_for_write()


def histogram(a: NDArray, bins: Any = 10, range: Any = None) -> Any:
    """Count the elements in bins: their number, or an array of edges; return counts and edges.

    Without ``range`` the bins span the elements, as NumPy's do, and a warning says so.
    """
    from . import _internal

    if isinstance(bins, NDArray):
        return _internal._histogram(data=a, bins=bins)
    if not isinstance(bins, (int, numpy.int32, numpy.int64)):
        raise ValueError("bins argument should be either an integer or an NDArray")
    if range is None:
        warnings.warn(
            "range is not specified, using numpy's result to ensure consistency with numpy",
            stacklevel=2,
        )
        counts, edges = numpy.histogram(a.asnumpy(), bins=bins)
        return array(counts), array(edges)
    return _internal._histogram(data=a, bin_cnt=bins, range=range)


__all__ = [
    "array", "from_dlpack", "from_numpy", "histogram", "to_dlpack_for_read", "to_dlpack_for_write",
]  # fmt: skip
