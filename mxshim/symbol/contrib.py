"""Operators that MXNet calls contributed, ``mx.sym.contrib``."""

from __future__ import annotations

from ._project import project

__all__, __getattr__, __dir__ = project(globals(), "contrib")
