"""Samples of :mod:`mxshim._ops.order`."""

from __future__ import annotations

from . import Sample

SAMPLES = [
    Sample("sort", [(3, 4)]),
    Sample("sort", [(3, 4)], {"axis": 0, "is_ascend": False}),
    Sample("sort", [(3, 4)], {"axis": None}),
    Sample("argsort", [(3, 4)], {"axis": 0}, grad=False),
    Sample("topk", [(3, 4)], {"k": 2, "ret_typ": "value"}),
    Sample("topk", [(3, 4)], {"k": 2, "ret_typ": "value", "axis": None, "is_ascend": True}),
    Sample("topk", [(3, 4)], {"k": 2, "ret_typ": "both", "axis": 0}, grad=False),
    Sample("topk", [(3, 4)], {"k": 2, "ret_typ": "mask"}, grad=False),
    Sample("topk", [(3, 4)], {"k": 2}, grad=False),
    Sample("argmax", [(3, 4)], {"axis": 1}, grad=False),
    Sample("argmin", [(3, 4)], grad=False),
    Sample("_npi_argmax", [(3, 4)], {"axis": -1}, grad=False),
    Sample("_npi_argmin", [(3, 4)], {"keepdims": True}, grad=False),
    Sample("argmax_channel", [(3, 4)], grad=False),
]
