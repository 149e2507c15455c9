"""Operators that NumPy does not have, ``mx.sym.np._internal``: the ``_npi_`` names."""

from __future__ import annotations

from .._project import project_numpy as _project

__all__, __getattr__, __dir__ = _project(globals(), "_npi_")
