"""The tables of the README, between its speed markers."""

from __future__ import annotations

import statistics
from pathlib import Path

import report
from report import Times, best, figure, misses, ratio, ratio_text
from row import Row
from small import OPERATIONS

BEGIN, END = "<!-- speed:begin -->", "<!-- speed:end -->"


def _median(row: Row, times: Times, variant: str) -> str:
    values = times.get("mxshim", {}).get(variant)
    return figure(row, statistics.median(values)) if values else ""


def _table(rows: list[Row], figures: dict[str, Times]) -> list[str]:
    """Return a table of rows; imperative and hybridized stand apart where a row has both."""
    both = any("hybridized" in figures[row.name].get("mxshim", {}) for row in rows)
    plain = any("numpy alone" in figures[row.name] for row in rows)
    names = ["", *(["imperative", "hybridized"] if both else ["mxshim"]), "MXNet", "ratio"]
    names += ["target", *(["NumPy alone"] if plain else []), "PyTorch", "ratio"]
    lines = [f"| {' | '.join(names)} |", f"| --- |{' ---: |' * (len(names) - 1)}"]
    for row in rows:
        times = figures[row.name]
        targets = [f"{t:g}" for t in (row.target, row.plain_target) if t is not None]
        cells = [row.name + (" *" if misses(row, times) else "")]
        if both:
            cells += [_median(row, times, name) for name in ("imperative", "hybridized")]
        else:
            cells.append(figure(row, best(times, "mxshim")))
        cells += [figure(row, best(times, "mxnet")), ratio_text(ratio(times, "mxnet"))]
        cells.append(" / ".join(dict.fromkeys(targets)))
        if plain:
            cells.append(ratio_text(ratio(times, "mxnet", "numpy alone")))
        cells += [figure(row, best(times, "torch")), ratio_text(ratio(times, "torch"))]
        lines.append("| " + " | ".join("" if cell == "-" else cell for cell in cells) + " |")
    return lines


def _small_table(figures: dict[str, Times]) -> list[str]:
    lines = [
        "| call | nd | nd recorded | np | np recorded | PyTorch | recorded |",
        "| --- |" + " ---: |" * 6,
    ]
    for label, _, _ in OPERATIONS:
        cells = []
        for front in ("nd", "np"):
            for tag in ("", ", recorded"):
                times = figures[f"{front} {label}{tag}"]
                ours = (best(times, "mxshim") or 0) * 1e6
                cells.append(f"{ours:.1f} ({ratio_text(ratio(times, 'mxnet'))})")
        for tag in ("", ", recorded"):
            theirs = best(figures[f"nd {label}{tag}"], "torch")
            cells.append("" if theirs is None else f"{theirs * 1e6:.1f}")
        lines.append(f"| `{label}` | " + " | ".join(cells) + " |")
    return lines


def _explained(rows: list[Row], figures: dict[str, Times]) -> list[str]:
    """List, for rows that miss a target, by how much and what bounds them."""
    found: dict[str, list[str]] = {}
    for row in rows:
        missed = misses(row, figures[row.name])
        if missed:
            found.setdefault(report.remark(row) or "not yet explained", []).append(
                f"{row.name} ({', '.join(missed)})"
            )
    lines = [f"- {'; '.join(names)}: {remark}" for remark, names in found.items()]
    return ["Over their targets:", "", *lines, ""] if lines else []


def _small_misses(rows: list[Row], figures: dict[str, Times]) -> list[str]:
    """Sum up which small rows miss a target; their figures stand in the table."""
    lines = []
    for title, over, target in (("MXNet", "mxnet", "target"), ("PyTorch", "torch",
         "torch_target")):  # fmt: skip
        found = [
            (row, value) for row in rows
            if (value := ratio(figures[row.name], over)) is not None
            and value > (getattr(row, target) or value)
        ]  # fmt: skip
        if found:
            middle = statistics.median(value for _, value in found)
            remarks = dict.fromkeys(report.remark(row) or "not yet explained" for row, _ in found)
            lines.append(
                f"- {len(found)} of {len(rows)} rows are over "
                f"{getattr(found[0][0], target):g} times {title}, by a median of {middle:.2f}: "
                f"{' '.join(remarks)}"
            )
    return [*lines, ""] if lines else []


def text(rows: list[Row], figures: dict[str, Times], rounds: int) -> str:
    """Return all tables."""
    typical = statistics.median(report.noise(figures[row.name]) for row in rows)
    lines = [
        f"Made by `python scripts/bench/run.py --readme`: one thread, all in one run, medians of "
        f"{rounds} rounds, noise {typical:.0%}. A ratio below 1 means that mxshim is faster. Of "
        "imperative and hybridized the better one counts, on both sides. \"NumPy alone\" is the "
        "ratio to MXNet without oneDNN. `*` marks rows that miss a target: the one to MXNet, as it "
        "stands in the table (with oneDNN / with NumPy alone), or to PyTorch 1.0 up to the RNN "
        "from scratch and 1.1 below.", "",
    ]  # fmt: skip
    groups = dict.fromkeys(row.group for row in rows)
    for group in sorted(groups, key=lambda group: group != "training steps"):
        chosen = [row for row in rows if row.group == group]
        if group not in report.MEDIANS:
            lines += [f"**{group[0].upper()}{group[1:]}**", "", *_table(chosen, figures), ""]
            lines += _explained(chosen, figures)
    if all(f"np {label}, recorded" in figures for label, _, _ in OPERATIONS):
        small = [row for row in rows if row.group in report.MEDIANS]
        lines += ["**Small operations**: microseconds on (2, 3) arrays (ratio to MXNet)", ""]
        lines += [*_small_table(figures), ""]
        lines += [f"- {part}" for part in report.aggregates(rows, figures)]
        lines += _small_misses(small, figures)
    return "\n".join(lines).strip()


def into_readme(path: Path, rows: list[Row], figures: dict[str, Times], rounds: int) -> None:
    """Write the tables between the speed markers of the README."""
    head, rest = path.read_text().split(BEGIN)
    tail = rest.split(END)[1]
    path.write_text(f"{head}{BEGIN}\n{text(rows, figures, rounds)}\n{END}{tail}")
