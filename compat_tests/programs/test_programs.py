"""Whole legacy programs, run as a user runs them, must print what they print under MXNet, letter for letter.

Each ``*.py`` file beside this one is a program that knows only ``mxnet``. A body runs it in a process of its
own: ``python program.py`` under the reference, ``python -m mxshim program.py`` otherwise. Compared are the
standard output, the exit status and, for a program that dies of an error, its class and last line.

Programs named ``book_*`` use the API as the chapters of a text book do and print what training computes:
their text must be the same, their decimal numbers the same within 1e-4 (whole numbers are text).
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from compat_tests.observe import last_line

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PROGRAMS = sorted(
    path.stem for path in HERE.glob("*.py") if not path.stem.startswith(("test_", "__"))
)
BOOK = [program for program in PROGRAMS if program.startswith("book_")]
SECONDS = 100
DECIMAL = re.compile(
    r"\s*([-+]?(?:\d+\.\d*(?:e[-+]?\d+)?|\.\d+|\d+e[-+]?\d+|\b(?:inf|nan)\b))(?: +(?=\]))?"
)


def run(program, folder, library):
    """Run ``program`` under ``library`` ("mxnet" or "mxshim") in ``folder``; return the finished process."""
    launcher = [] if library == "mxnet" else ["-m", "mxshim"]
    environment = dict(
        os.environ, OMP_NUM_THREADS="1", PYTHONPATH=str(ROOT), PYTHONDONTWRITEBYTECODE="1"
    )
    return subprocess.run(
        [sys.executable, *launcher, str(HERE / (program + ".py"))],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=SECONDS,
    )  # fmt: skip


def fatal(stderr):
    """Return ``(class, last line of the message)`` of the last traceback in ``stderr``, or None."""
    blocks = re.split(r"^Traceback \(most recent call last\):\n", stderr, flags=re.M)
    # The class stands in the first line that is not indented; a kernel's own traceback may follow it.
    found = (
        re.search(r"^(?:\w+\.)*(\w+)(?:: |$)", blocks[-1], flags=re.M) if len(blocks) > 1 else None
    )
    if found is None:
        return None
    message = last_line(blocks[-1][found.end() :])
    return found.group(1), re.sub(
        r" Did you mean: '\w+'\?$", "", message
    )  # the interpreter's own words


def numbers_apart(line):
    """Return ``line``, or a list of its text and its decimal numbers, with their padding, if any."""
    numbers = [float(number) for number in DECIMAL.findall(line)]
    return [DECIMAL.sub("#", line), *numbers] if numbers else line


def behaviour(mx, program, folder):
    """Run ``program`` in ``folder``; return what it printed and how it ended."""
    done = run(program, folder, mx.__name__)
    seen = {"prints": done.stdout.splitlines(), "exit": done.returncode}
    if done.returncode:
        seen["error"] = fatal(done.stderr)
    return seen


@pytest.mark.parametrize("program", [name for name in PROGRAMS if name not in BOOK])
def test_program(mx, program, tmp_path):
    return behaviour(mx, program, tmp_path)


@pytest.mark.tolerance(rtol=1e-4, reason="losses after training steps in float32")
@pytest.mark.parametrize("program", BOOK)
def test_book_program(mx, program, tmp_path):
    seen = behaviour(mx, program, tmp_path)
    return {**seen, "prints": [numbers_apart(line) for line in seen["prints"]]}
