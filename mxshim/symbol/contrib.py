"""Operators that MXNet calls contributed, ``mx.sym.contrib``."""

from __future__ import annotations

import math
from typing import Any

from ..base import check_call  # noqa: F401  (MXNet offers it here too)
from ._adamw import adamw_update, mp_adamw_update
from ._control_flow import cond, foreach, while_loop
from ._project import project
from .random import uniform
from .symbol import Symbol

__all__, __getattr__, __dir__ = project(globals(), "contrib")


def rand_zipfian(true_classes: Any, num_sampled: int, range_max: int) -> tuple[Any, Any, Any]:
    """Draw classes below ``range_max``, small ones more often: log-uniformly.

    Returns the drawn classes (int64) and how often the true and the drawn ones are expected among
    ``num_sampled`` draws (float64).
    """
    assert isinstance(true_classes, Symbol), f"unexpected type {type(true_classes)}"
    width = math.log(range_max + 1)
    drawn = uniform(0, width, shape=(num_sampled,), dtype="float64")
    classes = (drawn.exp() - 1).astype("int64") % range_max

    def expected(labels: Any) -> Any:
        labels = labels.astype("float64")
        return ((labels + 2.0) / (labels + 1.0)).log() / width * num_sampled

    return classes, expected(true_classes), expected(classes)


__all__ += ["adamw_update", "mp_adamw_update", "cond", "foreach", "rand_zipfian", "while_loop"]
