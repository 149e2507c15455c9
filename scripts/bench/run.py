"""Time mxshim, real MXNet and PyTorch side by side: the table of the README.

    python scripts/bench/run.py [--quick] [--only WORD ...] [--json FILE] [--readme]
                                [--oracle PYTHON] [--torch PYTHON]

Each library runs in a process of its own, on one thread; for every row they take turns, round by
round, so that all meet the same machine. A figure is the median of the rounds, its noise half the
distance between the quartiles. Where a row has an imperative and a hybridized variant, the better
one of each side counts. Rows that matter are timed without oneDNN too. Without the oracle or
PyTorch their columns stay empty.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import report
import worker

HERE = Path(__file__).resolve().parent
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
#: Imports timed for one figure.
IMPORTS = 11


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
            raise SystemExit(f"the worker of {self.label} died on {question}")
        return json.loads(answer)

    def output(self, *command: str) -> str:
        """Run the interpreter on a command and return what it prints."""
        made = subprocess.run(
            [self.python, "-W", "ignore", *command], env=self.env, check=True, text=True,
            stdout=subprocess.PIPE,
        )  # fmt: skip
        return made.stdout

    def close(self) -> None:
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
    check = subprocess.run([torch, "-c", "import torch"], capture_output=True)
    if check.returncode == 0:
        found.append(Library("torch", torch, "torch"))
    else:
        print(f"{torch} has no PyTorch: its column stays empty")
    return found


def timed(row: Any, found: list[Library], rounds: int, seconds: float) -> report.Times:
    """Time one row: library to variant to the seconds of every round."""
    taking_part = [
        library for library in found
        if (library.label != "torch" or row.torch)
        and (library.label != "numpy alone" or row.plain_target is not None)
    ]  # fmt: skip
    times: report.Times = {
        library.label: {variant: [] for variant in library.ask(row.name, None)}
        for library in taking_part
    }
    for _ in range(rounds):
        for library in taking_part:
            for variant, values in times[library.label].items():
                values.append(library.ask(row.name, variant, seconds))
    return times


def imports(found: list[Library], count: int) -> report.Times:
    """Measure the processor seconds that importing each library takes."""
    code = (
        "import resource, {0} as m; u = resource.getrusage(resource.RUSAGE_SELF); "
        "print(u.ru_utime + u.ru_stime)"
    )
    times: report.Times = {library.label: {"imperative": []} for library in found[:1] + found[2:]}
    for _ in range(count):
        for library in found:
            if library.label in times:
                seconds = float(library.output("-c", code.format(library.module)))
                times[library.label]["imperative"].append(seconds)
    return times


def memories(found: list[Library], model: str, rounds: int) -> report.Times:
    """Measure the peak resident size, in MB, of processes that make a few training steps."""
    times: report.Times = {}
    for library in found:
        if library.label != "numpy alone":
            variants = ["imperative"] + ["hybridized"] * (library.label != "torch")
            times[library.label] = {
                variant: [
                    float(library.output(str(HERE / "memory.py"), library.module, model, variant))
                    for _ in range(rounds)
                ]
                for variant in variants
            }
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--oracle", default=os.environ.get("MXSHIM_ORACLE", str(worker.ROOT / ".oracle/bin/python"))
    )
    parser.add_argument("--torch", default=os.environ.get("MXSHIM_TORCH", sys.executable))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.1, help="for one figure of one round")
    parser.add_argument("--quick", action="store_true", help="two minutes, rough figures")
    parser.add_argument("--only", nargs="+", default=[], help="rows whose name or group has a word")
    parser.add_argument("--list", action="store_true", help="name the rows")
    parser.add_argument("--json", help="write all figures to this file too")
    parser.add_argument("--readme", action="store_true", help="put the tables into README.md")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.seconds = 3, 0.005
    rows = [*worker.rows().values(), *report.EXTRA_ROWS]
    rows = [
        row for row in rows
        if not options.only or any(word in f"{row.name} {row.group}" for word in options.only)
    ]  # fmt: skip
    if options.list:
        print("\n".join(f"{row.group}: {row.name}" for row in rows))
        return
    found = libraries(options.oracle, options.torch)
    figures = {}
    for row in rows:
        if row.group == "import":
            figures[row.name] = imports(found, IMPORTS if not options.quick else 3)
        elif row.group == "memory":
            model = row.name.split()[-1]
            figures[row.name] = memories(found, model, 1)
        else:
            figures[row.name] = timed(row, found, options.rounds, options.seconds)
        print(report.line(row, figures[row.name]), flush=True)
    for library in found:
        library.close()
    print(report.summary(rows, figures))
    if options.json:
        Path(options.json).write_text(json.dumps(figures, indent=1))
    if options.readme:
        report.into_readme(worker.ROOT / "README.md", rows, figures, options.rounds)


if __name__ == "__main__":
    main()
