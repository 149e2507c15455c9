"""The implementations that are timed, each in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import worker

HERE = Path(__file__).resolve().parent
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class Failed(Exception):
    """A row did not run in one of the libraries."""


class Library:
    """One implementation: its interpreter, the module it imports, its environment."""

    def __init__(self, label: str, python: str, module: str, **extra: str) -> None:
        self.label, self.python, self.module = label, python, module
        self.env = dict(os.environ, PYTHONPATH=str(worker.ROOT), **dict.fromkeys(THREADS, "1"))
        self.env.update(extra)
        self._process: Any = None

    def ask(self, row: str, variant: str | None, seconds: float = 0) -> Any:
        """Ask the worker, started when first needed."""
        if self._process is None:
            self._process = subprocess.Popen(
                [self.python, "-W", "ignore", str(HERE / "worker.py"), self.module],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=self.env,
            )  # fmt: skip
        question = json.dumps({"row": row, "variant": variant, "seconds": seconds})
        self._process.stdin.write(question + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            self._process = None
            raise Failed(f"the worker of {self.label} died")
        found = json.loads(answer)
        if "error" in found:
            raise Failed(f"{self.label}: {found['error']}")
        return found["answer"]

    def output(self, *command: str) -> str:
        """Run the interpreter on a command and return what it prints."""
        made = subprocess.run(
            [self.python, "-W", "ignore", *command], env=self.env, text=True,
            stdout=subprocess.PIPE,
        )  # fmt: skip
        if made.returncode:
            raise Failed(f"{self.label}: a process ended with {made.returncode}")
        return made.stdout

    def close(self) -> None:
        """End the worker."""
        if self._process is not None:
            self._process.stdin.close()
            self._process.wait()


def libraries(oracle: str, torch: str) -> list[Library]:
    """List what can be timed here; say what is missing."""
    found = [
        Library("mxshim", sys.executable, "mxshim"),
        Library("numpy alone", sys.executable, "mxshim", MXSHIM_ONEDNN="0"),
    ]
    if Path(oracle).exists():
        found.append(Library("mxnet", oracle, "mxnet"))
    else:
        print("no oracle (scripts/make_oracle.sh makes one): MXNet's column stays empty")
    if torch and not subprocess.run([torch, "-c", "import torch"], capture_output=True).returncode:
        found.append(Library("torch", torch, "torch"))
    else:
        print("no PyTorch here (--torch or MXSHIM_TORCH names a Python): its column stays empty")
    return found
