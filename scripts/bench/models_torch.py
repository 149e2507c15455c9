"""Networks of the training steps, in PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def linear(torch: Any) -> Any:
    return torch.nn.Linear(2, 1)


def mlp(torch: Any) -> Any:
    nn = torch.nn
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 10))


def lenet(torch: Any) -> Any:
    nn = torch.nn
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.Sigmoid(), nn.AvgPool2d(2, 2),
        nn.Conv2d(6, 16, 5), nn.Sigmoid(), nn.AvgPool2d(2, 2), nn.Flatten(),
        nn.Linear(400, 120), nn.Sigmoid(), nn.Linear(120, 84), nn.Sigmoid(), nn.Linear(84, 10),
    )  # fmt: skip


def resnet18(torch: Any) -> Any:
    nn = torch.nn

    class Residual(nn.Module):
        def __init__(self, given: int, channels: int, halve: bool) -> None:
            super().__init__()
            stride = 2 if halve else 1
            self.body = nn.Sequential(
                nn.Conv2d(given, channels, 3, stride, 1), nn.BatchNorm2d(channels), nn.ReLU(),
                nn.Conv2d(channels, channels, 3, 1, 1), nn.BatchNorm2d(channels),
            )  # fmt: skip
            self.short = nn.Conv2d(given, channels, 1, stride) if halve else nn.Identity()

        def forward(self, X: Any) -> Any:
            return torch.relu(self.body(X) + self.short(X))

    parts = [nn.Conv2d(3, 64, 7, 2, 3), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(3, 2, 1)]
    given = 64
    for stage, channels in enumerate((64, 128, 256, 512)):
        parts += [Residual(given, channels, stage > 0), Residual(channels, channels, False)]
        given = channels
    return nn.Sequential(*parts, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 10))


def recurrent(kind: str) -> Callable[[Any], Any]:
    """Build a recurrent layer with a dense output."""

    def build(torch: Any) -> Any:
        nn = torch.nn

        class Model(nn.Module):
            def __init__(self) -> None:
                super().__init__()
                self.layer = {"rnn": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}[kind](28, 256)
                self.dense = nn.Linear(256, 28)

            def forward(self, X: Any) -> Any:
                return self.dense(self.layer(X)[0].reshape(-1, 256))

        return Model()

    return build


def _blocks(torch: Any, width: int, heads: int, inner: int, dropout: float) -> tuple[Any, Any]:
    """Return the classes of attention and of the two dense layers behind it."""
    nn = torch.nn

    class Attention(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.parts = nn.ModuleList(nn.Linear(width, width, bias=False) for _ in range(4))
            self.norm, self.dropout = nn.LayerNorm(width), nn.Dropout(dropout)

        def split(self, X: Any) -> Any:
            return X.unflatten(2, (heads, -1)).permute(0, 2, 1, 3).flatten(0, 1)

        def weights(self, scores: Any, lengths: Any) -> Any:
            if lengths is not None:
                lengths = lengths.repeat_interleave(heads, 0).unsqueeze(2)
                hidden = torch.arange(scores.shape[2]) >= lengths
                scores = scores.masked_fill(hidden, -1e6)
            return torch.softmax(scores, -1)

        def forward(self, X: Any, keys: Any, lengths: Any = None) -> Any:
            q, k, v = (self.split(self.parts[at](each)) for at, each in enumerate((X, keys, keys)))
            scores = torch.bmm(q, k.transpose(1, 2)) / (width // heads) ** 0.5
            weights = self.weights(scores, lengths)
            mixed = torch.bmm(self.dropout(weights) if dropout else weights, v)
            mixed = mixed.unflatten(0, (-1, heads)).permute(0, 2, 1, 3).flatten(2)
            mixed = self.parts[3](mixed)
            return self.norm(X + (self.dropout(mixed) if dropout else mixed))

    class Feed(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.up, self.down = nn.Linear(width, inner), nn.Linear(inner, width)
            self.norm, self.dropout = nn.LayerNorm(width), nn.Dropout(dropout)

        def forward(self, X: Any) -> Any:
            Y = self.down(torch.relu(self.up(X)))
            return self.norm(X + (self.dropout(Y) if dropout else Y))

    return Attention, Feed


def encoder(width: int, heads: int, layers: int, inner: int, vocab: int) -> Callable[[Any], Any]:
    """Build a transformer encoder with an output for every token."""

    def build(torch: Any) -> Any:
        nn = torch.nn
        Attention, Feed = _blocks(torch, width, heads, inner, 0.0)

        class Model(nn.Module):
            def __init__(self) -> None:
                super().__init__()
                self.embedding, self.out = nn.Embedding(vocab, width), nn.Linear(width, vocab)
                self.attention = nn.ModuleList(Attention() for _ in range(layers))
                self.feed = nn.ModuleList(Feed() for _ in range(layers))

            def forward(self, X: Any) -> Any:
                X = self.embedding(X)
                for attention, feed in zip(self.attention, self.feed):
                    X = feed(attention(X, X))
                return self.out(X).flatten(0, 1)

        return Model()

    return build


def transformer(
    width: int, heads: int, layers: int, inner: int, vocab: int
) -> Callable[[Any], Any]:
    """Build a transformer that translates: encoder, decoder, masks, dropout."""

    def build(torch: Any) -> Any:
        nn = torch.nn
        Attention, Feed = _blocks(torch, width, heads, inner, 0.1)

        class Model(nn.Module):
            def __init__(self) -> None:
                super().__init__()
                self.embeddings = nn.ModuleList(nn.Embedding(vocab, width) for _ in range(2))
                self.dropout = nn.Dropout(0.1)
                self.encoder = nn.ModuleList(
                    nn.ModuleList([Attention(), Feed()]) for _ in range(layers)
                )
                self.decoder = nn.ModuleList(
                    nn.ModuleList([Attention(), Attention(), Feed()]) for _ in range(layers)
                )
                self.out = nn.Linear(width, vocab)

            def embed(self, at: int, tokens: Any, places: Any) -> Any:
                return self.dropout(self.embeddings[at](tokens) * width**0.5 + places)

            def forward(
                self, source: Any, target: Any, lengths: Any, causal: Any, places: Any
            ) -> Any:
                X = self.embed(0, source, places)
                for attention, feed in self.encoder:
                    X = feed(attention(X, X, lengths))
                Y = self.embed(1, target, places)
                for own, across, feed in self.decoder:
                    Y = feed(across(own(Y, Y, causal), X, lengths))
                return self.out(Y).flatten(0, 1)

        return Model()

    return build


def skip_gram(torch: Any) -> Any:
    """Build the two embeddings of word2vec: scores of contexts for their centres."""
    nn = torch.nn

    class Model(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.centres, self.contexts = nn.Embedding(6000, 100), nn.Embedding(6000, 100)

        def forward(self, centre: Any, context: Any) -> Any:
            scores = torch.bmm(self.centres(centre), self.contexts(context).transpose(1, 2))
            return scores.flatten(1)

    return Model()
