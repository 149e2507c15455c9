"""Predefined and pretrained models."""

from __future__ import annotations

from ..._core.missing import module_getattr
from . import model_store, vision

__all__ = ["model_store", "vision"]

__getattr__ = module_getattr(__name__)
