"""Initializers of packed recurrent weights and of their biases."""

from __future__ import annotations

import pytest

SIZES = {"rnn_relu": 1, "rnn_tanh": 1, "gru": 3, "lstm": 4}


def packed(mx, mode, bidirectional):
    """Make room for two layers of size 2 over 3 inputs."""
    rows, sides = SIZES[mode] * 2, 1 + bidirectional
    first, second = rows * (3 + 2 + 2), rows * (2 * sides + 2 + 2)
    return mx.nd.zeros((sides * (first + second),))


@pytest.mark.parametrize("mode", list(SIZES))
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("kind", ["uniform", "xavier", "global"])
def test_fused(mx, mode, bidirectional, kind):
    mx.random.seed(3)
    chosen = {"uniform": mx.init.Uniform(0.5), "xavier": mx.init.Xavier(), "global": None}
    init = mx.init.FusedRNN(chosen[kind], 2, 2, mode, bidirectional, forget_bias=2.0)
    arr = packed(mx, mode, bidirectional)
    init(mx.init.InitDesc("net_weight", global_init=mx.init.Normal(0.3)), arr)
    return arr, init.dumps()


def test_lstm_bias(mx):
    arr = mx.nd.ones((8,))
    init = mx.init.LSTMBias(forget_bias=1.5)
    init(mx.init.InitDesc("net_weight"), arr)
    cell = mx.gluon.rnn.LSTMCell(2, input_size=3, i2h_bias_initializer=mx.init.LSTMBias(3.0))
    cell.initialize()
    return arr, init.dumps(), cell.i2h_bias.data()


def test_lstm_bias_of_a_layer(mx, front):
    layer = mx.gluon.rnn.LSTM(2, input_size=3, i2h_bias_initializer="lstmbias")
    layer.initialize(mx.init.Zero())
    return {name: p.data() for name, p in layer.collect_params().items()}


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
def test_random_weights(mx, front, kind):
    mx.random.seed(4)
    layer = getattr(mx.gluon.rnn, kind)(2, 2, bidirectional=True)
    layer.initialize(mx.init.Xavier())
    layer(front.ones((2, 1, 3)))
    return {name: p.data() for name, p in layer.collect_params().items()}
