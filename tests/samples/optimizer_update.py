"""Samples of optimizer updates, which have no gradients."""

from __future__ import annotations

import numpy as np

from . import Sample

STEP = {"lr": 0.1, "wd": 0.01}
POSITIVE = np.array([1.2, 1.5, 1.1])
ONE = np.array([0.7])


def update(name: str, states: int = 0, **params: object) -> Sample:
    inputs = [(3,), (3,), *[POSITIVE.copy() for _ in range(states)]]
    keep = {"lr"} if "lamb" in name else set()
    chosen = {key: value for key, value in {**STEP, **params}.items() if key not in keep}
    return Sample(name, inputs, chosen, grad=False)


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


HALF = np.array([0.5, -0.25, 1.5], "float16")
SINGLE = HALF.astype("float32")
MIXED = {
    "mp_sgd_update": [SINGLE],
    "mp_sgd_mom_update": [SINGLE, SINGLE],
    "mp_nag_mom_update": [SINGLE, SINGLE],
    "mp_lamb_update_phase1": [SINGLE, abs(SINGLE), SINGLE],
}
LAMB = {"t": 2, "wd": 0.01}
LISTS = {"lrs": (0.1, 0.2), "wds": (0.0, 0.1)}
RATES = [np.array([0.1, 0.2]), np.array([0.0, 0.1])]


def fresh(arrays: list) -> list:
    """Copy the arrays, which updates write into."""
    return [array.copy() for array in arrays]


def several(name: str, rows: list) -> list[Sample]:
    """Sample an update of two weights and its form with preloaded rates."""
    count = {"num_weights": 2}
    data = fresh(rows * 2)
    return [
        Sample(f"multi_{name}", data, {**LISTS, **count}, grad=False),
        Sample(f"preloaded_multi_{name}", fresh(rows * 2) + RATES, count, grad=False),
    ]


SAMPLES += [
    *(
        Sample(name, fresh([HALF, HALF, *states]), LAMB if "lamb" in name else STEP, grad=False)
        for name, states in MIXED.items()
    ),
    update("lamb_update_phase1", 2, t=2),
    Sample("_adamw_update", [(3,), (3,), POSITIVE.copy(), POSITIVE.copy(), ONE],
           {**STEP, "eta": 0.5}, grad=False),
    Sample("_mp_adamw_update", fresh([HALF, HALF, SINGLE, abs(SINGLE), SINGLE, SINGLE[:1]]),
           {**STEP, "eta": 0.5}, grad=False),
    Sample("mp_lamb_update_phase2", fresh([HALF, SINGLE, SINGLE[:1], SINGLE[:1], SINGLE]),
           {"lr": 0.1}, grad=False),
    Sample("reset_arrays", [(3,), (2,)], {"num_arrays": 2}, grad=False),
    *several("sgd_update", [POSITIVE, POSITIVE]),
    *several("sgd_mom_update", [POSITIVE, POSITIVE, POSITIVE]),
    *several("mp_sgd_update", [HALF, HALF, SINGLE]),
    *several("mp_sgd_mom_update", [HALF, HALF, SINGLE, SINGLE]),
]  # fmt: skip
