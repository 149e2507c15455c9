"""The parity harness: run a body under MXNet to record what it returns, under mxshim to compare.

A parity case takes ``mx``, returns what it saw and asserts nothing::

    @pytest.mark.parametrize("dtype", DTYPES)
    def test_add(mx, front, dtype):                 # front: mx.nd, then mx.np with np semantics
        x, y = arrays(front, dtype, (2, 3), (1, 3))
        return x + y, attempt(lambda: x + "text")

Anything nested of arrays, scalars, strings, shapes, dtypes and None may be returned. An exception
that leaves the body is observed too. Fixtures: ``mx``; ``front`` (parametrized ``nd`` and ``np``).
Markers: ``np`` (run under np semantics), ``tolerance(rtol=, atol=, reason=)``, ``live`` (needs the
reference at hand). Parameters must print the same everywhere: strings, ints, bools and tuples of
them with ``ids``.

    ORACLE -m pytest compat_tests/ops/test_x.py --record   write golden/ops/test_x.json
    python -m pytest compat_tests/ops/test_x.py            replay on mxshim, no MXNet needed
    python -m pytest compat_tests --live                   re-record, compare with golden, replay

Random state, autograd modes, np semantics and name counters start afresh for each case.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import random
import traceback
import warnings

import numpy
import pytest

from compat_tests import recorder, runs
from compat_tests.differ import Tolerance, diff
from compat_tests.observe import error, observe
from compat_tests.store import HERE, split

PRINTING = numpy.get_printoptions()
"""How NumPy prints before any test, ours or of others in the same run, has changed it."""
HARNESS = (__file__, str(HERE / "observe.py"))
BODY_FAULTS = ("NameError", "UnboundLocalError", "ModuleNotFoundError", "SyntaxError")
"""Errors that say more about the body than about the library; they are never recorded."""


def pytest_addoption(parser):
    group = parser.getgroup("parity with MXNet")
    group.addoption(
        "--record", action="store_true", help="write golden files (under real MXNet only)"
    )
    group.addoption("--live", action="store_true", help="compare golden with the reference first")
    group.addoption(
        "--no-replay", action="store_true", help="with --live: leave out what a plain run replays"
    )
    group.addoption("--oracle", metavar="PYTHON", help="the interpreter that has MXNet 1.9.1")
    group.addoption("--implementation", default="mxshim", help="module to replay (default: mxshim)")
    group.addoption("--golden-dir", default=None, help="another folder for golden files")
    group.addoption("--journal", help="used by --record and --live for their child processes")


def pytest_configure(config):
    config.addinivalue_line("markers", "np: run the body under np semantics")
    config.addinivalue_line(
        "markers", "tolerance(rtol, atol, reason): compare at another tolerance"
    )
    config.addinivalue_line("markers", "live: needs the reference at hand; runs with --live only")
    config.stash[STATE] = runs.State(config)


STATE = pytest.StashKey()


def _is_parity(item):
    return "mx" in getattr(item, "fixturenames", ()) and not item.get_closest_marker("live")


def _name(item):
    return split(item.nodeid, item.path)


def pytest_ignore_collect(collection_path, config):
    """Leave out property tests while recording: they may import what the reference lacks."""
    if config.stash[STATE].recording and "property" in collection_path.parts:
        return True
    return None


def pytest_collection_modifyitems(config, items):
    state = config.stash[STATE]
    ours = [item for item in items if HERE in item.path.parents]
    dropped = [item for item in ours if item.get_closest_marker("live") and not config.option.live]
    state.hidden_live = len(dropped)
    if state.recording:
        dropped = [item for item in ours if not _is_parity(item)]
    for item in filter(_is_parity, ours):
        state.nodes[item.nodeid] = _name(item)
        state.tolerances[_name(item)] = _tolerance(item)
    dropped += [item for item in ours if item.nodeid in state.finished]
    if dropped:
        gone = set(dropped)
        items[:] = [item for item in items if item not in gone]
        config.hook.pytest_deselected(items=dropped)


# -- one case -----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def mx(request):
    """Give the library under observation: mxshim, or real MXNet while recording."""
    state = request.config.stash[STATE]
    name = "mxnet" if state.recording else request.config.option.implementation
    if name != "mxnet":
        return importlib.import_module(name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        library = importlib.import_module(name)
    if state.recording:
        recorder.refuse_unless_reference(library)
    return library


@pytest.fixture(params=["nd", "np"])
def front(request, mx):
    """Give ``mx.nd``, then ``mx.np`` with np semantics on."""
    return getattr(mx, request.param)


@pytest.fixture(scope="session")
def oracle(request):
    """Give a worker that answers from the reference's interpreter (see compat_tests/live.py)."""
    from compat_tests.live import Worker

    python = recorder.find_oracle(request.config.option.oracle)
    if python is None:
        pytest.fail(runs.NO_ORACLE, pytrace=False)
    worker = Worker(python)
    yield worker
    worker.close()
    state = request.config.stash[STATE]
    state.notes += [f"asked again after {case}" for case in worker.repeated]


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    """Run a parity body ourselves: what it returns or raises is the observation."""
    if not _is_parity(pyfuncitem):
        return None
    state = pyfuncitem.config.stash[STATE]
    if state.journal:
        state.journal.append(start=pyfuncitem.nodeid)
        state.journal.append(case=pyfuncitem.nodeid, **_recorded(pyfuncitem))
    else:
        _judge(pyfuncitem, state, _seen(pyfuncitem))
    return True


