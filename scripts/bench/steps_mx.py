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
    build: Callable[[Any], Any], data: tuple[int, ...], labels: Callable[[Any], Any],
    loss: str = "SoftmaxCrossEntropyLoss", inputs: Callable[[Any], list[Any]] | None = None,
    rule: str = "sgd",
) -> Callable[[Any], Variants]:  # fmt: skip
    """Make the step of a gluon network, imperative and hybridized."""

    def make(mx: Any) -> Variants:
        found = {}
        X = inputs(mx) if inputs else [mx.nd.random.uniform(shape=data)]
        y = labels(mx)
        for variant in ("imperative", "hybridized"):
            net = build(mx)
            net.initialize(mx.init.Xavier())
            if variant == "hybridized":
                net.hybridize(static_alloc=True)
            trainer = mx.gluon.Trainer(net.collect_params(), rule, {"learning_rate": 0.01})
            loss_of = getattr(mx.gluon.loss, loss)()

            def run(net: Any = net, trainer: Any = trainer, loss_of: Any = loss_of) -> float:
                with mx.autograd.record():
                    value = loss_of(net(*X), y)
                value.backward()
                trainer.step(y.shape[0])
                return value.mean().asscalar()

            found[variant] = run
        return found

    return make


def mlp(mx: Any) -> Any:
    nn = mx.gluon.nn
    net = nn.HybridSequential()
    net.add(nn.Dense(256, activation="relu"), nn.Dense(10))
    return net


def lenet(mx: Any) -> Any:
    nn = mx.gluon.nn
    net = nn.HybridSequential()
    net.add(
        nn.Conv2D(6, 5, padding=2, activation="sigmoid"), nn.AvgPool2D(2, 2),
        nn.Conv2D(16, 5, activation="sigmoid"), nn.AvgPool2D(2, 2),
        nn.Dense(120, activation="sigmoid"), nn.Dense(84, activation="sigmoid"), nn.Dense(10),
    )  # fmt: skip
    return net


def resnet18(mx: Any) -> Any:
    nn = mx.gluon.nn

    class Residual(nn.HybridBlock):
        def __init__(self, channels: int, halve: bool) -> None:
            super().__init__()
            stride = 2 if halve else 1
            self.body = nn.HybridSequential()
            self.body.add(
                nn.Conv2D(channels, 3, stride, 1), nn.BatchNorm(), nn.Activation("relu"),
                nn.Conv2D(channels, 3, 1, 1), nn.BatchNorm(),
            )  # fmt: skip
            self.short = nn.Conv2D(channels, 1, stride) if halve else None

        def hybrid_forward(self, F: Any, X: Any) -> Any:
            return F.relu(self.body(X) + (X if self.short is None else self.short(X)))

    net = nn.HybridSequential()
    net.add(nn.Conv2D(64, 7, 2, 3), nn.BatchNorm(), nn.Activation("relu"), nn.MaxPool2D(3, 2, 1))
    for stage, channels in enumerate((64, 128, 256, 512)):
        net.add(Residual(channels, stage > 0), Residual(channels, False))
    net.add(nn.GlobalAvgPool2D(), nn.Dense(10))
    return net


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


def recurrent(kind: str) -> Callable[[Any], Any]:
    """Build a fused recurrent layer with a dense output."""

    def build(mx: Any) -> Any:
        gluon = mx.gluon

        class Model(gluon.HybridBlock):
            def __init__(self) -> None:
                super().__init__()
                layer = {"rnn": gluon.rnn.RNN, "gru": gluon.rnn.GRU, "lstm": gluon.rnn.LSTM}[kind]
                self.layer = layer(256, input_size=28)
                self.dense = gluon.nn.Dense(28)

            def hybrid_forward(self, F: Any, X: Any) -> Any:
                return self.dense(F.reshape(self.layer(X), (-1, 256)))

        return Model()

    return build


