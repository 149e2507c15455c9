"""Recurrent layers."""

from __future__ import annotations

import pytest

from compat_tests.gluon.tools import fill, short
from compat_tests.inputs import array, arrays, attempt

KINDS = pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])


def states_for(front, layer, batch, seed="state"):
    """Make known first states."""
    shapes = [info["shape"] for info in layer.state_info(batch)]
    return arrays(front, "float32", *shapes, seed=seed)


def trained(mx, front, layer, x, states=None):
    """Run a layer deferred, then with known parameters, recorded; return all it gives."""
    layer.initialize(init=mx.init.One())
    layer(x) if states is None else layer(x, states)
    fill(layer, front)
    for a in [x, *(states or [])]:
        a.attach_grad()
    with mx.autograd.record():
        result = layer(x) if states is None else layer(x, states)
        out, ends = (result, []) if states is None else result
        total = (out * array(front, "float32", out.shape, seed="head")).sum()
        for end in ends:
            total = total + (end * array(front, "float32", end.shape, seed="end")).sum()
    total.backward()
    params = layer.collect_params()
    return {
        "out": out,
        "ends": ends,
        "inputs": [a.grad for a in [x, *(states or [])]],
        "shapes": {short(n, layer): p.shape for n, p in params.items()},
        "grads": {short(n, layer): p.grad() for n, p in params.items()},
    }


@KINDS
@pytest.mark.parametrize("layout", ["TNC", "NTC"])
def test_layout(mx, front, kind, layout):
    layer = getattr(mx.gluon.rnn, kind)(2, layout=layout)
    return trained(mx, front, layer, array(front, "float32", (3, 2, 3)))


@KINDS
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("bidirectional", [False, True])
def test_with_states(mx, front, kind, layers, bidirectional):
    layer = getattr(mx.gluon.rnn, kind)(2, layers, bidirectional=bidirectional)
    x = array(front, "float32", (3, 2, 3))
    return trained(mx, front, layer, x, states_for(front, layer, 2))


@KINDS
def test_without_states(mx, front, kind):
    layer = getattr(mx.gluon.rnn, kind)(2, 2, bidirectional=True)
    return trained(mx, front, layer, array(front, "float32", (3, 2, 3)))


@KINDS
def test_hybridized(mx, front, kind):
    layer = getattr(mx.gluon.rnn, kind)(2, 2)
    layer.hybridize()
    x = array(front, "float32", (3, 2, 3))
    return trained(mx, front, layer, x, states_for(front, layer, 2))


@KINDS
def test_known_input_size(mx, front, kind):
    layer = getattr(mx.gluon.rnn, kind)(2, input_size=3)
    layer.initialize(mx.init.One())
    shapes = {name: p.shape for name, p in layer.collect_params().items()}
    return shapes, layer, layer(array(front, "float32", (3, 2, 3)))


def test_tanh(mx, front):
    layer = mx.gluon.rnn.RNN(2, activation="tanh")
    return trained(mx, front, layer, array(front, "float32", (3, 2, 3)))


@KINDS
def test_double(mx, kind):
    layer = getattr(mx.gluon.rnn, kind)(2, dtype="float64")
    layer.initialize(mx.init.One())
    out = layer(array(mx.nd, "float64", (3, 2, 3), low=-0.5, high=-0.1))
    return out.shape, out.dtype, [p.dtype for p in layer.collect_params().values()]


@KINDS
def test_cast(mx, kind):
    layer = getattr(mx.gluon.rnn, kind)(2)
    layer.initialize(mx.init.Constant(0.5))
    layer(mx.nd.ones((1, 2, 3)))
    layer.cast("float64")
    out = layer(array(mx.nd, "float64", (3, 2, 3)))
    return out.dtype, [s.dtype for s in layer.begin_state(2)]


def test_projection(mx, front):
    layer = mx.gluon.rnn.LSTM(3, 2, bidirectional=True, projection_size=2)
    layer.initialize(mx.init.One())
    x = array(front, "float32", (3, 2, 4))
    layer(x)
    fill(layer, front)
    names = {short(n, layer): p.shape for n, p in layer.collect_params().items()}
    return names, layer, layer.state_info(2), layer(x, states_for(front, layer, 2))


@KINDS
def test_names(mx, kind):
    layer = getattr(mx.gluon.rnn, kind)(2, 2, bidirectional=True, prefix="net_")
    return list(layer.collect_params()), list(layer._collect_params_with_prefix())


@KINDS
def test_default_names(mx, kind):
    layer = getattr(mx.gluon.rnn, kind)(2)
    return list(layer.collect_params()), list(layer._collect_params_with_prefix("a"))


@KINDS
def test_repr(mx, kind):
    make = getattr(mx.gluon.rnn, kind)
    layers = [
        make(2),
        make(2, 3),
        make(4, input_size=3),
        make(2, dropout=0.5, layout="NTC"),
        make(2, 2, dropout=0.5, bidirectional=True, input_size=5),
    ]
    return [repr(layer) for layer in layers]


