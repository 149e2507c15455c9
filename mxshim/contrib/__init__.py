"""Experimental modules."""

from __future__ import annotations

from .._core.missing import module_getattr
from . import ndarray, symbol, text
from . import ndarray as nd
from . import symbol as sym

__all__ = ["nd", "ndarray", "sym", "symbol", "text"]

__getattr__ = module_getattr(__name__)
