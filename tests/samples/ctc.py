"""Samples of the loss of connectionist temporal classification."""

from __future__ import annotations

import numpy as np

from . import Sample

LABEL = np.array([[1.0, 2.0, 0.0], [2.0, 2.0, 1.0]])
LAST = np.array([[0.0, -1.0, -1.0], [1.0, 0.0, 1.0]])
FULL = {"use_data_lengths": True, "use_label_lengths": True}

SAMPLES = [
    Sample("CTCLoss", [(5, 2, 4), LABEL], wrt=(0,)),
    Sample("CTCLoss", [(4, 2, 3), LAST], {"blank_label": "last"}, wrt=(0,)),
    Sample(
        "CTCLoss", [(5, 2, 4), LABEL, np.array([3.0, 5.0]), np.array([1.0, 3.0])], FULL, wrt=(0,)
    ),
]
