"""Layers: dense, convolution, pooling, normalization, activation, embedding, containers."""

from __future__ import annotations

from ..._core.missing import module_getattr
from ..block import Block, HybridBlock, SymbolBlock
from .activations import *  # noqa: F403
from .basic_layers import *  # noqa: F403
from .conv_layers import *  # noqa: F403

__getattr__ = module_getattr(__name__)
