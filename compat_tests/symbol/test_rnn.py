"""Recurrent layers and cells on symbols."""

from __future__ import annotations

import pytest

from compat_tests.inputs import array

KINDS = pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
CELLS = pytest.mark.parametrize("kind", ["RNNCell", "LSTMCell", "GRUCell"])


@KINDS
def test_layer(mx, kind):
    layer = getattr(mx.gluon.rnn, kind)(2, 2, bidirectional=True, prefix="net_")
    out = layer(mx.sym.var("x"))
    return out.list_arguments(), out.list_outputs()


@KINDS
def test_layer_with_states(mx, kind):
    layer = getattr(mx.gluon.rnn, kind)(2, prefix="net_")
    states = [mx.sym.var(f"s{i}") for i in range(len(layer.state_info()))]
    out, ends = layer(mx.sym.var("x"), states)
    group = mx.sym.Group([out, *ends])
    return group.list_arguments(), group.list_outputs()


@CELLS
@pytest.mark.parametrize("merge", [True, False])
def test_unroll(mx, kind, merge):
    cell = getattr(mx.gluon.rnn, kind)(2, prefix="cell_")
    states = [mx.sym.var(f"s{i}") for i in range(len(cell.state_info()))]
    out, ends = cell.unroll(3, mx.sym.var("x"), begin_state=states, merge_outputs=merge)
    outs = [out] if merge else list(out)
    group = mx.sym.Group([*outs, *ends])
    return group.list_arguments(), [o.list_outputs()[0] for o in ends], len(outs)


def test_bidirectional(mx):
    rnn = mx.gluon.rnn
    cell = rnn.BidirectionalCell(rnn.LSTMCell(2, prefix="l_"), rnn.GRUCell(2, prefix="r_"))
    outputs, states = cell.unroll(3, mx.sym.var("x"), merge_outputs=False)
    return [o.list_outputs() for o in outputs], len(states)


def test_valid_length(mx):
    cell = mx.gluon.rnn.LSTMCell(2, prefix="l_")
    length = mx.sym.var("v")
    out, states = cell.unroll(3, mx.sym.var("x"), merge_outputs=True, valid_length=length)
    return out.list_arguments(), len(states)


def test_begin_state_of_a_modifier(mx):
    cell = mx.gluon.rnn.ResidualCell(mx.gluon.rnn.GRUCell(2, prefix="r_"))
    return [state.list_outputs() for state in cell.begin_state(batch_size=1)]


@KINDS
def test_export(mx, kind, tmp_path):
    layer = getattr(mx.gluon.rnn, kind)(2, prefix="net_")
    layer.initialize(mx.init.Constant(0.3))
    layer.hybridize()
    x = array(mx.nd, "float32", (3, 2, 4))
    states = layer.begin_state(2)
    layer(x, states)
    layer.export(str(tmp_path / "net"))
    names = ["data0", *(f"data{i + 1}" for i in range(len(states)))]
    again = mx.gluon.SymbolBlock.imports(
        str(tmp_path / "net-symbol.json"), names, str(tmp_path / "net-0000.params")
    )
    return layer(x, states), again(x, *states)
