"""The recorder: what happened and when, gathered until it is written or tabulated.

An event goes through two stations.  It waits until the next dump; then it stands in the trace file
and, where aggregate statistics are kept, counts in the table.  As in MXNet a dump ends the output:
what is recorded after it waits until the profiler is set running again.
"""

from __future__ import annotations

import atexit
import threading
import time
from typing import Any, NamedTuple

from .._core.errors import check_failed
from . import config, hooks
from .table import Table
from .trace import TraceFile

#: The wall clock at the start and the steady clock that runs from there.
_EPOCH = time.time_ns() - time.perf_counter_ns()


def now() -> float:
    """Return the time in microseconds since 1970, from a clock that never jumps."""
    return (_EPOCH + time.perf_counter_ns()) / 1000


class Event(NamedTuple):
    """A span of time, or one moment with a value.

    ``kind`` is operator, task, frame, event, counter, memory or marker; ``end`` belongs to spans,
    ``value`` to counters and, as the letter of the scope, to markers.  ``device`` names where an
    operator ran.
    """

    kind: str
    category: str
    name: str
    thread: int
    start: float
    end: float = 0.0
    value: Any = None
    device: str = ""


class Recorder:
    """Gather events while running and not paused; write and count them."""

    def __init__(self) -> None:
        self.options = config.parse({})
        self.running = False
        self.paused = False
        self.output = False
        self.table: Table | None = None
        self._waiting: list[Event] = []
        self._file: TraceFile | None = None
        self._lock = threading.RLock()
        self._wake: threading.Event | None = None

    @property
    def active(self) -> bool:
        """Tell whether something that happens now is recorded."""
        return self.running and not self.paused

    # ---- settings

    def configure(self, options: dict[str, Any]) -> None:
        """Take new options; a trace file of another name starts afresh."""
        with self._lock:
            if options["filename"] != self.options["filename"]:
                self._file = None
            self.options = options
            if not options["aggregate_stats"]:
                self.table = None
            elif self.table is None:
                self.table = Table()
            if self.running:
                self._attach()

    def run(self) -> None:
        """Start recording; operators get their clocks."""
        with self._lock:
            if not self.output:
                atexit.register(self._at_exit)
            self.running = self.output = True
            self._attach()
            if self.options["continuous_dump"] and self._wake is None:
                self._wake = threading.Event()
                threading.Thread(
                    target=self._write_now_and_then, args=(self._wake,), daemon=True
                ).start()

    def stop(self) -> None:
        """Stop recording; operators lose their clocks."""
        with self._lock:
            self.running = False
            hooks.detach()
            self._end_periodic()

    def _attach(self) -> None:
        chosen = {name: self.options["profile_all"] or self.options[f"profile_{name}"]
                  for name in ("symbolic", "imperative", "memory")}  # fmt: skip
        hooks.attach(self, **chosen)

    # ---- recording

    def span(
        self, kind: str, category: str, name: str, start: float, end: float, device: str = ""
    ) -> None:
        """Record something that took from ``start`` to ``end``."""
        if self.active:
            thread = threading.get_ident()
            self._waiting.append(Event(kind, category, name, thread, start, end, None, device))

    def operator(self, name: str, start: float, end: float, device: str, more: bool) -> None:
        """Record an operator; ``more`` says that it may go on what was recorded last."""
        last = self._waiting[-1] if more and self._waiting else None
        if last is not None and last.name == name and last.thread == threading.get_ident():
            self._waiting[-1] = last._replace(end=end)
        else:
            self.span("operator", "operator", name, start, end, device)

    def moment(self, kind: str, category: str, name: str, value: Any) -> None:
        """Record a value, or a mark, as of now."""
        if self.active:
            thread = threading.get_ident()
            self._waiting.append(Event(kind, category, name, thread, now(), 0.0, value))

    # ---- results

    def dump(self) -> None:
        """Write what was recorded into the file; MXNetError when nothing ran since the last."""
        if not self.output:
            raise check_failed(
                "profiler->IsEnableOutput()",
                "Profiler hasn't been run. Config and start profiler first",
            )
        self.finish()

    def finish(self) -> None:
        """Write and count what waits, if output is on, and turn the output off."""
        with self._lock:
            if not self.output:
                return
            self._end_periodic()
            self._write()
            self.output = False
            atexit.unregister(self._at_exit)

    def _write(self) -> None:
        with self._lock:
            fresh, self._waiting = self._waiting, []
            if self.table is not None:
                for event in fresh:
                    self.table.count(event)
            if self._file is None or not self.options["continuous_dump"]:
                self._file = TraceFile(self.options["filename"])
            self._file.append(fresh)

    def _write_now_and_then(self, wake: threading.Event) -> None:
        while not wake.wait(self.options["dump_period"]):
            if self._waiting:
                self._write()

    def _end_periodic(self) -> None:
        if self._wake is not None:
            self._wake.set()
            self._wake = None

    def _at_exit(self) -> None:
        self.stop()
        self.finish()


recorder = Recorder()
