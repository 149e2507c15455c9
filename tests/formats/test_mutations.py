"""Two thousand damaged files of each kind: success or a clear error, soon, in little memory.

What is read in spite of the damage must be what the file says: written again it takes as many
bytes, and read again it is the same.
"""

from __future__ import annotations

import io
import json
import os
import pickle
import struct
import tracemalloc

import numpy as np
import pytest

import mxshim as mx
from mxshim._formats import array_record, params_file, recordio
from tests.formats.mutations import damaged_bytes, damaged_json, judge

COUNT = 2000
MAGIC = recordio.MAGIC


@pytest.fixture(autouse=True)
def traced():
    tracemalloc.start()
    yield
    tracemalloc.stop()


def survivors(tmp_path, cases, read, name):
    """Read every case from a file; return the pairs of bytes and what was read from them."""
    path = tmp_path / name
    kept = []
    for number, data in enumerate(cases):
        path.write_bytes(data)
        try:
            found = judge(lambda: read(str(path)), name)
        except BaseException as error:
            error.add_note(f"case {number}: {data!r}") if hasattr(error, "add_note") else None
            raise
        if found is not None:
            kept.append((data, found))
    return kept


# -- .params


def params(mx_np):
    arrays = {
        "weight": np.arange(6, dtype="float32").reshape(2, 3),
        "arg:bias": np.array([1, -2], dtype="int8"),
        "aux:état": np.array([True, False]),
        "half": np.ones((1, 1, 2), "float16"),
    }
    records = {name: array_record.Record(value) for name, value in arrays.items()}
    if mx_np:
        records["scalar"] = array_record.Record(np.array(2.5))
        records["none"] = array_record.Record(np.zeros((0, 3)))
    else:
        csr = np.float64([1, 2, 3]), np.array([0, 2, 1]), np.array([0, 2, 2, 3])
        rows = np.ones((2, 2), "float32"), np.array([0, 2])
        records["csr"] = array_record.Record(array_record.Sparse((3, 4), *csr))
        records["rows"] = array_record.Record(array_record.Sparse((4, 2), *rows))
    return params_file.dump(records, mx_np)


def values_of(found):
    items = found.items() if isinstance(found, dict) else enumerate(found)
    return [
        (key, None if value is None else (value.stype, value.dtype, value.shape, value.asnumpy()))
        for key, value in items
    ]


@pytest.mark.parametrize("mx_np", [False, True], ids=["nd", "np"])
@pytest.mark.filterwarnings("ignore:.*bfloat16")
def test_params(tmp_path, mx_np):
    with mx.util.np_shape(mx_np):
        whole = params(mx_np)
        cases = damaged_bytes(whole, COUNT, 1 + mx_np)
        kept = survivors(tmp_path, cases, mx.nd.load, "damaged.params")
        assert len(kept) < COUNT / 2
        for data, _ in kept:
            records = params_file.load(data, mx_np)
            items = list(records.values()) if isinstance(records, dict) else records
            # two old versions write less than the newest; nothing writes more
            if all(item.value is not None for item in items) and isinstance(records, dict):
                assert abs(len(params_file.dump(records, mx_np)) - len(data)) <= 8 * len(items)


HUGE_SHAPES = [(2**40, 2**20), (2**62, 2), (2**31,) * 2, (2**31 - 1,), (0, 2**62, 2**62), (1,) * 33]


@pytest.mark.parametrize("shape", HUGE_SHAPES, ids=str)
@pytest.mark.parametrize("mx_np", [False, True], ids=["nd", "np"])
def test_shapes_without_data(tmp_path, shape, mx_np):
    magic = array_record.V3_MAGIC if mx_np else array_record.V2_MAGIC
    record = struct.pack(f"<Iii{len(shape)}q", magic, 0, len(shape), *shape)
    record += struct.pack("<iii", 1, 0, 0) + b"\0" * 64
    data = struct.pack("<QQQ", 0x112, 0, 1) + record + struct.pack("<Q", 0)
    with mx.util.np_shape(mx_np):
        assert survivors(tmp_path, [data], mx.nd.load, "huge.params") == []


@pytest.mark.parametrize("count", [2**20, 2**32, 2**63, 2**64 - 1])
def test_counts_without_records(tmp_path, count):
    heads = [
        struct.pack("<QQQ", 0x112, 0, count) + b"\0" * 4096,
        struct.pack("<QQQQ", 0x112, 0, 0, count) + b"\0" * 4096,
        struct.pack("<QQQQQ", 0x112, 0, 0, 1, count) + b"\0" * 4096,
    ]
    assert survivors(tmp_path, heads, mx.nd.load, "counts.params") == []


