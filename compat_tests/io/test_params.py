"""Files of arrays: bytes written, versions and types read, names, what is refused."""

from __future__ import annotations

import struct
from collections import OrderedDict

import pytest

from compat_tests.inputs import array, attempt

V1, V2, V3 = 0xF993FAC8, 0xF993FAC9, 0xF993FACA
HALVES = struct.pack("<2f", 1.5, -2.5)
PLACE = struct.pack("<ii", 1, 0)
DTYPES = ["float16", "float32", "float64", "int8", "uint8", "int32", "int64", "bool"]


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def content(path="a"):
    with open(path, "rb") as src:
        return src.read()


def write(data, path="a"):
    with open(path, "wb") as out:
        out.write(data)


def record(flag=0, data=HALVES, shape=(2,), magic=V2, storage=0, place=PLACE):
    dims = struct.pack(f"<i{len(shape)}q", len(shape), *shape)
    return struct.pack("<Ii", magic, storage) + dims + place + struct.pack("<i", flag) + data


def whole(*records, **options):
    names = options.get("names", ())
    texts = [struct.pack("<Q", len(name)) + name for name in names]
    head = struct.pack("<QQQ", 0x112, options.get("reserved", 0), len(records))
    return head + b"".join(records) + struct.pack("<Q", len(names)) + b"".join(texts)


def files(mx):
    return mx.npx if mx.util.is_np_array() else mx.nd


@pytest.mark.parametrize("dtype", DTYPES)
def test_types(mx, front, here, dtype):
    value = array(front, dtype, (2, 3))
    files(mx).save("a", {"x": value})
    return content(), files(mx).load("a")


@pytest.mark.parametrize("shape", [(1,), (2, 1, 3), (1,) * 6, (7, 2)], ids=str)
def test_shapes(mx, front, here, shape):
    files(mx).save("a", [array(front, "float32", shape)])
    return content(), files(mx).load("a")


@pytest.mark.np
@pytest.mark.parametrize("shape", [(), (0,), (2, 0, 3), (0, 0)], ids=str)
def test_np_shapes(mx, here, shape):
    mx.npx.save("a", {"x": mx.np.ones(shape)})
    return content(), mx.npx.load("a")


def test_views(mx, front, here):
    x = array(front, "float32", (4, 6))
    files(mx).save("a", [x[1:3], x.T, x[0], x.reshape((2, 12))])
    return content(), files(mx).load("a")


@pytest.mark.parametrize("kind", ["one", "list", "dict", "empty-list", "empty-dict"])
def test_containers(mx, front, here, kind):
    one, two = array(front, "float32", (2,)), array(front, "int32", (1, 2))
    saved = {
        "one": one,
        "list": [one, two],
        "dict": OrderedDict([("b", two), ("a", one)]),
        "empty-list": [],
        "empty-dict": {},
    }
    files(mx).save("a", saved[kind])
    return content(), files(mx).load("a")


@pytest.mark.parametrize("name", ["", " ", "é😀", "a\nb", "a\0b", "x" * 300], ids=repr)
def test_names(mx, here, name):
    mx.nd.save("a", {name: mx.nd.ones((1,))})
    return content(), sorted(mx.nd.load("a"))


def test_places(mx, here):
    saved = [mx.nd.ones((1,), ctx=ctx) for ctx in (mx.cpu(0), mx.cpu(3), mx.cpu_pinned(0))]
    mx.nd.save("a", saved)
    with mx.cpu(2):
        back = mx.nd.load("a")
    return content(), [str(each.context) for each in back]


@pytest.mark.parametrize("value", ["tuple", "text", "none", "number", "mixed", "keys", "numpy"])
def test_what_is_no_array(mx, front, here, value):
    one = front.ones((1,))
    wrong = {
        "tuple": (one,),
        "text": "x",
        "none": None,
        "number": 5,
        "mixed": [one, 5],
        "keys": {1: one},
        "numpy": one.asnumpy(),
    }
    return attempt(files(mx).save, "a", wrong[value])


def test_wrong_front(mx, here):
    legacy = mx.nd.ones((1,))
    refused = attempt(mx.npx.save, "a", legacy), attempt(mx.npx.load, "a")
    with mx.util.np_shape(True), mx.util.np_array(True):
        numpy = mx.np.ones((1,))
        refused += attempt(mx.npx.save, "a", legacy), attempt(mx.nd.save, "a", numpy)
    return refused, attempt(mx.nd.save, "a", numpy)


def test_file_names(mx, here):
    one = mx.nd.ones((1,))
    return (
        attempt(mx.nd.save, 5, [one]),
        attempt(mx.nd.save, "missing/a", [one]),
        attempt(mx.nd.load, 5),
        attempt(mx.nd.load, "missing"),
        attempt(mx.nd.load_frombuffer, 5),
        attempt(mx.nd.load_frombuffer, bytearray(8)),
        attempt(mx.nd.load_frombuffer, "text"),
    )


