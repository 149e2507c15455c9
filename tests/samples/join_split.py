"""Samples of :mod:`mxshim._ops.join_split` and :mod:`mxshim._ops.np_join`."""

from __future__ import annotations

from . import Sample

SAMPLES = [
    Sample("Concat", [(2, 3), (2, 2)], {"num_args": 2}),
    Sample("Concat", [(2, 3), (1, 3)], {"num_args": 2, "dim": 0}),
    Sample("_npi_concatenate", [(2, 3), (2, 1)], {"num_args": 2, "axis": -1}),
    Sample("_npi_concatenate", [(2, 3), (2,)], {"num_args": 2, "axis": None}),
    Sample("stack", [(2, 3), (2, 3)], {"num_args": 2, "axis": 1}),
    Sample("_npi_stack", [(2, 3), (2, 3)], {"num_args": 2, "axis": -1}),
    Sample("_npi_vstack", [(3,), (2, 3)], {"num_args": 2}),
    Sample("_npi_hstack", [(2, 3), (2, 1)], {"num_args": 2}),
    Sample("_npi_hstack", [(2,), (3,)], {"num_args": 2}),
    Sample("_npi_dstack", [(3,), (1, 3)], {"num_args": 2}),
    Sample("_npi_column_stack", [(3,), (3, 2)], {"num_args": 2}),
    Sample("SliceChannel", [(2, 4)], {"num_outputs": 2}),
    Sample("SliceChannel", [(2, 3)], {"num_outputs": 2, "axis": 0, "squeeze_axis": True}),
    Sample("_split_v2", [(2, 4)], {"indices": (0, 1, 3)}),
    Sample("_split_v2", [(2, 4)], {"indices": (), "sections": 3}),
    Sample("_split_v2", [(2, 3)], {"indices": (0, 1), "axis": 0, "squeeze_axis": True}),
    Sample("_npi_hsplit", [(4,)], {"indices": (0, 1)}),
    Sample("_npi_dsplit", [(2, 3, 4)], {"indices": (0, 1), "axis": 2}),
]