def _recorded(item):
    seen = _seen(item)
    if isinstance(seen, dict) and seen.get("error") in BODY_FAULTS:
        return {"fault": "{error}: {message}".format(**seen)}
    module, case = _name(item)
    return {"module": module, "name": case, "seen": seen}


def _seen(item):
    """Run the body in a fresh state and observe value, error and warnings."""
    library = item.funcargs["mx"]
    names = item._fixtureinfo.argnames
    wanted = {name: item.funcargs[name] for name in names}
    np_mode = item.get_closest_marker("np") is not None
    if "front" in item.fixturenames:
        np_mode = np_mode or item.callspec.params["front"] == "np"
    with warnings.catch_warnings(record=True) as caught, fresh_state(library, np_mode):
        warnings.simplefilter("always")
        # the filter that mxshim installs: NumPy's remarks on inf and nan inside its kernels
        warnings.filterwarnings("ignore", category=RuntimeWarning, module=r"mxshim(\.|$)")
        try:
            seen = observe(item.obj(**wanted))
        except Exception as raised:
            item.stash[RAISED] = raised
            seen = error(raised)
    told = [_warning(w) for w in caught if _counts(w, item)]
    return {"warned": told, "return": seen} if told else seen


RAISED = pytest.StashKey()


def _warning(caught):
    return f"{caught.category.__name__}: {str(caught.message).strip().splitlines()[-1]}"


def _counts(caught, item):
    """Count a warning: of the reference only those meant for users, of mxshim all but those on
    old names, which the reference gives too."""
    if item.config.stash[STATE].recording or item.config.option.implementation == "mxnet":
        return caught.category in (UserWarning, FutureWarning)
    if caught.category is DeprecationWarning and "has been renamed" in str(caught.message):
        return False
    return not issubclass(caught.category, (ResourceWarning, pytest.PytestWarning))


def _find(library, path):
    """Return what stands at the dotted ``path``, or None where the library has not got it (yet)."""
    for name in path.split("."):
        try:
            library = getattr(library, name)
        except (AttributeError, NotImplementedError):
            return None
    return library


