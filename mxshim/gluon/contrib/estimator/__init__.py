"""The estimator and its event handlers: training loops ready to use."""

from __future__ import annotations

from ...._core.missing import module_getattr
from . import batch_processor, estimator, event_handler
from .batch_processor import *  # noqa: F403
from .estimator import *  # noqa: F403
from .event_handler import *  # noqa: F403

__getattr__ = module_getattr(__name__)
