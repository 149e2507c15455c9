"""Symbols with NumPy's manners, ``mx.sym.np``: the class, files and functions of one array."""

from __future__ import annotations

import numpy as _numpy

from ..._core.missing import module_getattr as _module_getattr
from ..._core.registry import OPS
from .._operators import install_numpy as _install
from .._project import function as _function
from ..symbol import Symbol
from ..symbol import load as _load
from ..symbol import load_json as _load_json


class _Symbol(Symbol):
    """A symbol that the functions of ``mx.sym.np`` take."""

    __slots__ = ()
    _is_np = True

    def as_np_ndarray(self):
        """Return the symbol itself."""
        return self


_install(_Symbol)


def load(fname):
    """Read a symbol file."""
    return _load(fname).as_np_ndarray()


def load_json(json_str):
    """Read a symbol from text."""
    return _load_json(json_str).as_np_ndarray()


_refuse = _module_getattr(__name__)


def _simple(name):
    """Tell whether an operator is one array in, one out, without parameters."""
    op = OPS.get(name)
    return op is not None and not op.variadic and len(op.inputs) == 1 and not op.params


def _unary(name):
    made = _function(name, name.removeprefix("_npi_"), _Symbol)
    shown = made.__name__

    def function(x, out=None, **kwargs):
        return made(x) if isinstance(x, Symbol) else getattr(_numpy, shown)(x)

    function.__name__ = function.__qualname__ = shown
    function.__doc__ = made.__doc__
    return function


def __getattr__(name):
    if _simple(f"_npi_{name}"):
        found = globals()[name] = _unary(f"_npi_{name}")
        return found
    return _refuse(name)


__all__ = ["load", "load_json"]
__all__ += sorted(n.removeprefix("_npi_") for n in OPS if n.startswith("_npi_") and _simple(n))
