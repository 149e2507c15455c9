"""Sample calls of the linear algebra of NumPy-like arrays, percentiles and polynomials."""

from __future__ import annotations

import numpy as np

from . import Sample

WIDE = np.array([[1.0, 3.0, 5.0], [2.0, 4.0, -7.0]])
SYMMETRIC = np.array([[4.0, 1.0, 0.5], [1.0, 3.0, -0.25], [0.5, -0.25, 2.0]])
STACK = np.stack([SYMMETRIC, SYMMETRIC @ SYMMETRIC])
CUBE = (np.eye(6) * 2 + np.arange(36.0).reshape(6, 6) % 5 / 10).reshape(2, 3, 6)

SAMPLES = [
    Sample("_npi_svd", [WIDE], wrt=(0,)),
    Sample("_npi_svd", [STACK[:, :2]], wrt=(0,)),
    Sample("_npi_svd", [np.zeros((0, 2, 3))], grad=False),
    *(Sample(f"_npi_{name}", [matrix], grad=False)
      for name in ("eig", "eigvals", "eigh", "eigvalsh") for matrix in (SYMMETRIC, STACK)),
    Sample("_npi_eigh", [np.triu(SYMMETRIC)], {"UPLO": "U"}, grad=False),
    Sample("_npi_eigh", [np.zeros((0, 2, 2))], grad=False),
    Sample("_npi_pinv_scalar_rcond", [WIDE.T], {"rcond": 0.1}, grad=False),
    Sample("_npi_pinv_scalar_rcond", [np.zeros((2, 0, 3))], grad=False),
    Sample("_npi_pinv", [STACK, np.array([0.5, 1e-9])], grad=False),
    Sample("_npi_tensorinv", [CUBE], wrt=(0,)),
    Sample("_npi_tensorinv", [SYMMETRIC], {"ind": 1}, wrt=(0,)),
    Sample("_npi_tensorsolve", [CUBE, (2, 3)], wrt=(0, 1)),
    Sample("_npi_tensorsolve", [np.swapaxes(CUBE, 0, 2), (3, 2)], {"a_axes": (0,)}, wrt=(0, 1)),
    *(Sample("_npi_percentile", [(3, 4), np.array([10.0, 45.0, 100.0])],
             {"axis": (1,), "interpolation": name}, grad=False)
      for name in ("linear", "lower", "higher", "midpoint", "nearest")),
    Sample("_npi_percentile", [(3, 4)], {"q_scalar": 40.0, "keepdims": True}, grad=False),
    Sample("_npi_polyval", [(3,), (2, 2)]),
    Sample("_npi_polyval", [(0,), (2,)], grad=False),
]  # fmt: skip
