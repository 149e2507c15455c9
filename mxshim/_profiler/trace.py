"""The trace file: the events in the format that chrome://tracing and Perfetto read."""

from __future__ import annotations

import json
from typing import Any
from zlib import crc32

_PHASES = {"operator": ("b", "e"), "task": ("b", "e"), "frame": ("(", ")"), "event": ("B", "E")}
#: Process numbers below this belong to devices, those above to categories.
_CATEGORIES = 1000


class TraceFile:
    """A trace that grows: each ``append`` leaves a whole JSON document in the file."""

    def __init__(self, filename: str) -> None:
        self.filename = filename
        self._process: dict[str, int] = {}
        self._end = 0  # where the next event goes; 0 before the file was made

    def append(self, events: list[Any]) -> None:
        """Add ``events``; the first time the file is written anew."""
        lines = [*self._new_processes(events)]
        for event in events:
            lines += _lines(event, self._process)
        text = ",\n".join(f"        {json.dumps(line)}" for line in lines)
        head = '{\n    "traceEvents": [\n' if not self._end else ",\n" if text else ""
        with open(self.filename, "r+b" if self._end else "wb") as file:
            file.seek(self._end)
            file.write((head + text).encode())
            self._end = file.tell()
            file.write(b'\n    ],\n    "displayTimeUnit": "ms"\n}\n')
            file.truncate()

    def _new_processes(self, events: list[Any]) -> list[dict[str, Any]]:
        """Give numbers to devices and categories that were not met before, and name them."""
        devices = dict.fromkeys(["cpu/0", "cpu pinned/", "cpu shared/"])
        devices.update(dict.fromkeys(event.device for event in events if event.device))
        categories = {e.category: _CATEGORIES + crc32(e.category.encode()) for e in events}
        fresh = [name for name in (*devices, *categories) if name not in self._process]
        for name in fresh:
            self._process[name] = categories.get(name, len(self._process))
        return [
            {"ph": "M", "args": {"name": name}, "pid": self._process[name], "name": "process_name"}
            for name in fresh
        ]


def _lines(event: Any, process: dict[str, int]) -> list[dict[str, Any]]:
    pid, tid = process[event.category], event.thread
    head = {"name": event.name, "cat": event.category}
    if event.kind in ("counter", "memory"):
        values = {"args": {event.name: event.value}}
        return [{**head, "ph": "C", "ts": _us(event.start), **values, "pid": pid, "tid": tid}]
    if event.kind == "marker":
        return [
            {**head, "ph": "n", "ts": _us(event.start), "s": event.value, "pid": pid, "tid": tid}
        ]
    lines = []
    times = (_us(event.start), _us(event.end))
    if event.kind == "operator":
        # First the span in the device's row, then the one in the row of the category.
        lines += [
            {**head, "ph": phase, "ts": ts, "pid": process[event.device], "tid": tid}
            for phase, ts in zip("BE", times)
        ]
    mark = {} if event.kind in ("frame", "event") else {"id": tid}
    for phase, ts in zip(_PHASES[event.kind], times):
        lines.append({**head, "ph": phase, "ts": ts, **mark, "pid": pid, "tid": tid})
    return lines


def _us(time: float) -> float:
    return round(time, 3)
