"""Optimizers: update rules by name and class, and the updater that keeps their states."""

from __future__ import annotations

from . import optimizer
from .optimizer import *  # noqa: F403

__all__ = optimizer.__all__
