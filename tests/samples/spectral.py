"""Samples of Fourier transforms and count sketches."""

from __future__ import annotations

import numpy as np

from . import Sample

_COLUMNS = np.array([[0.0, 3, 1, 3, 2, 0]])

SAMPLES = [
    Sample("_contrib_fft", [(3, 5)]),
    Sample("_contrib_fft", [(2, 1, 2, 4)], {"compute_size": 1}),
    Sample("_contrib_ifft", [(3, 10)]),
    Sample("_contrib_ifft", [(2, 1, 2, 4)]),
    Sample("_contrib_count_sketch", [(3, 6), _COLUMNS, (1, 6)], {"out_dim": 5}),
    Sample("_contrib_count_sketch", [(2, 1, 2, 6), _COLUMNS, (1, 6)], {"out_dim": 4}),
]
