"""Key-value stores: keep values under keys and sum what several devices push."""

from __future__ import annotations

from .._core.missing import module_getattr
from .base import *  # noqa: F403
from .kvstore import *  # noqa: F403

__getattr__ = module_getattr(__name__)
