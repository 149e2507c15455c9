"""Experimental recurrent cells."""

from __future__ import annotations

from ...._core.missing import module_getattr
from .conv_rnn_cell import *  # noqa: F403
from .rnn_cell import *  # noqa: F403

__getattr__ = module_getattr(__name__)
