"""Samples of pooling; maxima are taken of numbers that lie apart."""

from __future__ import annotations

import numpy as np

from . import Sample

APART = np.random.default_rng(0).permutation(100).reshape((2, 2, 5, 5)) / 10.0
LINE = {"kernel": (3,), "stride": (2,), "pad": (1,)}
PLANE = {"kernel": (2, 3), "stride": (2, 1), "pad": (1, 0)}

SAMPLES = [
    Sample("Pooling", [APART], {**PLANE, "pool_type": "max"}, wrt=(0,)),
    Sample("Pooling", [APART], {"kernel": (2, 2), "stride": (2, 2), "pooling_convention": "full"},
           wrt=(0,)),
    Sample("Pooling", [APART], {"global_pool": True}, wrt=(0,)),
    Sample("Pooling", [APART], {"kernel": (2, 2), "layout": "NHWC"}, wrt=(0,)),
    Sample("Pooling", [(2, 2, 5, 5)], {**PLANE, "pool_type": "avg"}),
    Sample("Pooling", [(2, 2, 5, 5)], {**PLANE, "pool_type": "avg", "count_include_pad": False}),
    Sample("Pooling", [(2, 2, 5)], {**LINE, "pool_type": "avg", "pooling_convention": "full"}),
    Sample("Pooling", [(2, 2, 5, 5)], {**PLANE, "pool_type": "sum"}),
    Sample("Pooling", [(2, 2, 5, 5)], {"global_pool": True, "pool_type": "avg"}),
    Sample("Pooling", [(1, 2, 3, 4, 3)], {"kernel": (2, 2, 2), "pool_type": "avg"}),
    Sample("Pooling", [(2, 2, 5)], {**LINE, "pool_type": "lp", "p_value": 2}, low=0.5, high=2.0),
    Sample("Pooling", [(2, 2, 5)], {**LINE, "pool_type": "lp", "p_value": 3}, low=0.5, high=2.0),
]  # fmt: skip
