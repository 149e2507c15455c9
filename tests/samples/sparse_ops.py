"""Samples of :mod:`mxshim._ops.sparse_ops`, on dense arrays."""

from __future__ import annotations

import numpy as np

from . import Sample
from .optimizer_update import POSITIVE

GAPS = np.array([[0.0, 1.5, 0.0], [0.0, 0.0, 0.0], [2.0, -1.0, 0.5]])

SAMPLES = [
    Sample("cast_storage", [(3, 2)], {"stype": "row_sparse"}),
    Sample("_sparse_retain", [(4, 2), np.array([2, 0])]),
    Sample("_sparse_retain", [(3,), np.array([1.0])]),
    Sample("_contrib_getnnz", [GAPS], {}, grad=False),
    Sample("_contrib_getnnz", [GAPS], {"axis": 1}, grad=False),
    Sample("_square_sum", [(3, 2)], {"axis": 1, "keepdims": True}),
    Sample("_square_sum", [(3, 2)]),
    Sample("_sparse_adagrad_update", [(3,), (3,), POSITIVE.copy()],
           {"lr": 0.1, "wd": 0.01, "clip_gradient": 0.5}, grad=False),
    Sample("_contrib_group_adagrad_update", [(3, 2), (3, 2), POSITIVE.reshape(3, 1).copy()],
           {"lr": 0.1}, grad=False),
]  # fmt: skip
