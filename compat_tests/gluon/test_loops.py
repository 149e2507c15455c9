"""Recurrent cells inside ``F.contrib.foreach``, eager and compiled."""

from __future__ import annotations

import pytest

from compat_tests.inputs import arrays

CELLS = ("RNNCell", "LSTMCell", "GRUCell")


def looped(mx, cell):
    class Loop(mx.gluon.HybridBlock):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            with self.name_scope():
                self.cell = cell

        def hybrid_forward(self, F, data, *states):
            outs, last = F.contrib.foreach(self.cell, data, list(states))
            return [outs, *last]

    made = Loop(prefix="loop_")
    made.initialize()
    for i, (_, param) in enumerate(sorted(made.collect_params().items())):
        param.set_data(arrays(mx.nd, "float32", param.shape, seed=i, low=-0.5, high=0.5)[0])
    return made


@pytest.mark.parametrize("hybrid", [False, True])
@pytest.mark.parametrize("name", CELLS)
def test_cell(mx, name, hybrid):
    cell = getattr(mx.gluon.rnn, name)(3, input_size=2, prefix="cell_")
    net = looped(mx, cell)
    if hybrid:
        net.hybridize()
    seen = []
    for length in (4, 1):
        (x,) = arrays(mx.nd, "float32", (length, 2, 2), seed=length)
        x.attach_grad()
        with mx.autograd.record():
            outs, *states = net(x, *cell.begin_state(batch_size=2))
            total = (outs * outs).sum() + states[0].sum()
        total.backward()
        grads = {key: each.grad().copy() for key, each in net.collect_params().items()}
        seen.append([outs, states, x.grad, grads])
    return seen


@pytest.mark.parametrize("name", CELLS)
def test_as_unrolled(mx, name):
    cell = getattr(mx.gluon.rnn, name)(3, input_size=2, prefix="cell_")
    net = looped(mx, cell)
    (x,) = arrays(mx.nd, "float32", (4, 2, 2))
    outs, last = cell.unroll(4, x, layout="TNC", merge_outputs=True)
    looped_outs, *looped_last = net(x, *cell.begin_state(batch_size=2))
    return outs, last, abs(outs - looped_outs).max().asscalar() < 1e-6, looped_last


@pytest.mark.parametrize("hybrid", [False, True])
def test_stack(mx, hybrid):
    rnn = mx.gluon.rnn
    stack = rnn.HybridSequentialRNNCell(prefix="stack_")
    with stack.name_scope():
        stack.add(rnn.LSTMCell(3, input_size=2))
        stack.add(rnn.GRUCell(3, input_size=3))
    net = looped(mx, stack)
    if hybrid:
        net.hybridize()
    (x,) = arrays(mx.nd, "float32", (3, 2, 2))
    x.attach_grad()
    with mx.autograd.record():
        outs, *states = net(x, *stack.begin_state(batch_size=2))
        total = (outs * outs).sum()
    total.backward()
    return outs, states, x.grad
