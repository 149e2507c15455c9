"""Linear algebra, ``mx.sym.linalg``."""

from __future__ import annotations

from ._project import project

__all__, __getattr__, __dir__ = project(globals(), "linalg")
