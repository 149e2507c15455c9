"""Samples of the updates of several weights by AdamW and LAMB."""

from __future__ import annotations

import numpy as np

from . import Sample

PAIR = [(2, 3)] * 4 + [(2,)] * 4
WIDE = [(2, 3)] * 5 + [(2,)] * 5
ADAMW = {"lrs": (0.1, 0.2), "wds": (0.0, 0.1), "etas": (1.0, 0.5), "num_weights": 2}
LAMB = {"learning_rates": (0.1, 0.2), "wds": (0.0, 0.1), "step_count": (1, 2), "num_tensors": 2}
SCALE = np.array([0.5])

SAMPLES = [
    Sample("_multi_adamw_update", [*PAIR, SCALE], ADAMW, low=0.1, grad=False),
    Sample("_multi_mp_adamw_update", [*WIDE, SCALE], ADAMW, low=0.1, grad=False),
    Sample("_multi_lamb_update", PAIR, LAMB, low=0.1, grad=False),
    Sample("_multi_mp_lamb_update", WIDE, LAMB, low=0.1, grad=False),
]
