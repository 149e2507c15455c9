"""RecordIO files: bytes written, records read, indexes, pickles, forks, image records."""

from __future__ import annotations

import os
import pickle
import struct
import warnings
from collections import OrderedDict

import pytest

from compat_tests.inputs import attempt

MAGIC = struct.pack("<I", 0xCED7230A)
RECORDS = OrderedDict(
    [
        ("empty", b""),
        ("one", b"a"),
        ("four", b"abcd"),
        ("five", b"abcde"),
        ("magic", MAGIC),
        ("magic-unaligned", b"x" + MAGIC),
        ("magic-inside", b"abcd" + MAGIC + b"zz"),
        ("magic-twice", MAGIC + MAGIC),
        ("magic-thrice", MAGIC + MAGIC + MAGIC + b"q"),
        ("magic-across", b"ab" + MAGIC + b"cd"),
        ("magic-end", b"abcd" + MAGIC),
        ("magic-cut", b"abcd" + MAGIC[:3]),
        ("overlapping", b"\x0a\x23" + MAGIC + MAGIC + b"\x0a\x23\xd7\xce" + b"12"),
        ("long", bytes(bytearray(range(256))) * 40 + b"end"),
    ]
)


def head(role, size):
    return MAGIC + struct.pack("<I", role << 29 | size)


DAMAGED = OrderedDict(
    [
        ("cut-head", head(0, 4)[:6]),
        ("no-magic", b"\0" * 16),
        ("cut-data", head(0, 1000) + b"ab"),
        ("cut-padding", head(0, 2) + b"ab"),
        ("second-no-magic", head(0, 1) + b"a\0\0\0" + b"\0" * 8),
        ("middle-missing", head(1, 4) + b"abcd" + b"zzzzzzzz"),
    ]
)
LENIENT = OrderedDict(
    [
        ("no-end", head(1, 4) + b"abcd"),
        ("no-beginning", head(3, 4) + b"abcd"),
        ("unknown-role", head(5, 4) + b"abcd" + head(0, 0)),
        ("whole-inside", head(1, 4) + b"abcd" + head(0, 4) + b"efgh"),
        ("too-short", head(0, 4) + b"abcdefgh"),
        ("too-long", head(0, 12) + b"abcd" + head(0, 0)),
    ]
)


def written(path, data):
    with open(path, "wb") as out:
        out.write(data)
    return str(path)


def content(path):
    with open(str(path), "rb") as src:
        return src.read()


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def indexed(mx, keys=(0, 2, 4), **options):
    record = mx.recordio.MXIndexedRecordIO("a.idx", "a.rec", "w", **options)
    for key in keys:
        record.write_idx(key, f"record {key}".encode())
    record.close()
    return mx.recordio.MXIndexedRecordIO("a.idx", "a.rec", "r", **options)


@pytest.mark.parametrize("name", list(RECORDS))
def test_bytes(mx, here, name):
    record = mx.recordio.MXRecordIO("a.rec", "w")
    record.write(RECORDS[name])
    record.close()
    source = mx.recordio.MXRecordIO("a.rec", "r")
    return content("a.rec"), source.read(), source.read(), source.read()


def test_sequence(mx, here):
    record = mx.recordio.MXRecordIO("a.rec", "w")
    for each in RECORDS.values():
        record.write(each)
    record.close()
    source = mx.recordio.MXRecordIO("a.rec", "r")
    seen = [source.read() for _ in range(len(RECORDS) + 2)]
    source.reset()
    return seen, source.read(), source.read()


def test_state(mx, here):
    writer = mx.recordio.MXRecordIO("a.rec", "w")
    before = writer.is_open, writer.writable, writer.flag, writer.pid == os.getpid()
    refused = attempt(writer.read)
    writer.write(b"abc")
    writer.close()
    writer.close()
    after = writer.is_open, writer.writable, writer.flag, writer.pid
    reader = mx.recordio.MXRecordIO("a.rec", "r")
    seen = attempt(reader.write, b"x"), reader.read()
    reader.close()
    return before, refused, after, seen, attempt(reader.read), attempt(writer.write, b"x")


def test_reset_of_a_writer(mx, here):
    writer = mx.recordio.MXRecordIO("a.rec", "w")
    writer.write(b"gone")
    writer.reset()
    writer.write(b"kept")
    writer.close()
    return content("a.rec")


