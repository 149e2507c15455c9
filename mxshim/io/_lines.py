"""Text files, or parts of them, in pieces of whole lines."""

from __future__ import annotations

import os

import numpy as np

from .._core.errors import MXNetError, check_failed

PIECE = 1 << 22
"""Bytes read at a time."""


def files(uri):
    """Return the paths that a text names: a file, several behind semicolons, or folders.

    A folder stands for its files, by name. Empty files are left out. Raises MXNetError for what
    is not there and when nothing is left.
    """
    found = []
    for path in filter(None, uri.split(";")):
        path = path.removeprefix("file://")
        if os.path.isdir(path):
            found += sorted(entry.path for entry in os.scandir(path) if entry.is_file())
        elif os.path.exists(path):
            found.append(path)
        else:
            raise MXNetError(
                f"LocalFileSystem.GetPathInfo: {path} error: No such file or directory"
            )
    found = [path for path in found if os.path.getsize(path)]
    if not found:
        raise check_failed(
            "files_.size() != 0U (0 vs. 0) ",
            f"Cannot find any files that matches the URI pattern {uri}",
        )
    return found


def part_of(paths, part, parts, unit=1):
    """Return (path, begin, end) for the bytes of all files that are part ``part`` of ``parts``.

    Parts are of one size, rounded up to whole ``unit`` bytes, so the last may be empty.
    """
    if not 0 <= part < parts:
        raise check_failed("part < nsplit", "invalid input parameter for InputSplit::Create")
    sizes = [os.path.getsize(path) for path in paths]
    step = -(-sum(sizes) // parts)
    step = -(-step // unit) * unit
    begin, end = min(step * part, sum(sizes)), min(step * (part + 1), sum(sizes))
    spans, offset = [], 0
    for path, size in zip(paths, sizes):
        low, high = max(begin - offset, 0), min(end - offset, size)
        if low < high:
            spans.append((path, low, high))
        offset += size
    return spans


def pieces(spans):
    """Yield the lines that begin in the spans, in buffers that end in a line end and a zero byte.

    A line belongs to the span in which it begins, but for one that begins where the span does:
    that is the span's before.
    """
    for path, begin, end in spans:
        with open(path, "rb") as file:
            start, stop = _line_start(file, begin), _line_start(file, end)
            file.seek(start)
            if start == 0 and file.read(3) == b"\xef\xbb\xbf":
                start = 3
            file.seek(start)
            yield from _whole_lines(file, stop - start)


def _line_start(file, at):
    """Return where the line behind the one at ``at`` starts; the file's start is one."""
    if at == 0:
        return 0
    file.seek(at)
    while block := file.read(4096):
        ended = np.isin(np.frombuffer(block, np.uint8), (10, 13))
        if ended.any():
            at += int(ended.argmax())
            break
        at += len(block)
    file.seek(at)
    while block := file.read(4096):
        rest = block.lstrip(b"\r\n")
        at += len(block) - len(rest)
        if rest:
            break
    return at


def _whole_lines(file, left):
    kept = b""
    while left > 0:
        block = file.read(min(PIECE, left))
        if not block:
            break
        left -= len(block)
        block = kept + block
        cut = max(block.rfind(b"\n"), block.rfind(b"\r")) + 1 if left > 0 else len(block)
        kept = block[cut:]
        if cut:
            yield np.frombuffer(block[:cut] + b"\n\0", np.uint8)
    if kept:
        yield np.frombuffer(kept + b"\n\0", np.uint8)


class Blocks:
    """Rows, parsed a piece at a time, taken in any number.

    ``parse(buffer)`` makes a piece's rows, ``empty`` has none; ``length``, ``cut(rows, start,
    stop)`` and ``join(parts)`` work on them.
    """

    def __init__(self, spans, parse, empty, length, cut, join):
        self._spans, self._parse, self._empty = spans, parse, empty
        self._length, self._cut, self._join = length, cut, join
        self.start()

    def start(self):
        """Go back to the first row."""
        self._pieces = pieces(self._spans)
        self._rows = self._empty
        self._at = self.taken = 0

    def take(self, count):
        """Return up to ``count`` next rows; fewer at the end."""
        parts = []
        while count > 0:
            there = self._length(self._rows) - self._at
            if not there:
                buffer = next(self._pieces, None)
                if buffer is None:
                    break
                self._rows, self._at = self._parse(buffer), 0
                continue
            used = min(there, count)
            parts.append(self._cut(self._rows, self._at, self._at + used))
            self._at += used
            self.taken += used
            count -= used
        if not parts:
            return self._empty
        return parts[0] if len(parts) == 1 else self._join(parts)

    def close(self):
        """Give the file back."""
        self._pieces.close()