# -- symbols


def graph():
    x = mx.sym.var("data", shape=(2, 3), lr_mult=2.0)
    hidden = mx.sym.FullyConnected(x, num_hidden=4, name="fc")
    hidden = mx.sym.BatchNorm(mx.sym.Activation(hidden, act_type="relu"), name="bn")
    parts = mx.sym.split(hidden, num_outputs=2, axis=1, name="parts")
    joined = mx.sym.concat(parts[1], parts[0] * 2, dim=1)
    pooled = mx.sym.Pooling(
        mx.sym.reshape(joined, shape=(1, 1, 2, 4)), kernel=(2, 2), pool_type="max"
    )
    return mx.sym.Group([mx.sym.SoftmaxOutput(joined, name="softmax"), pooled])


def test_symbols(tmp_path):
    whole = graph().tojson()
    cases = damaged_json(whole, COUNT, 3)
    kept = survivors(tmp_path, cases, mx.sym.load, "damaged-symbol.json")
    assert len(kept) < COUNT
    for _, symbol in kept:
        text = symbol.tojson()
        assert mx.sym.load_json(text).tojson() == text


def node(op, name, inputs=(), **more):
    return {"op": op, "name": name, "inputs": list(inputs), **more}


def file_of(*nodes, heads=((0, 0),), **more):
    arguments = [i for i, each in enumerate(nodes) if each["op"] == "null"]
    whole = {"nodes": list(nodes), "arg_nodes": arguments, "heads": [list(h) for h in heads]}
    return json.dumps({**whole, **more})


X = node("null", "x")
INNER = file_of(X)


def pooling(kernel):
    nodes = X, node("Pooling", "p", [[0, 0]], attrs={"kernel": kernel})
    return file_of(*nodes, heads=[(1, 0)])


HOSTILE_SYMBOLS = {
    "brackets": pooling("(" * 100000),
    "short-brackets": pooling("(" * 900),
    "signs": pooling("(" + "-" * 100000 + "1, 1)"),
    "short-signs": pooling("-" * 900 + "1"),
    "long-tuple": pooling("(" + "1," * 10**6 + ")"),
    "digits": pooling("(" + "9" * 5000 + ", 1)"),
    "power": pooling("(9**9**9, 1)"),
    "product": pooling("('a' * 999999999, 1)"),
    "long-value": file_of(X, node("Cast", "c", [[0, 0]], attrs={"dtype": "x" * 10**6})),
    "cycle": file_of(X, node("relu", "a", [[2, 0]]), node("relu", "b", [[1, 0]])),
    "itself": file_of(node("relu", "a", [[0, 0]])),
    "deep": '{"nodes":' + "[" * 100000 + "]" * 100000 + ',"arg_nodes":[],"heads":[]}',
    "deep-objects": '{"nodes":' + '{"a":' * 50000 + "1" + "}" * 50000 + "}",
    "huge-number": INNER.replace("[[0, 0]]", "[[" + "9" * 100000 + ", 0]]"),
    "huge-output": file_of(X, heads=[(0, 2**63)]),
    "huge-exponent": INNER.replace("[[0, 0]]", "[[1e400, 0]]"),
    "negative": file_of(X, heads=[(-1, 0)]),
    "many-args": file_of(
        X, node("add_n", "s", [[0, 0]], attrs={"num_args": "4000000000"}), heads=[(1, 0)]
    ),
    "many-outputs": file_of(
        X,
        node("SliceChannel", "s", [[0, 0]], attrs={"num_outputs": "4000000000"}),
        heads=[(1, 3000000000)],
        attrs={"mxnet_version": ["int", -5]},
    ),
    "huge-version": file_of(X, attrs={"mxnet_version": ["int", 10**30]}),
    "latin": file_of(X).encode("latin-1")[:-1] + b"\xff}",
    "utf-16": file_of(X).encode("utf-16"),
    "empty": b"",
    "zeros": b"\0" * 1000,
    "unknown": file_of(X, node("os.system", "s", [[0, 0]]), heads=[(1, 0)]),
    "unknown-long": file_of(X, node("x" * 10**6, "s", [[0, 0]]), heads=[(1, 0)]),
    "surrogate": file_of(node("null", "\ud800")),
}


