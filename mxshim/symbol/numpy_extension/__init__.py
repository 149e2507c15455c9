"""Operators that NumPy lacks, on symbols with NumPy's manners, ``mx.sym.npx``."""

from __future__ import annotations

from typing import Any

from ..._core.lazy import submodules as _submodules
from .._project import project_numpy as _project

_registered, _get, _ = _project(globals(), "_npx_")
_lazy = _submodules(__name__, ["image", "random"])


def __getattr__(name: str) -> Any:
    found = _lazy(name)
    return _get(name) if found is None else found


def __dir__() -> list[str]:
    return sorted({*globals(), *_lazy.names, *_registered})


__all__ = _registered
