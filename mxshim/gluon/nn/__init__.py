"""Layers: dense, convolution, pooling, normalization, activation, embedding, containers."""

from __future__ import annotations

from ..block import Block, HybridBlock, SymbolBlock  # noqa: F401  (MXNet offers them here too)
from .activations import *  # noqa: F403
from .basic_layers import *  # noqa: F403
from .conv_layers import *  # noqa: F403
