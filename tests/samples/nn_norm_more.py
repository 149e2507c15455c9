"""Samples of the relatives of batch normalization."""

from __future__ import annotations

import numpy as np

from . import Sample

STATS = (np.array([0.1, -0.2, 0.3]), np.array([0.5, 1.5, 2.0]))
ACTIVE = {"fix_gamma": False, "key": "layer"}
RELU = {"fix_gamma": False}
IMAGES = [(2, 3, 2, 2), (3,), (3,), *STATS]

SAMPLES = [
    Sample("_contrib_SyncBatchNorm", [(4, 3, 2), (3,), (3,), *STATS], ACTIVE, training=True),
    Sample("_contrib_SyncBatchNorm", [(4, 3, 2), (3,), (3,), *STATS], ACTIVE),
    Sample("_contrib_SyncBatchNorm", [(4, 3), (3,), (3,), *STATS],
           {**ACTIVE, "use_global_stats": True}),
    Sample("BatchNorm_v1", IMAGES, RELU, training=True),
    Sample("BatchNorm_v1", [(4, 3), (3,), (3,), *STATS], RELU),
    Sample("_contrib_BatchNormWithReLU", IMAGES, RELU, training=True),
    Sample("_contrib_BatchNormWithReLU", [(2, 2, 3), (3,), (3,), *STATS], {**RELU, "axis": -1}),
    # the penalty is no gradient of what the operator returns
    Sample("IdentityAttachKLSparseReg", [(4, 3), np.array([0.2, 0.3, 0.4])], {"penalty": 0.0}),
]  # fmt: skip
