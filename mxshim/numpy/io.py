"""Reading text files into arrays."""

from __future__ import annotations

from typing import Any

import numpy

from .._core.device import current
from .multiarray import array, ndarray


def genfromtxt(*args: Any, **kwargs: Any) -> ndarray:
    """Read a table from a text file; takes what NumPy's function takes, and ``ctx``."""
    ctx = kwargs.pop("ctx", None) or current()
    table = numpy.genfromtxt(*args, **kwargs)
    return array(table, dtype=table.dtype, ctx=ctx)


__all__ = ["genfromtxt"]
