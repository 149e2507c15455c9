"""Samples of :mod:`mxshim._ops.nn_embedding`."""

from __future__ import annotations

import numpy as np

from . import Sample

SAMPLES = [
    Sample("Embedding", [np.array([[2, 0], [1, 2]]), (3, 4)], {"input_dim": 3, "output_dim": 4}),
    Sample("Embedding", [np.array([5.0, -1.0, 1.0]), (3, 4)], {"input_dim": 3, "output_dim": 4}),
    Sample("Embedding", [np.array([2.0, 0.0, 2.0]), (3, 4)],
           {"input_dim": 3, "output_dim": 4, "sparse_grad": True}),
]  # fmt: skip
