"""The rows of whole training steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import detector
import models_mx
import models_torch
import steps_mx as ours
import steps_torch as theirs
from row import Row, Shape, cut, shortened

Make = Callable[[Any], Any]


def drawn(*shapes: Shape) -> tuple[Make, Make]:
    """Return makers of uniform numbers, for MXNet's interface and for PyTorch."""
    return (
        lambda mx: [mx.nd.random.uniform(shape=shortened(shape)) for shape in shapes],
        lambda torch: [torch.rand(shortened(shape)) for shape in shapes],
    )


def numbered(below: int, *shape: int) -> tuple[Make, Make]:
    """Return makers of classes or tokens; PyTorch's labels are flat."""
    return (
        lambda mx: [mx.nd.floor(mx.nd.random.uniform(0, below, shape=shortened(shape)))],
        lambda torch: [torch.randint(below, shortened(shape))],
    )


def _gluon(
    name: str, model: str, inputs: tuple[Make, Make], labels: tuple[Make, Make], clip: bool = False,
    losses: tuple[str, str] = ("SoftmaxCrossEntropyLoss", "cross_entropy"),
    rules: tuple[str, str] = ("sgd", "SGD"), sizes: tuple[Any, ...] = (), **targets: Any,
) -> Row:  # fmt: skip
    """Make the row of a network by its name in both modules of models."""
    builders = [getattr(models, model) for models in (models_mx, models_torch)]
    if sizes:
        builders = [builder(*sizes) for builder in builders]
    return Row(
        name, "training steps",
        ours.gluon(builders[0], inputs[0], labels[0], losses[0], rules[0], clip),
        theirs.step(builders[1], inputs[1], labels[1], losses[1], rules[1], clip),
        **targets,
    )  # fmt: skip


def _scratch(name: str, model: str, *arguments: str, **targets: Any) -> Row:
    makers = [getattr(module, model) for module in (ours, theirs)]
    if arguments:
        makers = [maker(*arguments) for maker in makers]
    return Row(name, "training steps", *makers, **targets)


def _sequences(
    name: str, model: str, batch: int, steps: int, vocab: int, sizes: tuple[int, ...],
    more: tuple[Make, Make] = (lambda mx: [], lambda torch: []), **given: Any,
) -> Row:  # fmt: skip
    """Make the row of a transformer; ``more`` makes the inputs behind the tokens."""
    tokens, labels = numbered(vocab, batch, steps), numbered(vocab, batch, steps)
    inputs = tuple(lambda m, a=a, b=b: a(m) + b(m) for a, b in zip(tokens, more))
    flat = (labels[0], lambda torch: [labels[1](torch)[0].flatten()])
    return _gluon(
        name, model, inputs, flat, sizes=(*sizes, vocab), target=0.45, torch_target=1.1, plain=True,
        **given,
    )  # fmt: skip


def _translation(batch: int, steps: int, width: int, vocab: int) -> tuple[Make, Make]:
    """Return makers of target tokens, lengths, causal lengths and places."""

    def for_mx(mx: Any) -> list[Any]:
        nd, count = mx.nd, cut(batch)
        lengths = nd.broadcast_to(
            nd.arange(count).reshape((-1, 1)) % (steps - 2) + 3, (count, steps)
        )
        causal = nd.broadcast_to(nd.arange(1, steps + 1).reshape((1, -1)), (count, steps))
        target = nd.floor(nd.random.uniform(0, vocab, shape=(count, steps)))
        return [target, lengths, causal, nd.random.uniform(shape=(1, steps, width))]

    def for_torch(torch: Any) -> list[Any]:
        lengths = (torch.arange(batch).reshape(-1, 1) % (steps - 2) + 3).expand(batch, steps)
        causal = torch.arange(1, steps + 1).expand(batch, steps)
        target = torch.randint(vocab, (batch, steps))
        return [target, lengths, causal, torch.rand(1, steps, width)]

    return for_mx, for_torch


def _pairs() -> tuple[tuple[Make, Make], tuple[Make, Make]]:
    """Return makers of centres and contexts, of labels and weights, for word2vec."""
    centres, contexts = numbered(6000, 512, 1), numbered(6000, 512, 60)
    labels, weights = numbered(2, 512, 60), numbered(2, 512, 60)
    return (
        (lambda mx: centres[0](mx) + contexts[0](mx),
         lambda torch: centres[1](torch) + contexts[1](torch)),
        (lambda mx: labels[0](mx) + weights[0](mx),
         lambda torch: [each(torch)[0].float() for each in (labels[1], weights[1])]),
    )  # fmt: skip


PICTURES, COLOURED = (256, 1, 28, 28), (32, 3, 96, 96)
STEPS, BATCH, VOCAB = 35, 32, 28
ROWS = [
    _scratch("linear regression from scratch", "linear_from_scratch", target=0.05,
             torch_target=1.0),
    _gluon("linear regression gluon", "linear", drawn((10, 2)), drawn((10, 1)),
           losses=("L2Loss", "mse_loss"), torch_target=1.0),
    _scratch("MLP from scratch", "mlp_from_scratch", target=0.5, torch_target=1.0),
    _gluon("mlp step", "mlp", drawn(PICTURES), numbered(10, 256), target=0.7, torch_target=1.0),
    _scratch("RNN from scratch", "recurrent_from_scratch", "rnn", target=0.4, torch_target=1.0),
    _scratch("GRU from scratch", "recurrent_from_scratch", "gru", target=0.4, torch_target=1.1),
    _scratch("LSTM from scratch", "recurrent_from_scratch", "lstm", target=0.4, torch_target=1.1),
    *(
        Row(f"{kind.upper()} fused", "training steps",
            ours.gluon(models_mx.recurrent(kind),
                       lambda mx: [mx.nd.random.uniform(shape=(STEPS, BATCH, VOCAB))],
                       lambda mx: [mx.nd.arange(STEPS * BATCH) % VOCAB]),
            theirs.step(models_torch.recurrent(kind),
                        lambda torch: [torch.rand(STEPS, BATCH, VOCAB)],
                        lambda torch: [torch.arange(STEPS * BATCH) % VOCAB]),
            target=target, torch_target=1.1, plain=True)
        for kind, target in (("rnn", None), ("gru", 1.0), ("lstm", 0.8))
    ),
    _sequences("transformer, 32 wide, 64 x 10 tokens", "transformer", 64, 10, 200, (32, 4, 2, 64),
               _translation(64, 10, 32, 200), clip=True, rules=("adam", "Adam")),
    _sequences("transformer encoder, 32 wide, 64 x 10 tokens", "encoder", 64, 10, 200,
               (32, 4, 2, 64)),
    _sequences("transformer encoder, 256 wide, 16 x 64 tokens", "encoder", 16, 64, 1000,
               (256, 8, 2, 512)),
    _gluon("lenet step", "lenet", drawn(PICTURES), numbered(10, 256), target=0.7, plain_target=1.1,
           torch_target=1.1),
    _gluon("resnet18 step", "resnet18", drawn(COLOURED), numbered(10, 32), target=1.0,
           plain_target=2.0, torch_target=1.1),
    Row("SSD tiny step", "training steps", detector.ours, detector.theirs, torch_target=1.1,
        plain=True),
    _gluon("word2vec step, 512 x 60 pairs", "skip_gram", *_pairs(),
           losses=("SigmoidBinaryCrossEntropyLoss", "binary_cross_entropy_with_logits"),
           rules=("adam", "Adam"), torch_target=1.1),
]  # fmt: skip
