"""Whole runs of the parity harness: recording, comparing golden with the reference, the summary."""

from __future__ import annotations

import importlib.util
import sys
import tempfile
from pathlib import Path

import pytest

from compat_tests import recorder
from compat_tests.differ import diff
from compat_tests.store import HERE, Deviations, Golden

NO_ORACLE = (
    "--live needs MXNet 1.9.1: run scripts/make_oracle.sh, or give --oracle PYTHON "
    "or set $MXSHIM_ORACLE"
)
NO_MXNET = (
    "--record runs under the interpreter that has real MXNet 1.9.1 (scripts/make_oracle.sh makes "
    "one); this one has no mxnet"
)


class State:
    """What a run carries from hook to hook."""

    def __init__(self, config):
        option = config.option
        self.config = config
        self.journal = recorder.Journal(option.journal) if option.journal else None
        self.recording = option.record or self.journal is not None
        self.golden = Golden(*([option.golden_dir] if option.golden_dir else []))
        self.deviations = Deviations()
        self.finished = self.journal.entries()[0] if self.journal else {}
        self.hidden_live = 0
        self.nodes = {}
        self.tolerances = {}
        self.notes = []
        self.failed = False

    @property
    def is_parent(self):
        """Tell whether this process speaks for the run: no recording child, no xdist worker."""
        return self.journal is None and not hasattr(self.config, "workerinput")

    def fail(self, note):
        """Note something that makes the whole run fail."""
        self.failed = True
        self.notes.append(note)

    def asked_for_everything(self):
        """Tell whether the run was asked for all of compat_tests, nothing filtered."""
        if not recorder.selection(self.config)[1]:
            return False
        here = Path(self.config.invocation_params.dir)
        return any((here / str(a)).resolve() in (HERE, HERE.parent) for a in self.config.args)


def run_cases(state, python, only=None):
    """Run cases under ``python`` (the selected ones, or the node ids in ``only``).

    Return the observations by module and case.
    """
    if getattr(state.config.option, "dist", "no") != "no":
        raise pytest.UsageError("--record and --live start processes of their own: leave out -n")
    if not state.nodes:
        return {}
    arguments = only or recorder.selection(state.config)[0]
    reporter = state.config.pluginmanager.getplugin("terminalreporter")
    with tempfile.TemporaryDirectory() as folder:
        journal = recorder.Journal(Path(folder) / "journal.jsonl")
        try:
            done, output = recorder.run_reference(python, arguments, journal, reporter.write_line)
        except RuntimeError as failure:
            raise pytest.UsageError(str(failure)) from None
    fresh = {}
    for nodeid, entry in done.items():
        if "fault" in entry:
            state.fail(f"NOT RECORDED {nodeid}: the body raised {entry['fault']}")
            continue
        module, case = state.nodes.get(nodeid) or (entry["module"], entry["name"])
        fresh.setdefault(module, {})[case] = entry["seen"]
    missing = sorted((set(only) if only else set(state.nodes)) - set(done))
    for nodeid in missing[:20]:
        state.fail(f"NOT RECORDED {nodeid}")
    if missing:
        state.notes.append(output[-3000:])
    return fresh


def record(state):
    """Write golden for the selected cases; whole files lose the cases that no test has any more."""
    if importlib.util.find_spec("mxnet") is None:
        raise pytest.UsageError(NO_MXNET)
    fresh = run_cases(state, sys.executable)
    whole = recorder.selection(state.config)[1]
    for module, cases in fresh.items():
        kept = {} if whole else state.golden.cases(module)
        state.golden.write(module, {**kept, **cases})
        for case, seen in sorted(cases.items()):
            if isinstance(seen, dict) and ("error" in seen or "crash" in seen):
                what = seen.get("crash") or f"{seen['error']}: {seen['message']}"
                state.notes.append(f"raises: {module}::{case}  {what[:300]}")
    if state.asked_for_everything():
        for module in set(state.golden.modules()) - set(fresh):
            state.golden.write(module, {})
    state.notes.append(f"recorded {sum(map(len, fresh.values()))} cases of MXNet 1.9.1")


