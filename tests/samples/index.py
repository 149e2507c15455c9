"""Samples of :mod:`mxshim._ops.index`, slicing, np_index and np_replace."""

from __future__ import annotations

import numpy as np

from . import Sample

I64 = np.array([2, 0, 1, 2])
GRID = np.array([[0, 2], [1, 0]])
TRUTH = np.array([[1.0, 0.0, 2.0], [0.0, 5.0, 0.0]])

SAMPLES = [
    Sample("take", [(3, 4), GRID]),
    Sample("take", [(2, 3, 4), I64], {"axis": 1}),
    Sample("take", [(3, 4), np.array([5.0, -1.0])], {"mode": "wrap"}),
    Sample("pick", [(4, 3), I64]),
    Sample("pick", [(3, 4), I64], {"axis": 0, "keepdims": True}),
    Sample("batch_take", [(4, 3), I64.astype("int32")]),
    Sample("one_hot", [I64], {"depth": 3, "on_value": 2.0}, grad=False),
    Sample("gather_nd", [(3, 2, 4), np.array([[0, 2, 2], [1, 1, 1]])]),
    Sample("scatter_nd", [(2, 4), np.array([[0, 2], [1, 0]])], {"shape": (3, 2, 4)}),
    Sample("_scatter_set_nd", [(3, 2), (2,), np.array([[0, 2], [1, 0]])],
           {"shape": (3, 2)}, grad=False),
    Sample("where", [TRUTH, (2, 3), (2, 3)]),
    Sample("where", [np.array([1.0, 0.0]), (2, 3), (2, 3)]),
    Sample("_contrib_boolean_mask", [(3, 4), np.array([1.0, 0.0, 2.0])]),
    Sample("slice", [(3, 4)], {"begin": (0, None), "end": (2, None), "step": (1, -2)}),
    Sample("slice_axis", [(3, 4)], {"axis": -1, "begin": 1, "end": None}),
    Sample("slice_like", [(3, 4), (2, 9)], {"axes": (0,)}, wrt=(0,)),
    Sample("_slice_assign", [(3, 4), (2, 4)], {"begin": (0,), "end": (2,)}),
    Sample("_slice_assign_scalar", [(3, 4)], {"begin": (0, 1), "end": (2, 3), "scalar": 5.0}),
    Sample("_npi_where", [TRUTH, (2, 3), (2, 1)]),
    Sample("_npi_where_lscalar", [TRUTH, (2, 3)], {"scalar": 2.0}, grad=False),
    Sample("_npi_where_rscalar", [TRUTH, (2, 3)], {"scalar": 2.0}, grad=False),
    Sample("_npi_where_scalar2", [TRUTH], {"x": 1.0, "y": 2.0}, grad=False),
    Sample("_npx_nonzero", [TRUTH], grad=False),
    Sample("_npi_unique", [TRUTH], {"return_index": True, "return_counts": True}, grad=False),
    Sample("_npi_diff", [(2, 4)]),
    Sample("_npi_diff", [(4, 2)], {"n": 2, "axis": 0}),
    Sample("_npi_ediff1d", [(2, 3)], {"to_begin_scalar": 2.0}),
    Sample("_npi_ediff1d", [(5,), (2,), (3,)],
           {"to_begin_arr_given": True, "to_end_arr_given": True}),
    Sample("_npi_bincount", [I64], grad=False),
    Sample("_npi_nan_to_num", [(2, 3)]),
    Sample("_npi_diag_indices_from", [(3, 3)], grad=False),
    Sample("_ravel_multi_index", [GRID], {"shape": (3, 3)}, grad=False),
    Sample("_unravel_index", [I64], {"shape": (3, 3)}, grad=False),
    Sample("_npi_boolean_mask_assign_scalar", [(2, 3), TRUTH], {"value": 2.0}, grad=False),
    Sample("_npi_boolean_mask_assign_tensor", [(2, 3), TRUTH, (3,)], grad=False),
    Sample("_npi_delete", [(3, 4)], {"int_ind": 1, "axis": 1}),
    Sample("_npi_delete", [(5,), I64]),
    Sample("_npi_insert_scalar", [(4,), (2,)], {"int_ind": 1}, grad=False),
    Sample("_npi_insert_slice", [(4,), (2,)], {"start": 0, "stop": 2}, grad=False),
    Sample("_npi_insert_tensor", [(4,), (4,), I64], grad=False),
    Sample("_contrib_index_copy", [(3, 2), np.array([2, 0]), (2, 2)]),
    Sample("_contrib_index_array", [(2, 3)], grad=False),
    Sample("fill_element_0index", [(4, 3), (4,), I64], grad=False),
    Sample("_npx_constraint_check", [np.array([True, True])], grad=False),
    Sample("_histogram", [(2, 3)], {"bin_cnt": 3, "range": (-1.0, 1.0)}, grad=False),
]  # fmt: skip
