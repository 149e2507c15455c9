"""Compiled blocks beyond MXNet: higher orders, memory, errors that name the line, threads."""

from __future__ import annotations

import gc
import sys
import threading
import weakref

import numpy as np
import pytest

import mxshim as mx
from mxshim import autograd, gluon, nd
from mxshim._core.errors import NotImplementedInShim
from mxshim.gluon import nn


class Traced(gluon.HybridBlock):
    """Compute what a function of (F, x) computes."""

    def __init__(self, fn, **kwargs):
        super().__init__(**kwargs)
        self._fn = fn

    def hybrid_forward(self, F, x):
        return self._fn(F, x)


def deep_net(hybridize):
    net = nn.HybridSequential()
    net.add(nn.Dense(5, activation="tanh"), nn.LayerNorm(), nn.Dense(4), nn.Swish(), nn.Dense(2))
    net.initialize(mx.init.Uniform(0.7))
    net.hybridize(hybridize)
    return net


def gradients(net, x, order):
    """Return the gradient of the given order of a net's squared outputs, and the weights'."""
    x.attach_grad()
    net(x)
    for i, param in enumerate(net.collect_params().values()):
        drawn = np.random.default_rng(i).uniform(-0.8, 0.8, param.shape)
        param.set_data(nd.array(drawn))
    with autograd.record():
        y = (net(x) ** 2).sum()
        for _ in range(order - 1):
            (y,) = autograd.grad(y, [x], create_graph=True)
            y = (y * y).sum()
    y.backward()
    return [x.grad] + [p.grad() for p in net.collect_params().values()]


@pytest.mark.parametrize("order", [1, 2, 3])
def test_orders_agree_with_eager(order):
    x = nd.array(np.random.default_rng(5).normal(size=(3, 4)))
    eager, compiled = (gradients(deep_net(h), x.copy(), order) for h in (False, True))
    for a, b in zip(eager, compiled, strict=True):
        np.testing.assert_allclose(b.asnumpy(), a.asnumpy(), rtol=1e-4, atol=1e-5)


def test_second_order_through_several_outputs():
    net = Traced(lambda F, x: (F.sin(x), x * x * x, F.BlockGrad(x)))
    net.hybridize()
    x = nd.array([0.3, -1.2])
    x.attach_grad()
    with autograd.record():
        a, b, _ = net(x)
        (slope,) = autograd.grad(a + b, [x], create_graph=True)
    slope.backward()
    expected = -np.sin(x.asnumpy()) + 6 * x.asnumpy()
    np.testing.assert_allclose(x.grad.asnumpy(), expected, rtol=1e-5)


def test_gradient_with_respect_to_the_output():
    net = Traced(lambda F, x: F.exp(x))
    net.hybridize()
    x = nd.array([0.5])
    x.attach_grad()
    with autograd.record():
        y = net(x)
        z = y * y
    (slope,) = autograd.grad(z, [y])
    np.testing.assert_allclose(slope.asnumpy(), 2 * np.exp([0.5]), rtol=1e-6)


def test_dropout_keeps_its_mask_in_the_second_order():
    net = Traced(lambda F, x: F.Dropout(x * x, p=0.5))
    net.hybridize()
    x = nd.ones((50,))
    x.attach_grad()
    with autograd.record():
        y = net(x)
        (slope,) = autograd.grad(y, [x], create_graph=True)
    slope.backward()
    np.testing.assert_allclose(x.grad.asnumpy(), 2 * y.asnumpy(), rtol=1e-6)


def test_one_node_a_call():
    net = deep_net(True)
    x = nd.ones((2, 3))
    net(x)
    with autograd.record():
        y = net(x)
    assert y._node.op.name == "_CachedOp"
    assert len(y._node.parents) == 1 + len(net.collect_params().values())


def test_values_are_freed_after_backward():
    seen = []
    net = Traced(lambda F, x: F.sigmoid(F.exp(x) + 1))
    net.hybridize()
    x = nd.ones((1000,))
    x.attach_grad()
    with autograd.record():
        y = net(x)
    seen = [weakref.ref(kept[2]) for kept in y._node.params["run"].kept[:1]]
    y.backward()
    gc.collect()
    assert seen[0]() is None


def test_errors_name_the_line_and_stay_what_they_are():
    def forward(F, x):
        y = F.relu(x)
        return y if y.shape[0] > 2 else x

    net = Traced(forward)
    net.hybridize()
    with pytest.raises(AttributeError) as caught:
        net(nd.ones((2,)))
    first, second, last = str(caught.value).splitlines()
    assert "test_compiled.py:" in first and "y.shape[0] > 2" in first
    assert "in forward" in second and "symbols" in second
    assert last == "'Symbol' object has no attribute 'shape'"

    net = Traced(lambda F, x: x if x.sum() > 0 else -x)
    net.hybridize()
    with pytest.raises(mx.base.NotImplementedForSymbol, match=r"test_compiled.py:\d+(.|\n)*bool"):
        net(nd.ones((2,)))


def test_wrong_shapes_name_the_operator_and_change_nothing():
    net = nn.HybridSequential(prefix="net_")
    with net.name_scope():
        net.add(nn.Dense(3, in_units=4), nn.BatchNorm(in_channels=3), nn.Dense(2, in_units=5))
    net.initialize()
    net.hybridize()
    with pytest.raises(mx.MXNetError, match="net_dense1_fwd"):
        net(nd.ones((2, 4)))


def test_threads_have_their_own_recording():
    net = deep_net(True)
    x = nd.ones((2, 3))
    net(x)
    nodes = []

    def work():
        nodes.append(net(x)._node)

    with autograd.record():
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        assert net(x)._node is not None
    assert nodes == [None]


