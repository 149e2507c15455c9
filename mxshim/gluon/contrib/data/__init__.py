"""Experimental data sets and samplers."""

from __future__ import annotations

from ...._core.missing import module_getattr
from . import text
from .sampler import *  # noqa: F403

__all__ = ["text"]

__getattr__ = module_getattr(__name__)
