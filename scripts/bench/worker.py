"""A process that times rows with one library, asked by ``run.py``.

    python worker.py mxshim|mxnet|torch

Answers one JSON object a line: ``{"row": name, "variant": name or null, "seconds": s}`` asks for
the mean time of a call over about that many seconds; without a variant the answer lists the row's.
"""

from __future__ import annotations

import gc
import importlib
import json
import sys
import time
import warnings
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def rows() -> dict[str, Any]:
    """Return all rows by name."""
    topics = [importlib.import_module(name) for name in ("small", "large", "layers", "steps")]
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
        if not self._is_torch:
            self._module.nd.waitall()

    def open(self, name: str) -> list[str]:
        """Build a row and run each of its variants twice; return their names."""
        if name != self._current:
            row = self._rows[name]
            self._variants = {}
            gc.collect()
            if not self._is_torch:
                (self._module.npx.set_np if row.front == "np" else self._module.npx.reset_np)()
            self._variants = (row.torch if self._is_torch else row.ours)(self._module)
            self._current = name
            for run in self._variants.values():
                run()
                run()
            self._wait()
        return list(self._variants)

    def measure(self, name: str, variant: str, seconds: float) -> float:
        """Return the mean seconds of a call of a row's variant."""
        self.open(name)
        run = self._variants[variant]
        start = time.perf_counter()
        run()
        self._wait()
        once = time.perf_counter() - start
        count = max(1, min(20000, int(seconds / max(once, 1e-7))))
        start = time.perf_counter()
        for _ in range(count):
            run()
        self._wait()
        return (time.perf_counter() - start) / count / self._rows[name].per


def main() -> None:
    warnings.filterwarnings("ignore")
    worker = Worker(sys.argv[1])
    for line in sys.stdin:
        ask = json.loads(line)
        answer: Any
        if ask["variant"] is None:
            answer = worker.open(ask["row"])
        else:
            answer = worker.measure(ask["row"], ask["variant"], ask["seconds"])
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
