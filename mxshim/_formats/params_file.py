"""Parameter files (.params): named arrays between bytes and NumPy, in MXNet's formats V1 to V3.

A file is ``0x112``, a reserved word, the count and records of the arrays (array_record.py), then
the count and texts of the names (no names: a list). Numbers are little-endian.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence

from .._core.errors import check_failed
from .array_record import INVALID, Reader, Record, read_record, record_parts

LIST_MAGIC = 0x112
#: The shortest record: a magic word of old times, 0 dimensions.
_LEAST = 4
_SHORT_BUFFER = "Check failed: curr_ptr_ + size <= buffer_size_: "


def dump(records: Mapping[str, Record] | Sequence[Record], np_shape: bool = False) -> bytes:
    """Return the file's bytes for named arrays or a list; ``np_shape`` writes V3 instead of V2."""
    return b"".join(parts(records, np_shape))


def parts(
    records: Mapping[str, Record] | Sequence[Record], np_shape: bool = False
) -> Iterator[bytes | memoryview]:
    """Yield the file's bytes in parts, those of the arrays without copying them."""
    named = isinstance(records, Mapping)
    values = list(records.values()) if named else list(records)
    yield struct.pack("<QQQ", LIST_MAGIC, 0, len(values))
    for value in values:
        yield from record_parts(value, np_shape)
    # mxnet: a name ends where C ends a text (io/test_params.py::test_names)
    names = [name.partition("\0")[0].encode() for name in records] if named else []
    yield struct.pack("<Q", len(names))
    for name in names:
        yield struct.pack("<Q", len(name)) + name


def load(
    data: bytes, np_shape: bool = False, source: str = "", in_memory: bool = False
) -> dict[str, Record] | list[Record]:
    """Return the file's arrays, a dict when they have names.

    Files of V3 need np shapes on and older ones need them off; MXNetError says which, and names
    ``source``. ``in_memory`` chooses MXNet's words for bytes that end too early.
    """
    reader = Reader(data, source or "the data", _SHORT_BUFFER if in_memory else "")
    reader.check = "fi->Read(&header)"
    if reader.number("Q", "the first word") != LIST_MAGIC:
        raise check_failed(
            "header == kMXAPINDArrayListMagic", INVALID, f"{reader.source} is no .params file"
        )
    reader.check = "fi->Read(&reserved)"
    reader.number("Q", "the reserved word")
    reader.check = "fi->Read(data)"
    count = reader.number("Q", "the number of arrays")
    if count > reader.left() // _LEAST:
        raise reader.damaged(f"{count} arrays do not fit into {reader.left()} bytes", reader.short)
    values = [read_record(reader, np_shape) for _ in range(count)]
    reader.check = "fi->Read(keys)"
    names = _read_names(reader)
    if reader.left():
        raise reader.damaged(f"{reader.left()} bytes follow the names")
    if not names:
        return values
    if len(names) != len(values):
        raise check_failed(
            "keys->size() == 0 || keys->size() == data->size()",
            INVALID,
            f"{reader.source} has {len(names)} names for {len(values)} arrays",
        )
    return dict(zip(names, values, strict=True))


def _read_names(reader: Reader) -> list[str]:
    count = reader.number("Q", "the number of names")
    if count > reader.left() // 8:
        raise reader.damaged(f"{count} names do not fit into {reader.left()} bytes", reader.short)
    names = []
    for _ in range(count):
        size = reader.number("Q", "a name's length")
        try:
            names.append(bytes(reader.take(size, "a name")).decode())
        except UnicodeDecodeError as error:
            raise reader.damaged(f"a name is not UTF-8: {error}") from error
    return names
