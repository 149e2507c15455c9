"""Image operators on symbols with NumPy's manners, ``mx.sym.npx.image``."""

from __future__ import annotations

from .._project import project_numpy as _project

__all__, __getattr__, __dir__ = _project(globals(), "_npx__image_")
