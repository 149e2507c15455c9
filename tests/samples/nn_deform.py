"""Samples of deformable convolution; offsets stay away from whole numbers."""

from __future__ import annotations

import numpy as np

from . import Sample

DRAW = np.random.default_rng(5)


def offsets(*shape: int) -> np.ndarray:
    """Make offsets of which no position falls on a kink."""
    return DRAW.integers(-2, 2, shape) + DRAW.uniform(0.2, 0.8, shape)


V1, V2 = "_contrib_DeformableConvolution", "_contrib_ModulatedDeformableConvolution"
SMALL = {"kernel": (2, 2), "num_filter": 2}
WIDE = {"kernel": (3, 2), "stride": (2, 1), "dilate": (1, 2), "pad": (1, 1), "num_filter": 4,
        "num_group": 2, "num_deformable_group": 2}  # fmt: skip

SAMPLES = [
    Sample(V1, [(1, 2, 3, 4), offsets(1, 8, 2, 3), (2, 2, 2, 2), (2,)], SMALL, wrt=(0, 1, 2, 3)),
    Sample(V1, [(2, 4, 4, 4), offsets(2, 24, 2, 4), (4, 2, 3, 2)], {**WIDE, "no_bias": True},
           wrt=(0, 1, 2)),
    Sample(V2, [(1, 2, 3, 4), offsets(1, 8, 2, 3), (1, 4, 2, 3), (2, 2, 2, 2), (2,)], SMALL,
           wrt=(0, 1, 2, 3, 4)),
    Sample(V2, [(2, 4, 4, 4), offsets(2, 24, 2, 4), (2, 12, 2, 4), (4, 2, 3, 2)],
           {**WIDE, "no_bias": True}, wrt=(0, 1, 2, 3)),
]  # fmt: skip
