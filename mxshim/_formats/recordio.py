"""RecordIO files (.rec): a sequence of byte strings, each in one part or several.

A part is the magic word, a word with three bits of role (whole, first, middle, last) above 29 bits
of length, the bytes, and zeros up to a multiple of four. The writer cuts a record where the magic
word would stand at a multiple of four and leaves the word out; the reader puts it back. So behind
a part there is the magic word or the end of the file, and inside a part there is none: a wrong
length shows at once, and is refused, while MXNet gives out a wrong record first.
"""

from __future__ import annotations

import os
import struct
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from .._core.errors import MXNetError, check_failed, mxnet_error

MAGIC = struct.pack("<I", 0xCED7230A)
#: Records are shorter than this; the length has 29 bits.
LIMIT = 1 << 29
_WHOLE, _FIRST, _MIDDLE, _LAST = range(4)
_HEADER = struct.Struct("<4sI")


class Writer:
    """Write records to a new file."""

    def __init__(self, path: str) -> None:
        self._file = _open(path, "wb")

    def write(self, record: bytes) -> None:
        """Append a record."""
        if len(record) >= LIMIT:
            raise check_failed(
                "size < (1 << 29U)", "RecordIO only accept record less than 2^29 bytes"
            )
        self._file.write(encode(record))

    def tell(self) -> int:
        """Return where the next record will stand."""
        return self._file.tell()

    def close(self) -> None:
        """Write out what is waiting and close the file."""
        self._file.close()


class Reader:
    """Read the records of a file, from the start or from a position.

    A record that is refused stays the next one: reading again raises again. Threads that go to a
    position and read there take ``lock`` for both.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.lock = threading.RLock()
        self._file = _open(path, "rb")
        self._size = os.fstat(self._file.fileno()).st_size
        self._at = 0
        #: The word behind the last part, which was looked at: the next magic word.
        self._ahead = b""

    def read(self) -> bytes | None:
        """Return the next record, or None at the end; MXNetError for a damaged one."""
        start = self._at
        try:
            return self._record(start)
        except MXNetError:
            self._go(start)
            raise

    def _record(self, start: int) -> bytes | None:
        role, part = self._part()
        if part is None or role == _WHOLE:
            return part
        if role != _FIRST:
            raise self._damaged(f"a part of role {role} and no beginning before it", start)
        parts = [part]
        while role != _LAST:
            role, part = self._part()
            if part is None or role not in (_MIDDLE, _LAST):
                raise self._damaged("a record that begins and has no end", start)
            parts.append(part)
        return MAGIC.join(parts)

    def seek(self, position: int) -> None:
        """Go to a record's start, as ``Writer.tell`` gave it; MXNetError behind the end."""
        if position < 0:
            raise check_failed(
                "!std: :fseek(fp_, static_cast<long>(pos), SEEK_SET)",
                hint=f"{self.path}: there is no position {position}",
            )
        if self._left(position, 0) < 0:
            raise mxnet_error(
                f"Check failed: {self.path}: a record is to be at byte {position}, the file has "
                f"{self._size}"
            )
        self._go(position)

    def tell(self) -> int:
        """Return where the record read next starts."""
        return int(self._file.tell())

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _go(self, position: int) -> None:
        self._file.seek(position)
        self._at, self._ahead = position, b""

    def _part(self) -> tuple[int, bytes | None]:
        """Return the next part's role and bytes, (0, None) at the end of the file."""
        head = self._ahead + self._file.read(8 - len(self._ahead))
        if not head:
            return _WHOLE, None
        at = self._at
        if len(head) < 8:
            raise self._damaged(
                f"{len(head)} bytes where a record's head takes 8",
                at,
                "nread == sizeof(header)",
                "Inavlid RecordIO File",  # sic
            )
        magic, word = _HEADER.unpack(head)
        if magic != MAGIC:
            raise self._damaged(f"{magic.hex(' ')} where a record starts with 0a 23 d7 ce", at)
        role, size = word >> 29, word & (LIMIT - 1)
        padded = (size + 3) & ~3
        left = self._left(at + 8, padded)
        if padded > left:
            raise self._damaged(
                f"a record of {size} bytes where {left} are left",
                at,
                "stream_->Read(BeginPtr(*out_rec) + size, upper_align) == upper_align",
                f"Invalid RecordIO File upper_align={padded}",
            )
        block = self._file.read(padded + 4)
        part, follows = block[:size], block[padded:]
        if follows not in (b"", MAGIC):
            raise self._damaged(f"a length of {size}, behind which no record starts", at)
        if _next_cut(part, 0) >= 0:
            raise self._damaged(f"a length of {size} that reaches into the next record", at)
        self._at, self._ahead = at + 8 + padded, follows
        return role, part

    def _left(self, at: int, wanted: int) -> int:
        """Return how many bytes stand behind ``at``; the file may have grown."""
        if self._size - at < wanted:
            self._size = os.fstat(self._file.fileno()).st_size
        return self._size - at

    def _damaged(
        self,
        what: str,
        at: int,
        condition: str = "header[0] == RecordIOWriter: :kMagic",
        message: str = "Invalid RecordIO File",
    ) -> MXNetError:
        return check_failed(condition, message, f"{self.path}: damaged at byte {at}: {what}")


def encode(record: bytes) -> bytes:
    """Return the parts that hold a record in a file."""
    parts = list(_split(record))
    pieces: list[bytes] = []
    for number, part in enumerate(parts):
        role = _WHOLE
        if len(parts) > 1:
            role = _FIRST if number == 0 else _LAST if number == len(parts) - 1 else _MIDDLE
        pieces += (MAGIC, struct.pack("<I", role << 29 | len(part)), part, b"\0" * (-len(part) % 4))
    return b"".join(pieces)


def _split(record: bytes) -> Iterator[bytes]:
    start = 0
    while (cut := _next_cut(record, start)) >= 0:
        yield record[start:cut]
        start = cut + 4
    yield record[start:]


def _next_cut(record: bytes, start: int) -> int:
    """Return where the magic word stands at a multiple of four, -1 if it does not."""
    found = record.find(MAGIC, start)
    while found >= 0 and found % 4:
        found = record.find(MAGIC, found + 1)
    return found


def _open(path: str, mode: str) -> Any:
    try:
        return open(path, mode)
    except OSError as error:
        raise MXNetError(
            f'LocalFileSystem: Check failed: allow_null: :Open "{path}": {error.strerror}'
        ) from None


def read_index(
    lines: Iterable[str], source: str, key_type: Callable[[str], Any] = int
) -> list[tuple[Any, int]]:
    """Return the keys and positions in an index file's lines; ValueError names the one at fault."""
    found: list[tuple[Any, int]] = []
    try:
        for line in lines:
            key, *rest = line.strip().split("\t")
            found.append((key_type(key), _position(rest)))
    except ValueError as error:
        raise ValueError(
            f"{source}, line {len(found) + 1} is no key with a position\n{error}"[:400]
        ) from None
    return found


def _position(fields: list[str]) -> int:
    if not fields:
        raise ValueError("no position follows the key")
    return int(fields[0])
