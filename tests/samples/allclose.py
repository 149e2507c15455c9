"""Samples of :mod:`mxshim._ops.allclose`."""

from __future__ import annotations

from . import Sample

SAMPLES = [
    Sample("_contrib_allclose", [(2, 3), (2, 3)], grad=False),
    Sample("_contrib_allclose", [(2, 3), (2, 3)], {"rtol": 9.0, "atol": 9.0}, grad=False),
]
