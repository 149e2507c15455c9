"""Image operators for NumPy-like arrays, ``mx.npx.image``: the ``_npx__image_`` names."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from .. import _ops  # noqa: F401  fills the registry
from .._core.functions import function
from .._core.missing import is_known, module_getattr
from .._core.registry import OPS
from ..numpy.multiarray import ndarray

PREFIX = "_npx__image_"

__all__ = []
for _registered, _op in OPS.items():
    if _registered.startswith(PREFIX):
        _name = _registered[len(PREFIX) :]
        globals()[_name] = function(_op, ndarray, _name)
        __all__.append(_name)

_refuse = module_getattr(__name__)


def __getattr__(name: str) -> Any:
    """Find a name of ``mx.image``, which MXNet offers here too."""
    if name.startswith("_") or not is_known(__name__, name):
        return _refuse(name)
    return getattr(import_module("mxshim.image"), name)
