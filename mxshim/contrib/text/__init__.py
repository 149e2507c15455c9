"""Text: vocabularies and pretrained embeddings."""

from __future__ import annotations

from ..._core.missing import module_getattr
from . import embedding, utils, vocab

__all__ = ["embedding", "utils", "vocab"]

__getattr__ = module_getattr(__name__)
