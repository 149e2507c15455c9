"""Experimental parts of gluon."""

from __future__ import annotations

from ..._core.missing import module_getattr
from . import cnn, data, estimator, nn, rnn

__all__ = ["cnn", "data", "estimator", "nn", "rnn"]

__getattr__ = module_getattr(__name__)