@pytest.mark.parametrize("kind", list(HOSTILE_SYMBOLS))
def test_hostile_symbols(tmp_path, kind):
    data = HOSTILE_SYMBOLS[kind]
    data = data if isinstance(data, bytes) else data.encode()
    kept = survivors(tmp_path, [data], mx.sym.load, "hostile-symbol.json")
    for _, symbol in kept:
        judge(symbol.list_arguments, "")
        judge(symbol.tojson, "")


def test_graphs_inside_graphs(tmp_path):
    inner = json.loads(INNER)
    for _ in range(200):
        inner = json.loads(file_of(X, node("_foreach", "f", [[0, 0]], subgraphs=[inner])))
    data = json.dumps(inner).encode()
    assert survivors(tmp_path, [data], mx.sym.load, "nested-symbol.json") == []


# -- records


def read_records(path):
    record = mx.recordio.MXRecordIO(path, "r")
    found = []
    try:
        while (each := record.read()) is not None:
            found.append(each)
    finally:
        record.close()
    return found


def test_records(tmp_path):
    records = [b"", b"a", b"abcd" * 9, MAGIC + b"xy" + MAGIC, b"ab" + MAGIC, MAGIC * 3, b"end!"]
    whole = b"".join(map(recordio.encode, records))
    kept = survivors(tmp_path, damaged_bytes(whole, COUNT, 4), read_records, "damaged.rec")
    assert len(kept) < COUNT / 2
    for data, found in kept:
        again = b"".join(map(recordio.encode, found))
        assert len(again) == len(data)
        # bytes may differ in the padding only, which nothing reads
        places = [i for i, (one, two) in enumerate(zip(again, data)) if one != two]
        assert all(again[i] == 0 for i in places)


def test_indexed_records(tmp_path):
    writer = mx.recordio.MXIndexedRecordIO(str(tmp_path / "a.idx"), str(tmp_path / "a.rec"), "w")
    for key in range(12):
        writer.write_idx(key, b"record %d" % key)
    writer.close()

    def read(path):
        record = mx.recordio.MXIndexedRecordIO(path, str(tmp_path / "a.rec"), "r")
        try:
            return [record.read_idx(key) for key in record.keys]
        except mx.MXNetError as error:  # a wrong position shows in the records' file
            assert "a.rec" in str(error)
            raise ValueError(f"{path}: {error}") from None
        finally:
            record.close()

    whole = (tmp_path / "a.idx").read_bytes()
    kept = survivors(tmp_path, damaged_bytes(whole, COUNT, 5), read, "damaged.idx")
    for _, found in kept:
        assert all(each.startswith(b"record ") for each in found)


@pytest.mark.parametrize("size", [2**29 - 1, 2**29 - 4, 2**20, 3])
@pytest.mark.parametrize("role", range(8))
def test_lengths_without_records(tmp_path, role, size):
    data = MAGIC + struct.pack("<I", role << 29 | size)
    assert survivors(tmp_path, [data], read_records, "short.rec") == []


def test_image_records():
    whole = mx.recordio.pack((0, [1, 2, 3], 7, 0), b"data")
    for data in damaged_bytes(whole, COUNT, 6):
        found = judge(lambda: mx.recordio.unpack(data), "")  # noqa: B023  # called at once
        if found is not None:
            header, rest = found
            assert 24 + 4 * header.flag + len(rest) == len(data)


# -- optimizer states


def read_states(path):
    store = mx.kv.create("local")
    store.set_optimizer(mx.optimizer.create("sgd"))
    store.load_optimizer_states(path)
    return store._updater


def states(whole):
    updater = mx.optimizer.get_updater(
        mx.optimizer.create("adam", lr_scheduler=mx.lr_scheduler.FactorScheduler(5))
    )
    for index in range(2):
        weight = mx.nd.ones((2, 3))
        updater(index, weight, weight)
    return updater.get_states(dump_optimizer=whole)


