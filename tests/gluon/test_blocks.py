"""Blocks and the Trainer where there is nothing to compare with MXNet: learning, memory, limits."""

from __future__ import annotations

import gc
import tracemalloc

import pytest

import mxshim as mx
from mxshim import autograd, gluon, nd
from mxshim._core.errors import NotImplementedInShim
from mxshim.gluon import nn


def make_net(**kwargs):
    net = nn.HybridSequential(**kwargs)
    with net.name_scope():
        net.add(nn.Dense(16, activation="relu"), nn.BatchNorm(), nn.Dense(3))
    return net


def batch(seed, size=32):
    mx.random.seed(seed)
    x = nd.random.uniform(-1, 1, shape=(size, 4))
    return x, nd.argmax(x[:, :3], axis=1)


@pytest.mark.parametrize("hybridize", [False, True])
@pytest.mark.parametrize("optimizer", ["sgd", "adam", "adagrad", "rmsprop", "nag", "adamax"])
def test_learns(optimizer, hybridize):
    net = make_net()
    net.initialize(mx.init.Xavier())
    net.hybridize(hybridize)
    rates = {"sgd": 0.5, "nag": 0.5, "adagrad": 0.2, "adamax": 0.02, "adam": 0.02, "rmsprop": 0.01}
    trainer = gluon.Trainer(net.collect_params(), optimizer, {"learning_rate": rates[optimizer]})
    loss_of = gluon.loss.SoftmaxCrossEntropyLoss()
    for seed in range(60):
        x, y = batch(seed)
        with autograd.record():
            loss = loss_of(net(x), y)
        loss.backward()
        trainer.step(len(x))
    metric = mx.metric.Accuracy()
    x, y = batch(1000, 200)
    metric.update([y], [net(x)])
    assert metric.get()[1] > 0.85


def test_memory_is_flat():
    net = make_net()
    net.initialize()
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1, "momentum": 0.9})
    loss_of = gluon.loss.SoftmaxCrossEntropyLoss()
    x, y = batch(0)

    def steps(count):
        for _ in range(count):
            with autograd.record():
                loss = loss_of(net(x), y)
            loss.backward()
            trainer.step(len(x))
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        before, after = steps(50), steps(300)
    finally:
        tracemalloc.stop()
    assert after - before < 50_000


def test_custom_deferred_shapes_follow_from_the_traced_graph():
    class Custom(gluon.HybridBlock):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.weight = self.params.get("weight", shape=(3, 0), allow_deferred_init=True)

        def hybrid_forward(self, F, x, weight):
            return F.FullyConnected(x, weight, no_bias=True, num_hidden=3)

    net = Custom()
    net.initialize()
    assert net(nd.ones((2, 4))).shape == (2, 3)
    assert net.weight.shape == (3, 4)


def test_custom_infer_shape_is_used():
    class Custom(gluon.HybridBlock):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.weight = self.params.get("weight", shape=(3, 0), allow_deferred_init=True)

        def infer_shape(self, x):
            self.weight.shape = (3, x.shape[1])

        def hybrid_forward(self, F, x, weight):
            return F.FullyConnected(x, weight, no_bias=True, num_hidden=3)

    net = Custom()
    net.initialize(mx.init.One())
    assert net(nd.ones((2, 4))).asnumpy().tolist() == [[4] * 3] * 2


def test_copies_on_contexts_are_distinct():
    net = nn.Dense(2, in_units=2)
    net.initialize(mx.init.One(), ctx=[mx.cpu(0), mx.cpu(1)])
    net.weight.data(mx.cpu(1))[:] = 7
    assert net.weight.data(mx.cpu(0)).asnumpy().tolist() == [[1, 1], [1, 1]]


def test_scopes_are_per_thread():
    import threading

    names = []

    def work():
        names.append(nn.Dense(1).name)

    with mx.name.NameManager(), nn.Sequential(prefix="outer_").name_scope():
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        inside = nn.Dense(1).name
    assert inside == "outer_dense0"
    assert not names[0].startswith("outer_")


def test_missing_parts_say_so():
    net = nn.Dense(1, in_units=1)
    net.initialize()
    net.hybridize()
    net(nd.ones((1, 1)))
    for missing in (
        lambda: net.optimize_for(nd.ones((1, 1)), backend="x"),
        lambda: mx.kv.create("dist_sync"),
    ):
        with pytest.raises(NotImplementedInShim, match="coverage table"):
            missing()


def test_infer_shape_fills_every_layer():
    x = nd.ones((2, 3, 8, 8))
    layers = {
        nn.Conv2D(4, 3): (4, 3, 3, 3),
        nn.Conv2D(4, 3, groups=2, in_channels=0): None,
        nn.Conv2DTranspose(4, 3): (3, 4, 3, 3),
        nn.Dense(5): (5, 192),
        nn.Dense(5, flatten=False): (5, 8),
    }
    for layer, expected in layers.items():
        if expected is None:
            with pytest.raises(mx.MXNetError, match="input num_filter must divide group"):
                layer.infer_shape(x)
        else:
            layer.infer_shape(x)
            assert layer.weight.shape == expected
    for layer in (nn.BatchNorm(), nn.LayerNorm(axis=1), nn.InstanceNorm()):
        layer.infer_shape(x)
        assert {param.shape for param in layer.params.values()} == {(3,)}
