"""``scripts/coverage_table.py``: what the check of a set of names finds, and what it lets pass."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

import mxshim as mx

SCRIPT = Path(__file__).resolve().parent.parent / "scripts" / "coverage_table.py"


@pytest.fixture
def script(monkeypatch):
    spec = importlib.util.spec_from_file_location("coverage_table", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setattr(sys, "path", [*sys.path])
    spec.loader.exec_module(module)
    monkeypatch.setitem(module.SETS, "some", module.NameSet(("mx.lr_scheduler", "mx.kvstore")))
    return module


def test_a_complete_set_has_no_faults(script, capsys):
    assert script.check_set("some") == []
    said = capsys.readouterr().out
    assert said.startswith("some: 51 of 52 names are there, ")
    assert "0 names wait for their operator, 1 are excepted, 0 faults" in said


def test_a_missing_name_is_a_fault(script, monkeypatch):
    monkeypatch.delattr(mx.lr_scheduler, "PolyScheduler")
    assert "mx.lr_scheduler.PolyScheduler: missing" in script.check_set("some")


def test_another_signature_is_a_fault(script, monkeypatch):
    monkeypatch.setattr(mx.kvstore.KVStore, "init", lambda self, key, values: None)
    (fault,) = script.check_set("some")
    assert fault.splitlines() == [
        "mx.kvstore.KVStore.init: no parameter value",
        "    mxshim (self, key, values)",
        "    mxnet  (self, key, value)",
    ]


def test_another_default_is_a_fault(script, monkeypatch):
    def push(self, key, value, priority=1):
        """Stand in."""

    monkeypatch.setattr(mx.kvstore.KVStore, "push", push)
    assert script.check_set("some")[0].startswith("mx.kvstore.KVStore.push: default of priority")


def test_rows_and_tiers_choose_the_names(script):
    rows = script.count()
    names = list(script.NameSet(("mx.gluon.loss",), (1, 2)).names())
    assert len(names) == len(rows["mx.gluon.loss"][1]) + len(rows["mx.gluon.loss"][2])
    everywhere = list(script.SETS["tier1"].names())
    assert {"mx.nd.NDArray.backward", "mx.gluon.nn.Dense"} <= set(everywhere)
    assert len(everywhere) == sum(len(tiers[1]) for tiers in rows.values())


def test_sets_name_rows_that_exist(script):
    for title, names in script.SETS.items():
        assert set(names.rows) <= set(script.count()), title


@pytest.mark.parametrize(
    "name, waits",
    [
        ("mx.sym.contrib.no_such_thing", False),
        ("mx.sym.FullyConnected", False),
        ("mx.sym.contrib.unheard_of", True),
        ("mx.sym.Symbol.unheard_of", False),
    ],
)
def test_only_missing_operators_are_waited_for(script, monkeypatch, name, waits):
    known = script.operators_of_mxnet() | {"_contrib_unheard_of", "unheard_of"}
    monkeypatch.setattr(script, "operators_of_mxnet", lambda: known)
    assert script.waits_for_operator(name) is waits


def test_an_idle_exception_is_a_fault(script, monkeypatch):
    assert script.idle_exceptions() == []
    monkeypatch.setitem(script.EXCEPTIONS, "mx.gluon.nn.Dense", "no reason at all")
    assert script.idle_exceptions() == ["EXCEPTIONS: mx.gluon.nn.Dense covers no missing name"]


def test_the_plain_check_includes_finished_sets(script, monkeypatch, capsys):
    monkeypatch.setattr(script, "fresh_readme", lambda text: text)
    monkeypatch.setattr(sys, "argv", ["coverage_table.py", "--check"])
    monkeypatch.setattr(script, "SETS", {"some": script.SETS["some"]._replace(finished=True)})
    assert script.main() == 0
    monkeypatch.delattr(mx.lr_scheduler, "PolyScheduler")
    assert script.main() == 1
    monkeypatch.setattr(script, "SETS", {"some": script.SETS["some"]._replace(finished=False)})
    assert script.main() == 0
    monkeypatch.setattr(script, "fresh_readme", lambda text: text + "x")
    assert script.main() == 1
    assert "the coverage table is stale" in capsys.readouterr().out


def test_command_line():
    def run(*arguments):
        command = [sys.executable, str(SCRIPT), *arguments]
        return subprocess.run(command, capture_output=True, text=True)

    assert run("--check", "no-such-set").returncode == 2
    listed = run("--missing", "mx.kvstore")
    assert listed.returncode == 0
    assert listed.stdout.splitlines()[-2:] == [
        "tier 3: 1 missing",
        "    mx.kvstore.KVStore.__del__",
    ]