@contextlib.contextmanager
def fresh_state(library, np_mode):
    """Set random seeds, modes, semantics and name counters to their start, and back afterwards."""
    random.seed(0)
    numpy.random.seed(0)
    for path, argument in (
        ("random.seed", 0),
        ("autograd.set_recording", False),
        ("autograd.set_training", False),
    ):
        reset = _find(library, path)
        if reset:
            reset(argument)
    subgraphs = _find(library, "AttrScope._subgraph_names")
    if subgraphs is not None:
        subgraphs.clear()
    with contextlib.ExitStack() as stack:
        stack.enter_context(numpy.printoptions(**PRINTING))
        names = _find(library, "name.NameManager")
        if names:
            stack.enter_context(names())
        set_shape, set_array = _find(library, "util.set_np_shape"), _find(library, "npx.reset_np")
        if np_mode:
            stack.enter_context(library.util.np_shape(True))
            stack.enter_context(library.util.np_array(True))
        try:
            yield
        finally:
            if set_array:
                set_array()
            elif set_shape:
                set_shape(False)


def _tolerance(item):
    marker = item.get_closest_marker("tolerance")
    if marker is None:
        return None
    if not marker.kwargs.get("reason"):
        raise pytest.UsageError(f"{item.nodeid}: the tolerance marker needs a reason")
    return Tolerance(marker.kwargs.get("rtol", 0.0), 0.0, marker.kwargs.get("atol", 0.0))


def _judge(item, state, seen):
    """Compare with golden and with the deviations; fail in words."""
    module, case = _name(item)
    full = f"{module}::{case}"
    cases = state.golden.cases(module)
    if case not in cases:
        pytest.fail(f"no golden for {full}: record it with the reference (--record)", pytrace=False)
    theirs = cases[case]
    entry = state.deviations.find(full)
    crashed = isinstance(theirs, dict) and "crash" in theirs
    found = (
        ["MXNet dies here ({})".format(theirs["crash"])]
        if crashed
        else diff(seen, theirs, _tolerance(item))
    )
    item.user_properties.append(("parity", "deviates" if found else "equal"))
    if entry is not None:
        item.user_properties.append(("deviation", full))
        _judge_deviation(entry, found, seen)
    elif found:
        _fail(item, full, found)


def _judge_deviation(entry, found, seen):
    if not found:
        pytest.fail("no longer deviates: take it out of deviations.toml", pytrace=False)
    if entry.get("expect", "") not in json.dumps(seen, ensure_ascii=False):
        pytest.fail(
            "deviates, but not as deviations.toml expects ({!r}): {}".format(
                entry["expect"], json.dumps(seen)
            ),
            pytrace=False,
        )


def _fail(item, full, found):
    """Fail in words; when the body raised, show where, without the harness's own frames."""
    text = "{} differs from MXNet 1.9.1\n  {}".format(full, "\n  ".join(found[:20]))
    raised = item.stash.get(RAISED, None)
    if raised is not None:
        frames = traceback.extract_tb(raised.__traceback__)
        inside = [frame for frame in frames if not frame.filename.startswith(HARNESS)]
        text += "\n" + "".join(traceback.format_list(inside)).rstrip()
    pytest.fail(text, pytrace=False)


# -- the whole run -------------------------------------------------------------------------------


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session):
    """Hand recording over to child processes; with --live record elsewhere and compare first."""
    state = session.config.stash[STATE]
    if not state.is_parent:
        return None
    if state.recording:
        runs.record(state)
        return True
    if session.config.option.live:
        runs.compare_with_reference(state)
        if session.config.option.no_replay:
            session.items[:] = [item for item in session.items if item.get_closest_marker("live")]
    return None


def _reports(config):
    reporter = config.pluginmanager.getplugin("terminalreporter")
    every = [report for kept in reporter.stats.values() for report in kept]
    return [report for report in every if isinstance(report, pytest.TestReport)]


def pytest_sessionfinish(session, exitstatus):
    state = session.config.stash[STATE]
    if not state.is_parent:
        return
    runs.finish(state, _reports(session.config))
    if state.failed and exitstatus in (0, 5):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    elif state.recording and exitstatus == 5:
        session.exitstatus = pytest.ExitCode.OK


def pytest_terminal_summary(terminalreporter):
    state = terminalreporter.config.stash[STATE]
    reports = _reports(terminalreporter.config)
    if state.is_parent and (reports or state.notes or state.hidden_live):
        terminalreporter.section("parity with MXNet 1.9.1")
        runs.summarise(state, reports, terminalreporter.write_line)
