"""IDX files: round trips, the bytes on disk, and what is said about damaged files."""

from __future__ import annotations

import gzip

import numpy
import pytest

from mxshim._formats import idx


@pytest.mark.parametrize("name", ["a.idx", "a.idx.gz"])
@pytest.mark.parametrize("dtype", ["uint8", "int8", "int16", "int32", "float32", "float64"])
@pytest.mark.parametrize("shape", [(), (3,), (2, 3, 4), (0, 5)])
def test_round_trip(tmp_path, name, dtype, shape):
    array = numpy.arange(numpy.prod(shape, dtype=int), dtype=dtype).reshape(shape)
    idx.write(tmp_path / name, array)
    back = idx.read(tmp_path / name)
    assert back.dtype == array.dtype and back.dtype.isnative and back.flags.writeable
    assert back.shape == shape
    assert (back == array).all()


def test_bytes_of_a_label_file():
    assert idx.encode(numpy.array([7, 2], "uint8")) == b"\0\0\x08\x01\0\0\0\x02\x07\x02"
    assert idx.decode(b"\0\0\x0b\x01\0\0\0\x01\x01\x02").tolist() == [258]


def test_other_byte_order_and_layout():
    array = numpy.arange(6, dtype=">i4").reshape(2, 3).T
    assert idx.decode(idx.encode(array)).tolist() == [[0, 3], [1, 4], [2, 5]]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", "not an IDX file"),
        (b"PK\x03\x04....", "not an IDX file"),
        (b"\0\0\x07\x01\0\0\0\0", "unknown IDX type code 0x07"),
        (b"\0\0\x08\x03\0\0\0\x01", "cut short inside the header (8 of 16 bytes)"),
        (b"\0\0\x08\x01\0\0\0\x03ab", "needs 3 bytes after the header, the file has 2"),
        (b"\0\0\x08\x01\0\0\0\x01ab", "needs 1 bytes after the header, the file has 2"),
        (b"\0\0\x0e\x02\xff\xff\xff\xff\xff\xff\xff\xff", "the file has 0"),
    ],
)
def test_damaged_data_is_refused(tmp_path, data, text):
    (tmp_path / "bad").write_bytes(data)
    with pytest.raises(idx.IdxError) as info:
        idx.read(tmp_path / "bad")
    assert text in str(info.value) and str(tmp_path / "bad") in str(info.value)


def test_damaged_gzip_is_refused(tmp_path):
    whole = gzip.compress(idx.encode(numpy.zeros(1000, "uint8")))
    for damaged in (whole[:15], whole[:-4], whole[:12] + b"\xff\xff" + whole[14:]):
        (tmp_path / "bad.gz").write_bytes(damaged)
        with pytest.raises(idx.IdxError, match="damaged gzip data"):
            idx.read(tmp_path / "bad.gz")


def test_dtypes_that_idx_lacks_are_refused(tmp_path):
    with pytest.raises(idx.IdxError, match="IDX has no type for int64"):
        idx.write(tmp_path / "a", numpy.zeros(3, "int64"))
