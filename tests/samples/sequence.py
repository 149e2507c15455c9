"""Samples of :mod:`mxshim._ops.sequence`."""

from __future__ import annotations

import numpy as np

from . import Sample

LENGTHS = np.array([1.0, 3.0])
USE = {"use_sequence_length": True}

SAMPLES = [
    Sample("SequenceMask", [(3, 2, 2)]),
    Sample("SequenceMask", [(3, 2, 2), LENGTHS], {**USE, "value": -1.0}),
    Sample("SequenceMask", [(2, 3), LENGTHS], {**USE, "axis": 1}),
    Sample("SequenceLast", [(3, 2, 2)]),
    Sample("SequenceLast", [(3, 2, 2), LENGTHS], USE),
    Sample("SequenceLast", [(2, 3), LENGTHS], {**USE, "axis": 1}),
    Sample("SequenceReverse", [(3, 2, 2)]),
    Sample("SequenceReverse", [(3, 2, 2), LENGTHS], USE),
]