@pytest.mark.parametrize("whole", [False, True], ids=["states", "optimizer"])
def test_states(tmp_path, whole):
    cases = damaged_bytes(states(whole), COUNT // 2, 7 + whole)
    kept = survivors(tmp_path, cases, read_states, "damaged.states")
    assert len(kept) < len(cases) / 2
    for _, updater in kept:
        assert isinstance(updater.states, dict)
        assert isinstance(updater.optimizer, mx.optimizer.Optimizer)


class Call:
    """Pickle as a call."""

    def __init__(self, called, *args):
        self.called, self.args = called, args

    def __reduce__(self):
        return self.called, self.args


def pickled(*parts):
    return b"\x80\x02}K\x00" + b"".join(parts) + b"s."


NEW_ARRAY = b"cmxnet.ndarray.ndarray\nNDArray\n)\x81"
NEW_SGD = b"cmxnet.optimizer.optimizer\nSGD\n)\x81"
HOSTILE_STATES = {
    "system": pickle.dumps({0: Call(os.system, "touch /tmp/mxshim_hostile_states")}),
    "eval": pickle.dumps({0: Call(eval, "1")}),
    "open": pickle.dumps({0: Call(open, "/etc/hostname")}),
    "getattr": pickle.dumps({0: Call(getattr, "x", "join")}),
    "bytearray": pickle.dumps({0: Call(bytearray, 2**40)}),
    "list": pickle.dumps({0: Call(list, "abc")}),
    "numpy": pickle.dumps({0: Call(np.zeros, 2**40)}),
    "function": pickle.dumps({0: mx.nd.save}),
    "numpy-type": pickle.dumps({0: np.dtype("V999999999")}),
    "objects": pickle.dumps({0: np.array([{}], dtype=object)}),
    "buffer": b"\x80\x05\x96" + b"\xff" * 7 + b"\x00.",
    "bytes": pickled(b"\x8e" + b"\xff" * 7 + b"\x00"),
    "text": pickled(b"\x8d" + b"\xff" * 7 + b"\x00"),
    "long": pickled(b"\x8b\xff\xff\xff\x7f\x01"),
    "digits": pickled(b"I" + b"9" * 10000 + b"\n"),
    "frame": b"\x80\x04\x95" + b"\xff" * 8 + b"}.",
    "memo-index": b"\x80\x02}r\xff\xff\xff\x7f0.",
    "key-bomb": pickled(b"}N", b"2\x86" * 64, b"K\x01s"),
    "set-bomb": pickled(b"cbuiltins\nset\n]N", b"2\x86" * 64, b"a\x85R"),
    "frozen-bomb": b"\x80\x04}K\x00(N" + b"2\x86" * 64 + b"\x91s.",
    "deep-tuples": pickled(b"N", b"\x85" * 100000),
    "deep-lists": pickled(b"]" * 100000, b"a" * 99999),
    "list-in-itself": pickled(b"]q\x00h\x00a"),
    "dict-in-itself": b"\x80\x02}q\x00K\x00h\x00s.",
    "handle-number": pickled(NEW_ARRAY, b"}U\x06handleJ\xff\xff\xff\x7fsb"),
    "handle-text": pickled(NEW_ARRAY, b"}U\x06handleX\x01\x00\x00\x00xsb"),
    "handle-missing": pickled(NEW_ARRAY),
    "class-attribute": pickled(b"cmxnet.optimizer.optimizer\nSGD\n}U\x06updateK\x01sb"),
    "function-attribute": pickled(b"cbuiltins\nbytearray\n}U\x0c__defaults__K\x01sb"),
    "slots": pickled(NEW_SGD, b"N}U\x09__class__K\x01s\x86b"),
    "many-marks": b"\x80\x02" + b"(" * 100000 + b".",
    "persistent": pickled(b"Pevil\n"),
    "extension": pickled(b"\x82\x01"),
    "not-states": pickle.dumps([1, 2]),
    "no-optimizer": pickle.dumps(({}, 5)),
    "bytes-after": pickle.dumps({}) + b"x",
}


@pytest.mark.parametrize("kind", list(HOSTILE_STATES))
def test_hostile_states(tmp_path, kind):
    update, latin = mx.optimizer.SGD.update, pickle.dumps(bytearray)
    kept = survivors(tmp_path, [HOSTILE_STATES[kind]], read_states, "hostile.states")
    assert kept == []
    assert mx.optimizer.SGD.update is update
    assert pickle.dumps(bytearray) == latin
    assert not os.path.exists("/tmp/mxshim_hostile_states")


SHARED = {
    "values": pickled(b"N", b"2\x86" * 64),
    "memo": b"\x80\x02}r\xff\xff\xff\x7fK\x00Ns.",
}


@pytest.mark.parametrize("kind", list(SHARED))
def test_shared_parts_are_looked_at_once(tmp_path, kind):
    assert len(survivors(tmp_path, [SHARED[kind]], read_states, "shared.states")) == 1


def test_a_pickle_of_the_old_kind_is_read():
    out = io.BytesIO()
    pickle.Pickler(out, protocol=0).dump({0: None, 1: (2.5, [True, "x"])})
    updater = mx.optimizer.get_updater(mx.optimizer.create("sgd"))
    updater.set_states(out.getvalue())
    assert updater.states == {0: None, 1: (2.5, [True, "x"])}