@pytest.mark.parametrize("flag", ["a", "rb", "", "x"])
def test_flags(mx, here, flag):
    written("a.rec", b"")
    written("a.idx", b"")
    return (
        attempt(mx.recordio.MXRecordIO, "a.rec", flag),
        attempt(mx.recordio.MXIndexedRecordIO, "a.idx", "a.rec", flag),
    )


def test_missing_files(mx, here):
    written("a.rec", b"")
    return (
        attempt(mx.recordio.MXRecordIO, "missing.rec", "r"),
        attempt(mx.recordio.MXRecordIO, "missing/a.rec", "w"),
        attempt(mx.recordio.MXIndexedRecordIO, "missing.idx", "missing.rec", "r"),
        attempt(lambda: mx.recordio.MXIndexedRecordIO("missing.idx", "a.rec", "r")),
    )


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("uri", [5, b"a.rec", None], ids=["int", "bytes", "none"])
def test_uri_types(mx, here, uri):
    return attempt(mx.recordio.MXRecordIO, uri, "w")


def test_record_types(mx, here):
    writer = mx.recordio.MXRecordIO("a.rec", "w")
    wrong = ["text", 5, None, bytearray(b"x"), memoryview(b"x"), 1.5, [1]]
    seen = [attempt(writer.write, value) for value in wrong]
    writer.close()
    return seen, content("a.rec")


@pytest.mark.parametrize("name", list(DAMAGED))
def test_damaged(mx, here, name):
    source = mx.recordio.MXRecordIO(written("a.rec", DAMAGED[name]), "r")
    if name == "second-no-magic":
        attempt(source.read)
    return attempt(source.read)


@pytest.mark.parametrize("name", list(LENIENT))
def test_contradictions(mx, here, name):
    source = mx.recordio.MXRecordIO(written("a.rec", LENIENT[name]), "r")
    return attempt(source.read)


def test_padding_is_not_looked_at(mx, here):
    source = mx.recordio.MXRecordIO(written("a.rec", head(0, 1) + b"abcd"), "r")
    return source.read(), source.read()


def test_index(mx, here):
    record = mx.recordio.MXIndexedRecordIO("a.idx", "a.rec", "w")
    seen = [record.tell()]
    for key in (4, 0, 2):
        record.write_idx(key, b"record" * key)
        seen.append(record.tell())
    refused = attempt(record.seek, 0), attempt(record.read_idx, 0)
    state = record.keys, record.idx
    record.close()
    return seen, refused, state, content("a.idx"), content("a.rec")


def test_reading_by_key(mx, here):
    record = indexed(mx)
    seen = [record.keys, record.idx, record.read_idx(4), record.read_idx(0), record.read()]
    seen += [record.read_idx(2), record.read(), attempt(record.read_idx, 99)]
    record.seek(0)
    seen += [record.read(), attempt(record.tell), attempt(record.write_idx, 1, b"x")]
    record.reset()
    seen += [record.read(), record.keys]
    record.close()
    return seen, record.is_open, attempt(lambda: record.read_idx(2))


def test_reading_by_key_after_the_end(mx, here):
    record = indexed(mx)
    seen = record.read_idx(4), record.read(), record.read_idx(0)
    record.reset()
    return seen, record.read_idx(0)


def test_same_key_twice(mx, here):
    record = indexed(mx, (1, 1, 2))
    return record.keys, record.idx, record.read_idx(1)


def test_key_types(mx, here):
    record = indexed(mx, ("a b", "c"), key_type=str)
    seen = record.keys, record.read_idx("c"), content("a.idx")
    return seen, attempt(mx.recordio.MXIndexedRecordIO, "a.idx", "a.rec", "r")


def test_keys_are_converted(mx, here):
    record = mx.recordio.MXIndexedRecordIO("a.idx", "a.rec", "w")
    record.write_idx("7", b"x")
    record.write_idx(8.9, b"y")
    refused = attempt(record.write_idx, "seven", b"x")
    record.close()
    return refused, record.keys, content("a.idx")


@pytest.mark.parametrize(
    "text",
    ["0\t0\n\n", "0 0\n", "0\tx\n", "", "0\t0\textra\n", "0\t0", "0\t0\r\n2\t20\r\n", "0\t-1\n",
     "0\t3\n"],
    ids=["blank", "space", "word", "empty", "third", "open", "dos", "negative", "between"],
)  # fmt: skip
def test_index_files(mx, here, text):
    indexed(mx).close()
    written("b.idx", text.encode())
    return attempt(lambda: mx.recordio.MXIndexedRecordIO("b.idx", "a.rec", "r").read_idx(0))


