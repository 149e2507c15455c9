"""Samples of the correlation of images."""

from __future__ import annotations

from . import Sample

PAIR = [(2, 2, 5, 6), (2, 2, 5, 6)]
FAR = {"max_displacement": 2, "stride2": 2, "pad_size": 2, "stride1": 2}

SAMPLES = [
    Sample("Correlation", PAIR),
    Sample("Correlation", PAIR, FAR),
    Sample("Correlation", PAIR, {"kernel_size": 3, "pad_size": 1}),
    Sample("Correlation", PAIR, {"is_multiply": False, "pad_size": 1}, tolerance=1e-4),
]
