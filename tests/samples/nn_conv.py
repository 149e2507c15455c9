"""Samples of convolution."""

from __future__ import annotations

from . import Sample

SAMPLES = [
    Sample("Convolution", [(2, 2, 5), (3, 2, 3), (3,)], {"kernel": (3,), "num_filter": 3}),
    Sample("Convolution", [(2, 2, 5), (3, 2, 3), (3,)],
           {"kernel": (3,), "num_filter": 3, "stride": (2,), "pad": (1,)}),
    Sample("Convolution", [(2, 2, 4, 5), (3, 2, 3, 2), (3,)],
           {"kernel": (3, 2), "num_filter": 3, "stride": (2, 1), "pad": (1, 0)}),
    Sample("Convolution", [(2, 4, 5, 5), (4, 2, 2, 2)],
           {"kernel": (2, 2), "num_filter": 4, "num_group": 2, "dilate": (2, 2), "no_bias": True}),
    Sample("Convolution", [(2, 3, 2, 2), (2, 3, 1, 1), (2,)], {"kernel": (1, 1), "num_filter": 2}),
    Sample("Convolution", [(1, 2, 3, 3, 3), (2, 2, 2, 2, 2), (2,)],
           {"kernel": (2, 2, 2), "num_filter": 2}),
]  # fmt: skip
SAMPLES += [
    Sample("Deconvolution", [(2, 2, 3), (2, 3, 2)], {"kernel": (2,), "num_filter": 3}),
    Sample("Deconvolution", [(1, 2, 3, 3), (2, 2, 2, 2), (2,)],
           {"kernel": (2, 2), "num_filter": 2, "stride": (2, 2), "pad": (1, 0), "adj": (1, 1),
            "no_bias": False}),
    Sample("Deconvolution", [(1, 4, 3), (4, 1, 2)],
           {"kernel": (2,), "num_filter": 2, "num_group": 2, "dilate": (2,)}),
]  # fmt: skip
