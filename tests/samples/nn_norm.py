"""Samples of the normalizing layers."""

from __future__ import annotations

import numpy as np

from . import Sample

STATS = (np.array([0.1, -0.2, 0.3]), np.array([0.5, 1.5, 2.0]))
ACTIVE = {"fix_gamma": False}

SAMPLES = [
    Sample("BatchNorm", [(4, 3, 2), (3,), (3,), *STATS], ACTIVE, training=True),
    Sample("BatchNorm", [(4, 2, 3), (3,), (3,), *STATS], {**ACTIVE, "axis": -1}, training=True),
    Sample("BatchNorm", [(4, 3, 2), (3,), (3,), *STATS], ACTIVE),
    Sample("BatchNorm", [(4, 3), (3,), (3,), *STATS], {**ACTIVE, "use_global_stats": True}),
    Sample("LayerNorm", [(2, 3, 4), (4,), (4,)]),
    Sample("LayerNorm", [(2, 3, 4), (3,), (3,)], {"axis": 1}),
    Sample("GroupNorm", [(2, 4, 3), (2,), (2,)], {"num_groups": 2}),
    Sample("InstanceNorm", [(2, 3, 4), (3,), (3,)]),
    Sample("L2Normalization", [(2, 3, 4)]),
    Sample("L2Normalization", [(2, 3, 4)], {"mode": "channel"}),
    Sample("L2Normalization", [(2, 3, 4)], {"mode": "spatial"}),
    Sample("LRN", [(2, 4, 2, 2)], {"nsize": 3, "alpha": 0.1}),
]
