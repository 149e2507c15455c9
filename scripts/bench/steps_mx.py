"""Whole training steps in MXNet's interface: forward, loss, backward, update, loss read back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from row import Variants


def linear_from_scratch(mx: Any) -> Variants:
    nd, autograd = mx.nd, mx.autograd
    X, y = nd.random.normal(shape=(10, 2)), nd.random.normal(shape=(10, 1))
    w, b = nd.random.normal(scale=0.01, shape=(2, 1)), nd.zeros(1)
    w.attach_grad()
    b.attach_grad()

    def run() -> float:
        with autograd.record():
            loss = (nd.dot(X, w) + b - y) ** 2 / 2
        loss.backward()
        for param in (w, b):
            param[:] = param - 0.03 * param.grad / 10
        return loss.mean().asscalar()

    return {"imperative": run}


def mlp_from_scratch(mx: Any) -> Variants:
    nd, autograd = mx.nd, mx.autograd
    X, y = nd.random.uniform(shape=(256, 1, 28, 28)), nd.arange(256) % 10
    shapes = ((784, 256), (256,), (256, 10), (10,))
    params = [nd.random.normal(scale=0.01, shape=shape) for shape in shapes]
    for param in params:
        param.attach_grad()
    W1, b1, W2, b2 = params
    loss_of = mx.gluon.loss.SoftmaxCrossEntropyLoss()

    def run() -> float:
        with autograd.record():
            H = nd.maximum(nd.dot(X.reshape((-1, 784)), W1) + b1, 0)
            loss = loss_of(nd.dot(H, W2) + b2, y)
        loss.backward()
        for param in params:
            param[:] = param - 0.1 * param.grad / 256
        return loss.mean().asscalar()

    return {"imperative": run}


def gluon(
    build: Callable[[Any], Any], inputs: Callable[[Any], list[Any]],
    labels: Callable[[Any], list[Any]], loss: str = "SoftmaxCrossEntropyLoss", rule: str = "sgd",
    clip: bool = False,
) -> Callable[[Any], Variants]:  # fmt: skip
    """Make the step of a gluon network, imperative and hybridized.

    ``labels`` returns what the loss gets behind the outputs: labels and perhaps their weights.
    """

    def make(mx: Any) -> Variants:
        found = {}
        X, y = inputs(mx), labels(mx)
        for variant in ("imperative", "hybridized"):
            net = build(mx)
            net.initialize(mx.init.Xavier())
            if variant == "hybridized":
                net.hybridize(static_alloc=True)
            params = net.collect_params()
            trainer = mx.gluon.Trainer(params, rule, {"learning_rate": 0.01})
            loss_of = getattr(mx.gluon.loss, loss)()

            def run(
                net: Any = net, params: Any = params, trainer: Any = trainer, loss_of: Any = loss_of
            ) -> float:
                with mx.autograd.record():
                    value = loss_of(net(*X), *y)
                value.backward()
                if clip:
                    gradients = [each.grad() for each in params.values()]
                    norm = sum((each**2).sum() for each in gradients).sqrt().asscalar()
                    if norm > 1:
                        for each in gradients:
                            each[:] *= 1 / norm
                trainer.step(y[0].size)
                return value.mean().asscalar()

            found[variant] = run
        return found

    return make


def recurrent_from_scratch(kind: str) -> Callable[[Any], Variants]:
    """Make the step of a character model over 35 steps, cells written in nd."""

    def make(mx: Any) -> Variants:
        nd, autograd = mx.nd, mx.autograd
        steps, batch, vocab, hidden = 35, 32, 28, 256
        gates = {"rnn": 1, "gru": 3, "lstm": 4}[kind]
        X = nd.one_hot(nd.floor(nd.random.uniform(0, vocab, shape=(steps, batch))), vocab)
        y = nd.floor(nd.random.uniform(0, vocab, shape=(steps * batch,)))

        def weight(*shape: int) -> Any:
            return nd.random.normal(scale=0.01, shape=shape)

        Wx = [weight(vocab, hidden) for _ in range(gates)]
        Wh = [weight(hidden, hidden) for _ in range(gates)]
        bs = [nd.zeros(hidden) for _ in range(gates)]
        Wo, bo = weight(hidden, vocab), nd.zeros(vocab)
        params = [*Wx, *Wh, *bs, Wo, bo]
        for param in params:
            param.attach_grad()
        loss_of = mx.gluon.loss.SoftmaxCrossEntropyLoss()

        def gate(at: int, x: Any, h: Any) -> Any:
            return nd.dot(x, Wx[at]) + nd.dot(h, Wh[at]) + bs[at]

        def rnn(x: Any, h: Any, c: Any) -> Any:
            return nd.tanh(gate(0, x, h)), c

        def gru(x: Any, h: Any, c: Any) -> Any:
            z, r = nd.sigmoid(gate(0, x, h)), nd.sigmoid(gate(1, x, h))
            new = nd.tanh(nd.dot(x, Wx[2]) + nd.dot(r * h, Wh[2]) + bs[2])
            return z * h + (1 - z) * new, c

        def lstm(x: Any, h: Any, c: Any) -> Any:
            i, f, o = (nd.sigmoid(gate(at, x, h)) for at in range(3))
            c = f * c + i * nd.tanh(gate(3, x, h))
            return o * nd.tanh(c), c

        cell = {"rnn": rnn, "gru": gru, "lstm": lstm}[kind]

        def run() -> float:
            h = c = nd.zeros((batch, hidden))
            with autograd.record():
                outputs = []
                for x in X:
                    h, c = cell(x, h, c)
                    outputs.append(nd.dot(h, Wo) + bo)
                loss = loss_of(nd.concat(*outputs, dim=0), y).mean()
            loss.backward()
            norm = sum((param.grad**2).sum() for param in params).sqrt().asscalar()
            scale = min(1.0, 1.0 / norm)
            for param in params:
                param[:] = param - param.grad * scale
            return loss.asscalar()

        return {"imperative": run}

    return make
