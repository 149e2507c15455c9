"""What every array namespace offers beyond NumPy's names.

An operator body sees one object, ``xp``.  It has NumPy's functions and the few extras below, so
that a body never imports an array library and never asks on which device it runs.  ``inner`` is
the namespace for values inside compiled graphs, ``any_layout`` says whether this is one.
"""

from __future__ import annotations

import importlib
import os
from functools import partial
from types import ModuleType
from typing import Any

from .._core.dtypes import cut
from . import pictures
from .row_gradient import summed_rows

#: Special functions taken from ``scipy.special`` or ``cupyx.scipy.special``.
SPECIAL = ("erf", "erfinv", "gamma", "gammaln", "psi", "polygamma", "expit", "log1p")


def namespace(name: str, library: Any, special: str, **extras: Any) -> ModuleType:
    """Build an ``xp`` from an array library and device specifics.

    ``special`` names the module of special functions; it is slow to import and so is loaded when
    one of them is first used.
    """
    xp = ModuleType(name, f"NumPy's names on {library.__name__}, plus the extras of mxshim.")
    for key in dir(library):
        if not key.startswith("_") and key not in _SKIPPED and key not in _LATER:
            setattr(xp, key, getattr(library, key))

    def find_special(key: str) -> Any:
        if key not in SPECIAL and key not in _LATER:
            raise AttributeError(f"{name} has no function {key!r}")
        found = getattr(library if key in _LATER else importlib.import_module(special), key)
        setattr(xp, key, found)
        return found

    xp.__getattr__ = find_special  # type: ignore[method-assign]
    xp.constant = cut  # type: ignore[attr-defined]
    xp.summed = summed  # type: ignore[attr-defined]
    xp.packed, xp.reshaped = packed, reshaped  # type: ignore[attr-defined]
    xp.row_gradient = partial(summed_rows, xp)  # type: ignore[attr-defined]
    xp.decode_image = partial(pictures.decoded, xp)  # type: ignore[attr-defined]
    xp.resize_image = partial(pictures.resized, xp)  # type: ignore[attr-defined]
    xp.border_image = partial(pictures.bordered, xp)  # type: ignore[attr-defined]
    xp.any_layout = False  # type: ignore[attr-defined]
    xp.inner = xp  # type: ignore[attr-defined]
    for key, value in extras.items():
        setattr(xp, key, value)
    return xp


#: Set to 0, the variable leaves every operator to its body.
SWITCH = "MXSHIM_OVERRIDES"


def switched_off() -> bool:
    """Tell whether the environment wants no faster kernels."""
    return os.environ.get(SWITCH) == "0"


def summed(data: Any, axis: Any, keepdims: bool = False, squared: bool = False) -> Any:
    """Sum an array, or its squares, in its own type over all axes (None) or some."""
    return (data * data if squared else data).sum(axis=axis, keepdims=keepdims, dtype=data.dtype)


def packed(array: Any) -> Any:
    """Copy an array into memory of its own, in order."""
    return array.copy()


def reshaped(array: Any, shape: tuple[int, ...]) -> Any:
    """Give an array another shape; the result may share its memory."""
    return array.reshape(shape)


def relaxed(xp: ModuleType) -> ModuleType:
    """Give a namespace an ``inner`` one, whose results may lie in memory in any order of axes.

    A compiled graph computes in it what no user sees, so that kernels can hand values on in the
    order that suits them.
    """
    inner = ModuleType(f"{xp.__name__}.inner", xp.__doc__)
    inner.__dict__.update({k: v for k, v in vars(xp).items() if not k.startswith("__")})

    def find_special(key: str) -> Any:
        found = getattr(xp, key)
        setattr(inner, key, found)
        return found

    inner.__getattr__ = find_special  # type: ignore[method-assign]
    inner.any_layout = True  # type: ignore[attr-defined]
    inner.inner = inner  # type: ignore[attr-defined]
    xp.inner = inner  # type: ignore[attr-defined]
    return xp


#: Deprecated or heavy members that must not be touched while listing a library.
_SKIPPED = {"core", "f2py", "testing", "distutils", "ctypeslib", "rec", "char", "ma", "polynomial",
            "in1d", "row_stack", "trapz", "matlib", "strings", "test", "show_config",
            "record"}  # fmt: skip
#: Modules that a library imports when they are first named.
_LATER = {"fft", "random", "typing"}
