"""A process that trains a little and prints how much memory it held at its peak, in MB.

python memory.py mxshim|mxnet|torch mlp|lenet|resnet18|encoder imperative|hybridized
"""

from __future__ import annotations

import importlib
import sys
import warnings
from pathlib import Path

MODELS = {"mlp": "mlp", "lenet": "lenet step", "resnet18": "resnet18 step",
          "encoder": "transformer encoder, 256 wide, 16 x 64 tokens"}  # fmt: skip


def peak() -> float:
    """Return the largest resident size of this process so far, in MB, libraries and all."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    raise SystemExit("this system does not say how much memory a process holds")


def main(library: str, model: str, variant: str) -> None:
    warnings.filterwarnings("ignore")
    module = importlib.import_module(library)
    rows = {row.name: row for row in importlib.import_module("steps").ROWS}
    row = rows[MODELS[model] if MODELS[model] in rows else f"{model} step"]
    if library == "torch":
        module.set_num_threads(1)
    run = (row.torch if library == "torch" else row.ours)(module)[variant]
    for _ in range(4):
        run()
    print(peak())


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    main(*sys.argv[1:])
