"""Operators whose registered names start with an underscore, ``mx.sym._internal``."""

from __future__ import annotations

from ._project import project

__all__, __getattr__, __dir__ = project(globals(), "_internal")
