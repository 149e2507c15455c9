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
    build: Callable[[Any], Any], inputs: Callable[[Any], list[Any]],
    labels: Callable[[Any], list[Any]], loss: str = "cross_entropy", rule: str = "SGD",
    clip: bool = False,
) -> Callable[[Any], Variants]:  # fmt: skip
    """Make the step of a module; labels may be followed by their weights."""

    def make(torch: Any) -> Variants:
        net, X = build(torch), inputs(torch)
        y, *weights = labels(torch)
        params = list(net.parameters())
        optimizer = getattr(torch.optim, rule)(params, 0.01)
        loss_of = getattr(torch.nn.functional, loss)

        def run() -> float:
            optimizer.zero_grad()
            if weights:
                value = (loss_of(net(*X), y, reduction="none") * weights[0]).mean()
            else:
                value = loss_of(net(*X), y)
            value.backward()
            if clip:
                torch.nn.utils.clip_grad_norm_(params, 1)
            optimizer.step()
            return value.item()

        return {"imperative": run}

    return make


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
