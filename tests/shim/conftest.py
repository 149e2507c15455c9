"""What the tests of the ways in share: a fresh interpreter that finds this very mxshim."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


class Python:
    """Run the interpreter in a folder of its own; the checkout is the only thing on PYTHONPATH."""

    def __init__(self, folder: Path):
        self.folder = folder
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "MXSHIM"))}
        self.environment = {**kept, "PYTHONPATH": str(ROOT)}

    def __call__(self, *args: str, stdin: str = "", **environment: str):
        """Return the finished process; its streams are text."""
        return subprocess.run(
            [sys.executable, *args],
            cwd=self.folder,
            env={**self.environment, **environment},
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def prints(self, *args: str, stdin: str = "", **environment: str) -> str:
        """Return what a run that must succeed prints."""
        done = self(*args, stdin=stdin, **environment)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def file(self, name: str, text: str) -> str:
        """Write a file for the run; return its name."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return name


@pytest.fixture
def python(tmp_path):
    return Python(tmp_path)
