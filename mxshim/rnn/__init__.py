"""MXNet's symbolic recurrent cells (``mx.rnn``), not there yet: importing them says so."""

from __future__ import annotations

from .._core.missing import import_error

raise import_error(__name__)
