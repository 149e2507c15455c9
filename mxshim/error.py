"""Errors by name: classes that register are raised for the texts that start with their name."""

from __future__ import annotations

from ._core.errors import InternalError, MXNetError
from ._core.missing import module_getattr as _module_getattr
from .base import register_error

register = register_error

__getattr__ = _module_getattr(__name__)
__all__ = ["InternalError", "MXNetError", "register"]
