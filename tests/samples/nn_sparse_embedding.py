"""Samples of the embedding for huge vocabularies."""

from __future__ import annotations

import numpy as np

from . import Sample

SAMPLES = [
    Sample("_contrib_SparseEmbedding", [np.array([[0, 2], [2, 1]]), (3, 4)],
           {"input_dim": 3, "output_dim": 4}),
]  # fmt: skip
