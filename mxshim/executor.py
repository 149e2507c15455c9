"""Executors of bound symbols, ``mx.executor``."""

from __future__ import annotations

from ._core.missing import module_getattr as _module_getattr
from .symbol._executor import Executor

__getattr__ = _module_getattr(__name__)
__all__ = ["Executor"]
