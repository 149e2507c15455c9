"""Whole runs of the parity harness over a made-up library: what passes, what fails, in words."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HARNESS = Path(__file__).resolve().parent.parent / "compat_tests"
BODIES = """
import warnings
import pytest

def test_equal(mx):
    return mx.answer(), (1.5, "text")

def test_differs(mx):
    return [1, mx.answer() + 1]

def test_raises(mx):
    raise ValueError("first line\\nlast line")

def test_warns(mx):
    warnings.warn("careful", RuntimeWarning)
    return 1

@pytest.mark.parametrize("n", [1, 2])
def test_new(mx, n):
    return n

def test_dies_there(mx):
    return None

@pytest.mark.tolerance(rtol=0.1, reason="to see that it is read")
def test_tolerance(mx):
    return 1.05

@pytest.mark.live
def test_live(mx):
    raise AssertionError("left out")
"""
GOLDEN = """{
"test_differs": [1,42],
"test_dies_there": {"crash":"SIGSEGV"},
"test_equal": {"tuple":[42,{"tuple":[1.5,"text"]}]},
"test_gone": 1,
"test_new[1]": 1,
"test_raises": {"error":"ValueError","message":"last line"},
"test_tolerance": 1.0,
"test_warns": 1
}
"""
LISTED = """
[["ops/test_t.py::test_differs"]]
kind = "beyond"
reason = "one more"
expect = "43"
[["ops/test_t.py::test_dies*"]]
kind = "crash"
reason = "dies there"
"""


@pytest.fixture
def run(tmp_path):
    """Set up a copy of the harness with golden and bodies above; return a function that runs it."""
    place = tmp_path / "compat_tests"
    (place / "ops").mkdir(parents=True)
    (place / "golden" / "ops").mkdir(parents=True)
    for file in HARNESS.glob("*.py"):
        if not file.name.startswith("test_"):
            shutil.copy(file, place)
    (place / "ops" / "__init__.py").touch()
    (place / "ops" / "test_t.py").write_text(BODIES)
    (place / "golden" / "ops" / "test_t.json").write_text(GOLDEN)
    (place / "deviations.toml").write_text("")
    (tmp_path / "fakelib.py").write_text("__version__ = '1.9.1'\ndef answer():\n    return 42\n")
    (tmp_path / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n")

    def running(*arguments, deviations=""):
        (place / "deviations.toml").write_text(deviations)
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
        environment = {**os.environ, "PYTHONPATH": str(tmp_path), "COLUMNS": "200"}
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True
        )
        return done.returncode, done.stdout + done.stderr

    return running


def test_replay_tells_what_differs(run):
    code, out = run("compat_tests", "--implementation", "fakelib")
    assert code == 1
    assert "return[1]: mxshim 43, mxnet 42" in out
    assert "warnings: mxshim RuntimeWarning: careful, mxnet none" in out
    assert "no golden for ops/test_t.py::test_new[2]" in out
    assert "STALE ops/test_t.py::test_gone: golden has a case that no test has" in out
    assert "MXNet dies here (SIGSEGV)" in out
    assert "4 failed, 4 passed, 1 deselected" in out
    assert "7 cases: 4 equal (57.1 %), 3 differ, of these 0 listed" in out
    assert "1 live cases left out" in out


def test_listed_deviations_pass_and_must_deviate(run):
    chosen = ["compat_tests", "--implementation", "fakelib", "-k", "differs or dies or equal"]
    code, out = run(*chosen, deviations=LISTED)
    assert code == 0, out
    assert "3 cases: 1 equal (33.3 %), 2 differ, of these 2 listed" in out
    code, out = run(*chosen, deviations=LISTED.replace('"43"', '"44"'))
    assert code == 1 and "not as deviations.toml expects ('44')" in out
    same = '[["ops/test_t.py::test_equal"]]\nkind = "numeric"\nreason = "x"\n'
    code, out = run(*chosen, deviations=LISTED + same)
    assert code == 1 and "no longer deviates" in out


def test_only_the_reference_records(run):
    golden = "compat_tests/ops/test_t.py"
    code, out = run(golden, "--record")
    assert code != 0
    assert "--record runs under the interpreter that has real MXNet 1.9.1" in out


def test_live_needs_a_reference(run):
    code, out = run("compat_tests", "--implementation", "fakelib", "--live", "--oracle", "/nowhere")
    assert code != 0
    assert "scripts/make_oracle.sh" in out
