"""Arrays to files and back, ``mx.nd.save`` and ``mx.nd.load``; and making arrays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .._core.device import current
from .._core.errors import MXNetError
from .._core.flags import flags
from .._core.tensor import make
from .._formats import params_file
from ._create import empty, zeros
from ._data import array
from .ndarray import NDArray


def load(fname: str) -> Any:
    """Read the arrays of a ``.params`` file: a dict when they have names, else a list.

    Raises MXNetError for a damaged file, or for one saved under other NumPy shape semantics.
    """
    if not isinstance(fname, str):
        raise TypeError("fname required to be a string")
    return _wrapped(params_file.load(_read(fname), flags.np_shape), NDArray)


def _read(fname: str) -> bytes:
    try:
        return Path(fname).read_bytes()
    except OSError as error:
        raise MXNetError(
            f'LocalFileSystem: Check failed: allow_null: :Open "{fname}": {error.strerror}'
        ) from None


def load_frombuffer(buf: Any) -> Any:
    """Read the arrays of a ``.params`` file that is already in memory."""
    if not isinstance(buf, (bytes, bytearray, str)):
        raise TypeError("buf required to be a string")
    data = buf.encode() if isinstance(buf, str) else bytes(buf)
    return _wrapped(params_file.load(data, flags.np_shape), NDArray)


def _wrapped(found: Any, cls: type[Any]) -> Any:
    ctx = current()

    def wrap(host: Any) -> Any:
        return None if host is None else make(cls, ctx.xp.from_host(host), ctx)

    if isinstance(found, dict):
        return {name: wrap(host) for name, host in found.items()}
    return [wrap(host) for host in found]


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
    hosts = [value.asnumpy() for value in values]
    named = dict(zip(data, hosts, strict=True)) if isinstance(data, dict) else hosts
    Path(fname).write_bytes(params_file.dump(named, flags.np_shape))


__all__ = ["array", "empty", "load", "load_frombuffer", "save", "zeros"]
