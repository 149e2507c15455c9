"""Recurrent cells."""

from __future__ import annotations

from ..._core.missing import module_getattr

__getattr__ = module_getattr(__name__)
