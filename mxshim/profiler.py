"""Timing operators and user code, into a trace for chrome://tracing and a table.

    mx.profiler.set_config(filename="trace.json", aggregate_stats=True)
    mx.profiler.set_state("run")
    ...
    mx.profiler.set_state("stop")
    print(mx.profiler.dumps())

Operators get their clocks while the profiler runs and cost nothing else.  What belongs to MXNet's
engine and its C interface (``DeleteVariable``, ``MXImperativeInvokeEx``) does not exist here and so
is not in the trace; memory is what results of operators hold.
"""

from __future__ import annotations

import os
import warnings

from ._core.errors import check_failed, mxnet_error, not_implemented
from ._core.missing import module_getattr
from ._profiler import config
from ._profiler.recorder import now, recorder
from ._profiler.table import SORTS

#: What ``set_kvstore_handle`` was given last.
profiler_kvstore_handle = None
_STATES = ("stop", "run")
_FORMATS = ("table", "json")
#: The letters of a marker's scope in the trace; the trace format knows three.
_SCOPE_LETTERS = {"global": "g", "process": "p", "thread": "t", "task": "p", "marker": "p"}


def set_kvstore_handle(handle):
    """Tell the profiler which kvstore's server ``profile_process="server"`` means."""
    global profiler_kvstore_handle
    profiler_kvstore_handle = handle


def set_config(**kwargs):
    """Set the options; those left out go back to their defaults.

    ``filename`` names the trace file; ``profile_all``, ``profile_symbolic`` (operators of
    executors), ``profile_imperative`` (all others) and ``profile_memory`` choose what is recorded;
    ``profile_api`` is accepted, there is no C interface to record; ``continuous_dump`` writes the
    file every ``dump_period`` seconds while running; ``aggregate_stats`` keeps the statistics that
    ``dumps`` shows; ``profile_process`` is worker or server.  Raises MXNetError for other options.
    """
    options = config.parse(kwargs)
    if options["profile_process"] == "server":
        _refuse_server("kvstoreHandle", "KVStoreHandle")
    recorder.configure(options)


def _refuse_server(variable, spelled):
    """Refuse to profile a server: without a handle in MXNet's words."""
    if profiler_kvstore_handle is None:
        raise check_failed(variable, f"{spelled} passed to profiler is null")
    raise not_implemented("profiling a kvstore server")


def _check_process(profile_process):
    """Refuse processes other than the worker; KeyError for unknown ones."""
    if {"worker": False, "server": True}[profile_process]:
        _refuse_server("kvStoreHandle", "Kvstore Handle")


def set_state(state="stop", profile_process="worker"):
    """Set the profiler to run or stop; KeyError for another state."""
    running = {"stop": False, "run": True}[state]
    _check_process(profile_process)
    if running:
        recorder.run()
    else:
        recorder.stop()


def dump(finished=True, profile_process="worker"):
    """Write what was recorded into the trace file.

    Whether ``finished`` or not, the next dump needs ``set_state("run")`` before: MXNetError
    otherwise.
    """
    _check_process(profile_process)
    recorder.dump()


def dumps(reset=False, format="table", sort_by="total", ascending=False):
    """Return the statistics as a table or as JSON text, and write the trace file too.

    They are kept with ``aggregate_stats=True``; ``reset`` clears them afterwards.  ``sort_by`` is
    total, avg, min, max or count.  What is recorded later counts after the next
    ``set_state("run")``.
    """
    assert format in _FORMATS, (
        f"Invalid value provided for format: {format}. Support: 'table', 'json'"
    )
    assert sort_by in SORTS, (
        f"Invalid value provided for sort_by: {sort_by}.{' ' * 13}"
        "Support: 'total', 'avg', 'min', 'max', 'count'"
    )
    for name, value in (("ascending", ascending), ("reset", reset)):
        assert value in (False, True), (
            f"Invalid value provided for {name}: {value}. Support: False, True"
        )
    recorder.finish()
    table = recorder.table
    if table is None:
        return ""
    text = (table.text if format == "table" else table.json)(sort_by, ascending)
    if reset:
        table.clear()
    return text


def pause(profile_process="worker"):
    """Stop recording until ``resume``."""
    _check_process(profile_process)
    recorder.paused = True


def resume(profile_process="worker"):
    """Go on recording after ``pause``."""
    _check_process(profile_process)
    recorder.paused = False


