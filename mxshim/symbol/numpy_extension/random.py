"""Random sampling beyond NumPy's as symbols, ``mx.sym.npx.random``."""

from __future__ import annotations

from ..._core.missing import module_getattr as _module_getattr
from ..._core.twins import twins as _twins
from ...numpy_extension import random as _arrays
from ..numpy import _arguments

#: A seed is no part of a graph.
_ARRAYS_ONLY = {"seed"}

_shared = _twins((_arrays,), _arguments, {}, __name__)
_names = {name: each for name, each in _shared.items() if name not in _ARRAYS_ONLY}
globals().update(_names)
__all__ = sorted(_names)

__getattr__ = _module_getattr(__name__)
