"""Optimizer updates in place and in pieces: the bodies' numbers, nothing touched but the states."""

from __future__ import annotations

import numpy as np
import pytest

from mxshim._backends.cpu import xp
from mxshim._backends.numpy_kernels import optimizer
from mxshim._core import registry

from .against import bound, copied, near

STEP = {"lr": 0.1, "wd": 0.01, "rescale_grad": 0.5}
#: Update, states, parameters beside the plain ones and those with everything switched on.
RULES = [
    ("sgd_update", 0, {}, {"clip_gradient": 0.3}),
    ("sgd_mom_update", 1, {"momentum": 0.9}, {"clip_gradient": 0.3}),
    ("nag_mom_update", 1, {"momentum": 0.9}, {"clip_gradient": 0.3}),
    ("adam_update", 2, {}, {"clip_gradient": 0.3, "epsilon": 1e-3}),
    ("rmsprop_update", 1, {}, {"clip_gradient": 0.3, "clip_weights": 1.0}),
    ("rmspropalex_update", 3, {}, {"clip_gradient": 0.3, "clip_weights": 1.0}),
    ("ftrl_update", 2, {}, {"clip_gradient": 0.3, "lamda1": 0.5, "beta": 0.7}),
    ("ftml_update", 3, {"t": 1}, {"clip_grad": 0.3, "t": 7}),
    ("signum_update", 1, {"momentum": 0.9}, {"clip_gradient": 0.3, "wd_lh": 0.2}),
]
#: One piece, several with a shorter last one, a full last one.
PIECE = 64
SHAPES = [(5,), (3, 4), (2, PIECE + 7), (2 * PIECE,), (1,)]


@pytest.fixture(autouse=True)
def _small_pieces(monkeypatch):
    monkeypatch.setattr(optimizer, "PIECE", PIECE)


def arrays(states, shape, dtype):
    rng = np.random.default_rng(3)
    weight, grad = (np.asarray(rng.standard_normal(shape), dtype) for _ in range(2))
    made = [np.asarray(rng.uniform(1, 2, shape), dtype) for _ in range(states)]
    return [weight, grad, *made[:1], *[0.3 * state for state in made[1:]]]  # no root of less than 0


def both(name, given, in_place, **params):
    """Run operator and body on copies; return (result, states) of each and what was left alone."""
    operator = registry.get(name)
    params = bound(name, params)
    mine, plain = list(copied(tuple(given))), list(copied(tuple(given)))
    made = operator.forward(xp, *mine, target=mine[0] if in_place else None, **params)
    wanted = operator.forward.__wrapped__(
        xp, *plain, target=plain[0] if in_place else None, **params
    )
    return mine, made, plain, wanted


@pytest.mark.parametrize("in_place", [True, False])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("name", "states", "plain", "full"), RULES, ids=[r[0] for r in RULES])
def test_numbers(name, states, plain, full, dtype, in_place):
    for shape in SHAPES:
        given = arrays(states, shape, dtype)
        for params in ({"lr": 0.1, **plain}, {**STEP, **plain, **full}):
            mine, made, body, wanted = both(name, given, in_place, **params)
            near((made, *mine[2:]), (wanted, *body[2:]), 2)
            assert np.array_equal(mine[1], given[1])
            assert (made is mine[0]) == in_place
            if not in_place:
                assert np.array_equal(mine[0], given[0])
                assert not np.may_share_memory(made, mine[0])


def taken(name, *given, **params):
    """Tell whether the kernel took a call."""
    result = optimizer._job(given[0], given, bound(name, {**STEP, **params}))
    return result is not None


def test_takes_only_what_blas_takes():
    weight, grad = arrays(0, (6, 8), "float32")
    assert taken("sgd_update", weight, grad)
    assert not taken("sgd_update", weight.astype("float16"), grad.astype("float16"))
    assert not taken("sgd_update", weight, grad.astype("float64"))
    assert not taken("sgd_update", weight, grad[:3])
    assert not taken("sgd_update", weight[:, ::2], grad[:, ::2])
    assert not taken("sgd_update", weight.T, grad.T)
    assert not taken("sgd_update", weight, weight)
    assert not taken("sgd_update", weight[1:], weight[:-1])
    assert not taken("sgd_update", weight[:0], grad[:0])
    shifted = np.frombuffer(bytearray(4 * 48 + 1), "f4", 48, 1).reshape(6, 8)
    assert not shifted.flags.aligned
    assert not taken("sgd_update", weight, shifted)


@pytest.mark.parametrize("odd", [np.nan, np.inf])
@pytest.mark.parametrize(
    ("name", "states", "factor"),
    [("sgd_update", 0, "lr"), ("sgd_mom_update", 1, "momentum"), ("adam_update", 2, "beta1"),
     ("adam_update", 2, "lr")],
)  # fmt: skip
def test_factors_of_zero_keep_what_is_not_finite(name, states, factor, odd):
    given = arrays(states, (4,), "float32")
    for array in given[1:]:
        array[1] = odd
    params = {**STEP, "momentum": 0.9} if "mom" in name else dict(STEP)
    mine, made, body, wanted = both(name, given, True, **{**params, factor: 0.0})
    near((made, *mine[2:]), (wanted, *body[2:]))
    assert np.isnan(wanted[1]) or np.isnan(body[-1][1])


def test_overlapping_arrays_are_left_to_the_body():
    memory = np.arange(10, dtype="float32")
    made = registry.get("sgd_update").forward(
        xp, memory[1:], memory[:-1], target=None, **bound("sgd_update", {"lr": 1.0})
    )
    assert np.array_equal(made, np.ones(9, "float32"))
