"""Samples of windows as columns."""

from __future__ import annotations

from . import Sample

WINDOW = {"kernel": (3, 2), "stride": (2, 1), "dilate": (1, 2), "pad": (1, 1)}

SAMPLES = [
    Sample("im2col", [(2, 2, 3, 4)], {"kernel": (2, 2)}),
    Sample("im2col", [(1, 2, 4, 4)], WINDOW),
    Sample("im2col", [(2, 2, 5)], {"kernel": (2,), "stride": (2,)}),
    Sample("col2im", [(2, 8, 6)], {"kernel": (2, 2), "output_size": (3, 4)}),
    Sample("col2im", [(1, 12, 8)], {**WINDOW, "output_size": (4, 4)}),
]
