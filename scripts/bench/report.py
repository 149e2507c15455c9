"""Turning figures into lines of text and a summary."""

from __future__ import annotations

import statistics
from typing import Any

import memory
from remarks import REMARKS
from row import Row

#: Library to variant to the figures of all rounds.
Times = dict[str, dict[str, list[float]]]


def _none(library: Any) -> dict[str, Any]:
    raise NotImplementedError("measured by run.py itself")


EXTRA_ROWS = [
    Row("import, processor time", "import", _none, _none, target=0.15),
    *(
        Row(f"{kind}, {model}", "memory", _none, _none, target=1.0)
        for model in memory.MODELS for kind in ("peak of the process", "growth by training")
    ),
]  # fmt: skip
#: Group of small rows to the ratio that its median should not exceed.
MEDIANS = {"small operations": 0.08, "small operations, recorded": 0.10}
COLUMNS = ("mxshim", "NumPy alone", "MXNet", "PyTorch", "/ MXNet", "NumPy /", "/ PyTorch", "noise")


def best(times: Times, library: str) -> float | None:
    """Return the median of a library's better variant."""
    variants = times.get(library)
    return min(statistics.median(values) for values in variants.values()) if variants else None


def noise(times: Times) -> float:
    """Return the largest of the libraries' half distances between quartiles, over the median."""
    spreads = [0.0]
    for variants in times.values():
        for values in variants.values():
            if len(values) > 2:
                low, _, high = statistics.quantiles(values, n=4, method="inclusive")
                spreads.append((high - low) / 2 / statistics.median(values))
    return max(spreads)


def ratio(times: Times, over: str, of: str = "mxshim") -> float | None:
    ours, theirs = best(times, of), best(times, over)
    return ours / theirs if ours is not None and theirs else None


def misses(row: Row, times: Times) -> list[str]:
    """Say which of its targets a row misses."""
    found = []
    for what, over, of, target in (
        ("MXNet", "mxnet", "mxshim", row.target),
        ("MXNet with NumPy alone", "mxnet", "numpy alone", row.plain_target),
        ("PyTorch", "torch", "mxshim", row.torch_target),
    ):
        reached = ratio(times, over, of)
        if target is not None and reached is not None and reached > target:
            found.append(f"{what} {ratio_text(reached)} > {target:g}")
    return found


def remark(row: Row) -> str:
    """Return the sentence on what bounds a row, empty where nobody has looked yet."""
    return REMARKS.get(row.name) or REMARKS.get(row.group, "")


def figure(row: Row, value: float | None) -> str:
    if value is None:
        return "-"
    if row.group == "memory":
        return f"{value:.0f} MB"
    for unit, scale in (("s", 1.0), ("ms", 1e3), ("us", 1e6)):
        if value * scale >= 1:
            return f"{value * scale:.{1 if value * scale < 100 else 0}f} {unit}"
    return f"{value * 1e9:.0f} ns"


def ratio_text(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}" if value >= 0.1 else f"{value:.3f}"


def header() -> str:
    return f"{'row':52}" + "".join(f"{name:>12}" for name in COLUMNS)


def line(row: Row, times: Times) -> str:
    """Return a row's figures and ratios as a line of text, its variants as another."""
    cells = [figure(row, best(times, name)) for name in ("mxshim", "numpy alone", "mxnet", "torch")]
    ratios = [
        ratio_text(ratio(times, "mxnet")), ratio_text(ratio(times, "mxnet", "numpy alone")),
        ratio_text(ratio(times, "torch")), f"{noise(times):.0%}",
    ]  # fmt: skip
    text = f"{row.name:52}" + "".join(f"{cell:>12}" for cell in (*cells, *ratios))
    missed = misses(row, times)
    if missed:
        text += f"  MISSES {'; '.join(missed)} ({remark(row) or 'NOT YET EXPLAINED'})"
    both = [
        f"{name} " + " / ".join(
            figure(row, statistics.median(found[variant]))
            for variant in ("imperative", "hybridized")
        )
        for name, found in times.items() if "hybridized" in found
    ]  # fmt: skip
    return text + (f"\n{'':8}imperative / hybridized: {'; '.join(both)}" if both else "")


def not_faster(rows: list[Row], figures: dict[str, Times]) -> list[str]:
    """List the training steps that hybridizing does not make faster, with the ratio."""
    found = []
    for row in rows:
        variants = figures[row.name].get("mxshim", {})
        if row.group == "training steps" and "hybridized" in variants:
            eager, compiled = (
                statistics.median(variants[name]) for name in ("imperative", "hybridized")
            )
            if compiled >= eager:
                found.append(f"{row.name} ({compiled / eager:.2f})")
    return found


def aggregates(rows: list[Row], figures: dict[str, Times]) -> list[str]:
    """Return lines on the medians of the small rows."""
    lines = []
    for group, target in MEDIANS.items():
        for over, title in (("mxnet", "MXNet"), ("torch", "PyTorch")):
            found = [
                value for row in rows
                if row.group == group and (value := ratio(figures[row.name], over)) is not None
            ]  # fmt: skip
            if found:
                wanted = f" (target {target})" if over == "mxnet" else ""
                lines.append(
                    f"{group}, ratio to {title}: median {statistics.median(found):.3f}{wanted}, "
                    f"largest {max(found):.2f}"
                )
    return lines


def summary(rows: list[Row], figures: dict[str, Times]) -> str:
    """Return what stands under the table: medians, and how many rows miss a target."""
    lines = ["", *aggregates(rows, figures)]
    slower = not_faster(rows, figures)
    if slower:
        lines.append(f"hybridized is not faster than imperative on: {'; '.join(slower)}")
    missing = [row for row in rows if misses(row, figures[row.name])]
    lines.append(f"{len(rows)} rows, {len(missing)} miss a target")
    bare = [row.name for row in missing if not remark(row)]
    if bare:
        lines.append(f"NOT EXPLAINED in remarks.py ({len(bare)}): {'; '.join(bare)}")
    return "\n".join(lines)
