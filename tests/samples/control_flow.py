"""Samples of :mod:`mxshim._ops.control_flow`: two rows, a state and a free variable each."""

from __future__ import annotations

import numpy as np

import mxshim as mx

from . import Sample

S = mx.sym
ONE = np.array([1.0])


def step() -> list[mx.sym.Symbol]:
    """Use a row, a state and a free variable; hand on another state."""
    x, state, free = S.var("x"), S.var("state"), S.var("free")
    y = S.tanh(x * state) * free
    return [S.Group([y, y * y + state])]


def count(limit: float) -> list[mx.sym.Symbol]:
    i, a, free = S.var("i"), S.var("a"), S.var("free")
    test = S.var("i") < limit
    return [test, S.Group([S.sin(a) * free, i + 1, S.sin(a) * free * a])]


def branch() -> list[mx.sym.Symbol]:
    p, a, b = S.var("p"), S.var("a"), S.var("b")
    return [p > 0, S.sin(a) * b, S.exp(S.var("a"))]


LOOP = {"num_outputs": 2, "num_out_data": 1, "in_data_locs": (0,), "in_state_locs": (1,)}
WHILE = {
    "num_outputs": 3, "num_out_data": 1, "max_iterations": 3, "cond_input_locs": (0,),
    "func_input_locs": (1, 2, 0), "func_var_locs": (2, 0),
}  # fmt: skip
COND = {
    "num_outputs": 1, "cond_input_locs": (0,), "then_input_locs": (1, 2), "else_input_locs": (1,)
}  # fmt: skip

SAMPLES = [
    Sample("_foreach", [(2, 3), (3,), (3,)], LOOP | {"remain_locs": (2,)}, bodies=step),
    Sample("_foreach", [(1, 3), (3,), (3,)], LOOP | {"remain_locs": (2,)}, bodies=step),
    Sample("_foreach", [(4,), (1,), (1,)], LOOP | {"remain_locs": (2,)}, bodies=step),
    Sample("_while_loop", [ONE, (3,), (3,)], WHILE, bodies=lambda: count(3.5)),
    Sample("_while_loop", [ONE, (2, 2), (2, 2)], WHILE, bodies=lambda: count(9.0)),
    Sample("_while_loop", [ONE, (2,), (2,)], WHILE, bodies=lambda: count(1.5)),
    Sample("_cond", [ONE, (2, 3), (2, 3)], COND, bodies=branch),
    Sample("_cond", [-ONE, (2, 3), (2, 3)], COND, bodies=branch, wrt=(1,)),
]