def encoder(width: int, heads: int, layers: int, inner: int, vocab: int) -> Callable[[Any], Any]:
    """Build a transformer encoder with an output for every token."""

    def build(mx: Any) -> Any:
        gluon, nn = mx.gluon, mx.gluon.nn

        class Layer(gluon.HybridBlock):
            def __init__(self) -> None:
                super().__init__()
                self.parts = nn.HybridSequential()
                for _ in range(4):
                    self.parts.add(nn.Dense(width, flatten=False, use_bias=False))
                self.norms = nn.HybridSequential()
                self.norms.add(nn.LayerNorm(), nn.LayerNorm())
                self.up = nn.Dense(inner, flatten=False, activation="relu")
                self.down = nn.Dense(width, flatten=False)

            def split(self, F: Any, X: Any) -> Any:
                X = F.transpose(F.reshape(X, (0, 0, heads, -1)), axes=(0, 2, 1, 3))
                return F.reshape(X, (-1, 0, 0), reverse=True)

            def hybrid_forward(self, F: Any, X: Any) -> Any:
                q, k, v = (self.split(F, self.parts[at](X)) for at in range(3))
                scores = F.batch_dot(q, k, transpose_b=True) / (width // heads) ** 0.5
                mixed = F.batch_dot(F.softmax(scores, axis=-1), v)
                mixed = F.reshape(mixed, (-1, heads, 0, 0), reverse=True)
                mixed = F.reshape(F.transpose(mixed, axes=(0, 2, 1, 3)), (0, 0, -1))
                X = self.norms[0](X + self.parts[3](mixed))
                return self.norms[1](X + self.down(self.up(X)))

        class Model(gluon.HybridBlock):
            def __init__(self) -> None:
                super().__init__()
                self.embedding = nn.Embedding(vocab, width)
                self.body = nn.HybridSequential()
                for _ in range(layers):
                    self.body.add(Layer())
                self.out = nn.Dense(vocab, flatten=False)

            def hybrid_forward(self, F: Any, X: Any) -> Any:
                return self.out(self.body(self.embedding(X)))

        return Model()

    return build


def tokens(batch: int, steps: int, vocab: int) -> Callable[[Any], list[Any]]:
    return lambda mx: [mx.nd.floor(mx.nd.random.uniform(0, vocab, shape=(batch, steps)))]


def ssd(mx: Any) -> Variants:
    """Make the step of a tiny detector: anchors, targets, two losses."""
    nd, nn, gluon = mx.nd, mx.gluon.nn, mx.gluon
    batch = 8

    class Detector(gluon.HybridBlock):
        def __init__(self) -> None:
            super().__init__()
            self.blocks = nn.HybridSequential()
            for stage, channels in enumerate((16, 32, 64, 64)):
                block = nn.HybridSequential()
                for _ in range(2 if stage < 3 else 1):
                    block.add(
                        nn.Conv2D(channels, 3, padding=1), nn.BatchNorm(), nn.Activation("relu")
                    )
                block.add(nn.MaxPool2D(2))
                self.blocks.add(block)
            self.classes, self.boxes = nn.HybridSequential(), nn.HybridSequential()
            for _ in range(2):
                self.classes.add(nn.Conv2D(4 * 2, 3, padding=1))
                self.boxes.add(nn.Conv2D(4 * 4, 3, padding=1))

        def hybrid_forward(self, F: Any, X: Any) -> Any:
            anchors, classes, boxes = [], [], []
            for at, block in enumerate(self.blocks):
                X = block(X)
                if at >= 2:
                    sizes = [0.2 * at, 0.2 * at + 0.1]
                    anchors.append(F.contrib.MultiBoxPrior(X, sizes=sizes, ratios=[1, 2, 0.5]))
                    for found, heads in ((classes, self.classes), (boxes, self.boxes)):
                        found.append(F.flatten(F.transpose(heads[at - 2](X), axes=(0, 2, 3, 1))))
            return F.concat(*anchors, dim=1), F.concat(*classes, dim=1), F.concat(*boxes, dim=1)

    X = nd.random.uniform(shape=(batch, 3, 64, 64))
    Y = nd.array([[[0, 0.1, 0.1, 0.5, 0.6]]] * batch)
    class_loss, box_loss = gluon.loss.SoftmaxCrossEntropyLoss(), gluon.loss.L1Loss()
    found = {}
    for variant in ("imperative", "hybridized"):
        net = Detector()
        net.initialize(mx.init.Xavier())
        if variant == "hybridized":
            net.hybridize(static_alloc=True)
        trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.01})

        def run(net: Any = net, trainer: Any = trainer) -> float:
            with mx.autograd.record():
                anchors, classes, boxes = net(X)
                classes = classes.reshape((batch, -1, 2))
                targets, masks, labels = nd.contrib.MultiBoxTarget(
                    anchors, Y, classes.transpose((0, 2, 1))
                )
                loss = class_loss(classes, labels) + box_loss(boxes * masks, targets * masks)
            loss.backward()
            trainer.step(batch)
            return loss.mean().asscalar()

        found[variant] = run
    return found


def loader(mx: Any) -> Variants:
    """Go through a data set once: transformed, shuffled, in batches of 64."""
    data = mx.nd.floor(mx.nd.random.uniform(0, 255, shape=(1024, 28, 28, 1))).astype("uint8")
    pictures = mx.gluon.data.ArrayDataset(data, mx.nd.arange(1024).asnumpy())
    transform = mx.gluon.data.vision.transforms.ToTensor()
    batches = mx.gluon.data.DataLoader(pictures.transform_first(transform), 64, shuffle=True)

    def run() -> None:
        for picture, _ in batches:
            picture.wait_to_read()

    return {"imperative": run}
