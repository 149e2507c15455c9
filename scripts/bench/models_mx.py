"""Networks of the training steps, in gluon."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def linear(mx: Any) -> Any:
    return mx.gluon.nn.Dense(1)


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


def _blocks(mx: Any, width: int, heads: int, inner: int, dropout: float) -> tuple[Any, Any]:
    """Return the classes of attention and of the two dense layers behind it."""
    gluon, nn = mx.gluon, mx.gluon.nn

    class Attention(gluon.HybridBlock):
        """Attention of many heads, added to the queries and normalized.

        ``lengths`` (batch, queries) says how many keys each query sees; None: all.
        """

        def __init__(self) -> None:
            super().__init__()
            self.parts = nn.HybridSequential()
            for _ in range(4):
                self.parts.add(nn.Dense(width, flatten=False, use_bias=False))
            self.norm, self.dropout = nn.LayerNorm(), nn.Dropout(dropout)

        def split(self, F: Any, X: Any) -> Any:
            X = F.transpose(F.reshape(X, (0, 0, heads, -1)), axes=(0, 2, 1, 3))
            return F.reshape(X, (-1, 0, 0), reverse=True)

        def weights(self, F: Any, scores: Any, lengths: Any) -> Any:
            if lengths is None:
                return F.softmax(scores, axis=-1)
            lengths = F.reshape(F.repeat(lengths, repeats=heads, axis=0), (-1,))
            rows = F.reshape(scores, (-3, 0))
            rows = F.SequenceMask(rows, lengths, use_sequence_length=True, value=-1e6, axis=1)
            return F.softmax(F.reshape_like(rows, scores), axis=-1)

        def hybrid_forward(self, F: Any, X: Any, keys: Any, lengths: Any = None) -> Any:
            q, k, v = (
                self.split(F, self.parts[at](each)) for at, each in enumerate((X, keys, keys))
            )
            scores = F.batch_dot(q, k, transpose_b=True) / (width // heads) ** 0.5
            weights = self.weights(F, scores, lengths)
            mixed = F.batch_dot(self.dropout(weights) if dropout else weights, v)
            mixed = F.reshape(mixed, (-1, heads, 0, 0), reverse=True)
            mixed = F.reshape(F.transpose(mixed, axes=(0, 2, 1, 3)), (0, 0, -1))
            mixed = self.parts[3](mixed)
            return self.norm(X + (self.dropout(mixed) if dropout else mixed))

    class Feed(gluon.HybridBlock):
        def __init__(self) -> None:
            super().__init__()
            self.up = nn.Dense(inner, flatten=False, activation="relu")
            self.down = nn.Dense(width, flatten=False)
            self.norm, self.dropout = nn.LayerNorm(), nn.Dropout(dropout)

        def hybrid_forward(self, F: Any, X: Any) -> Any:
            Y = self.down(self.up(X))
            return self.norm(X + (self.dropout(Y) if dropout else Y))

    return Attention, Feed


def encoder(width: int, heads: int, layers: int, inner: int, vocab: int) -> Callable[[Any], Any]:
    """Build a transformer encoder with an output for every token."""

    def build(mx: Any) -> Any:
        gluon, nn = mx.gluon, mx.gluon.nn
        Attention, Feed = _blocks(mx, width, heads, inner, 0.0)

        class Model(gluon.HybridBlock):
            def __init__(self) -> None:
                super().__init__()
                self.embedding = nn.Embedding(vocab, width)
                self.body = nn.HybridSequential()
                for _ in range(layers):
                    self.body.add(Attention(), Feed())
                self.out = nn.Dense(vocab, flatten=False)

            def hybrid_forward(self, F: Any, X: Any) -> Any:
                X = self.embedding(X)
                for at in range(0, 2 * layers, 2):
                    X = self.body[at + 1](self.body[at](X, X))
                return self.out(X)

        return Model()

    return build


def transformer(
    width: int, heads: int, layers: int, inner: int, vocab: int
) -> Callable[[Any], Any]:
    """Build a transformer that translates: encoder, decoder, masks, dropout."""

    def build(mx: Any) -> Any:
        gluon, nn = mx.gluon, mx.gluon.nn
        Attention, Feed = _blocks(mx, width, heads, inner, 0.1)

        class Model(gluon.HybridBlock):
            def __init__(self) -> None:
                super().__init__()
                self.embeddings, self.dropout = nn.HybridSequential(), nn.Dropout(0.1)
                self.embeddings.add(nn.Embedding(vocab, width), nn.Embedding(vocab, width))
                self.encoder, self.decoder = nn.HybridSequential(), nn.HybridSequential()
                for _ in range(layers):
                    self.encoder.add(Attention(), Feed())
                    self.decoder.add(Attention(), Attention(), Feed())
                self.out = nn.Dense(vocab, flatten=False)

            def embed(self, F: Any, at: int, tokens: Any, places: Any) -> Any:
                scaled = self.embeddings[at](tokens) * width**0.5
                return self.dropout(F.broadcast_add(scaled, places))

            def hybrid_forward(
                self, F: Any, source: Any, target: Any, lengths: Any, causal: Any, places: Any
            ) -> Any:
                X = self.embed(F, 0, source, places)
                for at in range(0, 2 * layers, 2):
                    X = self.encoder[at + 1](self.encoder[at](X, X, lengths))
                Y = self.embed(F, 1, target, places)
                for at in range(0, 3 * layers, 3):
                    Y = self.decoder[at](Y, Y, causal)
                    Y = self.decoder[at + 2](self.decoder[at + 1](Y, X, lengths))
                return self.out(Y)

        return Model()

    return build


def skip_gram(mx: Any) -> Any:
    """Build the two embeddings of word2vec: scores of contexts for their centres."""
    gluon, nn = mx.gluon, mx.gluon.nn

    class Model(gluon.HybridBlock):
        def __init__(self) -> None:
            super().__init__()
            self.centres, self.contexts = nn.Embedding(6000, 100), nn.Embedding(6000, 100)

        def hybrid_forward(self, F: Any, centre: Any, context: Any) -> Any:
            scores = F.batch_dot(self.centres(centre), self.contexts(context), transpose_b=True)
            return F.reshape(scores, (0, -1))

    return Model()
