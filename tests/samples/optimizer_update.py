"""Samples of optimizer updates, which have no gradients."""

from __future__ import annotations

import numpy as np

from . import Sample

STEP = {"lr": 0.1, "wd": 0.01}
POSITIVE = np.array([1.2, 1.5, 1.1])
ONE = np.array([0.7])


def update(name: str, states: int = 0, **params: object) -> Sample:
    inputs = [(3,), (3,), *[POSITIVE.copy() for _ in range(states)]]
    return Sample(name, inputs, {**STEP, **params}, grad=False)


SAMPLES = [
    update("sgd_update"),
    update("sgd_mom_update", 1, momentum=0.9),
    update("nag_mom_update", 1, momentum=0.9),
    update("adam_update", 2),
    update("rmsprop_update", 1, clip_gradient=0.5),
    update("rmspropalex_update", 3),
    update("ftrl_update", 2),
    update("ftml_update", 3, t=2),
    update("signsgd_update"),
    update("signum_update", 1),
    Sample("multi_sum_sq", [(3,), (2, 2)], {"num_arrays": 2}, grad=False),
    Sample("all_finite", [(3,)], grad=False),
    Sample("multi_all_finite", [(3,), (2,)], {"num_arrays": 2}, grad=False),
    Sample("lamb_update_phase2", [(3,), (3,), ONE, ONE], {"lr": 0.1}, grad=False),
    Sample("multi_lars", [(3,), POSITIVE, POSITIVE, (3,)], {"eta": 0.5, "eps": 0.1}, grad=False),
]
