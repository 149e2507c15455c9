"""NumPy-like arrays to files and back; the seed."""

from __future__ import annotations

from typing import Any

from .._core import rng
from .._core.device import Context
from ..ndarray import utils as _legacy
from ..numpy import ndarray


def seed(seed: int, ctx: Any = "all") -> None:
    """Restart this thread's random streams, on all devices or one."""
    if not isinstance(seed, int):
        raise ValueError("seed must be int")
    rng.seed(seed, ctx if isinstance(ctx, Context) else None)


def load(file: str) -> Any:
    """Read the arrays of a ``.params`` file: a dict when they have names, else a list."""
    if not isinstance(file, str):
        raise TypeError("file required to be a string")
    found = _legacy.load(file)
    if isinstance(found, dict):
        return {name: value.as_np_ndarray() for name, value in found.items()}
    return [value.as_np_ndarray() for value in found]


def save(file: str, arr: Any) -> None:
    """Write an array, a list of arrays or a dict of named arrays to a ``.params`` file."""
    values = arr.values() if isinstance(arr, dict) else [arr] if isinstance(arr, ndarray) else arr
    if not all(isinstance(value, ndarray) for value in values):
        raise TypeError("save only accepts mx.np.ndarray, a list of them or a dict of them")
    _legacy.save(file, arr)


__all__ = ["load", "save", "seed"]
