"""Mixed precision at work: what init() casts, training with a scaled loss, converted blocks."""

from __future__ import annotations

import numpy as np
import pytest

import mxshim as mx
from mxshim import autograd, gluon
from mxshim.contrib import amp
from mxshim.contrib.amp import _eager


@pytest.fixture
def switched_on(monkeypatch):
    """Switch it on for one test; MXNet has no way back."""
    monkeypatch.setattr(amp.amp, "_amp_initialized", False)
    monkeypatch.setattr(amp.amp, "_amp_loss_scale_initialized", False)
    before = mx.nd.FullyConnected
    amp.init()
    yield
    _eager.restore()
    assert mx.nd.FullyConnected is before


def arrays():
    return mx.nd.ones((2, 3)), mx.nd.ones((4, 3)), mx.nd.zeros((4,))


def test_functions_cast(switched_on):
    x, w, b = arrays()
    y = mx.nd.FullyConnected(x, w, b, num_hidden=4)
    assert y.dtype == np.float16 and y.asnumpy().tolist() == [[3] * 4] * 2
    assert mx.nd.FullyConnected(x, weight=w, bias=b, num_hidden=4).dtype == np.float16
    assert mx.nd.exp(y).dtype == np.float32
    assert mx.nd.relu(y).dtype == np.float16
    assert mx.nd.Activation(y, act_type="relu").dtype == np.float16
    assert mx.nd.Activation(y, act_type="softrelu").dtype == np.float32
    assert mx.nd.broadcast_add(y, mx.nd.ones((2, 4))).dtype == np.float32
    assert mx.nd.broadcast_add(y, y).dtype == np.float16
    indices = mx.nd.array([0, 1], dtype="int32")
    assert mx.nd.linalg.gemm2(x, x.T).dtype == np.float32 and indices.dtype == np.int32


def test_gradients_are_those_of_the_parameters_type(switched_on):
    x, w, b = arrays()
    for each in (x, w):
        each.attach_grad()
    with autograd.record():
        y = mx.nd.FullyConnected(x, w, b, num_hidden=4)
    y.backward()
    assert x.grad.dtype == w.grad.dtype == np.float32
    assert w.grad.asnumpy().tolist() == [[2] * 3] * 4


def network():
    net = gluon.nn.HybridSequential()
    net.add(
        gluon.nn.Dense(16, activation="relu", in_units=4),
        gluon.nn.BatchNorm(in_channels=16),
        gluon.nn.Dense(2, in_units=16),
    )
    mx.random.seed(1)
    net.initialize(mx.init.Xavier())
    return net


def data():
    draw = np.random.RandomState(0)
    x = draw.randn(64, 4).astype("float32")
    return mx.nd.array(x), mx.nd.array((x.sum(1) > 0).astype("float32"))


@pytest.mark.parametrize("hybrid", [False, True])
def test_training(switched_on, hybrid):
    net = network()
    if hybrid:
        net.hybridize()
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.5})
    amp.init_trainer(trainer)
    loss_of = gluon.loss.SoftmaxCrossEntropyLoss()
    x, label = data()
    losses = []
    for _ in range(25):
        with autograd.record():
            out = net(x)
            loss = loss_of(out, label)
            with amp.scale_loss(loss, trainer) as scaled:
                autograd.backward(scaled)
        trainer.step(64)
        losses.append(float(loss.mean().asscalar()))
    assert out.dtype == np.float16
    assert losses[-1] < 0.2 < losses[0]
    assert {np.dtype(p.dtype) for p in net.collect_params().values()} == {np.dtype("float32")}


def test_a_step_that_overflows_is_left_out(switched_on):
    param = gluon.Parameter("w", shape=(2,))
    param.initialize(mx.init.One())
    trainer = gluon.Trainer([param], "sgd", {"learning_rate": 1.0})
    amp.init_trainer(trainer)
    scaler = trainer._amp_loss_scaler
    for factor, expected in ((float("inf"), 1.0), (2.0, -1.0)):
        with autograd.record():
            loss = param.data().sum() * factor
            with amp.scale_loss(loss, trainer) as scaled:
                scaled.backward()
        trainer.step(1)
        assert param.data().asnumpy().tolist() == [expected] * 2
    assert scaler.loss_scale == 2.0**15


def test_unscale(switched_on):
    param = gluon.Parameter("w", shape=(2,))
    param.initialize(mx.init.One())
    trainer = gluon.Trainer([param], "sgd", {"learning_rate": 1.0})
    amp.init_trainer(trainer)
    with autograd.record(), amp.scale_loss(param.data().sum(), trainer) as scaled:
        scaled.backward()
    assert param.grad().asnumpy().tolist() == [2.0**16] * 2
    amp.unscale(trainer)
    assert param.grad().asnumpy().tolist() == [1, 1]
    trainer.step(1)
    assert param.data().asnumpy().tolist() == [0, 0]


@pytest.mark.parametrize("optional", [False, True])
def test_converted_block(optional):
    net = network()
    net.hybridize()
    x, _ = data()
    expected = net(x)
    made = amp.convert_hybrid_block(net, ctx=mx.cpu(), cast_optional_params=optional)
    found = made(x)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found.asnumpy(), expected.asnumpy(), rtol=0.01, atol=0.01)
    assert not np.array_equal(found.asnumpy(), expected.asnumpy())  # it did run in float16
    types = {np.dtype(param.dtype) for param in made.collect_params().values()}
    assert (np.dtype("float16") in types) == optional


def test_a_block_that_has_not_run():
    with pytest.raises(RuntimeError, match="at least once"):
        amp.convert_hybrid_block(network())


def test_bfloat16_is_refused():
    with pytest.raises(NotImplementedError, match="bfloat16"):
        amp.init("bfloat16")
    with pytest.raises(NotImplementedError, match="bfloat16"):
        amp.convert_symbol(mx.sym.var("x"), "bfloat16")
