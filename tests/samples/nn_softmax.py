"""Samples of softmax and its relatives."""

from __future__ import annotations

import numpy as np

from . import Sample

LENGTH = np.array([2, 3], "int32")

SAMPLES = [
    *(
        Sample(name, [(2, 3)], params)
        for name in ("softmax", "log_softmax", "softmin")
        for params in ({}, {"axis": 0}, {"temperature": 2.0})
    ),
    Sample("softmax", [(2, 4), LENGTH], {"use_length": True}),
    Sample("SoftmaxActivation", [(2, 3)]),
    Sample("SoftmaxActivation", [(2, 3, 2)], {"mode": "channel"}),
]
