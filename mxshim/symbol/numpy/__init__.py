"""Symbols with NumPy's manners, ``mx.sym.np``: the class and what reads it, no functions yet."""

from __future__ import annotations

from ..._core.missing import module_getattr as _module_getattr
from .._operators import install_numpy as _install
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


__getattr__ = _module_getattr(__name__)
__all__ = ["load", "load_json"]
