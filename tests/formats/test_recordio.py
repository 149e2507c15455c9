"""RecordIO files: where records are cut, what follows a damaged one, index files."""

from __future__ import annotations

import random
import struct

import pytest

from mxshim._core.errors import MXNetError
from mxshim._formats import recordio

MAGIC = recordio.MAGIC


def roles(data):
    """Return role and length of every part in encoded bytes."""
    found, at = [], 0
    while at < len(data):
        assert data[at : at + 4] == MAGIC
        (word,) = struct.unpack("<I", data[at + 4 : at + 8])
        found.append((word >> 29, word & (recordio.LIMIT - 1)))
        at += 8 + (found[-1][1] + 3) // 4 * 4
    assert at == len(data)
    return found


@pytest.mark.parametrize(
    ("record", "parts"),
    [
        (b"", [(0, 0)]),
        (b"abcde", [(0, 5)]),
        (MAGIC, [(1, 0), (3, 0)]),
        (b"x" + MAGIC, [(0, 5)]),
        (b"abcd" + MAGIC + b"xy", [(1, 4), (3, 2)]),
        (MAGIC * 3, [(1, 0), (2, 0), (2, 0), (3, 0)]),
    ],
)
def test_parts(record, parts):
    assert roles(recordio.encode(record)) == parts


def test_any_bytes_come_back(tmp_path):
    draws = random.Random(3)
    pieces = [MAGIC, MAGIC[:2], b"", b"abcd", b"\0", b"\n#\xd7\xce\n#"]
    records = [b"".join(draws.choices(pieces, k=draws.randrange(12))) for _ in range(500)]
    writer = recordio.Writer(str(tmp_path / "a.rec"))
    places = []
    for record in records:
        places.append(writer.tell())
        writer.write(record)
    writer.close()
    reader = recordio.Reader(str(tmp_path / "a.rec"))
    assert [reader.read() for _ in records] == records
    assert reader.read() is None
    for place, record in reversed(list(zip(places, records))):
        reader.seek(place)
        assert reader.read() == record
    reader.close()


def test_records_longer_than_the_buffer(tmp_path):
    path = tmp_path / "a.rec"
    records = [bytes([i]) * (8192 * 4 - 8 + i) for i in range(12)]
    path.write_bytes(b"".join(map(recordio.encode, records)))
    reader = recordio.Reader(str(path))
    assert [reader.read() for _ in records] == records
    reader.close()


def test_a_growing_file(tmp_path):
    path = tmp_path / "a.rec"
    path.write_bytes(recordio.encode(b"one"))
    reader = recordio.Reader(str(path))
    assert reader.read() == b"one"
    assert reader.read() is None
    with open(path, "ab") as out:
        out.write(recordio.encode(b"two" * 1000))
    reader.seek(12)
    assert reader.read() == b"two" * 1000
    reader.seek(0)
    assert reader.read() == b"one"
    reader.close()


def test_a_refused_record_stays_the_next(tmp_path):
    path = tmp_path / "a.rec"
    path.write_bytes(recordio.encode(b"good") + recordio.encode(MAGIC + b"bad")[:-4])
    reader = recordio.Reader(str(path))
    assert reader.read() == b"good"
    for _ in range(2):
        with pytest.raises(MXNetError, match=r"a\.rec: damaged at byte 20"):
            reader.read()
    reader.seek(0)
    assert reader.read() == b"good"
    reader.close()


def test_records_of_half_a_gigabyte_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(recordio, "LIMIT", 8)
    writer = recordio.Writer(str(tmp_path / "a.rec"))
    with pytest.raises(MXNetError, match="less than 2\\^29 bytes"):
        writer.write(b"12345678")
    writer.close()


def test_index():
    lines = ["3\t0\n", " 5\t24 \n", "7\t48\textra\n"]
    assert recordio.read_index(lines, "a.idx") == [(3, 0), (5, 24), (7, 48)]
    assert recordio.read_index(["a b\t1\n"], "a.idx", str) == [("a b", 1)]
    with pytest.raises(ValueError, match=r"a\.idx, line 2 is no key with a position"):
        recordio.read_index(["3\t0\n", "x\t1\n"], "a.idx")
