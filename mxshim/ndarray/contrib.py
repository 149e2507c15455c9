"""Operators that MXNet calls contributed, ``mx.nd.contrib``."""

from __future__ import annotations

import math
from typing import Any

from .._core.device import current
from .._core.device import current as current_context  # noqa: F401  (MXNet offers it here too)
from . import _multi_updates
from ._adamw import adamw_update, mp_adamw_update
from ._control_flow import cond, foreach, while_loop
from ._multi_updates import *  # noqa: F403
from ._project import project
from .ndarray import NDArray
from .random import uniform

__all__, __getattr__, __dir__ = project(globals(), "contrib")
__all__ += ["adamw_update", "cond", "foreach", "isfinite", "isinf", "isnan", "mp_adamw_update"]
__all__ += ["rand_zipfian", "while_loop"]
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


def rand_zipfian(
    true_classes: NDArray, num_sampled: int, range_max: int, ctx: Any = None
) -> tuple[Any, Any, Any]:
    """Draw classes below ``range_max``, small ones more often: log-uniformly.

    Returns the drawn classes (int64) and how often the true and the drawn ones are expected among
    ``num_sampled`` draws (float64).
    """
    ctx = current() if ctx is None else ctx
    width = math.log(range_max + 1)
    drawn = uniform(0, width, shape=(num_sampled,), dtype="float64", ctx=ctx)
    classes = (drawn.exp() - 1).astype("int64") % range_max

    def expected(labels: Any) -> Any:
        labels = labels.astype("float64")
        return ((labels + 2.0) / (labels + 1.0)).log() / width * num_sampled

    return classes, expected(true_classes.as_in_context(ctx)), expected(classes)
