"""NumPy-like arrays to files and back; the seed."""

from __future__ import annotations

from typing import Any

from .._core import rng
from .._core.device import Context
from .._core.flags import flags
from ..ndarray import utils as _legacy
from ..numpy import ndarray


def seed(seed: int, ctx: Any = "all") -> None:
    """Restart this thread's random streams, on all devices or one."""
    if not isinstance(seed, int):
        raise ValueError("seed must be int")
    rng.seed(seed, ctx if isinstance(ctx, Context) else None)


def load(file: str) -> Any:
    """Read the arrays of a ``.params`` file: a dict when they have names, else a list."""
    _need_np("load")
    if not isinstance(file, str):
        raise TypeError("file required to be a string")
    found = _legacy.load(file)
    if isinstance(found, dict):
        return {name: value.as_np_ndarray() for name, value in found.items()}
    return [value.as_np_ndarray() for value in found]


def save(file: str, arr: Any) -> None:
    """Write an array, a list of arrays or a dict of named arrays to a ``.params`` file."""
    _need_np("save")
    values, fits = _legacy.collected(arr, ndarray)
    if values is None:
        raise ValueError(
            "data needs to either be a ndarray, dict of (str, ndarray) pairs or a list of ndarrays."
        )
    if not fits:
        raise TypeError("Only accepts dict str->ndarray or list of ndarrays")
    _legacy.write(file, arr, values)


def _need_np(verb: str) -> None:
    if not (flags.np_shape and flags.np_array):
        raise ValueError(
            f"Cannot {verb} `mxnet.numpy.ndarray` in legacy mode. Please activate numpy semantics "
            "by calling `npx.set_np()` in the global scope before calling this function."
        )


__all__ = ["load", "save", "seed"]
