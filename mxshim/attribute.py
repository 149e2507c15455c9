"""Attributes for symbols created inside a ``with AttrScope(...)`` block."""

from __future__ import annotations

import threading
import warnings
from collections import defaultdict

_DEPRECATED = (
    "AttrScope.current has been deprecated. It is advised to use the `with` statement with "
    "AttrScope."
)


class _Current(type):
    """Give the class its deprecated ``current`` attribute, per thread."""

    @property
    def current(cls):
        warnings.warn(_DEPRECATED, DeprecationWarning, stacklevel=2)
        return _get_current()

    @current.setter
    def current(cls, scope):
        warnings.warn(_DEPRECATED, DeprecationWarning, stacklevel=2)
        AttrScope._current.value = scope


class AttrScope(metaclass=_Current):
    """Hold string attributes; inner scopes add to the outer ones and win over them."""

    _current = threading.local()
    _subgraph_names = defaultdict(int)

    def __init__(self, **kwargs):
        if not all(isinstance(value, str) for value in kwargs.values()):
            raise ValueError("Attributes need to be string")
        self._attr = kwargs
        self._old_scope = None

    def get(self, attr):
        """Return the scope's attributes with those of ``attr`` written over them."""
        if not self._attr:
            return attr or {}
        return {**self._attr, **(attr or {})}

    def __enter__(self):
        self._old_scope = _get_current()
        # mxnet: entering changes the scope itself, so a reused scope keeps what it gathered.
        self._attr = {**self._old_scope._attr, **self._attr}
        AttrScope._current.value = self
        return self

    def __exit__(self, ptype, value, trace):
        assert self._old_scope
        AttrScope._current.value = self._old_scope


def _get_current():
    """Return this thread's scope, made on first use."""
    if not hasattr(AttrScope._current, "value"):
        AttrScope._current.value = AttrScope()
    return AttrScope._current.value


AttrScope._current.value = AttrScope()
