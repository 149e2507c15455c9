"""The AdamW updates as symbols do what the same updates of arrays do."""

from __future__ import annotations

import numpy as np
import pytest

import mxshim as mx

OPTIONS = {"lr": 0.1, "eta": 0.5, "wd": 0.1, "beta1": 0.8, "epsilon": 1e-4, "clip_gradient": 0.7}


@pytest.mark.parametrize("symbol", [True, False])
@pytest.mark.parametrize("mixed", [True, False])
def test_symbol_like_array(mixed, symbol):
    name = "mp_adamw_update" if mixed else "adamw_update"
    draws = np.random.RandomState(0)
    held = {name: mx.nd.array(draws.uniform(0.1, 2, (2, 3))) for name in "wgmv"}
    if mixed:
        held["w32"] = held["w"].copy()
        held.update({name: held[name].astype("float16") for name in "wg"})
    plain = {name: value.copy() for name, value in held.items()}
    right = getattr(mx.nd.contrib, name)(*plain.values(), mx.nd.array([0.25]), **OPTIONS)

    scale = mx.sym.var("s") if symbol else 0.25
    made = getattr(mx.sym.contrib, name)(*map(mx.sym.var, held), scale, name="step", **OPTIONS)
    assert made.list_outputs() == ["step_output"]
    states = {name: held[name] for name in made.list_auxiliary_states()}
    assert list(states) == ["m", "v", "w32"][: 3 if mixed else 2]
    given = {name: held[name] for name in "wg"}
    if symbol:
        given["s"] = mx.nd.array([0.25])
    (out,) = made.bind(mx.cpu(), given, grad_req="null", aux_states=states).forward()
    assert out.dtype == right.dtype
    np.testing.assert_array_equal(out.asnumpy(), right.asnumpy())
    for name, state in states.items():
        np.testing.assert_array_equal(state.asnumpy(), plain[name].asnumpy())
