"""Samples of the output layers; their gradient is a loss's, not that of what they return."""

from __future__ import annotations

import numpy as np

from . import Sample

LABEL = np.array([0.0, 2.0])

SAMPLES = [
    Sample("SoftmaxOutput", [(2, 3), LABEL], grad=False),
    Sample("SoftmaxOutput", [(2, 3, 2), np.array([[0.0, 1.0], [2.0, 1.0]])],
           {"multi_output": True}, grad=False),
    Sample("LinearRegressionOutput", [(2, 3), (2, 3)], grad=False),
    Sample("LogisticRegressionOutput", [(2, 3), (2, 3)], grad=False),
    Sample("MAERegressionOutput", [(2, 3), (2, 3)], grad=False),
    Sample("MakeLoss", [(2, 3)], grad=False),
    Sample("SVMOutput", [(2, 3), LABEL], grad=False),
    Sample("softmax_cross_entropy", [(2, 3), LABEL]),
]  # fmt: skip
