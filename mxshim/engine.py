"""Bulk execution: kept as a setting, since operators run at once here."""

from __future__ import annotations

import threading
from contextlib import contextmanager

from ._core.missing import module_getattr

_size = threading.local()
_DEFAULT_SIZE = 15


def set_bulk_size(size):
    """Set how many operators may run as one; return the number before. It changes no result."""
    before = getattr(_size, "value", _DEFAULT_SIZE)
    _size.value = int(size)
    return before


@contextmanager
def bulk(size):
    """Set the bulk size within a ``with`` block."""
    before = set_bulk_size(size)
    try:
        yield
    finally:
        set_bulk_size(before)


__getattr__ = module_getattr(__name__)
