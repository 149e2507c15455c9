"""Key-value stores: keep values under keys and sum what several devices push."""

from __future__ import annotations

from .base import *  # noqa: F403
from .kvstore import *  # noqa: F403