@pytest.mark.parametrize("text", ["0\t999\n", "0\n"], ids=["behind-the-end", "no-position"])
def test_wrong_index_files(mx, here, text):
    indexed(mx).close()
    written("b.idx", text.encode())
    return attempt(lambda: mx.recordio.MXIndexedRecordIO("b.idx", "a.rec", "r").read_idx(0))


def test_pickle(mx, here):
    record = indexed(mx)
    record.read()
    copy = pickle.loads(pickle.dumps(record))
    plain = mx.recordio.MXRecordIO("a.rec", "r")
    plain.read()
    other = pickle.loads(pickle.dumps(plain))
    state = copy.__getstate__()
    again = pickle.loads(pickle.dumps(copy))
    return (
        record.is_open,
        attempt(record.read),
        attempt(lambda: record.read_idx(2)),
        (other.read(), other.uri is not None, plain.is_open),
        sorted((key, value) for key, value in state.items() if key != "fidx"),
        (again.is_open, attempt(again.read)),
    )


def test_fork(mx, here):
    record, plain = indexed(mx), mx.recordio.MXRecordIO("a.rec", "r")
    out = mx.recordio.MXRecordIO("b.rec", "w")
    there, back = os.pipe()
    with warnings.catch_warnings():  # other cases may have left threads, which new Pythons tell
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if not child:
        seen = [attempt(plain.read).seen, attempt(record.read).seen, attempt(out.write, b"x").seen]
        seen += [record.read_idx(2).decode(), record.read().decode()]
        plain.reset()
        os.write(back, repr(seen + [plain.read().decode()]).encode())
        os._exit(0)
    os.waitpid(child, 0)
    told = os.read(there, 10000).decode()
    os.close(there)
    os.close(back)
    return told, plain.read(), record.read()


LABELS = OrderedDict(
    [
        ("int", 4),
        ("float", 4.5),
        ("bool", True),
        ("huge", 1e60),
        ("list", [1, 2, 3]),
        ("empty", ()),
        ("nested", [[1, 2], [3, 4]]),
        ("text", "12"),
        ("none", None),
    ]
)


@pytest.mark.parametrize("label", list(LABELS))
def test_pack(mx, label):
    header = mx.recordio.IRHeader(5, LABELS[label], 7, 2**64 - 1)
    packed = mx.recordio.pack(header, b"data")
    back, data = mx.recordio.unpack(packed)
    return packed, back.flag, back.label, back.id, back.id2, data


def test_pack_what_does_not_fit(mx):
    pack, header = mx.recordio.pack, mx.recordio.IRHeader
    return (
        attempt(pack, (0, 1, -1, 0), b"").seen["error"],  # Python words it
        attempt(pack, (0, 1, 1.5, 0), b""),
        attempt(pack, (0, 1, 2), b""),
        attempt(pack, header(0, 1, 2, 3), "text"),
        attempt(pack, header(0, [1], 2, 3), "text"),
        attempt(pack, (0, 1, 2, 3), bytearray(b"x")),
        attempt(pack, header(0, ["x"], 2, 3), b""),
    )


def test_header(mx):
    header = mx.recordio.IRHeader(1, 2, 3, 4)
    return header, header._fields, type(header).__name__, header == (1, 2, 3, 4), tuple(header)


def test_unpack(mx):
    unpack = mx.recordio.unpack
    whole = struct.pack("IfQQ", 0, 1.5, 2, 3)
    return (
        tuple(unpack(whole)[0]),
        unpack(whole)[1],
        unpack(bytearray(whole) + b"ab")[1] == b"ab",
        attempt(unpack, struct.pack("IfQQ", 3, 0, 1, 1) + b"1234"),
        attempt(unpack, struct.pack("IfQQ", 2**32 - 1, 0, 1, 1) + b"1234"),
        attempt(unpack, "text" * 10),
    )


def test_unpack_what_is_too_short(mx):
    return attempt(mx.recordio.unpack, b"short")


def test_datasets(mx, here):
    indexed(mx).close()
    data = mx.gluon.data.RecordFileDataset("a.rec")
    loader = mx.gluon.data.DataLoader(data, batch_size=2, batchify_fn=list)
    return len(data), data[1], data[-1], attempt(lambda: data[3]), list(loader)
