"""Samples of :mod:`mxshim._ops.create`."""

from __future__ import annotations

from mxshim._core.dtypes import float64

from . import Sample

SAMPLES = [
    Sample("_zeros", [], {"shape": (2, 3)}, grad=False),
    Sample("_npi_zeros", [], {"shape": ()}, grad=False),
    Sample("_zeros_without_dtype", [], {"shape": (2,)}, grad=False),
    Sample("_ones", [], {"shape": (2, 3)}, grad=False),
    Sample("_npi_ones", [], {"shape": (2, 0)}, grad=False),
    Sample("_full", [], {"shape": (2,), "value": 2.5}, grad=False),
    Sample("_npi_identity", [], {"shape": (3, 3)}, grad=False),
    Sample("_eye", [], {"N": 2, "M": 3, "k": 1}, grad=False),
    Sample("_npi_eye", [], {"N": 3}, grad=False),
    Sample("_arange", [], {"start": 1.0, "stop": 5.0, "step": 1.5, "repeat": 2}, grad=False),
    Sample("_npi_arange", [], {"start": 3.0}, grad=False),
    Sample("_linspace", [], {"start": 0.0, "stop": 1.0, "num": 5}, grad=False),
    Sample("_npi_logspace", [], {"start": 0.0, "stop": 2.0, "num": 3}, grad=False),
    Sample("_npi_indices", [], {"dimensions": (2, 3)}, grad=False),
    Sample("_npi_hanning", [], {"M": 5}, grad=False),
    Sample("_npi_hamming", [], {"M": 5}, grad=False),
    Sample("_npi_blackman", [], {"M": 5}, grad=False),
    Sample("zeros_like", [(2, 3)], grad=False),
    Sample("ones_like", [(2, 3)], grad=False),
    Sample("_npi_full_like", [(2, 3)], {"fill_value": 2.0, "dtype": float64}, grad=False),
    Sample("_contrib_arange_like", [(2, 3)], grad=False),
    Sample("_contrib_arange_like", [(2, 3)], {"axis": 1, "step": 0.5}, grad=False),
    Sample("shape_array", [(2, 3)], grad=False),
    Sample("size_array", [(2, 3)], grad=False),
]
