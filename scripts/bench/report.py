"""Turning figures into lines, a summary and the README's tables."""

from __future__ import annotations

import statistics
from pathlib import Path
from typing import Any

import memory
from remarks import REMARKS
from row import Row
from small import CHAIN, OPERATIONS

#: Library to variant to the figures of all rounds.
Times = dict[str, dict[str, list[float]]]


def _none(library: Any) -> dict[str, Any]:
    raise NotImplementedError("measured by run.py itself")


EXTRA_ROWS = [
    Row("import, processor time", "import", _none, _none, target=0.15),
    *(Row(f"peak memory, {model}", "memory", _none, _none, target=1.0) for model in memory.MODELS),
]
#: Group of small rows to the ratio that its median should not exceed.
MEDIANS = {"small operations": 0.08, "small operations, recorded": 0.10}
BACKWARD_PER_NODE = 0.12


def best(times: Times, library: str) -> float | None:
    """Return the median of a library's better variant."""
    variants = times.get(library)
    return min(statistics.median(values) for values in variants.values()) if variants else None


def noise(times: Times) -> float:
    """Return the largest of the libraries' half distances between quartiles, over the median."""
    spreads = [0.0]
    for variants in times.values():
        for values in variants.values():
            if len(values) > 3:
                low, middle, high = statistics.quantiles(values, n=4)
                spreads.append((high - low) / 2 / middle)
    return max(spreads)


def ratio(times: Times, over: str, of: str = "mxshim") -> float | None:
    ours, theirs = best(times, of), best(times, over)
    return ours / theirs if ours is not None and theirs else None


def _misses(row: Row, times: Times) -> list[str]:
    """Say which of its targets a row misses."""
    found = []
    for what, over, of, target in (
        ("MXNet", "mxnet", "mxshim", row.target),
        ("MXNet with NumPy alone", "mxnet", "numpy alone", row.plain_target),
        ("PyTorch", "torch", "mxshim", row.torch_target),
    ):
        reached = ratio(times, over, of)
        if target is not None and reached is not None and reached > target:
            found.append(f"{what} {reached:.2f} > {target:g}")
    return found


def _figure(row: Row, value: float | None) -> str:
    if value is None:
        return "-"
    if row.group == "memory":
        return f"{value:.0f} MB"
    for unit, scale in (("s", 1.0), ("ms", 1e3), ("us", 1e6)):
        if value * scale >= 1:
            return f"{value * scale:.{1 if value * scale < 100 else 0}f} {unit}"
    return f"{value * 1e9:.0f} ns"


def _ratio_text(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}" if value >= 0.1 else f"{value:.3f}"


def line(row: Row, times: Times) -> str:
    """Return a row's figures and ratios as a line of text."""
    cells = [
        _figure(row, best(times, name)) for name in ("mxshim", "numpy alone", "mxnet", "torch")
    ]
    ratios = [
        _ratio_text(ratio(times, "mxnet")), _ratio_text(ratio(times, "mxnet", "numpy alone")),
        _ratio_text(ratio(times, "torch")),
    ]  # fmt: skip
    missed = _misses(row, times)
    text = f"{row.name:52}" + "".join(f"{cell:>10}" for cell in (*cells, *ratios))
    return text + f" {noise(times):4.0%}" + (f"  MISSES {'; '.join(missed)}" if missed else "")


def _per_node(figures: dict[str, Times], front: str, library: str) -> float | None:
    """Return the seconds that a node takes on the way back, from the two chains."""
    values = [
        best(figures.get(f"{front} chain of {CHAIN}, {what}", {}), library)
        for what in ("forward", "both ways")
    ]
    return (values[1] - values[0]) / CHAIN if None not in values else None  # type: ignore[operator]


def summary(rows: list[Row], figures: dict[str, Times]) -> str:
    """Return the medians of the small rows and the number of rows that miss a target."""
    lines = ["", "columns: mxshim, NumPy alone, MXNet, PyTorch; ratios to MXNet, of NumPy alone to "
             "MXNet, to PyTorch; noise"]  # fmt: skip
    for group, target in MEDIANS.items():
        for over in ("mxnet", "torch"):
            found = [
                value for row in rows
                if row.group == group and (value := ratio(figures[row.name], over)) is not None
            ]  # fmt: skip
            if found:
                wanted = f", target {target}" if over == "mxnet" else ""
                lines.append(
                    f"{group}, ratio to {over}: median {statistics.median(found):.3f}, largest "
                    f"{max(found):.3f}{wanted}"
                )
    for front in ("nd", "np"):
        ours = _per_node(figures, front, "mxshim")
        for over in ("mxnet", "torch"):
            theirs = _per_node(figures, front, over)
            if ours and theirs:
                lines.append(
                    f"{front} backward per node: {ours * 1e6:.2f} us, ratio to {over} "
                    f"{ours / theirs:.3f}, target {BACKWARD_PER_NODE if over == 'mxnet' else 1}"
                )
    missing = [row for row in rows if _misses(row, figures[row.name])]
    lines.append(f"{len(rows)} rows, {len(missing)} miss a target")
    bare = [row.name for row in missing if not _remark(row)]
    if bare:
        lines.append(f"NOT EXPLAINED in remarks.py: {'; '.join(bare)}")
    return "\n".join(lines)


