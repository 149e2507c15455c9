"""Time training steps on a GPU: mxshim there, mxshim on the CPU, and PyTorch on the same GPU.

    python scripts/bench/gpu.py [--rounds 5] [--json FILE]

Needs CuPy and a GPU; PyTorch's column is empty where it is not installed. A step is forward, loss,
backward and an update by SGD with momentum; times are medians over rounds, in milliseconds, each
step waited for. Nothing here compares with MXNet: its last release has no build for this CUDA.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

import mxshim as mx  # noqa: E402

nn = mx.gluon.nn


def mlp() -> Any:
    net = nn.HybridSequential()
    net.add(nn.Dense(256, activation="relu"), nn.Dense(128, activation="relu"), nn.Dense(10))
    return net


def lenet() -> Any:
    net = nn.HybridSequential()
    net.add(
        nn.Conv2D(6, 5, padding=2, activation="sigmoid"), nn.AvgPool2D(2, 2),
        nn.Conv2D(16, 5, activation="sigmoid"), nn.AvgPool2D(2, 2),
        nn.Dense(120, activation="sigmoid"), nn.Dense(84, activation="sigmoid"), nn.Dense(10),
    )  # fmt: skip
    return net


def resnet() -> Any:
    return mx.gluon.model_zoo.vision.resnet18_v1(classes=10)


class Recurrent(mx.gluon.HybridBlock):
    """Two LSTM layers over (time, batch, features) and a classifier of the last step."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        with self.name_scope():
            self.rnn = mx.gluon.rnn.LSTM(256, 2)
            self.out = nn.Dense(10)

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        return self.out(F.SequenceLast(self.rnn(x)))


ROWS: dict[str, tuple[Callable[[], Any], tuple[int, ...], int]] = {
    "MLP, batch 256": (mlp, (256, 784), 0),
    "LeNet, batch 256": (lenet, (256, 1, 28, 28), 0),
    "ResNet-18, 64 x 3 x 96 x 96": (resnet, (64, 3, 96, 96), 0),
    "LSTM 2 x 256, 35 steps, batch 32": (Recurrent, (35, 32, 256), 1),
}


def stepper(make: Callable[[], Any], shape: tuple[int, ...], axis: int, ctx: Any, hybrid: bool):
    """Return a function that does one training step and waits for it."""
    net, loss_of = make(), mx.gluon.loss.SoftmaxCrossEntropyLoss()
    net.initialize(mx.init.Xavier(), ctx=ctx)
    if hybrid:
        net.hybridize(static_alloc=True)
        loss_of.hybridize()
    options = {"learning_rate": 0.01, "momentum": 0.9}
    trainer = mx.gluon.Trainer(net.collect_params(), "sgd", options)
    x = mx.nd.random.normal(shape=shape, ctx=ctx)
    y = mx.nd.zeros((shape[axis],), ctx=ctx)

    def step() -> None:
        with mx.autograd.record():
            loss = loss_of(net(x), y)
        loss.backward()
        trainer.step(shape[axis])
        loss.mean().asscalar()

    return step


def torch_stepper(name: str, shape: tuple[int, ...], axis: int) -> Callable[[], None] | None:
    """Return the same step in PyTorch on the GPU, or None where that cannot be."""
    try:
        import torch
        from torch import nn as tnn
        from torchvision.models import resnet18
    except ImportError:
        return None

    class Last(tnn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.rnn, self.out = tnn.LSTM(256, 256, 2), tnn.Linear(256, 10)

        def forward(self, x: Any) -> Any:
            return self.out(self.rnn(x)[0][-1])

    nets = {
        "MLP": lambda: tnn.Sequential(
            tnn.Linear(784, 256), tnn.ReLU(), tnn.Linear(256, 128), tnn.ReLU(), tnn.Linear(128, 10)
        ),
        "LeNet": lambda: tnn.Sequential(
            tnn.Conv2d(1, 6, 5, padding=2), tnn.Sigmoid(), tnn.AvgPool2d(2),
            tnn.Conv2d(6, 16, 5), tnn.Sigmoid(), tnn.AvgPool2d(2), tnn.Flatten(),
            tnn.Linear(400, 120), tnn.Sigmoid(), tnn.Linear(120, 84), tnn.Sigmoid(),
            tnn.Linear(84, 10),
        ),
        "ResNet-18": lambda: resnet18(num_classes=10),
        "LSTM": Last,
    }  # fmt: skip
    net = nets[name.split(",")[0].split(" 2")[0]]().cuda()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9)
    x = torch.randn(*shape, device="cuda")
    y = torch.zeros(shape[axis], dtype=torch.long, device="cuda")

    def step() -> None:
        optimizer.zero_grad()
        loss = tnn.functional.cross_entropy(net(x), y)
        loss.backward()
        optimizer.step()
        loss.item()

    return step


def timed(step: Callable[[], None], rounds: int, repeats: int) -> float:
    """Return the median time of a step in milliseconds, after a warm-up."""
    for _ in range(3):
        step()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        for _ in range(repeats):
            step()
        times.append((time.perf_counter() - start) / repeats * 1e3)
    return statistics.median(times)


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--repeats", type=int, default=10, help="steps a round on the GPU")
    parser.add_argument("--json", help="write the figures to this file too")
    args = parser.parse_args()
    if not mx.context.num_gpus():
        print("gpu.py: CuPy finds no GPU")
        return 2
    figures = {}
    print("| training step, ms | GPU eager | GPU hybridized | CPU hybridized | PyTorch GPU |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for name, (make, shape, axis) in ROWS.items():
        found = [
            timed(stepper(make, shape, axis, mx.gpu(0), hybrid), args.rounds, args.repeats)
            for hybrid in (False, True)
        ]
        found.append(timed(stepper(make, shape, axis, mx.cpu(), True), 1, 1))
        other = torch_stepper(name, shape, axis)
        found.append(timed(other, args.rounds, args.repeats) if other else float("nan"))
        figures[name] = found
        print(f"| {name} | " + " | ".join(f"{ms:.2f}" for ms in found) + " |", flush=True)
    if args.json:
        Path(args.json).write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
