"""Operators that MXNet calls contributed, ``mx.nd.contrib``."""

from __future__ import annotations

from ._adamw import adamw_update, mp_adamw_update
from ._project import project

__all__, __getattr__, __dir__ = project(globals(), "contrib")
__all__ += ["adamw_update", "mp_adamw_update"]
