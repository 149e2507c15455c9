"""Sample calls of the linalg family."""

from __future__ import annotations

import numpy as np

from . import Sample

DEFINITE = np.array([[4.0, 1.0, 0.5], [1.0, 3.0, -0.25], [0.5, -0.25, 2.0]])
TRIANGULAR = np.array([[2.0, 0.5, -1.0], [1.0, 3.0, 0.25], [-0.5, 1.5, 1.25]])
FORMS = [{}, {"transpose": True, "alpha": 1.5}, {"rightside": True, "lower": False}]

SAMPLES = [
    Sample("_linalg_gemm", [(2, 3), (3, 2), (2, 2)], {"alpha": 1.5, "beta": 0.5}),
    Sample("_linalg_gemm2", [(3, 2), (2, 3)], {"transpose_a": True, "transpose_b": True}),
    Sample("_linalg_gemm2", [(2, 2, 3), (3, 2, 2)], {"axis": 0}),
    Sample("_linalg_potrf", [DEFINITE], grad=False),
    Sample("_linalg_potri", [TRIANGULAR], wrt=(0,)),
    Sample("_linalg_inverse", [TRIANGULAR], wrt=(0,)),
    *(Sample(f"_linalg_{name}", [TRIANGULAR, (3, 3)], form, wrt=(0, 1))
      for name in ("trmm", "trsm") for form in FORMS),
    Sample("_linalg_syrk", [(2, 3)], {"alpha": 0.5}),
    Sample("_linalg_syrk", [(2, 3)], {"transpose": True}),
    Sample("_linalg_sumlogdiag", [DEFINITE], wrt=(0,)),
    Sample("_linalg_det", [TRIANGULAR], wrt=(0,)),
    Sample("_linalg_slogdet", [TRIANGULAR], wrt=(0,)),
    Sample("_linalg_gelqf", [np.array([[1.0, 2.0, 3.0], [3.0, 1.0, 5.0]])], wrt=(0,)),
    Sample("_linalg_syevd", [DEFINITE], grad=False),
    Sample("_npi_solve", [TRIANGULAR, (3, 2)], wrt=(0, 1)),
    Sample("_npi_solve", [TRIANGULAR, (3,)], wrt=(0, 1)),
    *(Sample(f"_linalg_{name}", [shape], {"offset": offset})
      for name, shape in (("extractdiag", (3, 3)), ("makediag", (2, 3)), ("extracttrian", (3, 3)),
                          ("maketrian", (2, 6)))
      for offset in (0, 1, -1)),
]  # fmt: skip
