"""Constants and element types of ``mx.np``, under the name of MXNet's inner module."""

from __future__ import annotations

from .._core.lazy import mirror

__getattr__ = mirror(__name__, __package__)
