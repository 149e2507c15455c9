"""Samples of the pooling of rotated regions."""

from __future__ import annotations

import numpy as np

from . import Sample

_ROIS = np.array([[0, 2, 2, 4, 3, 30.0], [1, 1.3, 3, 3, 4, -70], [0, 5, 4, 2, 2, 10]])

SAMPLES = [
    Sample(
        "_contrib_RROIAlign", [(2, 2, 5, 6), _ROIS], {"pooled_size": (2, 3), "spatial_scale": 0.8}
    ),
    Sample(
        "_contrib_RROIAlign",
        [(2, 2, 5, 6), _ROIS],
        {"pooled_size": (2, 1), "spatial_scale": 1.0, "sampling_ratio": 2},
    ),
]
