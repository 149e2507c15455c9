"""Automatic names: ``NameManager`` counts per hint, ``Prefix`` puts a prefix before each name."""

from __future__ import annotations

import threading
import warnings


class _Current(type):
    """Give the class its deprecated ``current`` attribute, per thread."""

    @property
    def current(cls):
        warnings.warn(
            "NameManager.current has been deprecated. It is advised to use the `with` statement "
            "with NameManager.",
            DeprecationWarning,
            stacklevel=2,
        )
        return _get_current()

    @current.setter
    def current(cls, manager):
        NameManager._current.value = manager


class NameManager(metaclass=_Current):
    """Hand out names such as ``dense0``; a ``with`` block makes a manager the current one."""

    _current = threading.local()

    def __init__(self):
        self._counter = {}
        self._old_manager = None

    def get(self, name, hint):
        """Return ``name`` when given, else the next free ``hint<number>``."""
        if name:
            return name
        count = self._counter.get(hint, 0)
        self._counter[hint] = count + 1
        return f"{hint}{count}"

    def __enter__(self):
        self._old_manager = _get_current()
        NameManager._current.value = self
        return self

    def __exit__(self, ptype, value, trace):
        assert self._old_manager
        NameManager._current.value = self._old_manager


class Prefix(NameManager):
    """Put ``prefix`` before every name, given ones included."""

    def __init__(self, prefix):
        super().__init__()
        self._prefix = prefix

    def get(self, name, hint):
        """Return the prefixed name."""
        return self._prefix + super().get(name, hint)


def _get_current():
    """Return this thread's manager, made on first use."""
    if not hasattr(NameManager._current, "value"):
        NameManager._current.value = NameManager()
    return NameManager._current.value


NameManager._current.value = NameManager()
