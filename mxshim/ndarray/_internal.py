"""Operators whose names begin with an underscore, ``mx.nd._internal``."""

from __future__ import annotations

from ._project import project

__all__, __getattr__, __dir__ = project(globals(), "_internal")
