"""Losses, cells and recurrent layers compiled: the values and all gradients that MXNet gives."""

from __future__ import annotations

import pytest

from compat_tests.gluon import test_loss as losses
from compat_tests.gluon import test_rnn as layers
from compat_tests.gluon import test_rnn_cells as cells
from compat_tests.inputs import array, attempt, grads

ROUNDING = pytest.mark.tolerance(
    rtol=1e-5, atol=1e-6, reason="gradients are differences of near numbers"
)


@ROUNDING
@pytest.mark.parametrize("name", losses.PAIRS)
def test_pairs(mx, front, name):
    kind, options = losses.PAIRS[name]
    loss = getattr(mx.gluon.loss, kind)(prefix="loss_", **options)
    loss.hybridize()
    pred = array(front, "float32", (3, 4))
    label = array(front, "float32", (3, 4), seed=1, low=0.05, high=0.95)
    return grads(mx, loss, pred, label), loss(pred[:2], label[:2])


@ROUNDING
@pytest.mark.parametrize("name", losses.LEGACY)
def test_legacy_pairs(mx, name):
    kind, options = losses.LEGACY[name]
    loss = getattr(mx.gluon.loss, kind)(prefix="loss_", **options)
    loss.hybridize()
    low, high = (0.2, 3.0) if name == "poisson-rates" else (-2.0, 2.0)
    pred = array(mx.nd, "float32", (3, 4), low=low, high=high)
    label = array(mx.nd, "float32", (3, 4), seed=1, low=0.05, high=0.95)
    return grads(mx, loss, pred, label), grads(mx, loss, pred[:2], label[:2])


@pytest.mark.tolerance(rtol=1e-5, atol=5e-6, reason="differences of softmax and label are small")
@pytest.mark.parametrize("name", [*losses.PAIRS, *losses.LEGACY])
def test_sample_weights(mx, name):
    kind, options = {**losses.PAIRS, **losses.LEGACY}[name]
    loss = getattr(mx.gluon.loss, kind)(prefix="loss_", **options)
    loss.hybridize()
    pred = array(mx.nd, "float32", (3, 4), low=0.2, high=2.0)
    label = array(mx.nd, "float32", (3, 4), seed=1, low=0.05, high=0.95)
    return grads(mx, loss, pred, label, mx.nd.array([[1], [0.25], [0.5]]))


@ROUNDING
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("axis", [-1, 1])
def test_softmax_ce(mx, front, dtype, axis):
    loss = mx.gluon.loss.SoftmaxCrossEntropyLoss(axis=axis)
    loss.hybridize()
    pred = array(front, dtype, (2, 3) if axis == -1 else (2, 3, 2))
    label = front.array([0, 2] if axis == -1 else [[0, 2], [1, 1]], dtype=dtype)
    return grads(mx, lambda p: loss(p, label), pred)


@ROUNDING
@pytest.mark.parametrize("name", ["triplet", "cosine", "sdml", "ctc"])
def test_other_losses(mx, name):
    given = mx.gluon.loss
    one, two, three = (array(mx.nd, "float32", (3, 4), seed=seed) for seed in range(3))
    if name == "triplet":
        loss, inputs = given.TripletLoss(margin=0.5), (one, two, three)
    elif name == "cosine":
        loss, inputs = given.CosineEmbeddingLoss(margin=0.1), (one, two)
    elif name == "sdml":
        loss, inputs = given.SDMLLoss(smoothing_parameter=0.2), (one, two)
    else:
        loss, inputs = given.CTCLoss(layout="TNC"), (array(mx.nd, "float32", (5, 2, 4)),)
    loss.hybridize()
    extra = {"cosine": [[1, -1, 1]], "ctc": [[[1, 2], [0, -1]]]}.get(name, [])
    return grads(mx, lambda *a: loss(*a, *map(mx.nd.array, extra)), *inputs)


@pytest.mark.parametrize("name", ["SigmoidBCELoss", "SoftmaxCELoss", "L2Loss"])
def test_losses_as_symbols(mx, name):
    loss = getattr(mx.gluon.loss, name)(prefix="loss_")
    made = loss(mx.sym.var("pred"), mx.sym.var("label"))
    return made.list_arguments(), made.list_outputs()


@pytest.mark.parametrize("kind", cells.STEPPED)
def test_step(mx, kind):
    cell = cells.ready(mx, kind)
    cell.hybridize()
    return cells.step(mx, cell)


@pytest.mark.parametrize("kind", cells.EVERY)
def test_unroll_gradient(mx, kind):
    cell = cells.ready(mx, kind)
    cell.hybridize()
    return cells.unrolled(mx, cell)


