"""Image operators for NumPy-like arrays, ``mx.npx.image``: the ``_npx__image_`` names."""

from __future__ import annotations

from .. import _ops  # noqa: F401  fills the registry
from .._core.invoke import function
from .._core.missing import module_getattr
from .._core.registry import OPS
from ..numpy.multiarray import ndarray

PREFIX = "_npx__image_"

__all__ = []
for _registered, _op in OPS.items():
    if _registered.startswith(PREFIX):
        _name = _registered[len(PREFIX) :]
        globals()[_name] = function(_op, ndarray, _name)
        __all__.append(_name)

__getattr__ = module_getattr(__name__)