def profiler_set_config(mode="symbolic", filename="profile.json"):
    """Set what to record (symbolic, all) and the file: the old name of ``set_config``."""
    warnings.warn(
        "profiler.profiler_set_config() is deprecated. Please use profiler.set_config() instead",
        stacklevel=2,
    )
    set_config(**{f"profile_{mode}": True, "filename": filename})


def profiler_set_state(state="stop"):
    """Set the profiler to run or stop: the old name of ``set_state``."""
    warnings.warn(
        "profiler.profiler_set_state() is deprecated. Please use profiler.set_state() instead",
        stacklevel=2,
    )
    set_state(state)


def dump_profile():
    """Write the trace file: the old name of ``dump``."""
    warnings.warn(
        "profiler.dump_profile() is deprecated. Please use profiler.dump() instead", stacklevel=2
    )
    dump(True)


class Domain:
    """A category for tasks, frames, counters and markers."""

    def __init__(self, name):
        self.name = _text(name)

    def __str__(self):
        return self.name

    def new_task(self, name):
        """Return a Task of this domain."""
        return Task(self, name)

    def new_frame(self, name):
        """Return a Frame of this domain."""
        return Frame(self, name)

    def new_counter(self, name, value=None):
        """Return a Counter of this domain, set to ``value`` unless that is None."""
        return Counter(self, name, value)

    def new_marker(self, name):
        """Return a Marker of this domain."""
        return Marker(self, name)


def _text(name):
    """Refuse names that are no text, as passing them to C does."""
    if not isinstance(name, str):
        raise AttributeError(f"'{type(name).__name__}' object has no attribute 'encode'")
    return name


class _Span:
    """Time the code between ``start`` and ``stop``; it counts if the profiler runs at the stop."""

    _kind = ""

    def __init__(self, category, name):
        self.name = _text(name)
        self._category = category
        self._started = None

    def __str__(self):
        return self.name

    def start(self):
        """Start the clock."""
        self._started = now()

    def stop(self):
        """Record the time since ``start``; nothing passes without one."""
        end = now()
        start = end if self._started is None else self._started
        recorder.span(self._kind, self._category, self.name, start, end)


class Task(_Span):
    """A piece of work; the times of all its passes add up."""

    _kind = "task"

    def __init__(self, domain, name):
        super().__init__(_domain(domain), name)


class Frame(_Span):
    """A pass of something that repeats, such as one batch."""

    _kind = "frame"

    def __init__(self, domain, name):
        super().__init__(f"{_domain(domain)},frame", name)


class Event(_Span):
    """A span of time that belongs to no domain."""

    _kind = "event"

    def __init__(self, name):
        super().__init__("event", name)


def _domain(domain):
    """Return the name of a domain; AttributeError when it is none."""
    if not isinstance(domain, Domain):
        raise AttributeError(f"'{type(domain).__name__}' object has no attribute 'handle'")
    return domain.name


class Counter:
    """A number that changes over time."""

    def __init__(self, domain, name, value=None):
        self.name = _text(name)
        self._category = _domain(domain)
        self._value = 0
        if value is not None:
            self.set_value(value)

    def __str__(self):
        return self.name

    def __iadd__(self, delta):
        self.increment(delta)
        return self

    def __isub__(self, delta):
        self.decrement(delta)
        return self

    def set_value(self, value):
        """Set the value, cut to an integer."""
        self._value = int(value)
        recorder.moment("counter", self._category, self.name, self._value)

    def increment(self, delta=1):
        """Add to the value."""
        self.set_value(self._value + int(delta))

    def decrement(self, delta=1):
        """Subtract from the value."""
        self.set_value(self._value - int(delta))


class Marker:
    """A moment worth remembering."""

    def __init__(self, domain, name):
        self.name = name
        self.domain = domain

    def mark(self, scope="process"):
        """Record the moment; the scope is global, process, thread, task or marker."""
        category = f"{_domain(self.domain)},instant_marker"
        if scope not in _SCOPE_LETTERS:
            allowed = ", ".join(f"'{word}'" for word in sorted(_SCOPE_LETTERS))
            raise mxnet_error(f"Invalid Input: '{scope}', valid values are: {{{allowed}}}")
        letter = _SCOPE_LETTERS[scope]
        recorder.moment("marker", category, _text(self.name), letter)


if os.environ.get("MXNET_PROFILER_AUTOSTART", "0") not in ("", "0"):
    recorder.run()

__getattr__ = module_getattr(__name__)
