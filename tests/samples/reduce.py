"""Sample calls of reductions."""

from __future__ import annotations

import numpy as np

from . import Sample

AXES = [{}, {"axis": 1}, {"axis": (0, -1), "keepdims": True}]
TIELESS = np.array([[1.2, 0.7, 2.9], [0.4, 3.1, 1.8]])

SAMPLES = [
    *(Sample(name, [(2, 3, 2)], given, low=0.5, high=2.0)
      for name in ("sum", "mean", "prod", "nansum", "nanprod") for given in AXES),
    *(Sample(name, [(2, 3, 2)], {"axis": 1, "exclude": True}, low=0.5, high=2.0)
      for name in ("sum", "mean", "prod")),
    *(Sample(name, [(2, 3, 2)], given, low=0.5, high=2.0)
      for name in ("_np_sum", "_np_prod", "_npi_mean") for given in AXES),
    *(Sample(name, [TIELESS], given, wrt=(0,))
      for name in ("max", "min", "_np_max", "_np_min") for given in ({}, {"axis": 1})),
    *(Sample("norm", [(2, 3)], given, low=0.5, high=2.0)
      for given in ({}, {"ord": 1}, {"axis": 1}, {"ord": 1, "axis": 0, "keepdims": True})),
    Sample("moments", [(2, 3)], {"axes": (0,)}),
    Sample("moments", [(2, 3)], {"axes": (0, 1), "keepdims": True}),
    *(Sample("cumsum", [(2, 3)], given) for given in ({}, {"axis": 0}, {"axis": 1})),
    *(Sample(name, [(2, 3)], given, grad=False)
      for name in ("_np_all", "_np_any", "_npi_var", "_npi_std") for given in ({}, {"axis": 1})),
    Sample("_npi_average", [(2, 3)], {"weighted": False, "axis": 0}),
    Sample("_npi_average", [(2, 3), (2, 3)], {"axis": 1}, low=0.5, high=2.0),
    Sample("_npi_average", [(2, 3), (3,)], {"axis": 1}, low=0.5, high=2.0),
    *(Sample("_npi_norm", [(2, 3)], given, low=0.5, high=2.0)
      for given in ({"flag": -2}, {"axis": 1}, {"ord": 3, "axis": 1}, {"ord": 1, "axis": 0})),
    Sample("_npi_norm", [TIELESS], {"ord": 1}, wrt=(0,)),
    *(Sample("_npi_norm", [TIELESS], {"ord": o, "flag": f}, grad=False)
      for o, f in ((2, 2), (2, 0), (-2, 0))),
]  # fmt: skip
