"""Samples of the first forms of convolution and pooling."""

from __future__ import annotations

from . import Sample

WINDOW = {"kernel": (3, 2), "stride": (2, 1), "pad": (1, 1)}

SAMPLES = [
    Sample("Convolution_v1", [(2, 2, 4, 4), (2, 2, 3, 2), (2,)], {**WINDOW, "num_filter": 2}),
    Sample("Convolution_v1", [(1, 4, 3, 3), (2, 2, 2, 2)],
           {"kernel": (2, 2), "num_filter": 2, "num_group": 2, "no_bias": True}),
    Sample("Pooling_v1", [(1, 2, 4, 5)], {"kernel": (2, 2), "stride": (2, 2)}),
    Sample("Pooling_v1", [(1, 2, 4, 5)], {**WINDOW, "pool_type": "avg"}),
    Sample("Pooling_v1", [(1, 2, 4, 4)], {**WINDOW, "pool_type": "sum",
                                         "pooling_convention": "full"}),
    Sample("Pooling_v1", [(1, 2, 4, 4)], {"global_pool": True, "pool_type": "avg"}),
]  # fmt: skip
