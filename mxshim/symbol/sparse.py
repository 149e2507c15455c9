"""Operators for sparse arrays; symbols of them compute with dense ones, ``mx.sym.sparse``."""

from __future__ import annotations

from ._project import project

__all__, __getattr__, __dir__ = project(globals(), "sparse")
