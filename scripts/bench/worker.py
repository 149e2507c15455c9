"""A process that times rows with one library, asked by ``run.py``.

    python worker.py mxshim|mxnet|torch

Answers one JSON object a line: ``{"row": name, "variant": name or null, "seconds": s}`` asks for
the time of a call, measured over about that many seconds; without a variant the answer lists the
row's. An answer is an object too, ``{"answer": ...}`` or ``{"error": text}``.
"""

from __future__ import annotations

import gc
import importlib
import json
import math
import sys
import time
import traceback
import warnings
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TOPICS = ("small", "large", "layers", "steps", "data")
#: A figure of a round is the best of so many repetitions, where a call takes less than their time.
REPETITIONS = 5


def rows() -> dict[str, Any]:
    """Return all rows by name."""
    topics = [importlib.import_module(name) for name in TOPICS]
    return {row.name: row for topic in topics for row in topic.ROWS}


class Worker:
    """Times the variants of one row at a time."""

    def __init__(self, library: str) -> None:
        self._module = importlib.import_module(library)
        self._is_torch = library == "torch"
        if self._is_torch:
            self._module.set_num_threads(1)
        self._rows = rows()
        self._current = ""
        self._variants: dict[str, Any] = {}

    def _wait(self) -> None:
        """Wait for what MXNet still computes."""
        if not self._is_torch:
            self._module.nd.waitall()

    def open(self, name: str) -> list[str]:
        """Build a row and run each of its variants twice; return their names."""
        if name != self._current:
            row = self._rows[name]
            self._variants, self._current = {}, ""
            gc.collect()
            if not self._is_torch:
                (self._module.npx.set_np if row.front == "np" else self._module.npx.reset_np)()
            self._variants = (row.torch if self._is_torch else row.ours)(self._module)
            for run in self._variants.values():
                run()
                run()
            self._wait()
            self._current = name
        return list(self._variants)

    def _seconds(self, run: Any, count: int) -> float:
        """Return the mean seconds of some calls, computed to the end."""
        start = time.perf_counter()
        for _ in range(count):
            run()
        self._wait()
        return (time.perf_counter() - start) / count

    def measure(self, name: str, variant: str, seconds: float) -> float:
        """Return the seconds of a call of a row's variant, the best of some repetitions."""
        self.open(name)
        run = self._variants[variant]
        once = self._seconds(run, 1)  # also brings data and code back to the caches
        if once >= seconds:
            return once / self._rows[name].per
        repetitions = max(1, min(REPETITIONS, int(seconds / once)))
        count = 1
        while once * count < seconds / repetitions / 2 and count < 20000:
            count *= min(10, math.ceil(seconds / repetitions / (once * count)))
            once = self._seconds(run, count)  # without the share of waiting that a call alone has
        best = min(self._seconds(run, count) for _ in range(repetitions))
        return best / self._rows[name].per


def main() -> None:
    warnings.filterwarnings("ignore")
    worker = Worker(sys.argv[1])
    for line in sys.stdin:
        ask = json.loads(line)
        answer: Any
        try:
            if ask["variant"] is None:
                answer = {"answer": worker.open(ask["row"])}
            else:
                answer = {"answer": worker.measure(ask["row"], ask["variant"], ask["seconds"])}
        except Exception as error:
            traceback.print_exc()
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