def test_backends_are_refused_by_name():
    net = deep_net(True)
    with pytest.raises(NotImplementedInShim, match="TensorRT"):
        net.optimize_for(nd.ones((2, 3)), backend="TensorRT")


def test_parts_of_a_compiled_block_can_run_alone():
    net = deep_net(True)
    x = nd.ones((2, 3))
    whole = net(x)
    for layer in net:
        x = layer(x)
    np.testing.assert_allclose(x.asnumpy(), whole.asnumpy(), rtol=1e-6)


def test_first_calls_may_come_from_several_threads():
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for hybridize in [False, True] * 5:
            net = deep_net(hybridize)
            x = nd.ones((2, 3))
            gate, outs = threading.Barrier(4), []

            def call(net=net, x=x, gate=gate, outs=outs):
                gate.wait()
                outs.append(net(x).asnumpy())

            threads = [threading.Thread(target=call) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert len(outs) == 4
            for out in outs:
                np.testing.assert_array_equal(out, net(x).asnumpy())
    finally:
        sys.setswitchinterval(interval)


@pytest.mark.parametrize("order", [1, 2])
def test_values_that_no_gradient_needs_are_not_kept(order):
    net = nn.HybridSequential()
    net.add(nn.Dense(3, in_units=3, activation="tanh"), nn.Dense(1, in_units=3))
    net.initialize()
    net[0].collect_params().setattr("grad_req", "null")
    net.hybridize()
    with autograd.record():
        y = net(nd.ones((2, 3)))
        kept = y._node.params["run"].kept
        assert [len(read) for read, *_ in kept] == [3]
        weight = net[1].weight.data()
        if order == 2:
            (gradient,) = autograd.grad((y * y).sum(), [weight], create_graph=True)
            y = (gradient * gradient).sum()
    y.backward()
    net.hybridize(False)
    expected = weight.grad.copy()
    with autograd.record():
        y = net(nd.ones((2, 3)))
        if order == 2:
            (gradient,) = autograd.grad((y * y).sum(), [weight], create_graph=True)
            y = (gradient * gradient).sum()
    y.backward()
    np.testing.assert_allclose(expected.asnumpy(), weight.grad.asnumpy(), rtol=1e-5)


def test_history_of_a_loop_is_refused_by_name():
    net = Traced(lambda F, x: F.contrib.foreach(lambda row, s: (row * s, s), x, F.ones((2,)))[0])
    net.hybridize()
    x = nd.ones((3, 2))
    x.attach_grad()
    with autograd.record():
        y = net(x)
    with pytest.raises(NotImplementedInShim, match="get_symbol"):
        autograd.get_symbol(y)


def test_reshaped_outputs_are_their_own():
    """A reshape inside a compiled graph may be a view; what leaves the graph never is."""

    class Shapes(mx.gluon.HybridBlock):
        def hybrid_forward(self, F, x):
            doubled = x * 2
            return x.reshape((-1,)), doubled, doubled.reshape((-1,)), doubled.expand_dims(0)

    net = Shapes()
    net.hybridize()
    x = mx.nd.arange(6).reshape((2, 3))
    outs = net(x)
    for out in outs:
        out[:] = -1
    assert (x.asnumpy().ravel() == range(6)).all()
    flat, *doubled = net(x)
    assert (flat.asnumpy() == range(6)).all()
    doubled[0][:] = 7
    for other in doubled[1:]:
        assert (other.asnumpy().ravel() == [0, 2, 4, 6, 8, 10]).all()


def test_an_update_leaves_the_variable_behind_a_reshape():
    """A momentum that an operator updates is a value of the graph, not the variable's memory."""
    moment = mx.sym.reshape(mx.sym.var("moment"), shape=(-1,))
    out = mx.sym.sgd_mom_update(
        mx.sym.var("weight"), mx.sym.var("grad"), moment, lr=1.0, momentum=0.5
    )
    data = {"weight": nd.ones(6), "grad": nd.ones(6), "moment": nd.ones((2, 3))}
    found = out.bind(mx.cpu(), data).forward()[0]
    assert (found.asnumpy() == 0.5).all()
    assert (data["moment"].asnumpy() == 1).all()


def test_an_update_leaves_the_reshape_of_a_variable():
    """What was made from a state before its update keeps the old values."""
    moment = mx.sym.var("moment")
    before = mx.sym.reshape(moment, shape=(-1,))
    new = mx.sym.sgd_mom_update(
        mx.sym.var("weight"), mx.sym.var("grad"), moment, lr=1.0, momentum=0.5
    )
    out = mx.sym.broadcast_add(before, new)
    data = {"weight": nd.ones(6), "grad": nd.ones(6)}
    states = {"moment": nd.ones(6)}
    found = out.bind(mx.cpu(), data, aux_states=states).forward()[0]
    assert (states["moment"].asnumpy() == -0.5).all()
    assert (found.asnumpy() == 1.5).all()


class Looking(gluon.HybridBlock):
    """Look rows of a matrix up that is no parameter of the block."""

    def hybrid_forward(self, F, x, matrix):
        return F.Embedding(x, matrix, input_dim=4, output_dim=3, sparse_grad=True) * 2


@pytest.mark.parametrize("static", [False, True])
def test_sparse_gradient_of_a_computed_matrix(static):
    """It is dense from there on, as in imperative calls."""
    net, weight = Looking(), nd.ones((4, 3))
    net.hybridize(static_alloc=static)
    weight.attach_grad()
    with autograd.record():
        out = net(nd.array([1, 3, 1]), weight * 3)
    out.backward()
    assert weight.grad.asnumpy()[:, 0].tolist() == [0, 12, 0, 6]
