"""Operators that MXNet calls contributed, ``mx.nd.contrib``."""

from __future__ import annotations

from . import _multi_updates
from ._adamw import adamw_update, mp_adamw_update
from ._multi_updates import *  # noqa: F403
from ._project import project

__all__, __getattr__, __dir__ = project(globals(), "contrib")
__all__ += ["adamw_update", "mp_adamw_update", *_multi_updates.__all__]
