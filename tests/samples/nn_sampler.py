"""Samples of grids and of reading images at them."""

from __future__ import annotations

import numpy as np

from . import Sample

DRAW = np.random.default_rng(3)
#: Pixels of an image of 4 x 5, between whole numbers; some lie outside.
GRID = (
    np.stack([DRAW.integers(-1, 4, (2, 3, 4)), DRAW.integers(-1, 3, (2, 3, 4))], 1)
    + DRAW.uniform(0.2, 0.8, (2, 2, 3, 4))
) * 2 / np.array([4, 3])[None, :, None, None] - 1  # fmt: skip
MAPS = np.array([[0.63, 0.11, -0.07, 0.05, 0.71, 0.13], [0.87, -0.31, 0.2, 0.2, 0.5, 0.11]])
ONCE = {"transform_type": "affine", "sampler_type": "bilinear", "target_shape": (3, 2)}

SAMPLES = [
    Sample("GridGenerator", [(2, 6)], {"transform_type": "affine", "target_shape": (3, 4)}),
    Sample("GridGenerator", [(2, 2, 3, 4)], {"transform_type": "warp"}),
    Sample("BilinearSampler", [(2, 2, 4, 5), GRID], wrt=(0, 1)),
    Sample("SpatialTransformer", [(2, 3, 4, 5), MAPS], ONCE, wrt=(0, 1)),
]
