"""Samples of pooling and interpolation to a wanted size."""

from __future__ import annotations

from . import Sample

POOL, RESIZE = "_contrib_AdaptiveAvgPooling2D", "_contrib_BilinearResize2D"

SAMPLES = [
    Sample(POOL, [(2, 2, 4, 5)]),
    Sample(POOL, [(2, 2, 4, 5)], {"output_size": (3, 2)}),
    Sample(RESIZE, [(2, 2, 4, 5)], {"height": 3, "width": 7}),
    Sample(RESIZE, [(2, 2, 4, 5)], {"height": 3, "width": 7, "align_corners": False}),
    Sample(RESIZE, [(1, 1, 4, 5)], {"scale_height": 1.5, "scale_width": 0.5}),
    Sample(RESIZE, [(1, 1, 4, 5)], {"mode": "to_odd_up"}),
]
