"""Optimizer updates."""

from __future__ import annotations

import pytest

from compat_tests.inputs import FLOATS, array, arrays, attempt

#: update to the number of its states and its own parameters
UPDATES = {
    "sgd_update": (0, {}),
    "sgd_mom_update": (1, {"momentum": 0.9}),
    "nag_mom_update": (1, {"momentum": 0.9}),
    "adam_update": (2, {"beta1": 0.8}),
    "rmsprop_update": (1, {}),
    "rmspropalex_update": (3, {"gamma2": 0.8}),
    "ftrl_update": (2, {"lamda1": 0.1}),
    "signsgd_update": (0, {}),
    "signum_update": (1, {"momentum": 0.9, "wd_lh": 0.01}),
    "ftml_update": (3, {"t": 2}),
}
COMMON = {"lr": 0.1, "wd": 0.01, "rescale_grad": 0.5}


def ready(mx, dtype, count):
    """Make a weight, a gradient and positive states."""
    weight, grad = arrays(mx.nd, dtype, (2, 3), (2, 3))
    states = arrays(mx.nd, dtype, *[(2, 3)] * count, seed="states", low=0.3, high=0.9)
    if count == 3:  # squares must stay above the squared mean
        states[0] = states[0] + 1
    return weight, grad, states


def clip_name(name):
    return "clip_grad" if name == "ftml_update" else "clip_gradient"


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("clip", [-1, 0.3])
@pytest.mark.parametrize("name", sorted(UPDATES))
def test_update(mx, name, clip, dtype):
    count, own = UPDATES[name]
    weight, grad, states = ready(mx, dtype, count)
    params = dict(COMMON, **own)
    params[clip_name(name)] = clip
    call = getattr(mx.nd, name)
    seen = []
    for _ in range(2):
        back = call(weight, grad, *states, out=weight, **params)
        seen.append([array.copy() for array in [weight, *states]])
    return seen, back is weight, grad


@pytest.mark.tolerance(rtol=6e-3, atol=4e-3, reason="rounded to half precision after every step")
@pytest.mark.parametrize("name", sorted(set(UPDATES) - {"ftml_update", "ftrl_update"}))
def test_update_half(mx, name):
    count, own = UPDATES[name]
    weight, grad, states = ready(mx, "float16", count)
    return getattr(mx.nd, name)(weight, grad, *states, **dict(COMMON, **own)), states


@pytest.mark.parametrize("name", sorted(UPDATES))
def test_update_defaults(mx, name):
    count, _ = UPDATES[name]
    weight, grad, states = ready(mx, "float32", count)
    needed = {"lr": 0.05}
    if name == "ftml_update":
        needed["t"] = 1
    return getattr(mx.nd, name)(weight, grad, *states, **needed), states


@pytest.mark.parametrize("name", ["rmsprop_update", "rmspropalex_update"])
def test_update_clip_weights(mx, name):
    weight, grad, states = ready(mx, "float32", UPDATES[name][0])
    return getattr(mx.nd, name)(weight, grad, *states, lr=0.1, clip_weights=0.5)


@pytest.mark.parametrize("name", ["sgd_update", "sgd_mom_update", "adam_update"])
def test_update_wrong(mx, name):
    count, _ = UPDATES[name]
    weight, grad, states = ready(mx, "float32", count)
    call = getattr(mx.nd, name)
    return [
        attempt(call, weight, grad, *states),
        attempt(call, weight, grad, *states, lr="x"),
        attempt(call, weight, array(mx.nd, "float32", (3, 2)), *states, lr=0.1),
        attempt(call, weight, grad.astype("float64"), *states, lr=0.1),
        attempt(call, weight, lr=0.1),
    ]


MIXED = {"mp_sgd_update": 0, "mp_sgd_mom_update": 1, "mp_nag_mom_update": 1}


@pytest.mark.parametrize("name", sorted(MIXED))
@pytest.mark.parametrize("clip", [-1, 0.3])
def test_mixed_precision_update(mx, name, clip):
    weight, grad = arrays(mx.nd, "float16", (2, 3), (2, 3))
    copy = weight.astype("float32")
    states = arrays(mx.nd, "float32", *[(2, 3)] * MIXED[name], seed="states")
    own = {"momentum": 0.9} if states else {}
    call = getattr(mx.nd, name)
    params = dict(COMMON, clip_gradient=clip, **own)
    out = call(weight, grad, *states, copy, out=weight, **params)
    return out, weight, states, copy


