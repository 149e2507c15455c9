"""The records of RecordIO files in the order in which MXNet's image iterators read them."""

from __future__ import annotations

from .._core.errors import MXNetError, check_failed
from .._formats.recordio import MAGIC, Reader
from ._engine import Engine
from ._lines import files, part_of

CHUNK = 64 << 20
"""Bytes of records that are shuffled together, and read together where MXNet does so."""
_MAGIC_SEED = 111


class Records:
    """Records of one part of the files, pass after pass.

    ``take()`` gives the next record and its place in the chunk that was read, None at the end of
    a pass; ``start()`` begins a pass. Shuffled is each chunk, pass by pass, from one generator.
    """

    def __init__(self, uri, part, parts, shuffle, seed, magic=_MAGIC_SEED):
        self._spans = part_of(files(uri), part, parts, unit=4)
        self._engine = Engine(magic + seed) if shuffle else None
        self.start()

    def start(self):
        """Begin a pass."""
        self._pass = self._shuffled() if self._engine else self._in_order()

    def take(self):
        """Return (record, place in its chunk), or None at the end."""
        return next(self._pass, None)

    def close(self):
        """Give the files back."""
        self._pass.close()

    def _in_order(self):
        place = size = 0
        for path, begin, end in self._spans:
            for record, length in _between(path, begin, end):
                if size + length > CHUNK:
                    place = size = 0
                size += length
                yield record, place
                place += 1

    def _shuffled(self):
        chunk = []
        for record, place in self._in_order():
            if place == 0 and chunk:
                yield from self._mixed(chunk)
                chunk = []
            chunk.append((record, place))
        yield from self._mixed(chunk)

    def _mixed(self, chunk):
        order = list(range(len(chunk)))
        self._engine.shuffle(order)
        for number in order:
            yield chunk[number]


class IndexedRecords(Records):
    """Records at the positions in an index file; parts and passes are of records, not of bytes.

    A shuffle mixes all records of the part; ``batch`` of them are read together.
    """

    def __init__(self, uri, index, part, parts, shuffle, seed, batch):
        if not 0 <= part < parts:
            raise check_failed("part < nsplit", "invalid input parameter for InputSplit::Create")
        paths = files(uri)
        if len(paths) != 1:
            raise MXNetError(f"{uri}: an index file goes with one record file")
        positions = _positions(index)
        step = -(-len(positions) // parts)
        self._positions = positions[step * part : step * (part + 1)]
        self._path, self._batch = paths[0], batch
        self._engine = Engine(_MAGIC_SEED + seed) if shuffle else None
        self.start()

    def start(self):
        """Begin a pass."""
        order = list(range(len(self._positions)))
        if self._engine:
            self._engine.shuffle(order)
        self._pass = self._by_position(order)

    def _by_position(self, order):
        reader = Reader(self._path)
        try:
            for number, which in enumerate(order):
                reader.seek(self._positions[which])
                yield reader.read(), number % self._batch
        finally:
            reader.close()


def _positions(path):
    try:
        with open(path, encoding="utf-8") as file:
            return sorted(int(line.split()[1]) for line in file if line.strip())
    except OSError as error:
        raise MXNetError(
            f'LocalFileSystem: Check failed: allow_null: :Open "{path}": {error.strerror}'
        ) from None
    except (IndexError, ValueError):
        raise MXNetError(
            f"{path} is no index file: its lines are to be a key and a position"
        ) from None


def _between(path, begin, end):
    """Yield the records that begin in a span of a file, with the bytes they take there."""
    with open(path, "rb") as file:
        begin, end = _next_record(file, begin), _next_record(file, end)
    reader = Reader(path)
    try:
        reader.seek(begin)
        at = begin
        while at < end and (record := reader.read()) is not None:
            before, at = at, reader.tell()
            yield record, at - before
    finally:
        reader.close()


def _next_record(file, at):
    """Return where the first record at or behind a position starts, or the file's end."""
    if at == 0:
        return 0
    file.seek(at)
    kept = b""
    while block := file.read(1 << 16):
        block = kept + block
        found = block.find(MAGIC)
        while found >= 0:
            role = block[found + 7] >> 5 if found + 8 <= len(block) else None
            if found % 4 == 0 and role in (0, 1):
                return at + found
            found = block.find(MAGIC, found + 1)
        usable = max(len(block) - 8, 0) & ~3
        kept, at = block[usable:], at + usable
    return at + len(kept)
