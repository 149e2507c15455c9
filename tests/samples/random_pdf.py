"""Samples of densities."""

from __future__ import annotations

import numpy as np

from . import Sample

X = (2, 3)
COUNTS = np.array([[1.0, 0, 3], [2, 4, 1]])


def both(name: str, inputs: list, low: float, high: float, **options: object) -> list[Sample]:
    """Make a sample of the density and one of its logarithm."""
    return [
        Sample(f"_random_pdf_{name}", inputs, {"is_log": log}, low, high, **options)  # type: ignore[arg-type]
        for log in (False, True)
    ]


SAMPLES = [
    *both("normal", [X, (2,), (2,)], 0.5, 1.5),
    *both("normal", [X, X, X], 0.5, 1.5),
    *both("uniform", [X, np.array([-0.5, 0.1]), np.array([0.7, 2.0])], 0.1, 0.5, wrt=(0, 1, 2)),
    *both("gamma", [X, (2,), (2,)], 0.5, 2.0),
    *both("exponential", [X, (2,)], 0.5, 2.0),
    *both("poisson", [COUNTS, (2,)], 0.5, 2.0),
    *both("negative_binomial", [COUNTS, (2,), (2,)], 0.2, 0.8),
    *both("generalized_negative_binomial", [COUNTS, (2,), (2,)], 0.3, 1.5),
    *both("dirichlet", [(2, 2, 3), (2, 3)], 0.2, 1.5),
    *both("dirichlet", [(3,), (3,)], 0.2, 1.5),
]
