"""What every array namespace offers beyond NumPy's names.

An operator body sees one object, ``xp``.  It has NumPy's functions and the few extras below, so
that a body never imports an array library and never asks on which device it runs.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from .._core.dtypes import cut

#: Special functions taken from ``scipy.special`` or ``cupyx.scipy.special``.
SPECIAL = ("erf", "erfinv", "gamma", "gammaln", "psi", "polygamma", "expit", "log1p")


def namespace(name: str, library: Any, special: Any, **extras: Any) -> ModuleType:
    """Build an ``xp`` from an array library, its special functions and device specifics."""
    xp = ModuleType(name, f"NumPy's names on {library.__name__}, plus the extras of mxshim.")
    for key in dir(library):
        if not key.startswith("_") and key not in _SKIPPED:
            setattr(xp, key, getattr(library, key))
    for key in SPECIAL:
        if not hasattr(xp, key):
            setattr(xp, key, getattr(special, key))
    xp.constant = cut  # type: ignore[attr-defined]
    for key, value in extras.items():
        setattr(xp, key, value)
    return xp


#: Deprecated or heavy members that must not be touched while listing a library.
_SKIPPED = {"core", "f2py", "testing", "distutils", "ctypeslib", "rec", "char", "ma", "polynomial",
            "in1d", "row_stack", "trapz", "matlib", "strings", "test", "show_config",
            "record"}  # fmt: skip
