"""Parameter files: every dtype and version, and what happens to damaged ones."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from mxshim._core.errors import MXNetError
from mxshim._formats import array_record, params_file
from mxshim._formats.array_record import Record, Sparse

ARRAYS = {
    "weight": np.arange(6, dtype="float32").reshape(2, 3),
    "bias": np.array([1, -2], dtype="int8"),
    "names can be long and have bläck letters": np.array([[[2.5]]], dtype="float64"),
}


def dump(arrays, np_shape=False):
    if isinstance(arrays, dict):
        return params_file.dump({name: Record(value) for name, value in arrays.items()}, np_shape)
    return params_file.dump([Record(value) for value in arrays], np_shape)


def load(data, np_shape=False):
    found = params_file.load(data, np_shape, "a.params")
    if isinstance(found, dict):
        return {name: record.value for name, record in found.items()}
    return [record.value for record in found]


def same(one, two):
    assert one.keys() == two.keys()
    for name, value in one.items():
        assert value.dtype == two[name].dtype
        np.testing.assert_array_equal(value, two[name])


@pytest.mark.parametrize("np_shape", [False, True])
def test_round_trip(np_shape):
    same(load(dump(ARRAYS, np_shape), np_shape), ARRAYS)


@pytest.mark.parametrize(
    "dtype", [str(dtype) for dtype in array_record.FLAGS if dtype.names is None]
)
def test_dtypes(dtype):
    value = np.array([[0, 1], [1, 0]], dtype=dtype)
    (back,) = load(dump([value]))
    assert back.dtype == value.dtype
    np.testing.assert_array_equal(back, value)


@pytest.mark.parametrize("shape", [(), (0,), (2, 0, 3)])
def test_np_shapes(shape):
    value = np.zeros(shape, "float32")
    (back,) = load(dump([value], np_shape=True), np_shape=True)
    assert back.shape == shape
    if value.ndim:
        (back,) = load(dump([value]))
        assert back.shape == shape
    else:
        with pytest.raises(MXNetError, match="without np shapes"):
            dump([value])


def test_big_endian_and_strided():
    value = np.arange(12, dtype=">i4").reshape(3, 4).T
    (back,) = load(dump([value]))
    np.testing.assert_array_equal(back, value)


def test_semantics_must_agree():
    with pytest.raises(MXNetError, match="turn on np shape semantics"):
        load(dump(ARRAYS, np_shape=True))
    with pytest.raises(MXNetError, match="turn off np shape semantics"):
        load(dump(ARRAYS), np_shape=True)


def test_older_versions():
    data = struct.pack("<ff", 1.5, 2.5)
    where = struct.pack("<iii", 1, 0, 0)
    first = struct.pack("<Iiq", array_record.V1_MAGIC, 1, 2) + where + data
    oldest = struct.pack("<III", 2, 1, 2) + where + data
    names = struct.pack("<Q", 2) + (struct.pack("<Q", 1) + b"a") + (struct.pack("<Q", 1) + b"b")
    loaded = load(struct.pack("<QQQ", params_file.LIST_MAGIC, 0, 2) + first + oldest + names)
    same(loaded, {"a": np.float32([1.5, 2.5]), "b": np.float32([[1.5, 2.5]])})


def test_every_cut_is_refused():
    whole = dump(ARRAYS)
    for size in range(len(whole)):
        with pytest.raises(MXNetError):
            load(whole[:size])


def test_trailing_bytes_are_refused():
    with pytest.raises(MXNetError, match="1 bytes follow"):
        load(dump(ARRAYS) + b"x")


@pytest.mark.parametrize("count", [2**63, 2**40])
def test_sizes_without_bytes_cost_nothing(count):
    header = struct.pack("<QQQ", params_file.LIST_MAGIC, 0, count)
    with pytest.raises(MXNetError, match="do not fit"):
        load(header + b"\0" * 64)
    record = struct.pack("<Iii", array_record.V2_MAGIC, 0, 2) + struct.pack("<qq", 2**40, 2**20)
    with pytest.raises(MXNetError, match="no memory holds"):
        array_record.load_array(record + struct.pack("<iii", 1, 0, 0) + b"\0" * 64)


def test_not_a_file():
    with pytest.raises(MXNetError, match="header == kMXAPINDArrayListMagic"):
        load(b"hello, I am text and nothing else")


def test_dtype_without_flag():
    with pytest.raises(MXNetError, match="complex64"):
        dump([np.ones(2, "complex64")])


def csr(**parts):
    whole = {
        "shape": (3, 4),
        "data": np.float32([1, 2, 3]),
        "indices": np.array([0, 2, 1]),
        "indptr": np.array([0, 2, 2, 3]),
    }
    return Sparse(**{**whole, **parts})


def rows(**parts):
    whole = {"shape": (4, 2), "data": np.ones((2, 2), "float64"), "indices": np.array([0, 2])}
    return Sparse(**{**whole, **parts})


@pytest.mark.parametrize(
    "value",
    [
        csr(),
        rows(),
        csr(data=np.zeros(0, "int8"), indices=np.zeros(0, "int64"), indptr=np.zeros(4, "int32")),
        rows(data=np.zeros((0, 2), "float16"), indices=np.zeros(0, "int64")),
    ],
    ids=["csr", "rows", "empty-csr", "no-rows"],
)
def test_sparse(value):
    back = load(dump({"s": value, "d": np.ones(2)}))["s"]
    assert back.shape == value.shape
    for one, two in zip(back[1:], value[1:]):
        assert (one is None) == (two is None)
        if one is not None:
            assert one.dtype == two.dtype
            np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        (csr(indptr=np.array([0, 2, 2, 4])), "do not lead from 0 to 3"),
        (csr(indptr=np.array([0, 3, 2, 3])), "do not lead from 0 to 3"),
        (csr(indptr=np.array([0, 3])), "row starts"),
        (csr(indices=np.array([0, 2, 4])), "column number that is out of range"),
        (csr(indices=np.array([0, -1, 1])), "column number that is out of range"),
        (csr(indices=np.array([0, 1])), "column numbers"),
        (csr(shape=(3, 4, 1)), "CSR"),
        (csr(indices=np.float32([0, 2, 1])), "indices of type 0"),
        (rows(indices=np.array([0, 4])), "row number that is out of range"),
        (rows(indices=np.array([0])), "row numbers"),
        (rows(data=np.ones((2, 3))), "rows of shape"),
    ],
    ids=lambda value: value.replace(" ", "-") if isinstance(value, str) else "",
)
def test_contradicting_sparse_parts(value, fault):
    with pytest.raises(MXNetError, match=fault) as caught:
        load(dump([value]))
    assert "a.params" in str(caught.value)


def test_sparse_under_np_shapes():
    with pytest.raises(MXNetError, match="only allow serializing ndarray of default storage"):
        dump([csr()], np_shape=True)


def test_bfloat16_bits_are_kept():
    value = np.array([(0x3F80,), (0xC000,)], array_record.BFLOAT16)
    (back,) = load(dump([value]))
    assert back.dtype == value.dtype
    assert back.tobytes() == value.tobytes()


def test_bool_bytes_become_true():
    whole = bytearray(array_record.dump_array(np.array([True, False])))
    whole[-2:] = b"\x07\x00"
    assert array_record.load_array(bytes(whole)).view("uint8").tolist() == [1, 0]


def test_device_is_kept():
    whole = params_file.dump([Record(np.ones(1), (2, 3))])
    (record,) = params_file.load(whole)
    assert record.device == (2, 3)


def test_empty_shape_of_huge_extents():
    record = struct.pack("<Iii3q", array_record.V3_MAGIC, 0, 3, 0, 2**62, 2**62)
    with pytest.raises(MXNetError, match="no memory holds"):
        array_record.load_array(record + struct.pack("<iii", 1, 0, 0))


def test_bytes_after_an_array():
    with pytest.raises(MXNetError, match="1 bytes follow"):
        array_record.load_array(array_record.dump_array(np.ones(2)) + b"x")
