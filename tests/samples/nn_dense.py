"""Samples of :mod:`mxshim._ops.nn_dense`."""

from __future__ import annotations

from . import Sample

SAMPLES = [
    Sample("FullyConnected", [(2, 3), (4, 3), (4,)], {"num_hidden": 4}),
    Sample("FullyConnected", [(2, 3, 5), (4, 15)], {"num_hidden": 4, "no_bias": True}),
    Sample("FullyConnected", [(2, 3, 5), (4, 5), (4,)], {"num_hidden": 4, "flatten": False}),
]
