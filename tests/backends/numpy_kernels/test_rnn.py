"""Recurrent networks, features before the batch: the body's numbers and gradients."""

from __future__ import annotations

import numpy as np
import pytest

from mxshim._backends import override
from mxshim._backends.cpu import xp
from mxshim._backends.onednn import library
from mxshim._core import registry
from mxshim._ops.kernels.rnn import Plan

from .against import copied, near

MODES = ["rnn_relu", "rnn_tanh", "gru", "lstm"]
NUMPY = "numpy_kernels.rnn"
INPUTS = ("data", "parameters", "state", "state_cell")


def call(mode, shape, units, layers=1, both=False, dtype="float32", **changed):
    """Return random arrays and all parameters of a call."""
    rng = np.random.default_rng(5)
    _, batch, inputs = shape
    plan = Plan(mode, layers, 1 + both, inputs, units, 0)
    ends = (layers * (1 + both), batch, units)
    arrays = [rng.standard_normal(shape), rng.uniform(-0.6, 0.6, plan.size())]
    arrays += [rng.standard_normal(ends), rng.standard_normal(ends) if mode == "lstm" else None]
    arrays = tuple(None if a is None else a.astype(dtype) for a in arrays)
    given = {"state_size": units, "num_layers": layers, "bidirectional": both, "mode": mode,
             "training": True, "random": None, "state_outputs": True, **changed}  # fmt: skip
    return arrays, {**registry.get("RNN").defaults, **given}


def kernels(module):
    override.candidates("RNN", ())
    return override._FOUND[module, "RNN", ()], override._FOUND[NUMPY, "RNN", INPUTS]


def check(arrays, params, module=NUMPY, factor=5.0):
    """Compare results and gradients with the body's."""
    run, pull = kernels(module)
    operator = registry.get("RNN")
    body, ((_, pull_body),) = operator.forward.__wrapped__, operator.pulls
    ends = 3 if params["mode"] == "lstm" else 2
    before, notes = copied(arrays), {}
    mine = run(xp, *arrays, notes=notes, **params)
    assert mine is not override.DECLINED
    wanted = body(xp, *before, notes=None, **params)
    near(mine, wanted[:ends], factor)
    heads = tuple(
        np.random.default_rng(9).standard_normal(a.shape).astype(a.dtype) for a in mine[:ends]
    )
    kept = copied(heads)
    for _ in range(2):  # a graph may be walked twice
        found = pull(xp, heads, mine, *arrays, notes=notes, **params)
        slopes = pull_body.__wrapped__(xp, heads, wanted, *before, notes=None, **params)
        near(found, slopes, factor)
    for left, right in zip((*arrays, *heads), (*before, *kept), strict=True):
        assert left is right is None or np.array_equal(left, right, equal_nan=True)
    for result in mine:
        assert not any(np.may_share_memory(result, a) for a in arrays if a is not None)
    return mine


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("layers", "both"), [(1, False), (1, True), (2, False), (3, True)])
@pytest.mark.parametrize("mode", MODES)
def test_networks(mode, layers, both, dtype):
    check(*call(mode, (4, 3, 5), 6, layers, both, dtype))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("shape", [(1, 2, 3), (3, 1, 2), (2, 2, 1), (1, 1, 1)])
def test_single_steps_samples_and_features(mode, shape):
    check(*call(mode, shape, 1))
    check(*call(mode, shape, 17, 2, True))


@pytest.mark.parametrize("mode", MODES)
def test_strided_arrays(mode):
    arrays, params = call(mode, (4, 6, 5), 3)
    x, flat, *states = arrays
    turned = np.ascontiguousarray(x.transpose(1, 2, 0)).transpose(2, 0, 1)
    spread = np.repeat(flat, 2)[::2]
    others = [None if s is None else np.asfortranarray(s) for s in states]
    check((turned, spread, *others), params)


@pytest.mark.skipif(library.load() is None, reason="oneDNN is not installed")
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("layers", "both"), [(1, False), (2, True)])
def test_networks_by_onednn(mode, layers, both):
    arrays, params = call(mode, (3, 32, 40), 160, layers, both)
    flat = arrays[1] * np.float32(0.2)
    check((arrays[0], flat, *arrays[2:]), params, "onednn.recurrent", 20)
    small, params = call(mode, (3, 2, 4), 5)
    run, _ = kernels("onednn.recurrent")
    assert run(xp, *small, notes=None, **params) is override.DECLINED


def test_sigmoids_far_from_zero():
    arrays, params = call("lstm", (2, 2, 3), 4)
    with np.errstate(over="ignore"):  # the slope near 1 keeps few digits, whichever way it goes
        check((arrays[0] * np.float32(200), *arrays[1:]), params, factor=500)


def test_values_that_are_no_numbers_stay_so():
    for mode in MODES:
        arrays, params = call(mode, (2, 2, 3), 4)
        arrays[0][0, 1, 2] = np.nan
        mine = check(arrays, params)
        assert mode == "rnn_relu" or np.isnan(mine[0][0, 1]).all()
        assert np.isfinite(mine[0][:, 0]).all()


@pytest.mark.parametrize(
    ("changed", "dtype"),
    [({}, "float16"), ({"projection_size": 2}, "float32"), ({"p": 1.0}, "float32"),
     ({"p": 0.5}, "float64"), ({"state_size": 5}, "float32"), ({"num_layers": 2}, "float32")],
)  # fmt: skip
def test_leaves_to_the_body(changed, dtype):
    arrays, params = call("lstm", (2, 2, 3), 4, dtype=dtype)
    run, pull = kernels(NUMPY)
    notes = {}
    assert run(xp, *arrays, notes=notes, **{**params, **changed}) is override.DECLINED
    assert not notes
    assert pull(xp, (), (), *arrays, notes=notes, **params) is override.DECLINED
    missing = (*arrays[:3], None)
    assert run(xp, *missing, notes=None, **params) is override.DECLINED
    empty = (arrays[0][:0], *arrays[1:])
    assert run(xp, *empty, notes=None, **params) is override.DECLINED


def test_dropout_in_single_precision_and_inference_is_taken():
    check(*call("gru", (2, 2, 3), 4, 2, p=0.5))
    check(*call("gru", (2, 2, 3), 4, 2, dtype="float64", p=0.5, training=False))
