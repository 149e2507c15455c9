"""Symbols with NumPy's manners, ``mx.sym.np``: the class and the functions of ``mx.np``.

Most functions are those of ``mx.np`` bound to another seam (:mod:`mxshim._core.twins`). Operators
registered as ``_np_...`` are projected from the registry, with ``name`` and ``attr``. What looks at
shapes or values there stands in ``_functions``.
"""

from __future__ import annotations

from typing import Any as _Any

from ..._core.lazy import submodules as _submodules
from ..._core.twins import twins as _twins
from ...numpy import _create, _index, _linalg, _manip, _math, _order, _reduce
from .._project import project_numpy as _project
from . import _arguments, _elementwise, _functions, _methods
from ._class import _Symbol

#: Functions of ``mx.np`` whose results depend on values or shapes, which a symbol has not.
_ARRAYS_ONLY = {"broadcast_arrays", "empty", "meshgrid", "nonzero", "shape"}


_registered, _get, _ = _project(globals(), "_np_")
_own = {name: getattr(_functions, name) for name in _functions.__all__}
_shared = _twins(
    (_create, _index, _linalg, _manip, _math, _order, _reduce), _arguments, _own, __name__
)
_left_out = {*_registered, *_ARRAYS_ONLY}
_names = {
    **{name: each for name, each in _shared.items() if name not in _left_out},
    **_elementwise.functions(),
    **_own,
}
globals().update(_names)
_lazy = _submodules(__name__, ["_internal", "linalg", "random"])


def __getattr__(name: str) -> _Any:
    found = _lazy(name)
    return _get(name) if found is None else found


_methods.install(globals())


def __dir__() -> list[str]:
    return sorted({*globals(), *_lazy.names, *_registered})


__all__ = sorted({*_names, *_registered})
