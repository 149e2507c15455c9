"""Arrays to files and back, ``mx.nd.save`` and ``mx.nd.load``; and making arrays."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

from .._core.device import CPU, Context, gpu_count
from .._core.errors import MXNetError
from .._core.flags import flags
from .._core.tensor import make
from .._formats import params_file
from .._formats.array_record import BFLOAT16, GPU, Record, Sparse
from ._create import empty, zeros
from ._data import array
from .ndarray import NDArray


def load(fname: str) -> Any:
    """Read the arrays of a ``.params`` file: a dict when they have names, else a list.

    Arrays saved on a GPU come back to it if it is there, all others to ``cpu(0)``. Those of type
    bfloat16 come as float32, with a warning. Raises MXNetError for a damaged file, or for one saved
    under other NumPy shape semantics.
    """
    if not isinstance(fname, str):
        raise TypeError("fname required to be a string")
    return _wrapped(params_file.load(_read(fname), flags.np_shape, fname), fname)


def _read(fname: str) -> bytes:
    try:
        return Path(fname).read_bytes()
    except OSError as error:
        raise _no_file(fname, error) from None


def _no_file(fname: str, error: OSError) -> MXNetError:
    return MXNetError(
        f'LocalFileSystem: Check failed: allow_null: :Open "{fname}": {error.strerror}'
    )


def load_frombuffer(buf: Any) -> Any:
    """Read the arrays of a ``.params`` file that is already in memory; see :func:`load`."""
    if not isinstance(buf, (bytes, str)):
        raise TypeError("buf required to be a string or bytes")
    data = buf.encode() if isinstance(buf, str) else buf
    return _wrapped(params_file.load(data, flags.np_shape, "the buffer", True), "the buffer")


def _wrapped(found: Any, source: str) -> Any:
    if isinstance(found, dict):
        return {name: to_array(record, f"{name} in {source}") for name, record in found.items()}
    return [to_array(record, f"array {i} in {source}") for i, record in enumerate(found)]


def to_array(record: Record, what: str) -> Any:
    """Return the array in a file's record; ``what`` names it in warnings."""
    kind, number = record.device
    ctx = Context("gpu", number) if kind == GPU and 0 <= number < gpu_count() else CPU
    value = record.value
    if value is None:
        return None
    if isinstance(value, Sparse):
        return _to_sparse(value._replace(data=_widened(value.data, what)), ctx)
    return make(NDArray, ctx.xp.from_host(_widened(value, what)), ctx)


def _to_sparse(value: Sparse, ctx: Context) -> Any:
    from . import sparse

    options: Any = {"shape": value.shape, "ctx": ctx, "dtype": value.data.dtype}
    if value.indptr is None:
        return sparse.row_sparse_array((value.data, value.indices), **options)
    return sparse.csr_matrix((value.data, value.indices, value.indptr), **options)


def _widened(host: Any, what: str) -> Any:
    """Return bfloat16 values as float32, which holds them all; anything else as it is."""
    if host.dtype != BFLOAT16:
        return host
    warnings.warn(f"{what} has the type bfloat16 and is loaded as float32", stacklevel=6)
    return (host["bfloat16"].astype("uint32") << 16).view("float32")


def save(fname: str, data: Any) -> None:
    """Write an array, a list of arrays or a dict of named arrays to a ``.params`` file."""
    values, fits = collected(data, NDArray)
    if values is None:
        raise ValueError(
            "data needs to either be a NDArray, dict of str, NDArray pairs or a list of NDarrays."
        )
    if not fits:
        raise TypeError("save only accept dict str->NDArray or list of NDArray")
    if any(value._is_np for value in values):
        raise TypeError(
            "cannot save mxnet.numpy.ndarray using mxnet.ndarray.save; use mxnet.numpy.save "
            "instead."
        )
    write(fname, data, values)


def collected(data: Any, cls: type[Any]) -> tuple[list[Any] | None, bool]:
    """Return what is to be saved as a list, and whether it is arrays of ``cls`` named by text."""
    if isinstance(data, cls):
        return [data], True
    if not isinstance(data, (dict, list)):
        return None, False
    values = list(data.values()) if isinstance(data, dict) else data
    named = not isinstance(data, dict) or all(isinstance(name, str) for name in data)
    return values, named and all(isinstance(value, cls) for value in values)


def write(fname: str, data: Any, values: list[Any]) -> None:
    """Write a file; ``data`` gives the names when it is a dict."""
    if not isinstance(fname, str):
        raise AttributeError(f"'{type(fname).__name__}' object has no attribute 'encode'")
    records = [to_record(value) for value in values]
    named = dict(zip(data, records, strict=True)) if isinstance(data, dict) else records
    parts = list(params_file.parts(named, flags.np_shape))  # refuses before the file is touched
    try:
        with open(fname, "wb") as out:
            out.writelines(parts)
    except OSError as error:
        raise _no_file(fname, error) from None


def to_record(value: Any) -> Record:
    """Return an array, dense or sparse, as files hold it."""
    device = value.ctx.device_typeid, value.ctx.device_id
    if value.stype == "default":
        return Record(value.asnumpy(), device)
    indptr = value.indptr.asnumpy() if value.stype == "csr" else None
    shape = tuple(value.shape)
    return Record(Sparse(shape, value.data.asnumpy(), value.indices.asnumpy(), indptr), device)


__all__ = ["array", "empty", "load", "load_frombuffer", "save", "zeros"]
