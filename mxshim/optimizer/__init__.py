"""Optimizers: update rules by name and class, and the updater that keeps their states."""

from __future__ import annotations

from .._core.missing import module_getattr
from . import contrib, optimizer
from .optimizer import *  # noqa: F403

__all__ = [*optimizer.__all__, "contrib"]

__getattr__ = module_getattr(__name__, {"NDabs": lambda: optimizer.NDabs})
