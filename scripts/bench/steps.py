"""The rows of whole training steps."""

from __future__ import annotations

from typing import Any

import steps_mx as ours
import steps_torch as theirs
from row import Row


def _labels(count: int, classes: int) -> Any:
    return lambda mx: mx.nd.arange(count) % classes


def _torch_labels(count: int, classes: int) -> Any:
    return lambda torch: torch.arange(count) % classes


def _pictures(name: str, shape: tuple[int, ...], **targets: float) -> Row:
    count = shape[0]
    return Row(
        f"{name} step", "training steps",
        ours.gluon(getattr(ours, name), shape, _labels(count, 10)),
        theirs.step(getattr(theirs, name), lambda torch: torch.rand(shape), _torch_labels(count,
         10)),
        **targets,
    )  # fmt: skip


def _linear(mx: Any) -> Any:
    return mx.gluon.nn.Dense(1)


def _encoder(name: str, batch: int, steps: int, vocab: int, sizes: tuple[int, ...]) -> Row:
    count = batch * steps

    def labels(mx: Any) -> Any:
        return mx.nd.floor(mx.nd.random.uniform(0, vocab, shape=(batch, steps)))

    return Row(
        name, "training steps",
        ours.gluon(ours.encoder(*sizes, vocab), (), labels, inputs=ours.tokens(batch, steps,
         vocab)),
        theirs.step(theirs.encoder(*sizes, vocab),
                    lambda torch: torch.randint(vocab, (batch, steps)), _torch_labels(count,
                     vocab)),
        target=0.45, torch_target=1.1,
    )  # fmt: skip


STEPS, BATCH, VOCAB = 35, 32, 28
ROWS = [
    Row("linear regression from scratch", "training steps", ours.linear_from_scratch,
        theirs.linear_from_scratch, target=0.05, torch_target=1.0),
    Row("linear regression gluon", "training steps",
        ours.gluon(_linear, (10, 2), lambda mx: mx.nd.ones((10, 1)), "L2Loss"),
        theirs.step(lambda torch: torch.nn.Linear(2, 1), lambda torch: torch.rand(10, 2),
                    lambda torch: torch.ones(10, 1), "mse_loss"), torch_target=1.0),
    Row("MLP from scratch", "training steps", ours.mlp_from_scratch, theirs.mlp_from_scratch,
        target=0.5, torch_target=1.0),
    _pictures("mlp", (256, 1, 28, 28), target=0.7, torch_target=1.0),
    Row("RNN from scratch", "training steps", ours.recurrent_from_scratch("rnn"),
        theirs.recurrent_from_scratch("rnn"), target=0.4, torch_target=1.0),
    Row("GRU from scratch", "training steps", ours.recurrent_from_scratch("gru"),
        theirs.recurrent_from_scratch("gru"), target=0.4, torch_target=1.1),
    Row("LSTM from scratch", "training steps", ours.recurrent_from_scratch("lstm"),
        theirs.recurrent_from_scratch("lstm"), target=0.4, torch_target=1.1),
    *(
        Row(f"{kind.upper()} fused", "training steps",
            ours.gluon(ours.recurrent(kind), (STEPS, BATCH, VOCAB), _labels(STEPS * BATCH, VOCAB)),
            theirs.step(theirs.recurrent(kind), lambda torch: torch.rand(STEPS, BATCH, VOCAB),
                        _torch_labels(STEPS * BATCH, VOCAB)),
            target=target, torch_target=1.1)
        for kind, target in (("rnn", None), ("gru", 1.0), ("lstm", 0.8))
    ),
    _encoder("transformer encoder, 32 wide, 64 x 10 tokens", 64, 10, 200, (32, 4, 2, 64)),
    _encoder("transformer encoder, 256 wide, 16 x 64 tokens", 16, 64, 1000, (256, 8, 2, 512)),
    _pictures("lenet", (256, 1, 28, 28), target=0.7, plain_target=1.1, torch_target=1.1),
    _pictures("resnet18", (32, 3, 96, 96), target=1.0, plain_target=2.0, torch_target=1.1),
    Row("SSD tiny step", "training steps", ours.ssd),
    Row("DataLoader, 1024 pictures", "training steps", ours.loader, theirs.loader,
     torch_target=1.1),
]  # fmt: skip
