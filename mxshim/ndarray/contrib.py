"""Operators that MXNet calls contributed, ``mx.nd.contrib``."""

from __future__ import annotations

import math

from . import _multi_updates
from ._adamw import adamw_update, mp_adamw_update
from ._multi_updates import *  # noqa: F403
from ._project import project
from .ndarray import NDArray

__all__, __getattr__, __dir__ = project(globals(), "contrib")
__all__ += ["adamw_update", "mp_adamw_update", "isfinite", "isinf", "isnan"]
__all__ += _multi_updates.__all__


def isnan(data: NDArray) -> NDArray:
    """Tell where ``data`` is NaN: 1 or 0 in its dtype."""
    return data != data


def isinf(data: NDArray) -> NDArray:
    """Tell where ``data`` is infinite, of either sign: 1 or 0 in its dtype."""
    return data.abs() == math.inf


def isfinite(data: NDArray) -> NDArray:
    """Tell where ``data`` is neither infinite nor NaN: 1 or 0 in its dtype."""
    return (data == data) * (data.abs() != math.inf)