OLD = OrderedDict(
    [
        ("v1", whole(struct.pack("<Iiq", V1, 1, 2) + PLACE + struct.pack("<i", 0) + HALVES)),
        ("v0", whole(struct.pack("<II", 1, 2) + PLACE + struct.pack("<i", 0) + HALVES)),
        (
            "mixed",
            whole(
                struct.pack("<III", 2, 1, 2) + PLACE + struct.pack("<i", 0) + HALVES,
                record(),
                names=[b"old", b"new"],
            ),
        ),
        ("reserved", whole(record(), reserved=77)),
        ("same-names", whole(record(), record(data=HALVES[::-1]), names=[b"a", b"a"])),
        ("gpu", whole(record(place=struct.pack("<ii", 2, 3)))),
        ("no-such-place", whole(record(place=struct.pack("<ii", 77, -5)))),
        ("zero-extent", whole(record(shape=(0, 2), data=b""))),
        ("bool-bytes", whole(record(flag=7, data=b"\1\0"))),
    ]
)


@pytest.mark.parametrize("name", list(OLD))
def test_read(mx, here, name):
    write(OLD[name])
    return mx.nd.load("a"), mx.nd.load_frombuffer(OLD[name])


BAD = OrderedDict(
    [
        ("names", whole(record(), names=[b"a", b"b"])),
        ("type", whole(record(flag=99))),
        ("later-type", whole(record(flag=8))),
        ("storage", whole(record(storage=9))),
        ("negative-storage", whole(record(storage=-1))),
        ("magic", b"no parameters here, only text"),
        ("empty", b""),
        ("header", whole(record())[:5]),
        ("reserved", whole(record())[:10]),
        ("count", whole(record())[:20]),
        ("array", whole(record())[:50]),
        ("data", whole(record())[:-12]),
        ("no-names", whole(record())[:-3]),
        ("name", whole(record(), names=[b"abc"])[:-2]),
        ("np", whole(record(magic=V3))),
        ("negative-extent", whole(record(shape=(-1, 2)))),
    ]
)


@pytest.mark.parametrize("name", list(BAD))
def test_refused(mx, here, name):
    write(BAD[name])
    return attempt(mx.nd.load, "a"), attempt(mx.nd.load_frombuffer, BAD[name])


@pytest.mark.np
def test_legacy_file_under_np_shapes(mx, here):
    write(whole(record()))
    return attempt(mx.nd.load, "a"), attempt(mx.npx.load, "a")


GARBAGE = OrderedDict(
    [
        ("trailing", whole(record()) + b"x"),
        ("dimensions", whole(record(shape=(1,) * 40))),
        ("utf-8", whole(record(), names=[b"\xff\xfe"])),
    ]
)


@pytest.mark.parametrize("name", list(GARBAGE))
def test_read_differently(mx, here, name):
    write(GARBAGE[name])
    return attempt(mx.nd.load, "a")


def test_bfloat16(mx, here):
    write(whole(record(flag=12, data=b"\x80\x3f\x00\xc0")))
    (value,) = mx.nd.load("a")
    return value.asnumpy()


def test_empty_array_in_a_legacy_file(mx, here):
    with mx.util.np_shape(True):
        empty = mx.nd.zeros((0, 2))
    mx.nd.save("a", [empty, mx.nd.ones((1,))])
    return content(), mx.nd.load("a")


def test_scalar_in_a_legacy_file(mx, here):
    with mx.util.np_shape(True):
        scalar = mx.nd.zeros(())
    return attempt(mx.nd.save, "a", [scalar])


def sparse_of(mx, stype, dtype="float32"):
    if stype == "csr":
        parts = ([1, 2, 3], [0, 2, 1], [0, 2, 2, 3])
        return mx.nd.sparse.csr_matrix(parts, shape=(3, 4), dtype=dtype)
    parts = ([[1, 2], [3, 4]], [0, 2])
    return mx.nd.sparse.row_sparse_array(parts, shape=(4, 2), dtype=dtype)


@pytest.mark.parametrize("dtype", ["float32", "float64", "int32"])
@pytest.mark.parametrize("stype", ["csr", "row_sparse"])
def test_sparse(mx, here, stype, dtype):
    mx.nd.save("a", {"s": sparse_of(mx, stype, dtype), "d": mx.nd.ones((1,))})
    back = mx.nd.load("a")
    return content(), back["s"].stype, back["s"], back["s"].data, back["s"].indices, back["d"]


@pytest.mark.parametrize("stype", ["csr", "row_sparse"])
def test_sparse_zeros(mx, here, stype):
    mx.nd.save("a", mx.nd.sparse.zeros(stype, (2, 3)))
    (back,) = mx.nd.load("a")
    return content(), back.stype, back.asnumpy()


@pytest.mark.parametrize("stype", ["csr", "row_sparse"])
def test_sparse_under_np_shapes(mx, here, stype):
    value = sparse_of(mx, stype)
    with mx.util.np_shape(True):
        return attempt(mx.nd.save, "a", value)
