"""Contributed operators under their older address, ``mx.contrib.nd``; see ``mx.nd.contrib``."""

from __future__ import annotations

from ..ndarray._project import project

__all__, __getattr__, __dir__ = project(globals(), "contrib")
