"""Symbols and operators on them, ``mx.sym``: the registry projected on :class:`Symbol`."""

from __future__ import annotations

from typing import Any

from .._core.lazy import submodules as _submodules
from . import _operators, op
from ._functions import (
    arange,
    eye,
    full,
    histogram,
    hypot,
    linspace,
    maximum,
    minimum,
    ones,
    pow,
    power,
    split_v2,
    zeros,
)
from ._project import project as _project
from .symbol import Group, Symbol, Variable, load, load_json, var

_lazy = _submodules(
    __name__,
    ["_internal", "contrib", "image", "linalg", "numpy", "numpy_extension", "random", "sparse"],
)
_SHORT = {"np": "numpy", "npx": "numpy_extension"}
_names, _get, __dir__ = _project(globals(), "op")


def __getattr__(name: str) -> Any:
    found = _lazy(_SHORT.get(name, name))
    if found is None:
        return _get(name)
    globals()[name] = found
    return found


_operators.install(globals())
__all__ = sorted(
    {
        *_names, "Group", "Symbol", "Variable", "arange", "eye", "full", "histogram", "hypot",
        "linspace", "load", "load_json", "maximum", "minimum", "ones", "pow", "power", "split_v2",
        "var", "zeros",
    }
)  # fmt: skip
