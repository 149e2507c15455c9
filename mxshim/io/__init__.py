"""Data iterators."""

from __future__ import annotations

from .._core.missing import module_getattr
from . import io, utils

__all__ = ["io", "utils"]

__getattr__ = module_getattr(__name__)
