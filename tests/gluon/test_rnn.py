"""What the recurrent layers and the CTC loss do beyond MXNet."""

from __future__ import annotations

import numpy as np
import pytest

import mxshim as mx
from mxshim.gluon import rnn


def test_ctc_gradient_of_labels_that_do_not_fit():
    x = mx.nd.random.uniform(shape=(3, 1, 4))
    x.attach_grad()
    x.grad[:] = 7
    with mx.autograd.record():
        loss = mx.nd.CTCLoss(x, mx.nd.array([[1, 1, 1]]))
    loss.backward()
    assert loss.asscalar() == 0
    assert not x.grad.asnumpy().any()


@pytest.mark.parametrize("make", [rnn.RNN, rnn.LSTM, rnn.GRU])
def test_layer_equals_its_cells(make):
    layer = make(4, 2, bidirectional=True, input_size=3)
    layer.initialize(mx.init.Normal(0.5))
    x = mx.nd.random.normal(shape=(5, 2, 3))
    outputs, _ = layer._unfuse().unroll(5, x, layout="TNC", merge_outputs=True)
    np.testing.assert_allclose(layer(x).asnumpy(), outputs.asnumpy(), rtol=1e-5, atol=1e-6)


def test_projected_lstm_trains():
    layer = rnn.LSTM(4, projection_size=2)
    layer.initialize()
    trainer = mx.gluon.Trainer(layer.collect_params(), "adam", {"learning_rate": 0.05})
    x, target = mx.nd.random.normal(shape=(3, 8, 2)), mx.nd.random.uniform(shape=(3, 8, 2)) / 4
    losses = []
    for _ in range(30):
        with mx.autograd.record():
            loss = ((layer(x) - target) ** 2).mean()
        loss.backward()
        trainer.step(1)
        losses.append(loss.asscalar())
    assert losses[-1] < losses[0] / 2


def test_half_precision():
    layer = rnn.GRU(3, dtype="float16")
    layer.initialize()
    assert layer(mx.nd.ones((2, 1, 2), dtype="float16")).dtype == np.float16
