"""Samples of the products of multi-head attention."""

from __future__ import annotations

from . import Sample

NAME = "_contrib_interleaved_matmul_"

SAMPLES = [
    Sample(NAME + "selfatt_qk", [(3, 2, 12)], {"heads": 2}),
    Sample(NAME + "selfatt_valatt", [(3, 2, 12), (4, 3, 3)], {"heads": 2}),
    Sample(NAME + "encdec_qk", [(3, 2, 4), (5, 2, 8)], {"heads": 2}),
    Sample(NAME + "encdec_valatt", [(5, 2, 8), (4, 3, 5)], {"heads": 2}),
]