@KINDS
def test_state_info(mx, kind):
    layer = getattr(mx.gluon.rnn, kind)(2, 3, bidirectional=True)
    return layer.state_info(), layer.state_info(4), layer.state_info(batch_size=5)


@KINDS
def test_begin_state(mx, front, kind):
    layer = getattr(mx.gluon.rnn, kind)(2, 2)
    return (
        layer.begin_state(3),
        layer.begin_state(batch_size=2, func=mx.nd.ones),
        layer.begin_state(1, dtype="float64"),
    )


@KINDS
def test_state_shapes(mx, front, kind):
    layer = getattr(mx.gluon.rnn, kind)(2, input_size=3)
    layer.initialize(mx.init.One())
    x = array(front, "float32", (3, 2, 3))
    wrong = [front.ones((1, 3, 2)) for _ in layer.state_info()]
    return attempt(lambda: layer(x, wrong)), attempt(lambda: layer(x, wrong[0]))


def test_too_few_states(mx):
    layer = mx.gluon.rnn.LSTM(2)
    layer.initialize(mx.init.One())
    return attempt(lambda: layer(mx.nd.ones((3, 2, 3)), mx.nd.ones((1, 2, 2))))


@KINDS
def test_single_state(mx, front, kind):
    layer = getattr(mx.gluon.rnn, kind)(2)
    layer.initialize(mx.init.Constant(0.1))
    x = array(front, "float32", (3, 2, 3))
    states = states_for(front, layer, 2)
    return layer(x, states[0] if len(states) == 1 else states)


def test_wrong_layout(mx):
    return attempt(lambda: mx.gluon.rnn.GRU(2, layout="CTN"))


def test_wrong_activation(mx):
    return attempt(lambda: mx.gluon.rnn.RNN(2, activation="sigmoid"))


@KINDS
def test_sequence_length(mx, kind):
    """A CPU takes no notice of it."""
    layer = getattr(mx.gluon.rnn, kind)(2, input_size=3, use_sequence_length=True)
    layer.initialize(mx.init.Constant(0.1))
    x = array(mx.nd, "float32", (3, 2, 3))
    length = mx.nd.array([1, 3])
    return (
        layer(x, sequence_length=length),
        layer(x, states_for(mx.nd, layer, 2), length),
        attempt(lambda: layer(x)),
    )


@KINDS
def test_dropout(mx, kind):
    """Dropout between layers does nothing to float32 on a CPU."""
    layer = getattr(mx.gluon.rnn, kind)(2, 2, dropout=0.5)
    return trained(mx, mx.nd, layer, array(mx.nd, "float32", (3, 2, 3)))


@KINDS
def test_file(mx, kind, tmp_path):
    make = getattr(mx.gluon.rnn, kind)
    layer = make(2, 2, bidirectional=True, input_size=3)
    layer.initialize()
    fill(layer, mx.nd)
    path = str(tmp_path / "net.params")
    layer.save_parameters(path)
    other = make(2, 2, bidirectional=True)
    other.load_parameters(path)
    x = array(mx.nd, "float32", (3, 2, 3))
    return sorted(mx.nd.load(path)), other(x), layer(x)


@KINDS
def test_unfuse(mx, kind):
    layer = getattr(mx.gluon.rnn, kind)(2, 2, dropout=0.5, bidirectional=True, input_size=3)
    layer.initialize()
    fill(layer, mx.nd)
    stack = layer._unfuse()
    outputs, states = stack.unroll(3, array(mx.nd, "float32", (3, 2, 3)), layout="TNC")
    return repr(stack), outputs, states


@KINDS
def test_two_batch_sizes(mx, front, kind):
    layer = getattr(mx.gluon.rnn, kind)(2)
    layer.initialize(mx.init.Constant(0.2))
    layer.hybridize()
    return [layer(array(front, "float32", (3, n, 3))) for n in (2, 1, 3)]


@KINDS
def test_in_a_network(mx, front, kind):
    net = mx.gluon.nn.HybridSequential()
    net.add(getattr(mx.gluon.rnn, kind)(2, layout="NTC"), mx.gluon.nn.Dense(2))
    net.initialize(mx.init.Constant(0.3))
    x = array(front, "float32", (2, 3, 3))
    out = net(x)
    return out, repr(net), list(net._collect_params_with_prefix())


@KINDS
def test_two_contexts(mx, kind):
    layer = getattr(mx.gluon.rnn, kind)(2)
    layer.initialize(mx.init.Constant(0.2), ctx=[mx.cpu(0), mx.cpu(1)])
    return [layer(array(mx.nd, "float32", (3, 2, 3), ctx=mx.cpu(i))) for i in range(2)]


@KINDS
def test_sharing(mx, kind):
    make = getattr(mx.gluon.rnn, kind)
    first = make(2, input_size=3, prefix="a_")
    second = make(2, input_size=3, prefix="b_", params=first.collect_params())
    first.initialize(mx.init.Constant(0.2))
    return list(second.collect_params()), second(array(mx.nd, "float32", (3, 2, 3)))
