"""Samples of the pooling of regions of interest."""

from __future__ import annotations

import numpy as np

from . import Sample

_ROIS = np.array([[0, 0, 0, 4, 3], [1, 1, 1, 3, 4], [0, -2, -1, 1, 2.0]])

SAMPLES = [
    Sample("ROIPooling", [(2, 2, 5, 6), _ROIS], {"pooled_size": (2, 3), "spatial_scale": 0.8}),
    Sample("_contrib_ROIAlign", [(2, 2, 5, 6), _ROIS],
           {"pooled_size": (2, 2), "spatial_scale": 0.8}),
    Sample("_contrib_ROIAlign", [(2, 4, 5, 6), _ROIS],
           {"pooled_size": (2, 2), "spatial_scale": 1.0, "sample_ratio": 2, "aligned": True,
            "position_sensitive": True}),
]  # fmt: skip
