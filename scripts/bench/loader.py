"""Time a loader over a folder of pictures, mxshim and real MXNet side by side in one run.

    python scripts/bench/loader.py [--oracle PYTHON] [--rounds 5] [--images 400] [--json FILE]

Writes PNG files of smooth colours and reads them with ``ImageFolderDataset``, as batches of 32:
decoded only, and resized, turned to floats and normalised.  Prints pictures per second without
worker processes and with two.  Each implementation runs in a process of its own; they take turns,
round by round, so that both meet the same machine.  A figure is the median of the rounds.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

import numpy

ROOT = Path(__file__).resolve().parents[2]
WORKERS = (0, 2)
PIPELINES = ("decode", "augment")
SIZE = (160, 120)


def write_png(path, pixels):
    """Write an (height, width, 3) array of bytes as a PNG file."""
    height, width, _ = pixels.shape
    rows = numpy.zeros((height, 1 + 3 * width), numpy.uint8)  # filter 0 in front of each row
    rows[:, 1:] = pixels.reshape(height, -1)

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows.tobytes(), 6))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + data + chunk(b"IEND", b""))


def write_folder(folder, count):
    """Write ``count`` pictures in two classes: gradients with a little noise."""
    draw = numpy.random.RandomState(0)
    width, height = SIZE
    across = numpy.linspace(0, 200, width)[None, :, None]
    down = numpy.linspace(0, 200, height)[:, None, None]
    for number in range(count):
        weight = draw.rand(2, 3)
        pixels = across * weight[0] + down * (1 - weight[0]) * weight[1]
        pixels = pixels + draw.randint(0, 20, (height, width, 3))
        place = folder / f"class{number % 2}"
        place.mkdir(exist_ok=True)
        write_png(place / f"{number:05}.png", pixels.clip(0, 255).astype(numpy.uint8))


def worker(name, folder):
    """Answer timing requests, one JSON line each: pipeline and number of workers."""
    import importlib
    import time

    mx = importlib.import_module(name)
    vision = mx.gluon.data.vision
    steps = vision.transforms
    plain = vision.ImageFolderDataset(folder)
    mean, deviation = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
    augment = steps.Compose(
        [steps.Resize((96, 96)), steps.ToTensor(), steps.Normalize(mean, deviation)]
    )
    data = {"decode": plain, "augment": plain.transform_first(augment)}
    loaders = {}
    for line in sys.stdin:
        key = tuple(json.loads(line))
        if key not in loaders:
            loaders[key] = mx.gluon.data.DataLoader(data[key[0]], 32, num_workers=key[1])
        start = time.perf_counter()
        total = 0
        for images, labels in loaders[key]:
            images.wait_to_read()
            total += labels.shape[0]
        print(json.dumps(total / (time.perf_counter() - start)), flush=True)


class Side:
    """One implementation in its own process."""

    def __init__(self, python, name, folder):
        self.process = subprocess.Popen(
            [python, "-W", "ignore", __file__, "--worker", name, folder],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT) if name == "mxshim" else ""},
        )  # fmt: skip

    def ask(self, *request):
        """Return the pictures per second of one round."""
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise SystemExit("a benchmark process has ended; its message stands above")
        return json.loads(answer)

    def close(self):
        """End the process."""
        self.process.stdin.close()
        self.process.wait(60)


def main():
    """Run the rounds and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--oracle", default=str(ROOT / ".oracle/bin/python"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--images", type=int, default=400)
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--worker", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        worker(*options.worker)
        return
    with tempfile.TemporaryDirectory() as folder:
        write_folder(Path(folder), options.images)
        sides = {
            "mxshim": Side(sys.executable, "mxshim", folder),
            "mxnet": Side(options.oracle, "mxnet", folder),
        }
        found = {}
        for number in range(options.rounds + 1):  # the first round warms up
            for key in [(p, w) for p in PIPELINES for w in WORKERS]:
                for name, side in sides.items():
                    rate = side.ask(*key)
                    if number:
                        found.setdefault((*key, name), []).append(rate)
        for side in sides.values():
            side.close()
    rows = []
    print(f"pictures of {SIZE[0]} x {SIZE[1]} per second, {options.images} of them")
    for pipeline in PIPELINES:
        for count in WORKERS:
            ours, theirs = (
                statistics.median(found[pipeline, count, name]) for name in ("mxshim", "mxnet")
            )
            rows.append({"pipeline": pipeline, "workers": count, "mxshim": ours, "mxnet": theirs})
            print(
                f"{pipeline:8} {count} workers: mxshim {ours:7.0f}  MXNet {theirs:7.0f}  "
                f"ratio {ours / theirs:.2f}"
            )
    if options.json:
        Path(options.json).write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
