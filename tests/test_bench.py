"""The benchmark's rows run, and its report says what they missed."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import mxshim as mx

BENCH = Path(__file__).resolve().parents[1] / "scripts" / "bench"
NAMES = ("row", "small", "large", "layers", "steps_mx", "steps_torch", "steps", "remarks", "memory",
         "report", "worker")  # fmt: skip
#: Rows that take over a second a call; a smaller one of the same kind runs here.
SLOW = ("10 M", "resnet18", "48, 48")


@pytest.fixture(scope="module")
def bench() -> Iterator[dict[str, Any]]:
    """Import the scripts beside each other, as the command does, and forget them afterwards."""
    sys.path.insert(0, str(BENCH))
    before = {name: sys.modules.pop(name) for name in NAMES if name in sys.modules}
    try:
        yield {name: importlib.import_module(name) for name in NAMES}
    finally:
        sys.path.remove(str(BENCH))
        for name in NAMES:
            del sys.modules[name]
        sys.modules.update(before)


def test_rows_run(bench: dict[str, Any]) -> None:
    """Every row's work in MXNet's interface runs on mxshim, all its variants."""
    for name, row in bench["worker"].rows().items():
        if any(word in name for word in SLOW):
            continue
        (mx.npx.set_np if row.front == "np" else mx.npx.reset_np)()
        try:
            for run in row.ours(mx).values():
                run()
        finally:
            mx.npx.reset_np()


def test_names_are_unique(bench: dict[str, Any]) -> None:
    """No row hides another of the same name."""
    topics = [bench[name].ROWS for name in ("small", "large", "layers", "steps")]
    assert len(bench["worker"].rows()) == sum(map(len, topics))


def test_report_counts_the_better_variant(bench: dict[str, Any]) -> None:
    """Ratios are of medians, of the better variant on both sides; misses are marked."""
    report = bench["report"]
    row = bench["row"].Row("a row", "a group", report._none, target=0.5, torch_target=2.0)
    times = {
        "mxshim": {"imperative": [3.0, 2.0, 9.0], "hybridized": [4.0, 4.0, 4.0]},
        "mxnet": {"imperative": [6.0, 6.0, 6.0], "hybridized": [5.0, 5.0, 1.0]},
        "torch": {"imperative": [2.0, 2.0, 2.0]},
    }
    assert report.ratio(times, "mxnet") == 3.0 / 5.0
    assert report._misses(row, times) == ["MXNet 0.60 > 0.5"]
    assert "MISSES MXNet 0.60 > 0.5" in report.line(row, times)
    assert "NOT EXPLAINED in remarks.py: a row" in report.summary([row], {"a row": times})


def test_report_without_the_others(bench: dict[str, Any]) -> None:
    """Columns stay empty without MXNet and PyTorch, and nothing counts as missed."""
    report = bench["report"]
    row = bench["row"].Row("a row", "a group", report._none, target=0.5)
    times = {"mxshim": {"imperative": [3.0]}}
    assert report._misses(row, times) == []
    assert "3.0 s" in report.line(row, times)


def test_readme_table(bench: dict[str, Any], tmp_path: Path) -> None:
    """The table goes between the markers and says what bounds a row that misses."""
    report = bench["report"]
    page = tmp_path / "README.md"
    page.write_text("before\n<!-- speed:begin -->\nold\n<!-- speed:end -->\nafter\n")
    row = bench["row"].Row("a row", "a group", report._none, target=0.5)
    times = {"mxshim": {"imperative": [3.0]}, "mxnet": {"imperative": [4.0]}}
    report.into_readme(page, [row], {"a row": times}, 5)
    text = page.read_text()
    assert text.startswith("before\n<!-- speed:begin -->\nMade by")
    assert "| a row * | 3.0 s | 4.0 s | 0.75 | 0.5 |  |  |  |" in text
    assert "- a row (MXNet 0.75 > 0.5): not yet explained" in text
    assert text.endswith("<!-- speed:end -->\nafter\n")
