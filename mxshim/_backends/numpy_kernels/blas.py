"""BLAS routines that write into an array of the caller's: what NumPy's products do not offer.

SciPy brings them. Its extension module is loaded alone: importing ``scipy.linalg`` takes thirty
times as long and 20 MB.
"""

from __future__ import annotations

import os
from functools import cache
from importlib import import_module
from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader, FileFinder
from importlib.util import find_spec, module_from_spec
from typing import Any, NamedTuple


class Routines(NamedTuple):
    """The routines for one element type.

    ``axpy(x, y, n, a)`` adds ``a * x`` to ``y`` and ``scal(a, x)`` multiplies ``x`` by ``a``, both
    in place on aligned vectors of that type (others they would copy silently).
    """

    axpy: Any
    scal: Any


def _alone() -> Any:
    """Load SciPy's module of BLAS routines without its package; None where that fails."""
    scipy = find_spec("scipy")
    if scipy is None or scipy.origin is None:
        return None
    folder = os.path.join(os.path.dirname(scipy.origin), "linalg")
    spec = FileFinder(folder, (ExtensionFileLoader, EXTENSION_SUFFIXES)).find_spec("_fblas")
    if spec is None or spec.loader is None:
        return None
    try:
        made = module_from_spec(spec)
        spec.loader.exec_module(made)
    except ImportError:
        return None
    return made


@cache
def routines(char: str) -> Routines:
    """Return the routines for an element type, ``f`` or ``d``."""
    library, prefix = _library(), {"f": "s", "d": "d"}[char]
    return Routines(*(getattr(library, prefix + name) for name in Routines._fields))


@cache
def _library() -> Any:
    return _alone() or import_module("scipy.linalg.blas")
