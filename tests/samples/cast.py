"""Samples of :mod:`mxshim._ops.cast`."""

from __future__ import annotations

from mxshim._core.dtypes import float32, float64

from . import Sample

SAMPLES = [
    Sample("Cast", [(2, 3)], {"dtype": float64}),
    Sample("amp_cast", [(2, 3)], {"dtype": float64}),
    Sample("amp_multicast", [(2, 3), (4,)], {"num_outputs": 2}),
    Sample("Cast", [(2, 3)], {"dtype": float32}, grad=False),
]
