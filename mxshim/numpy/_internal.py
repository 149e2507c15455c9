"""Operators that NumPy does not have and blocks use in np mode, ``mx.np._internal``."""

from __future__ import annotations

from typing import Any

from .. import _ops  # noqa: F401  fills the registry
from .._core.functions import function
from .._core.missing import module_getattr
from .._core.registry import OPS
from .multiarray import ndarray

_refuse = module_getattr(__name__)


def __getattr__(name: str) -> Any:
    op = OPS.get(f"_npi_{name}")
    if op is None:
        return _refuse(name)
    made = globals()[name] = function(op, ndarray, name)
    return made
