"""A process that trains a little and prints how much memory that took, in MB.

    python memory.py mxshim|mxnet|torch MODEL imperative|hybridized

Prints two figures: the largest resident size of the process, libraries and all, and by how much it
lies above the size after a step of LeNet on two pictures, which has loaded whatever loads late.
"""

from __future__ import annotations

import gc
import importlib
import sys
import warnings
from pathlib import Path

import row

#: Name in the table to the row whose step is run.
MODELS = {
    "mlp": "mlp step", "lenet": "lenet step", "resnet18": "resnet18 step",
    "transformer": "transformer, 32 wide, 64 x 10 tokens",
    "encoder": "transformer encoder, 256 wide, 16 x 64 tokens",
}  # fmt: skip
STEPS = 4


def resident(kind: str) -> float:
    """Return the resident memory in MB, now (``VmRSS``) or at its peak (``VmHWM``)."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(kind):
            return int(line.split()[1]) / 1024
    raise SystemExit("this system does not say how much memory a process holds")


def trained(library: str, name: str, variant: str, times: int) -> None:
    """Make a few steps of a row."""
    module = importlib.import_module(library)
    rows = {each.name: each for each in importlib.import_module("steps").ROWS}
    if library == "torch":
        module.set_num_threads(1)
    run = (rows[name].torch if library == "torch" else rows[name].ours)(module)[variant]
    for _ in range(times):
        run()


def main(library: str, model: str, variant: str) -> None:
    warnings.filterwarnings("ignore")
    row.divisor = 1 << 30
    trained(library, MODELS["lenet"], variant, 1)
    row.divisor = 1
    gc.collect()
    before = resident("VmRSS")
    trained(library, MODELS[model], variant, STEPS)
    print(resident("VmHWM"), resident("VmHWM") - before)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    main(*sys.argv[1:])
