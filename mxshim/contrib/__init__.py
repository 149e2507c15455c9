"""Experimental modules."""

from __future__ import annotations

from .._core.missing import module_getattr
from . import text

__all__ = ["text"]

__getattr__ = module_getattr(__name__)
