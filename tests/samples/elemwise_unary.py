"""Sample calls of the element-wise functions of one array."""

from __future__ import annotations

import numpy as np

from . import Sample

WIDE = ["exp", "expm1", "sin", "cos", "tan", "arctan", "sinh", "cosh", "tanh", "arcsinh", "degrees",
        "radians", "square", "negative", "softsign", "sigmoid", "erf", "hard_sigmoid", "_copy",
        "_contrib_quadratic", "_contrib_div_sqrt_dim"]  # fmt: skip
POSITIVE = ["log", "log2", "log10", "log1p", "sqrt", "cbrt", "rsqrt", "rcbrt", "reciprocal",
            "gamma", "gammaln"]  # fmt: skip
STEPS = ["sign", "round", "rint", "fix", "trunc", "floor", "ceil", "logical_not", "BlockGrad",
         "_npi_logical_not", "_npi_isnan", "_npi_isinf", "_npi_isfinite", "_npi_isposinf",
         "_npi_isneginf", "_npi_around"]  # fmt: skip
KINKED = np.array([[-1.7, -0.6, -0.2], [0.3, 0.8, 1.9]])

SAMPLES = [
    *(Sample(name, [(2, 3)], high=0.9) for name in WIDE),
    *(Sample(name, [(2, 3)], low=0.4, high=2.5) for name in POSITIVE),
    *(
        Sample(name, [(2, 3)], low=-0.8, high=0.8)
        for name in ("arcsin", "arccos", "arctanh", "erfinv")
    ),
    Sample("arccosh", [(2, 3)], low=1.3, high=3.0),
    *(Sample(name, [(2, 3)], low=0.6, high=0.9) for name in ("abs", "relu")),
    *(Sample(name, [(2, 3)], low=-0.9, high=-0.6) for name in ("abs", "relu")),
    *(Sample(name, [KINKED], grad=False) for name in STEPS),
    Sample("_npi_bitwise_not", [np.array([[1, 2], [-3, 0]])], grad=False),
    *(
        Sample(name, [KINKED], grad=False)
        for name in ("make_loss", "_contrib_round_ste", "_contrib_sign_ste")
    ),
    Sample("hard_sigmoid", [(2, 3)], dict(alpha=0.5, beta=0.25), high=0.4, low=-0.4),
    Sample("_identity_with_attr_like_rhs", [(2, 3), (2, 3)], wrt=(0,)),
]
