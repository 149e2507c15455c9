"""The AdamW updates as symbols, with a scale that is a number or a symbol."""

from __future__ import annotations

import pytest

from compat_tests.inputs import arrays

STATES = {False: ("m", "v"), True: ("m", "v", "w32")}


@pytest.mark.parametrize("scale", ["symbol", "number"])
@pytest.mark.parametrize("mixed", [True, False])
def test_step(mx, mixed, scale):
    w, g, m, v = arrays(mx.nd, "float32", *[(2, 3)] * 4, low=0.1)
    held = {"w": w, "g": g, "m": m, "v": v}
    if mixed:
        held.update(w=w.astype("float16"), g=g.astype("float16"), w32=w.copy())
    inputs = [mx.sym.var(name) for name in held]
    function = getattr(mx.sym.contrib, "mp_adamw_update" if mixed else "adamw_update")
    by = mx.sym.var("s") if scale == "symbol" else 0.5
    sym = function(*inputs, by, lr=0.1, eta=0.5, wd=0.1, beta1=0.8, clip_gradient=0.7)
    states = {name: held.pop(name) for name in STATES[mixed]}
    if scale == "symbol":
        held["s"] = mx.nd.array([0.5])
    (out,) = sym.bind(mx.cpu(), held, grad_req="null", aux_states=states).forward()
    return out, m, v
