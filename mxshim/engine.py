"""Bulk execution: kept as a setting, since operators run at once here."""

from __future__ import annotations

import ctypes
import threading

from ._core.missing import module_getattr

_size = threading.local()


def set_bulk_size(size):
    """Set how many operators may run as one; return the number before. It changes no result."""
    before = getattr(_size, "value", 0)
    _size.value = ctypes.c_int(size).value  # refuses what is no integer, as MXNet does
    return before


class _BulkScope:
    """Hold the bulk size within a ``with`` block."""

    def __init__(self, size):
        self._size = size
        self._before = None

    def __enter__(self):
        self._before = set_bulk_size(self._size)
        return self

    def __exit__(self, *error):
        set_bulk_size(self._before)


def bulk(size):
    """Return a scope with that bulk size, for a ``with`` block."""
    return _BulkScope(size)


__getattr__ = module_getattr(__name__)
