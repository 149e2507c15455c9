"""AdamW and LAMB for several weights in one call."""

from __future__ import annotations

import pytest

from compat_tests.inputs import arrays

SHAPES = [(2, 3), (4,), (1, 2)]
ROUNDED = pytest.mark.tolerance(rtol=2e-5, atol=1e-6, reason="rounded in another order")


def lists(mx, dtype="float32", parts=4):
    """Make lists of weights, gradients, means, variances and float32 copies of the weights."""
    made = [
        arrays(mx.nd, dtype if part < 2 else "float32", *SHAPES, seed=part, low=0.1, high=1.0)
        for part in range(4)
    ]
    if parts == 5:
        made.append([w.astype("float32") for w in made[0]])
    return made


ADAMW = {"lrs": [0.1, 0.2, 0.3], "wds": [0.0, 0.1, 0.05], "etas": [1.0, 0.5, 2.0]}
LAMB = {"lrs": [0.1, 0.2, 0.3], "wds": [0.0, 0.1, 0.05], "step_count": [1, 2, 7]}


@ROUNDED
@pytest.mark.parametrize(
    "options", [{}, {"beta1": 0.5, "epsilon": 1e-3}, {"clip_gradient": 0.2}], ids=["", "b", "clip"]
)
@pytest.mark.parametrize("scale", [1.0, 0.25, 0.0])
def test_adamw(mx, options, scale):
    given = lists(mx)
    out = mx.nd.contrib.multi_adamw_update(*given, scale, out=given[0], **ADAMW, **options)
    return out, given[2:]


@pytest.mark.tolerance(rtol=2e-3, atol=1e-3, reason="a float16 weight rounds to a neighbour")
def test_mixed_adamw(mx):
    given = lists(mx, "float16", 5)
    scale = mx.nd.array([0.5])
    return mx.nd.contrib.multi_mp_adamw_update(*given, scale, out=given[0], **ADAMW), given[2:]


@ROUNDED
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"bias_correction": False},
        {"clip_gradient": 0.2, "rescale_grad": 0.5},
        {"lower_bound": 0.5, "upper_bound": 1.0},
    ],
    ids=["", "biased", "clip", "bounds"],
)
def test_lamb(mx, options):
    given = lists(mx)
    return mx.nd.contrib.multi_lamb_update(*given, out=given[0], **LAMB, **options), given[2:]


@pytest.mark.tolerance(rtol=2e-3, atol=1e-3, reason="a float16 weight rounds to a neighbour")
def test_mixed_lamb(mx):
    given = lists(mx, "float16", 5)
    return mx.nd.contrib.multi_mp_lamb_update(*given, out=given[0], **LAMB), given[2:]
