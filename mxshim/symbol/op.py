"""Operators under their registered names, ``mx.sym.op``."""

from __future__ import annotations

from ._project import project

__all__, __getattr__, __dir__ = project(globals(), "op")
