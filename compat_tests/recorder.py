"""Record golden files with real MXNet, in child processes that are allowed to die.

The parent never imports MXNet. It starts pytest under the reference's interpreter with a journal;
the child writes a line before and after each case. When the child dies or hangs, the case that was
open is noted as ``crash`` and a new child goes on behind it.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from compat_tests.store import HERE

CASE_SECONDS = 300
"""A case that takes longer counts as hanging."""


class Journal:
    """Append-only record of finished cases, kept on disk so that a crash loses nothing."""

    def __init__(self, path):
        self.path = Path(path)

    def entries(self):
        """Return ``(finished cases by node id, the case that was open at the end)``."""
        done, started = {}, None
        if self.path.exists():
            for line in self.path.read_text("utf-8").splitlines():
                entry = json.loads(line)
                if "start" in entry:
                    started = entry["start"]
                else:
                    done[entry["case"]] = entry
                    started = None
        return done, started

    def append(self, **entry):
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")


def run_reference(python, arguments, journal, echo):
    """Run the cases that pytest ``arguments`` select under ``python``; return finished cases by
    node id.

    A child that dies between two cases, of memory that an earlier one spoilt, is followed by one
    that goes on. Raise RuntimeError when a child gets nothing done.
    """
    before = len(journal.entries()[0])
    while True:
        code, output = _child(python, arguments, journal)
        done, open_case = journal.entries()
        if open_case is None:
            if code in (0, 1, 5):
                return done, output
            ended = code == "hang" or code < 0
            if not ended or len(done) == before:
                raise RuntimeError(f"the reference run failed (exit {code}):\n{output[-4000:]}")
            before = len(done)
            echo(f"{code if code == 'hang' else signal_name(code)} after {list(done)[-1]}")
            continue
        why = "hang" if code == "hang" else signal_name(code)
        echo(f"{why}: {open_case}")
        journal.append(case=open_case, seen={"crash": why})


def _child(python, arguments, journal):
    command = [
        python,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        "-W",
        "ignore",
    ]
    command += ["-o", "addopts=", "--rootdir", str(HERE.parent), "--journal", str(journal.path)]
    environment = dict(os.environ, OMP_NUM_THREADS=os.environ.get("OMP_NUM_THREADS", "1"))
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    log = journal.path.with_suffix(".log")
    with log.open("wb") as file:
        child = subprocess.Popen(
            command + arguments, cwd=str(HERE.parent), env=environment, stdout=file, stderr=file
        )
        code = _wait(child, journal.path)
    return code, log.read_text("utf-8", "replace")


def _wait(child, journal):
    """Wait for ``child``; kill it when the journal has not grown for CASE_SECONDS."""
    size, since = -1, time.monotonic()
    while True:
        try:
            return child.wait(timeout=0.2)
        except subprocess.TimeoutExpired:
            now = journal.stat().st_size if journal.exists() else 0
            if now != size:
                size, since = now, time.monotonic()
            elif time.monotonic() - since > CASE_SECONDS:
                child.kill()
                child.wait()
                return "hang"


def signal_name(code):
    """Name what ended a process: a signal, or its exit code."""
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"exit {code}"


def selection(config):
    """Return the arguments that select the same cases, and whether whole files are selected."""
    # A bare run means the whole suite, whatever testpaths says about other folders.
    arguments = [str(a) for a in config.args]
    whole = not any("::" in a for a in arguments)
    for name, flag in (("keyword", "-k"), ("markexpr", "-m")):
        value = getattr(config.option, name, "")
        if value:
            arguments += [flag, value]
            whole = False
    for deselected in getattr(config.option, "deselect", None) or []:
        arguments += ["--deselect", deselected]
        whole = False
    return arguments, whole


def find_oracle(option):
    """Find the reference's interpreter: option, $MXSHIM_ORACLE, ``.oracle`` here; or None."""
    for candidate in (
        option,
        os.environ.get("MXSHIM_ORACLE"),
        HERE.parent / ".oracle" / "bin" / "python",
    ):
        if candidate and Path(candidate).is_dir():
            candidate = Path(candidate) / "bin" / "python"
        if candidate and Path(candidate).exists():
            return str(candidate)
    return None


def refuse_unless_reference(mx):
    """Raise unless ``mx`` is MXNet 1.9.1 with its C library loaded."""
    library = getattr(getattr(mx, "base", None), "_LIB", None)
    genuine = type(library).__module__ == "ctypes" and mx.__version__ == "1.9.1"
    if not genuine or "mxshim" in sys.modules:
        where = getattr(mx, "__file__", "?")
        raise RuntimeError(f"only real MXNet 1.9.1 may record; {where} is something else")