@pytest.mark.parametrize("momentum", [0, 0.9])
@pytest.mark.parametrize("mixed", [False, True])
@pytest.mark.parametrize("loaded", [False, True])
def test_multi_sgd(mx, momentum, mixed, loaded):
    dtype = "float16" if mixed else "float32"
    shapes = [(2, 3), (4,)]
    weights = arrays(mx.nd, dtype, *shapes)
    gradients = arrays(mx.nd, dtype, *shapes, seed="grads")
    moments = arrays(mx.nd, "float32", *shapes, seed="moments")
    copies = [w.astype("float32") for w in weights]
    rows = [weights, gradients]
    if momentum:
        rows.append(moments)
    if mixed:
        rows.append(copies)
    data = [array for row in zip(*rows) for array in row]
    name = "multi_%ssgd_%supdate" % ("mp_" if mixed else "", "mom_" if momentum else "")
    params = {"num_weights": 2, "rescale_grad": 0.5}
    if momentum:
        params["momentum"] = momentum
    if loaded:
        name = "preloaded_" + name
        data += [mx.nd.array([0.1, 0.2]), mx.nd.array([0.01, 0])]
    else:
        params.update(lrs=(0.1, 0.2), wds=(0.01, 0))
    getattr(mx.nd, name)(*data, out=weights, **params)
    return weights, moments, copies


def test_sum_of_squares(mx):
    made = arrays(mx.nd, "float32", (2, 3), (4,), (1,))
    return mx.nd.multi_sum_sq(*made, num_arrays=3)


@pytest.mark.parametrize("dtype", FLOATS)
def test_all_finite(mx, dtype):
    good, bad = mx.nd.array([1, 2], dtype=dtype), mx.nd.array([1, float("nan")], dtype=dtype)
    worse = mx.nd.array([float("inf"), 0], dtype=dtype)
    return [
        mx.nd.all_finite(good), mx.nd.all_finite(bad), mx.nd.all_finite(worse),
        mx.nd.multi_all_finite(good, good, num_arrays=2),
        mx.nd.multi_all_finite(good, worse, num_arrays=2),
    ]  # fmt: skip


@pytest.mark.parametrize("scale", [1, 0.5, 0])
def test_adamw(mx, scale):
    weight, grad, (mean, var) = ready(mx, "float32", 2)
    factor = mx.nd.array([scale])
    out = mx.nd.contrib.adamw_update(
        weight,
        grad,
        mean,
        var,
        factor,
        lr=0.1,
        eta=0.5,
        wd=0.01,
        clip_gradient=0.4,
        out=weight,
    )
    return out, mean, var


@pytest.mark.parametrize("correct", [True, False])
def test_lamb(mx, correct):
    weight, grad, (mean, var) = ready(mx, "float32", 2)
    step = mx.nd.lamb_update_phase1(weight, grad, mean, var, t=2, wd=0.01, bias_correction=correct)
    r1, r2 = mx.nd.array([1.5]), mx.nd.array([0.7])
    call = mx.nd.lamb_update_phase2
    return [
        step, mean, var, call(weight, step, r1, r2, lr=0.1),
        call(weight, step, r1, r2, lr=0.1, lower_bound=2, upper_bound=3),
        call(weight, step, mx.nd.zeros(1), r2, lr=0.1),
    ]  # fmt: skip


def test_lars(mx):
    make = mx.nd.array
    return mx.nd.multi_lars(
        make([0.1, 0.2, 0.3]), make([1.0, 4, 0]), make([2.0, 0, 1]), make([0.01, 0, 0.1]),
        eta=0.5, eps=1e-3, rescale_grad=0.5,
    )  # fmt: skip


def test_reset_arrays(mx):
    made = arrays(mx.nd, "float32", (2, 3), (2,))
    mx.nd.reset_arrays(*made, num_arrays=2)
    return made
