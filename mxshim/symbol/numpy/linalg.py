"""Linear algebra as symbols with NumPy's manners, ``mx.sym.np.linalg``."""

from __future__ import annotations

from ..._core.missing import module_getattr as _module_getattr
from ..._core.twins import twins as _twins
from ...numpy import linalg as _arrays
from . import _arguments

_names = _twins((_arrays,), _arguments, {}, __name__)
globals().update(_names)
__all__ = sorted(_names)

__getattr__ = _module_getattr(__name__)
