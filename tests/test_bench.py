"""The benchmark's rows run, and its report says what they missed."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import mxshim as mx

BENCH = Path(__file__).resolve().parents[1] / "scripts" / "bench"
NAMES = ("row", "small", "large", "layers", "models_mx", "models_torch", "steps_mx", "steps_torch",
         "detector", "steps", "loader", "data", "remarks", "memory", "report", "readme", "worker",
         "library", "run")  # fmt: skip
#: Rows run with so many times fewer examples.
DIVISOR = 16


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


def test_rows_run(bench: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Every row's work in MXNet's interface runs on mxshim, all its variants."""
    monkeypatch.setattr(bench["row"], "divisor", DIVISOR)
    for name, row in bench["worker"].rows().items():
        (mx.npx.set_np if row.front == "np" else mx.npx.reset_np)()
        try:
            variants = row.ours(mx)
            assert variants, name
            for run in variants.values():
                run()
        except Exception as error:
            raise AssertionError(f"the row {name!r} does not run") from error
        finally:
            mx.npx.reset_np()


def test_names_are_unique(bench: dict[str, Any]) -> None:
    """No row hides another of the same name, and every model of the memory rows is one."""
    topics = [bench[name].ROWS for name in bench["worker"].TOPICS]
    assert len(bench["worker"].rows()) == sum(map(len, topics))
    assert set(bench["memory"].MODELS.values()) <= set(bench["worker"].rows())


def test_remarks_are_of_rows(bench: dict[str, Any]) -> None:
    """Every remark belongs to a row or to a group."""
    rows = [*bench["worker"].rows().values(), *bench["report"].EXTRA_ROWS]
    known = {row.name for row in rows} | {row.group for row in rows}
    assert set(bench["remarks"].REMARKS) <= known


def test_worker_measures(bench: dict[str, Any]) -> None:
    """A worker lists a row's variants and times one, for a single call of many in a run."""
    worker = bench["worker"].Worker("mxshim")
    assert worker.open("nd x + y, recorded") == ["imperative"]
    assert 0 < worker.measure("nd x + y, recorded", "imperative", 0.001) < 0.01


def test_command_without_the_others(tmp_path: Path) -> None:
    """The command says what is missing, times a row with mxshim alone and writes JSON."""
    command = [
        sys.executable, str(BENCH / "run.py"), "--quick", "--only", "nd x + y", "--oracle", "none",
        "--torch", "", "--json", str(tmp_path / "figures.json"), "--markdown",
    ]  # fmt: skip
    made = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert made.returncode == 0, made.stderr
    assert "MXNet's column stays empty" in made.stdout
    assert "PyTorch" in made.stdout
    assert "| nd x + y |" not in made.stdout  # small rows have a table of their own
    figures = json.loads((tmp_path / "figures.json").read_text())
    assert list(figures["nd x + y"]) == ["mxshim"]
    assert len(figures["nd x + y"]["mxshim"]["imperative"]) == 3


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
    assert report.misses(row, times) == ["MXNet 0.60 > 0.5"]
    assert "MISSES MXNet 0.60 > 0.5" in report.line(row, times)
    assert "NOT EXPLAINED in remarks.py (1): a row" in report.summary([row], {"a row": times})


def test_report_without_the_others(bench: dict[str, Any]) -> None:
    """Columns stay empty without MXNet and PyTorch, and nothing counts as missed."""
    report = bench["report"]
    row = bench["row"].Row("a row", "a group", report._none, target=0.5)
    times = {"mxshim": {"imperative": [3.0]}}
    assert report.misses(row, times) == []
    assert "3.0 s" in report.line(row, times)


def test_failed_rows(bench: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    """A row that fails is named and left out; the others go on."""
    run = bench["run"]

    class Broken:
        label = "mxshim"

        def ask(self, row: str, variant: str | None, seconds: float = 0) -> Any:
            if row == "a row":
                raise bench["library"].Failed("mxshim: ValueError: no")
            return 1.0 if variant else ["imperative"]

    rows = [bench["row"].Row(name, "a group", None) for name in ("a row", "another")]
    options = type("Options", (), {"rounds": 2, "seconds": 0.1, "quick": True})
    figures = run.measure(rows, [Broken()], options)
    assert figures == {"another": {"mxshim": {"imperative": [1.0, 1.0]}}}
    assert "a row: FAILED, mxshim: ValueError: no" in capsys.readouterr().out


def test_difference(bench: dict[str, Any]) -> None:
    """What a node takes on the way back is what both ways take longer, round by round."""

    class Fixed:
        label = "mxshim"
        answers = iter([1.0, 3.0, 2.0, 7.0])

        def ask(self, row: str, variant: str | None, seconds: float = 0) -> Any:
            return next(self.answers) if variant else ["forward", "both ways"]

    row = bench["worker"].rows()["nd backward per node"]
    assert bench["run"].timed(row, [Fixed()], 2, 0.1) == {"mxshim": {"imperative": [2.0, 5.0]}}


def test_readme_table(bench: dict[str, Any], tmp_path: Path) -> None:
    """The tables go between the markers and say what bounds a row that misses."""
    report, readme = bench["report"], bench["readme"]
    page = tmp_path / "README.md"
    page.write_text("before\n<!-- speed:begin -->\nold\n<!-- speed:end -->\nafter\n")
    row = bench["row"].Row("a row", "a group", report._none, target=0.5)
    step = bench["row"].Row("a step", "training steps", report._none, plain=True)
    one = {"mxshim": {"imperative": [3.0]}, "mxnet": {"imperative": [4.0]}}
    two = {"mxshim": {"imperative": [3.0], "hybridized": [2.0]},
           "numpy alone": {"imperative": [5.0]}, "mxnet": {"imperative": [4.0]}}  # fmt: skip
    readme.into_readme(page, [row, step], {"a row": one, "a step": two}, 5)
    text = page.read_text()
    assert text.startswith("before\n<!-- speed:begin -->\nMade by")
    assert "| a row * | 3.0 s | 4.0 s | 0.75 | 0.5 |  |  |" in text
    assert "| a step | 3.0 s | 2.0 s | 4.0 s | 0.50 |  | 1.25 |  |  |" in text
    assert text.index("a step") < text.index("a row")
    assert "- a row (MXNet 0.75 > 0.5): not yet explained" in text
    assert text.endswith("<!-- speed:end -->\nafter\n")


def test_small_tables(bench: dict[str, Any]) -> None:
    """Small rows stand in one table, their misses summed up."""
    rows = [row for row in bench["worker"].rows().values() if row.group.startswith("small")]
    times = {"mxshim": {"imperative": [3e-6]}, "mxnet": {"imperative": [10e-6]},
             "torch": {"imperative": [6e-6]}}  # fmt: skip
    text = bench["readme"].text(rows, {row.name: times for row in rows}, 5)
    assert "| `x + y` | 3.0 (0.30) | 3.0 (0.30) | 3.0 (0.30) | 3.0 (0.30) | 6.0 | 6.0 |" in text
    assert f"- {len(rows)} of {len(rows)} rows are over 0.25 times MXNet" in text
    assert "times PyTorch" not in text.split("largest")[-1]


def test_hybridized_slower_is_said(bench: dict[str, Any]) -> None:
    """The summary names training steps that hybridizing does not make faster."""
    row = bench["row"].Row("a step", "training steps", None)
    times = {"mxshim": {"imperative": [2.0], "hybridized": [2.2]}}
    assert bench["report"].not_faster([row], {"a step": times}) == ["a step (1.10)"]