def compare_with_reference(state):
    """Record anew without writing, and note every case where golden says something else."""
    python = recorder.find_oracle(state.config.option.oracle)
    if python is None:
        raise pytest.UsageError(NO_ORACLE)
    fresh = run_cases(state, python)
    _record_alone(state, python, fresh)
    whole = recorder.selection(state.config)[1]
    for module, cases in sorted(fresh.items()):
        kept = state.golden.cases(module)
        for case, seen in sorted(cases.items()):
            found = _stale(state, module, case, seen)
            if found:
                state.fail("STALE {}::{}\n  {}".format(module, case, "\n  ".join(found)))
        if whole:
            _no_leftovers(state, module, set(kept) - set(cases))
    state.notes.append(f"live: golden agrees with MXNet in {_agreeing(state, fresh)}")


def _stale(state, module, case, seen):
    """Say in words where golden differs from a fresh observation."""
    kept = state.golden.cases(module)
    if case not in kept:
        return ["golden has no such case"]
    crashed = [isinstance(one, dict) and "crash" in one for one in (seen, kept[case])]
    if all(crashed):  # which signal ends it is chance
        return []
    entry = state.deviations.find(f"{module}::{case}")
    if entry is not None and entry.get("varies"):
        return []
    return diff(seen, kept[case], state.tolerances.get((module, case)), ("fresh", "golden"))


def _record_alone(state, python, fresh):
    """Record cases that differ from golden once more, in a process of their own.

    MXNet raises some errors late, in whatever case runs next; alone, a case tells its own.
    """
    for nodeid, (module, case) in state.nodes.items():
        if case in fresh.get(module, {}) and _stale(state, module, case, fresh[module][case]):
            again = run_cases(state, python, [nodeid])
            fresh[module].update(again.get(module, {}))


def _agreeing(state, fresh):
    total = sum(map(len, fresh.values()))
    stale = sum(note.startswith("STALE") for note in state.notes)
    return f"{total - stale} of {total} fresh cases"


def _no_leftovers(state, module, cases):
    for case in sorted(cases):
        state.fail(f"STALE {module}::{case}: golden has a case that no test has")


def finish(state, reports):
    """Fail a run of everything for golden without a test and deviations that match nothing."""
    if state.recording or state.config.option.no_replay or not state.asked_for_everything():
        return
    for report in reports:
        for key, value in report.user_properties:
            if key == "deviation":
                state.deviations.find(value)
    if not state.config.option.live:
        seen = {report.nodeid for report in reports}
        prefix = HERE.relative_to(state.config.rootpath).as_posix()
        for module in state.golden.modules():
            cases = state.golden.cases(module)
            gone = {case for case in cases if f"{prefix}/{module}::{case}" not in seen}
            _no_leftovers(state, module, gone)
    for name in sorted(set(state.deviations.exact) - state.deviations.used):
        state.fail(f"STALE deviation {name}: matches no case")


def summarise(state, reports, write):
    """Write the number of cases, equal and deviating, and the notes of the run."""
    total = equal = listed = 0
    for report in reports:
        properties = dict(report.user_properties) if report.when == "call" else {}
        if "parity" in properties:
            total += 1
            equal += properties["parity"] == "equal"
            listed += "deviation" in properties
    if total:
        write(
            f"{total} cases: {equal} equal ({100 * equal / total:.1f} %), {total - equal} differ, "
            f"of these {listed} listed in deviations.toml ({100 * listed / total:.1f} %)"
        )
    counts = [
        value for report in reports for key, value in report.user_properties if key == "names"
    ]
    if counts:
        present, wanted = map(sum, zip(*counts))
        write(f"{present} of {wanted} public names are there ({100 * present / wanted:.1f} %)")
    for note in state.notes:
        write(note)
    if state.hidden_live and not state.recording:
        write(f"{state.hidden_live} live cases left out (they run with --live)")
