"""Contributed operators on symbols under their older address; see ``mx.sym.contrib``."""

from __future__ import annotations

from ..symbol._project import project

__all__, __getattr__, __dir__ = project(globals(), "contrib")
