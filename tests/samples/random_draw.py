"""Samples of the samplers; the draws of two calls agree because each starts from the same seed.

Results are single precision, too coarse for numeric gradients; compat_tests compares the gradients.
"""

from __future__ import annotations

import numpy as np

from . import Sample

LEGACY = {
    "uniform": 2, "normal": 2, "gamma": 2, "exponential": 1, "poisson": 1, "negative_binomial": 2,
    "generalized_negative_binomial": 2,
}  # fmt: skip
MODERN = {
    "uniform": ("low", "high"), "normal": ("loc", "scale"), "gamma": ("shape", "scale"),
    "gumbel": ("loc", "scale"), "logistic": ("loc", "scale"), "exponential": ("scale",),
    "rayleigh": ("scale",), "weibull": ("a",), "pareto": ("a",), "powerd": ("a",),
    "uniform_n": ("low", "high"), "normal_n": ("loc", "scale"),
}  # fmt: skip
HALF = np.array([0.3, 0.5, 0.6])
RATES = np.array([[0.2, 0.8], [0.5, 0.5]])


def drawn(op: str, inputs: list, params: dict | None = None, **options: object) -> Sample:
    return Sample(op, inputs, params or {}, random=True, **options)


SAMPLES = [
    *(drawn(f"_random_{name}", [], {"shape": (2, 3)}, grad=False) for name in LEGACY),
    *(drawn(f"_random_{name}_like", [(2, 3)], grad=False) for name in LEGACY),
    *(
        drawn(f"_sample_{name}", [HALF] * count, {"shape": (2,)}, grad=False)
        for name, count in LEGACY.items()
    ),
    drawn("_random_randint", [], {"low": -2, "high": 5, "shape": (3,)}, grad=False),
    drawn("_shuffle", [(4, 2)], grad=False),
    drawn("_sample_multinomial", [RATES], {"shape": (3,)}, grad=False),
    *(
        drawn(f"_npi_{name}", [], {**dict.fromkeys(names, 0.7), "size": (2, 3)}, grad=False)
        for name, names in MODERN.items()
    ),
    *(
        drawn(f"_npi_{name}", [HALF] * len(names), dict.fromkeys(names), grad=False)
        for name, names in MODERN.items()
    ),
    drawn("_npi_bernoulli", [], {"prob": 0.3, "logit": None, "is_logit": False, "size": (4,)},
          grad=False),
    drawn("_npi_bernoulli", [HALF], {"prob": None, "logit": None, "is_logit": True}, grad=False),
    drawn("_npi_choice", [], {"a": 5, "size": (2, 2)}, grad=False),
    drawn("_npi_choice", [], {"a": 5, "size": (3,), "replace": False}, grad=False),
    drawn("_npi_multinomial", [], {"n": 5, "pvals": (0.2, 0.8), "size": (2,)}, grad=False),
]  # fmt: skip
