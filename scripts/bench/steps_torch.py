"""The same training steps in PyTorch, eager, written as its users write them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from row import Variants


def linear_from_scratch(torch: Any) -> Variants:
    X, y = torch.randn(10, 2), torch.randn(10, 1)
    w = (torch.randn(2, 1) * 0.01).requires_grad_()
    b = torch.zeros(1, requires_grad=True)

    def run() -> float:
        loss = (X @ w + b - y) ** 2 / 2
        loss.sum().backward()
        with torch.no_grad():
            for param in (w, b):
                param -= 0.03 * param.grad / 10
                param.grad.zero_()
        return loss.mean().item()

    return {"imperative": run}


def mlp_from_scratch(torch: Any) -> Variants:
    X, y = torch.rand(256, 1, 28, 28), torch.arange(256) % 10
    shapes = ((784, 256), (256,), (256, 10), (10,))
    params = [(torch.randn(shape) * 0.01).requires_grad_() for shape in shapes]
    W1, b1, W2, b2 = params

    def run() -> float:
        H = torch.maximum(X.reshape(-1, 784) @ W1 + b1, torch.tensor(0.0))
        loss = torch.nn.functional.cross_entropy(H @ W2 + b2, y, reduction="none")
        loss.sum().backward()
        with torch.no_grad():
            for param in params:
                param -= 0.1 * param.grad / 256
                param.grad.zero_()
        return loss.mean().item()

    return {"imperative": run}


def step(
    build: Callable[[Any], Any], inputs: Callable[[Any], Any], labels: Callable[[Any], Any],
    loss: str = "cross_entropy",
) -> Callable[[Any], Variants]:  # fmt: skip
    """Make the step of a module."""

    def make(torch: Any) -> Variants:
        net, X, y = build(torch), inputs(torch), labels(torch)
        rule = torch.optim.SGD(net.parameters(), 0.01)
        loss_of = getattr(torch.nn.functional, loss)

        def run() -> float:
            rule.zero_grad()
            value = loss_of(net(X), y)
            value.backward()
            rule.step()
            return value.item()

        return {"imperative": run}

    return make


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


def recurrent_from_scratch(kind: str) -> Callable[[Any], Variants]:
    """Make the step of a character model over 35 steps, cells written out."""

    def make(torch: Any) -> Variants:
        steps, batch, vocab, hidden = 35, 32, 28, 256
        gates = {"rnn": 1, "gru": 3, "lstm": 4}[kind]
        one_hot = torch.nn.functional.one_hot
        X = one_hot(torch.randint(vocab, (steps, batch)), vocab).float()
        y = torch.randint(vocab, (steps * batch,))

        def weight(*shape: int) -> Any:
            return (torch.randn(*shape) * 0.01).requires_grad_()

        Wx = [weight(vocab, hidden) for _ in range(gates)]
        Wh = [weight(hidden, hidden) for _ in range(gates)]
        bs = [torch.zeros(hidden, requires_grad=True) for _ in range(gates)]
        Wo, bo = weight(hidden, vocab), torch.zeros(vocab, requires_grad=True)
        params = [*Wx, *Wh, *bs, Wo, bo]

        def gate(at: int, x: Any, h: Any) -> Any:
            return x @ Wx[at] + h @ Wh[at] + bs[at]

        def rnn(x: Any, h: Any, c: Any) -> Any:
            return torch.tanh(gate(0, x, h)), c

        def gru(x: Any, h: Any, c: Any) -> Any:
            z, r = torch.sigmoid(gate(0, x, h)), torch.sigmoid(gate(1, x, h))
            new = torch.tanh(x @ Wx[2] + (r * h) @ Wh[2] + bs[2])
            return z * h + (1 - z) * new, c

        def lstm(x: Any, h: Any, c: Any) -> Any:
            i, f, o = (torch.sigmoid(gate(at, x, h)) for at in range(3))
            c = f * c + i * torch.tanh(gate(3, x, h))
            return o * torch.tanh(c), c

        cell = {"rnn": rnn, "gru": gru, "lstm": lstm}[kind]

        def run() -> float:
            h = c = torch.zeros(batch, hidden)
            outputs = []
            for x in X:
                h, c = cell(x, h, c)
                outputs.append(h @ Wo + bo)
            loss = torch.nn.functional.cross_entropy(torch.cat(outputs), y)
            for param in params:
                param.grad = None
            loss.backward()
            with torch.no_grad():
                norm = torch.sqrt(sum((param.grad**2).sum() for param in params)).item()
                scale = min(1.0, 1.0 / norm)
                for param in params:
                    param -= param.grad * scale
            return loss.item()

        return {"imperative": run}

    return make


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


def encoder(width: int, heads: int, layers: int, inner: int, vocab: int) -> Callable[[Any], Any]:
    """Build a transformer encoder with an output for every token."""

    def build(torch: Any) -> Any:
        nn = torch.nn

        class Layer(nn.Module):
            def __init__(self) -> None:
                super().__init__()
                self.parts = nn.ModuleList(nn.Linear(width, width, bias=False) for _ in range(4))
                self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(2))
                self.up, self.down = nn.Linear(width, inner), nn.Linear(inner, width)

            def split(self, X: Any) -> Any:
                n, steps, _ = X.shape
                X = X.reshape(n, steps, heads, -1).permute(0, 2, 1, 3)
                return X.reshape(n * heads, steps, -1)

            def forward(self, X: Any) -> Any:
                n, steps, _ = X.shape
                q, k, v = (self.split(self.parts[at](X)) for at in range(3))
                scores = torch.bmm(q, k.transpose(1, 2)) / (width // heads) ** 0.5
                mixed = torch.bmm(torch.softmax(scores, -1), v)
                mixed = mixed.reshape(n, heads, steps, -1).permute(0, 2, 1, 3)
                X = self.norms[0](X + self.parts[3](mixed.reshape(n, steps, width)))
                return self.norms[1](X + self.down(torch.relu(self.up(X))))

        return nn.Sequential(
            nn.Embedding(vocab, width), *[Layer() for _ in range(layers)], nn.Linear(width, vocab),
            nn.Flatten(0, 1),
        )  # fmt: skip

    return build


def loader(torch: Any) -> Variants:
    """Go through a data set once: transformed, shuffled, in batches of 64."""
    data = torch.randint(255, (1024, 28, 28, 1), dtype=torch.uint8)
    labels = torch.arange(1024)

    class Pictures(torch.utils.data.Dataset):
        def __len__(self) -> int:
            return len(data)

        def __getitem__(self, at: int) -> Any:
            return data[at].permute(2, 0, 1).float() / 255, labels[at]

    batches = torch.utils.data.DataLoader(Pictures(), 64, shuffle=True)

    def run() -> None:
        for _ in batches:
            pass

    return {"imperative": run}
