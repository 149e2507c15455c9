"""Samples of the likelihood of Hawkes processes."""

from __future__ import annotations

import numpy as np

from . import Sample

_DRAW = np.random.default_rng(11)
_MARKS = _DRAW.integers(0, 2, (3, 4)).astype("int32")

# beta moves the state that is returned, which passes no gradient: tests/ops/test_hawkes.py
SAMPLES = [
    Sample(
        "_contrib_hawkesll",
        [(3, 2), (2,), np.array([0.7, 1.3]), _DRAW.uniform(0, 1, (3, 2)),
         _DRAW.uniform(0.1, 1, (3, 4)), _MARKS, np.array([4.0, 0, 2]), np.full(3, 6.0)],
        low=0.2, high=1.2, wrt=(0, 1),
    ),
]  # fmt: skip
