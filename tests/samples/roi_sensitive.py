"""Samples of position-sensitive pooling."""

from __future__ import annotations

import numpy as np

from . import Sample

_ROIS = np.array([[0, 0, 0, 4, 3], [1, 1, 1, 3, 4], [0, -2, -1, 1, 2.0]])

SAMPLES = [
    Sample("_contrib_PSROIPooling", [(2, 4, 5, 6), _ROIS],
           {"pooled_size": 2, "spatial_scale": 0.8, "output_dim": 1}),
    Sample("_contrib_PSROIPooling", [(2, 8, 5, 6), _ROIS],
           {"pooled_size": 3, "spatial_scale": 0.8, "output_dim": 2, "group_size": 2}),
    Sample("_contrib_DeformablePSROIPooling", [(2, 8, 5, 6), _ROIS, (3, 4, 2, 2)],
           {"pooled_size": 3, "spatial_scale": 0.83, "output_dim": 2, "group_size": 2,
            "part_size": 2, "sample_per_part": 2, "trans_std": 0.17}),
    Sample("_contrib_DeformablePSROIPooling", [(2, 4, 5, 6), _ROIS],
           {"pooled_size": 2, "spatial_scale": 0.83, "output_dim": 1, "group_size": 2,
            "no_trans": True}),
]  # fmt: skip
