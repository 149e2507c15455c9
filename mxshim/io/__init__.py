"""Data iterators: batches from arrays in memory, text files, MNIST's files and image records."""

from __future__ import annotations

from .._core.missing import module_getattr
from . import io, utils
from .io import *  # noqa: F403
from .utils import _getdata_by_idx, _has_instance, _init_data

__all__ = ["io", "utils", *io.__all__]

__getattr__ = module_getattr(__name__)
