"""Experimental modules."""

from __future__ import annotations

from .._core.missing import module_getattr
from . import autograd, io, ndarray, symbol, tensorboard, text
from . import ndarray as nd
from . import symbol as sym

__all__ = ["autograd", "io", "nd", "ndarray", "sym", "symbol", "tensorboard", "text"]

__getattr__ = module_getattr(__name__)