@pytest.mark.parametrize("kind", cells.EVERY)
def test_unrolled_inside_a_block(mx, kind):
    class Net(mx.gluon.HybridBlock):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            with self.name_scope():
                self.cell = cells.build(mx, kind)
                self.out = mx.gluon.nn.Dense(2, flatten=False)

        def hybrid_forward(self, F, x):
            steps, _ = self.cell.unroll(3, x, layout="NTC", merge_outputs=True)
            return self.out(steps)

    if kind == "Sequential":  # not hybrid
        return None
    found = []
    for hybrid in (False, True):
        net = Net(prefix="net_")
        net.initialize(mx.init.Uniform(0.3))
        net.hybridize(hybrid)
        mx.random.seed(3)
        x = array(mx.nd, "float32", (2, 3, 3))
        net(x)
        x.attach_grad()
        with mx.autograd.record(train_mode=False):
            y = net(x)
        y.backward(array(mx.nd, "float32", y.shape, seed="head"))
        found.append((y, x.grad, net.collect_params()))
    return found[1][0], found[1][1], list(found[1][2])


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
@pytest.mark.parametrize("layout", ["TNC", "NTC"])
@pytest.mark.parametrize("bidirectional", [False, True])
def test_layer(mx, front, kind, layout, bidirectional):
    layer = getattr(mx.gluon.rnn, kind)(2, 2, layout=layout, bidirectional=bidirectional)
    layer.hybridize()
    x = array(front, "float32", (3, 2, 3))
    states = layers.states_for(front, layer, 2 if layout == "TNC" else 3)
    return layers.trained(mx, front, layer, x, states)


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
def test_layer_without_states(mx, front, kind):
    layer = getattr(mx.gluon.rnn, kind)(2, 2)
    layer.hybridize()
    return layers.trained(mx, front, layer, array(front, "float32", (3, 2, 3)))


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
def test_valid_length(mx, front, kind):
    layer = getattr(mx.gluon.rnn, kind)(2, bidirectional=True, use_sequence_length=True)
    layer.initialize(mx.init.Constant(0.3))
    layer.hybridize()
    x, length = array(front, "float32", (3, 2, 3)), front.array([2, 3])
    states = layers.states_for(front, layer, 2)
    x.attach_grad()
    with mx.autograd.record():
        out, ends = layer(x, states, length)
    out.backward()
    return out, ends, x.grad


def test_whole_training_run(mx, front):
    """Train a compiled network of every kind of layer: the losses of MXNet, step by step."""
    nn = mx.gluon.nn
    mx.random.seed(2)
    net = nn.HybridSequential(prefix="net_")
    with net.name_scope():
        net.add(
            nn.Conv2D(3, 3, activation="relu"), nn.BatchNorm(), nn.MaxPool2D(2), nn.Dropout(0.3),
            nn.Conv2D(4, 2, use_bias=False), nn.Swish(), nn.GlobalAvgPool2D(), nn.Dense(5),
            nn.LayerNorm(), nn.Dense(2),
        )  # fmt: skip
    net.initialize(mx.init.Xavier())
    net.hybridize()
    loss_of = mx.gluon.loss.SoftmaxCrossEntropyLoss()
    loss_of.hybridize()
    trainer = mx.gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.05})
    curve = []
    for step in range(6):
        x = array(front, "float32", (6, 1, 8, 8), seed=step)
        y = front.array([0, 1, 0, 1, 1, 0])
        with mx.autograd.record():
            loss = loss_of(net(x), y)
        loss.backward()
        trainer.step(6)
        curve.append(loss.mean())
    return curve


def several(mx, fn):
    class Several(mx.gluon.HybridBlock):
        def hybrid_forward(self, F, x):
            return fn(F, x)

    net = Several(prefix="several_")
    net.hybridize()
    return net


TWICE = {
    "input": lambda F, x: (x, x),
    "value": lambda F, x: [x * 2] * 3,
    "between": lambda F, x: (lambda y: [y[0], x, y[1], y[0]])(F.split(x, 2, axis=0)),
}


@pytest.mark.parametrize("written", [0, 1])
@pytest.mark.parametrize("name", TWICE)
def test_outputs_given_twice(mx, name, written):
    x = array(mx.nd, "float32", (2, 3))
    x.attach_grad()
    outs = several(mx, TWICE[name])(x)
    outs[written][:] = 7
    return x, outs


@pytest.mark.parametrize("name", TWICE)
def test_gradient_of_outputs_given_twice(mx, name):
    x = array(mx.nd, "float32", (2, 3))
    x.attach_grad()
    net = several(mx, lambda F, x: TWICE[name](F, x * 1))
    with mx.autograd.record():
        outs = net(x)
        total = sum((out * (i + 1)).sum() for i, out in enumerate(outs))
    total.backward()
    return outs, x.grad


@pytest.mark.parametrize("made", ["zeros", "ones"])
@pytest.mark.parametrize("first", [True, False])
def test_made_arrays_take_the_length_of_their_users(mx, made, first):
    def add(F, x):
        begin = getattr(F, made)((0, 3))
        return begin + x if first else x + begin

    net = several(mx, add)
    return net(array(mx.nd, "float32", (2, 3))), net(array(mx.nd, "float32", (4, 3)))


@pytest.mark.parametrize(
    "flags", [{}, {"static_alloc": True}, {"inline_limit": 4}, {"inline_limit": 0}]
)
@pytest.mark.parametrize("length", [2, 3])
def test_heads_one_after_the_other(mx, length, flags):
    def fn(F, x):
        y = x * 2
        for _ in range(length - 2):
            y = y * 3
        return y, x * x

    x = array(mx.nd, "float32", (2, 3))
    x.attach_grad()
    net = several(mx, fn)
    net.hybridize(**flags)
    with mx.autograd.record():
        first, second = net(x)
    first.backward()
    before = x.grad.copy()
    return before, attempt(second.backward), x.grad


@pytest.mark.parametrize("length", [2, 3])
def test_head_without_variables(mx, length):
    class Pair(mx.gluon.HybridBlock):
        def hybrid_forward(self, F, x, y):
            for _ in range(length - 1):
                x = x * 2
            return x, y * 3

    x, y = array(mx.nd, "float32", (2, 3)), array(mx.nd, "float32", (2, 3), seed=1)
    x.attach_grad()
    net = Pair(prefix="pair_")
    net.hybridize()
    with mx.autograd.record():
        _, second = net(x, y)
    return attempt(second.backward), x.grad
