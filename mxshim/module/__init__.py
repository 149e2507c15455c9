"""MXNet's Module interface (``mx.mod``), which is not there yet: importing it says so."""

from __future__ import annotations

from .._core.missing import import_error

raise import_error(__name__)
