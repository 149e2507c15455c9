"""Recurrent layers, which run whole sequences, and cells, which run single steps."""

from __future__ import annotations

from ..._core.missing import module_getattr
from .rnn_cell import *  # noqa: F403
from .rnn_layer import *  # noqa: F403

__getattr__ = module_getattr(__name__)