def _remark(row: Row) -> str:
    return REMARKS.get(row.name) or REMARKS.get(row.group, "")


def _table(rows: list[Row], figures: dict[str, Times]) -> list[str]:
    lines = [
        "| row | mxshim | MXNet | ratio | target | NumPy alone | PyTorch | ratio |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for row in rows:
        times = figures[row.name]
        targets = [f"{t:g}" for t in (row.target, row.plain_target) if t is not None]
        target = " / ".join(dict.fromkeys(targets)) if targets else ""
        mark = " *" if _misses(row, times) else ""
        cells = [
            row.name + mark, _figure(row, best(times, "mxshim")), _figure(row, best(times,
             "mxnet")),
            _ratio_text(ratio(times, "mxnet")), target,
            _ratio_text(ratio(times, "mxnet", "numpy alone")),
            _figure(row, best(times, "torch")), _ratio_text(ratio(times, "torch")),
        ]  # fmt: skip
        lines.append("| " + " | ".join("" if cell == "-" else cell for cell in cells) + " |")
    return lines


def _small_table(figures: dict[str, Times]) -> list[str]:
    columns = [(front, tag) for front in ("nd", "np") for tag in ("", ", recorded")]
    lines = [
        "| call | nd | nd recorded | np | np recorded | PyTorch | recorded |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for label, _, _ in OPERATIONS:
        cells = []
        for front, tag in columns:
            times = figures[f"{front} {label}{tag}"]
            ours = best(times, "mxshim") or 0
            cells.append(f"{ours * 1e6:.1f} ({_ratio_text(ratio(times, 'mxnet'))})")
        for tag in ("", ", recorded"):
            theirs = best(figures[f"nd {label}{tag}"], "torch")
            cells.append("" if theirs is None else f"{theirs * 1e6:.1f}")
        lines.append(f"| `{label}` | " + " | ".join(cells) + " |")
    return lines


def into_readme(path: Path, rows: list[Row], figures: dict[str, Times], rounds: int) -> None:
    """Write the tables between the speed markers of the README."""
    typical = statistics.median(noise(figures[row.name]) for row in rows)
    text = [
        f"Made by `python scripts/bench/run.py --readme`: one thread, all in one run, medians of "
        f"{rounds} rounds, noise {typical:.0%}. A ratio below 1 means that mxshim is faster. "
        "\"NumPy alone\" is the ratio to MXNet without oneDNN. Of imperative and hybridized the "
        "better one counts, on both sides. `*` marks rows that miss a target: the one to MXNet in "
        "the table, or 1.0 to PyTorch up to the RNN from scratch and 1.1 below.", "",
    ]  # fmt: skip
    groups = dict.fromkeys(row.group for row in rows)
    order = sorted(groups, key=lambda group: (group != "training steps", group in MEDIANS))
    for group in order:
        chosen = [row for row in rows if row.group == group]
        if group not in MEDIANS:
            text += [f"**{group[0].upper()}{group[1:]}**", "", *_table(chosen, figures), ""]
            text += _explained(chosen, figures)
    if all(f"np {label}, recorded" in figures for label, _, _ in OPERATIONS):
        text += ["**Small operations**, microseconds on (2, 3) arrays (ratio to MXNet)", ""]
        text += [*_small_table(figures), ""]
        text += [f"- {part}" for part in summary(rows, figures).splitlines() if "ratio to" in part]
        text += ["", *_explained([row for row in rows if row.group in MEDIANS], figures)]
    head, rest = path.read_text().split("<!-- speed:begin -->")
    tail = rest.split("<!-- speed:end -->")[1]
    body = "\n".join(text).strip()
    path.write_text(f"{head}<!-- speed:begin -->\n{body}\n<!-- speed:end -->{tail}")


def _explained(rows: list[Row], figures: dict[str, Times]) -> list[str]:
    """List, for rows that miss a target, by how much and what bounds them."""
    found = {}
    for row in rows:
        missed = _misses(row, figures[row.name])
        if missed:
            found.setdefault(_remark(row) or "not yet explained", []).append(
                f"{row.name} ({', '.join(missed)})"
            )
    lines = [f"- {'; '.join(names)}: {remark}" for remark, names in found.items()]
    return [*lines, ""] if lines else []
