"""Time mxshim, real MXNet and PyTorch side by side: the table of the README.

    python scripts/bench/run.py [--quick] [--only WORD ...] [--list] [--json FILE]
                                [--markdown] [--readme] [--oracle PYTHON] [--torch PYTHON]

Each library runs in a process of its own, on one thread; for every row they take turns, round by
round, so that all meet the same machine. A round takes the best of a few repetitions; a figure is
the median of the rounds, its noise half the distance between the quartiles. Where a row has an
imperative and a hybridized variant, the better one of each side counts. Rows that matter are timed
without oneDNN too. Without the oracle or PyTorch their columns stay empty. A row that fails is
named, and the others go on.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import readme
import report
import worker
from library import Failed, Library, libraries

HERE = Path(__file__).resolve().parent
#: Imports timed for one figure, and in a quick run.
IMPORTS, QUICK_IMPORTS = 11, 3
#: Left out of a quick run: long calls, and memory but for one model.
SLOW = ("10 M", "resnet18", "2 workers", "(64, 12, 64, 64)", "encoder", "512 channels", "7x7",
        "LSTM from", ", mlp", ", transformer")  # fmt: skip


def timed(row: Any, found: list[Library], rounds: int, seconds: float) -> report.Times:
    """Time one row: library to variant to the seconds of every round."""
    taking_part = [
        library for library in found
        if (library.label != "torch" or row.torch)
        and (library.label != "numpy alone" or row.plain or row.plain_target is not None)
    ]  # fmt: skip
    times: report.Times = {
        library.label: {variant: [] for variant in library.ask(row.name, None)}
        for library in taking_part
    }
    for _ in range(rounds):
        for library in taking_part:
            for variant, values in times[library.label].items():
                values.append(library.ask(row.name, variant, seconds))
    if row.difference:
        return {
            label: {"imperative": _difference(*variants.values())}
            for label, variants in times.items()
        }
    return times


def _difference(less: list[float], more: list[float]) -> list[float]:
    return [b - a for a, b in zip(less, more)]


def imports(found: list[Library], count: int) -> report.Times:
    """Measure the processor seconds that importing each library takes."""
    code = (
        "import resource, {0} as m; u = resource.getrusage(resource.RUSAGE_SELF); "
        "print(u.ru_utime + u.ru_stime)"
    )
    times: report.Times = {}
    for _ in range(count):
        for library in found:
            if library.label != "numpy alone":
                seconds = float(library.output("-c", code.format(library.module)))
                times.setdefault(library.label, {"imperative": []})["imperative"].append(seconds)
    return times


def memories(found: list[Library], model: str, rounds: int) -> tuple[report.Times, report.Times]:
    """Measure in MB the peaks of processes that train a little, and by how much they grew."""
    peaks: report.Times = {}
    growths: report.Times = {}
    for library in found:
        if library.label == "numpy alone":
            continue
        for variant in ("imperative", "hybridized")[: 1 if library.label == "torch" else 2]:
            for _ in range(rounds):
                command = (str(HERE / "memory.py"), library.module, model, variant)
                for times, value in zip((peaks, growths), library.output(*command).split()):
                    variants = times.setdefault(library.label, {})
                    variants.setdefault(variant, []).append(float(value))
    return peaks, growths


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    here = sys.executable if importlib.util.find_spec("torch") else ""
    parser.add_argument(
        "--oracle", default=os.environ.get("MXSHIM_ORACLE", str(worker.ROOT / ".oracle/bin/python"))
    )
    parser.add_argument("--torch", default=here or os.environ.get("MXSHIM_TORCH", ""))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.1, help="for one figure of one round")
    parser.add_argument("--quick", action="store_true", help="two minutes, rough figures")
    parser.add_argument("--only", nargs="+", default=[], help="rows whose name or group has a word")
    parser.add_argument("--list", action="store_true", help="name the rows")
    parser.add_argument("--json", metavar="FILE", help="write all figures to this file too")
    parser.add_argument("--markdown", action="store_true", help="print the README's tables")
    parser.add_argument("--readme", action="store_true", help="put the tables into README.md")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.seconds = 3, 0.01
    return options


def chosen(options: argparse.Namespace) -> list[Any]:
    """Return the rows to time."""
    rows = [*worker.rows().values(), *report.EXTRA_ROWS]
    words = [word.lower() for word in options.only]
    if words:
        return [
            row for row in rows if any(word in f"{row.name} {row.group}".lower() for word in words)
        ]
    return [row for row in rows if not (options.quick and any(word in row.name for word in SLOW))]


def measure(rows: list[Any], found: list[Library], options: argparse.Namespace) -> dict[str, Any]:
    """Time all rows and print each as it is done; rows that fail are left out."""
    figures: dict[str, report.Times] = {}
    for row in rows:
        try:
            if row.group == "import":
                figures[row.name] = imports(found, QUICK_IMPORTS if options.quick else IMPORTS)
            elif row.group == "memory":
                if row.name not in figures:
                    model = row.name.split(", ")[-1]
                    both = memories(found, model, 1 if options.quick else 2)
                    names = [each.name for each in report.EXTRA_ROWS if each.name.endswith(model)]
                    figures.update(zip(names, both))
            else:
                figures[row.name] = timed(row, found, options.rounds, options.seconds)
            print(report.line(row, figures[row.name]), flush=True)
        except Failed as error:
            figures.pop(row.name, None)
            print(f"{row.name}: FAILED, {error}", flush=True)
    return figures


def main() -> None:
    options = parse()
    rows = chosen(options)
    if options.list:
        print("\n".join(f"{row.group}: {row.name}" for row in rows))
        return
    found = libraries(options.oracle, options.torch)
    busy = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    if busy > 0.5:
        print(f"other work disturbs the figures: the load of this machine is {busy:.1f}")
    print(report.header())
    figures = measure(rows, found, options)
    for library in found:
        library.close()
    failed = [row.name for row in rows if row.name not in figures]
    rows = [row for row in rows if row.name in figures]
    print(report.summary(rows, figures))
    if options.json:
        Path(options.json).write_text(json.dumps(figures, indent=1))
    if options.markdown:
        print(readme.text(rows, figures, options.rounds))
    if options.readme:
        readme.into_readme(worker.ROOT / "README.md", rows, figures, options.rounds)
    if failed:
        raise SystemExit(f"failed: {'; '.join(failed)}")


if __name__ == "__main__":
    main()
