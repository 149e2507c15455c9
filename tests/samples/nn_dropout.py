"""Samples of dropout."""

from __future__ import annotations

from . import Sample

SAMPLES = [
    Sample("Dropout", [(3, 4)]),
    Sample("Dropout", [(3, 4)], {"p": 0.3}, training=True, random=True),
    Sample("Dropout", [(3, 4)], {"mode": "always", "axes": (0,)}, random=True),
]
