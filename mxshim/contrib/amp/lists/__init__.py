"""Operators by the precision that they run in."""

from __future__ import annotations

from ...._core.missing import module_getattr
from . import symbol_bf16, symbol_fp16

__all__ = ["symbol_bf16", "symbol_fp16"]

__getattr__ = module_getattr(__name__)
