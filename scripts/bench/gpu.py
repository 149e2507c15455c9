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

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent.parent), str(HERE)]

import models_mx  # noqa: E402
import models_torch  # noqa: E402

import mxshim as mx  # noqa: E402

#: Name to the model (in both modules of models), what builds it takes, shape of the input, labels.
ROWS: dict[str, tuple[str, tuple[Any, ...], tuple[int, ...], int]] = {
    "MLP, batch 256": ("mlp", (), (256, 784), 256),
    "LeNet, batch 256": ("lenet", (), (256, 1, 28, 28), 256),
    "ResNet-18, 64 x 3 x 96 x 96": ("resnet18", (), (64, 3, 96, 96), 64),
    "LSTM 256, 35 steps, batch 32": ("recurrent", ("lstm",), (35, 32, 28), 35 * 32),
}
RATE, MOMENTUM = 0.01, 0.9


def made(models: Any, library: Any, name: str) -> Any:
    """Build a row's network for a library."""
    model, sizes, _, _ = ROWS[name]
    build = getattr(models, model)
    return build(*sizes)(library) if sizes else build(library)


def stepper(name: str, ctx: Any, hybrid: bool) -> Callable[[], Any]:
    """Return a function that does one training step and waits for it."""
    _, _, shape, labels = ROWS[name]
    net, loss_of = made(models_mx, mx, name), mx.gluon.loss.SoftmaxCrossEntropyLoss()
    net.initialize(mx.init.Xavier(), ctx=ctx)
    if hybrid:
        net.hybridize(static_alloc=True)
        loss_of.hybridize()
    options = {"learning_rate": RATE, "momentum": MOMENTUM}
    trainer = mx.gluon.Trainer(net.collect_params(), "sgd", options)
    x, y = mx.nd.random.normal(shape=shape, ctx=ctx), mx.nd.zeros((labels,), ctx=ctx)

    def step() -> float:
        with mx.autograd.record():
            loss = loss_of(net(x), y)
        loss.backward()
        trainer.step(labels)
        return loss.mean().asscalar()

    return step


def torch_stepper(name: str) -> Callable[[], Any] | None:
    """Return the same step in PyTorch on the GPU, or None where that is not installed."""
    try:
        import torch
    except ImportError:
        return None
    _, _, shape, labels = ROWS[name]
    net = made(models_torch, torch, name).cuda()
    optimizer = torch.optim.SGD(net.parameters(), lr=RATE, momentum=MOMENTUM)
    x = torch.randn(*shape, device="cuda")
    y = torch.zeros(labels, dtype=torch.long, device="cuda")

    def step() -> float:
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(net(x).reshape(labels, -1), y)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def timed(step: Callable[[], Any], rounds: int, repeats: int) -> float:
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
    for name in ROWS:
        found = [
            timed(stepper(name, mx.gpu(0), hybrid), args.rounds, args.repeats)
            for hybrid in (False, True)
        ]
        found.append(timed(stepper(name, mx.cpu(), True), 1, 1))
        other = torch_stepper(name)
        found.append(timed(other, args.rounds, args.repeats) if other else float("nan"))
        figures[name] = found
        print(f"| {name} | " + " | ".join(f"{ms:.2f}" for ms in found) + " |", flush=True)
    if args.json:
        Path(args.json).write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
