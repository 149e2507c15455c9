"""Aggregate statistics: count, total, least, greatest and mean, as MXNet's table or as JSON."""

from __future__ import annotations

import json
from typing import Any

SORTS = ("total", "avg", "min", "max", "count")
_TIMES = ("Total Count", "Time (ms)", "Min Time (ms)", "Max Time (ms)", "Avg Time (ms)")
_SIZES = ("Total Count", "Min Use  (kB)", "Max Use  (kB)", "Avg Use  (kB)")
_WIDTHS = (15, 16, 16, 16, 16)


class Entry:
    """The statistics of one name in microseconds (bytes for memory)."""

    def __init__(self, counts: bool) -> None:
        self.counts = counts
        self.count = 0
        self.total = 0.0
        self.min = float("inf")
        self.max = float("-inf")

    def add(self, value: float) -> None:
        """Take in a duration, or the new value of a counter."""
        self.count += 1
        self.total = value if self.counts else self.total + value
        self.min = min(self.min, value)
        self.max = max(self.max, value)

    @property
    def avg(self) -> float:
        """The mean; of counters half the range, as in MXNet."""
        # mxnet: test_profiler.py::test_counters
        return (self.max - self.min) // 2 if self.counts else self.total / self.count


class Table:
    """Statistics by category and name."""

    def __init__(self) -> None:
        self._entries: dict[str, dict[str, Entry]] = {}
        self._memory: set[str] = set()

    def clear(self) -> None:
        """Forget everything."""
        self.__init__()  # type: ignore[misc]

    def count(self, event: Any) -> None:
        """Count an event; a marker only makes its category known."""
        names = self._entries.setdefault(event.category, {})
        if event.kind == "memory":
            self._memory.add(event.category)
        if event.kind == "marker":
            return
        counts = event.kind in ("counter", "memory")
        entry = names.get(event.name)
        if entry is None:
            entry = names[event.name] = Entry(counts)
        entry.add(event.value if counts else event.end - event.start)

    def _sorted(self, category: str, key: str, ascending: bool) -> list[tuple[str, Entry]]:
        found = sorted(self._entries[category].items())
        return sorted(found, key=lambda pair: getattr(pair[1], key), reverse=not ascending)

    def text(self, key: str, ascending: bool) -> str:
        """Return MXNet's table."""
        lines = ["", "Profile Statistics:", "\tNote the difference in units for different entries."]
        for category in sorted(self._entries):
            memory = category in self._memory
            heads = _SIZES if memory else _TIMES
            lines += [category, "================="]
            lines += [_row("Name", heads), _row("----", ["-" * len(head) for head in heads])]
            for name, entry in self._sorted(category, key, ascending):
                values = (entry.min, entry.max, entry.avg)
                values = values if memory else (entry.total, *values)
                numbers = [f"{value / 1000:.4f}" for value in values]
                lines.append(_row(name, [str(entry.count), *numbers]))
            lines.append("")
        return "\n".join([*lines, ""])

    def json(self, key: str, ascending: bool) -> str:
        """Return the same as JSON, numbers of four digits."""
        parts: dict[str, dict[str, Any]] = {"Time": {}, "Memory": {}}
        for category in sorted(self._entries):
            memory = category in self._memory
            parts["Memory" if memory else "Time"][category] = {
                name: _record(entry, memory)
                for name, entry in self._sorted(category, key, ascending)
            }
        return json.dumps({**parts, "Unit": {"Time": "ms", "Memory": "kB"}}, indent=4) + "\n"


def _row(name: str, cells: Any) -> str:
    padded = [f"{cell:>{width}}" for cell, width in zip(cells, _WIDTHS)]
    return " ".join([f"{name:<25}", *padded])


def _record(entry: Entry, memory: bool) -> dict[str, Any]:
    values = {"Total": entry.total, "Min": entry.min, "Max": entry.max, "Avg": entry.avg}
    if memory:
        del values["Total"]
    return {"Count": entry.count, **{k: _four(v / 1000) for k, v in values.items()}}


def _four(value: float) -> float | int:
    rounded = float(f"{value:.4g}")
    return int(rounded) if rounded.is_integer() else rounded
