"""Samples of enlarging and cropping images."""

from __future__ import annotations

from . import Sample

NEAR = {"sample_type": "nearest", "scale": 2}

SAMPLES = [
    Sample("UpSampling", [(2, 2, 2, 3)], {**NEAR, "scale": 3}),
    Sample("UpSampling", [(1, 2, 2, 4), (1, 1, 1, 2)], NEAR),
    Sample("UpSampling", [(1, 2, 2, 4), (1, 2, 1, 2)], {**NEAR, "multi_input_mode": "sum"}),
    Sample("UpSampling", [(2, 3, 2, 3), (3, 1, 4, 4)],
           {"sample_type": "bilinear", "scale": 2, "num_filter": 3}),
    Sample("UpSampling", [(1, 2, 2, 3), (2, 1, 5, 5)],
           {"sample_type": "bilinear", "scale": 3, "num_filter": 2}),
    Sample("Crop", [(2, 2, 4, 5)], {"h_w": (2, 3), "offset": (1, 2)}),
    Sample("Crop", [(2, 2, 4, 5)], {"h_w": (3, 2), "center_crop": True}),
    Sample("Crop", [(2, 2, 4, 5), (2, 1, 2, 2)], {"offset": (0, 1)}),
]  # fmt: skip
