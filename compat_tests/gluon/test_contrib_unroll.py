"""``dynamic_unroll``: cells run over sequences by a loop operator."""

from __future__ import annotations

import pytest

from compat_tests.gluon.tools import fill, short
from compat_tests.inputs import array, arrays

CELLS = pytest.mark.parametrize("kind", ["RNNCell", "LSTMCell", "GRUCell", "LSTMPCell", "Conv"])
LAYOUTS = pytest.mark.parametrize("layout", ["TNC", "NTC"])
SUMS = pytest.mark.tolerance(rtol=1e-4, atol=1e-5, reason="sums in another order")


def ready(mx, kind):
    """Make a cell with known parameters; return it with the shape of one step of one sample."""
    contrib, shape = mx.gluon.contrib.rnn, (3,)
    if kind == "LSTMPCell":
        cell = contrib.LSTMPCell(4, 2, input_size=3, prefix="cell_")
    elif kind == "Conv":
        cell, shape = contrib.Conv1DLSTMCell((2, 4), 3, 1, 3, prefix="cell_"), (2, 4)
    else:
        cell = getattr(mx.gluon.rnn, kind)(2, input_size=3, prefix="cell_")
    cell.initialize(mx.init.One())
    return fill(cell, mx.nd), shape


def inputs(mx, cell, shape, layout):
    """Make three steps for two samples, and first states."""
    lead = (3, 2) if layout == "TNC" else (2, 3)
    shapes = [info["shape"] for info in cell.state_info(2)]
    states = arrays(mx.nd, "float32", *shapes, seed="state")
    return array(mx.nd, "float32", (*lead, *shape)), states


@SUMS
@LAYOUTS
@CELLS
@pytest.mark.parametrize("lengths", [False, True], ids=["whole", "lengths"])
def test_dynamic(mx, kind, layout, lengths):
    cell, shape = ready(mx, kind)
    x, states = inputs(mx, cell, shape, layout)
    if kind == "Conv":
        layout += "W"
    length = mx.nd.array([2, 3]) if lengths else None
    unroll = mx.gluon.contrib.rnn.rnn_cell.dynamic_unroll
    return unroll(cell, x, states, layout=layout, valid_length=length)


@SUMS
@LAYOUTS
@pytest.mark.parametrize("kind", ["LSTMCell", "GRUCell"])
def test_dynamic_gradient(mx, kind, layout):
    cell, shape = ready(mx, kind)
    x, states = inputs(mx, cell, shape, layout)
    for a in (x, *states):
        a.attach_grad()
    with mx.autograd.record():
        out, ends = mx.gluon.contrib.rnn.rnn_cell.dynamic_unroll(cell, x, states, layout=layout)
        total = (out * array(mx.nd, "float32", out.shape, seed="head")).sum()
        for end in ends:
            total = total + (end * end).sum()
    total.backward()
    slopes = {short(n, cell): p.grad() for n, p in cell.collect_params().items()}
    return x.grad, [s.grad for s in states], slopes


def test_dynamic_dropout(mx):
    """One mask for all steps."""
    cell = mx.gluon.rnn.RNNCell(30, input_size=3, prefix="cell_")
    cell.initialize(mx.init.One())
    x, states = mx.nd.ones((4, 2, 3)), [mx.nd.zeros((2, 30))]
    unroll = mx.gluon.contrib.rnn.rnn_cell.dynamic_unroll
    with mx.autograd.record():
        out, _ = unroll(cell, x, states, drop_inputs=0.0, drop_outputs=0.5)
    gone = out.asnumpy() == 0
    return out.shape, bool((gone == gone[0]).all()), bool(gone.any())


@LAYOUTS
def test_equal_to_unroll(mx, layout):
    cell, shape = ready(mx, "LSTMCell")
    x, states = inputs(mx, cell, shape, layout)
    one, _ = mx.gluon.contrib.rnn.rnn_cell.dynamic_unroll(cell, x, states, layout=layout)
    two, _ = cell.unroll(3, x, begin_state=states, layout=layout, merge_outputs=True)
    return bool((abs(one - two) < 1e-6).min().asscalar())


def network(mx, layout, lengths):
    """Make a block that unrolls an LSTM from zero states, with known parameters."""
    unroll = mx.gluon.contrib.rnn.rnn_cell.dynamic_unroll

    class Network(mx.gluon.HybridBlock):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            with self.name_scope():
                self.cell = mx.gluon.rnn.LSTMCell(2, input_size=3)

        def hybrid_forward(self, F, x, h, c, length):
            length = length if lengths else None
            out, states = unroll(self.cell, x, [h, c], layout=layout, valid_length=length)
            return out, states[0], states[1]

    net = Network(prefix="net_")
    net.initialize(mx.init.One())
    return fill(net, mx.nd)


@SUMS
@LAYOUTS
@pytest.mark.parametrize("lengths", [False, True], ids=["whole", "lengths"])
@pytest.mark.parametrize("hybridize", [False, True], ids=["eager", "hybrid"])
def test_network(mx, layout, lengths, hybridize):
    net = network(mx, layout, lengths)
    net.hybridize(hybridize)
    x, (h, c) = inputs(mx, net.cell, (3,), layout)
    length = mx.nd.array([2, 3])
    for a in (x, h, c):
        a.attach_grad()
    with mx.autograd.record():
        out, *ends = net(x, h, c, length)
        total = (out * array(mx.nd, "float32", out.shape, seed="head")).sum()
        for end in ends:
            total = total + (end * end).sum()
    total.backward()
    slopes = {short(n, net): p.grad() for n, p in net.collect_params().items()}
    return out, ends, x.grad, h.grad, c.grad, slopes
