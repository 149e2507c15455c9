"""Parameter files: every dtype and version, and what happens to damaged ones."""

from __future__ import annotations

import contextlib
import random
import struct

import numpy as np
import pytest

from mxshim._core.errors import MXNetError
from mxshim._formats import params_file

ARRAYS = {
    "weight": np.arange(6, dtype="float32").reshape(2, 3),
    "bias": np.array([1, -2], dtype="int8"),
    "names can be long and have bläck letters": np.array([[[2.5]]], dtype="float64"),
}


def same(one, two):
    assert one.keys() == two.keys()
    for name, value in one.items():
        assert value.dtype == two[name].dtype
        np.testing.assert_array_equal(value, two[name])


@pytest.mark.parametrize("np_shape", [False, True])
def test_round_trip(np_shape):
    same(params_file.load(params_file.dump(ARRAYS, np_shape), np_shape), ARRAYS)


@pytest.mark.parametrize("dtype", [str(dtype) for dtype in params_file.FLAGS])
def test_dtypes(dtype):
    value = np.array([[0, 1], [1, 0]], dtype=dtype)
    (back,) = params_file.load(params_file.dump([value]))
    assert back.dtype == value.dtype
    np.testing.assert_array_equal(back, value)


@pytest.mark.parametrize("shape", [(), (0,), (2, 0, 3)])
def test_np_shapes(shape):
    value = np.zeros(shape, "float32")
    (back,) = params_file.load(params_file.dump([value], np_shape=True), np_shape=True)
    assert back.shape == shape
    with pytest.raises(MXNetError, match="without np shapes"):
        params_file.dump([value])


def test_big_endian_and_strided():
    value = np.arange(12, dtype=">i4").reshape(3, 4).T
    (back,) = params_file.load(params_file.dump([value]))
    np.testing.assert_array_equal(back, value)


def test_semantics_must_agree():
    with pytest.raises(MXNetError, match="turn on np shape semantics"):
        params_file.load(params_file.dump(ARRAYS, np_shape=True))
    with pytest.raises(MXNetError, match="turn off np shape semantics"):
        params_file.load(params_file.dump(ARRAYS), np_shape=True)


def test_older_versions():
    data = struct.pack("<ff", 1.5, 2.5)
    where = struct.pack("<iii", 1, 0, 0)
    first = struct.pack("<Iiq", params_file.V1_MAGIC, 1, 2) + where + data
    oldest = struct.pack("<III", 2, 1, 2) + where + data
    names = struct.pack("<Q", 2) + (struct.pack("<Q", 1) + b"a") + (struct.pack("<Q", 1) + b"b")
    loaded = params_file.load(
        struct.pack("<QQQ", params_file.LIST_MAGIC, 0, 2) + first + oldest + names
    )
    same(loaded, {"a": np.float32([1.5, 2.5]), "b": np.float32([[1.5, 2.5]])})


def test_every_cut_is_refused():
    whole = params_file.dump(ARRAYS)
    for size in range(len(whole)):
        with pytest.raises(MXNetError):
            params_file.load(whole[:size])


def test_trailing_bytes_are_refused():
    with pytest.raises(MXNetError, match="1 bytes follow"):
        params_file.load(params_file.dump(ARRAYS) + b"x")


def test_mutations_end_well():
    whole = params_file.dump(ARRAYS)
    draws = random.Random(7)
    for _ in range(2000):
        data = bytearray(whole)
        for _ in range(draws.randint(1, 4)):
            data[draws.randrange(len(data))] = draws.randrange(256)
        with contextlib.suppress(MXNetError, NotImplementedError):
            params_file.load(bytes(data))


@pytest.mark.parametrize("count", [2**63, 2**40])
def test_sizes_without_bytes_cost_nothing(count):
    header = struct.pack("<QQQ", params_file.LIST_MAGIC, 0, count)
    with pytest.raises(MXNetError, match="do not fit"):
        params_file.load(header + b"\0" * 64)
    record = struct.pack("<Iii", params_file.V2_MAGIC, 0, 2) + struct.pack("<qq", 2**40, 2**20)
    with pytest.raises(MXNetError, match="bytes"):
        params_file.load_array(record + struct.pack("<iii", 1, 0, 0) + b"\0" * 64)


def test_not_a_file():
    with pytest.raises(MXNetError, match="header == kMXAPINDArrayListMagic"):
        params_file.load(b"hello, I am text and nothing else")


def test_dtype_without_flag():
    with pytest.raises(MXNetError, match="complex64"):
        params_file.dump([np.ones(2, "complex64")])
