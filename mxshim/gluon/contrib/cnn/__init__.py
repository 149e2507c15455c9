"""Experimental convolutions."""

from __future__ import annotations

from ...._core.missing import module_getattr
from .conv_layers import *  # noqa: F403

__getattr__ = module_getattr(__name__)
