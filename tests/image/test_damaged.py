"""Damaged images and records of images: a picture or a clear error, soon, in little memory."""

from __future__ import annotations

import resource
import struct
import time
import tracemalloc
import zlib

import cv2
import numpy as np
import pytest

import mxshim as mx
from compat_tests.image.jpegs import JPEGS
from compat_tests.image.pictures import bmp, pixels, png
from mxshim._backends.picture_size import declared
from mxshim._core.errors import MXNetError
from tests.formats.mutations import BYTES, SECONDS, damaged_bytes

#: What a program may meet; RuntimeError is what the iterators say of a broken image.
CLEAR = (MXNetError, ValueError, RuntimeError)
KIB = 1024

FILES = {
    **{f"jpeg_{name}": data for name, data in JPEGS.items()},
    "png": png(pixels(9, 11)),
    "png_palette": png(pixels(9, 11, 1) % 4, palette=range(12)),
    "png_deep": png(pixels(9, 11, 4), depth=16),
    "bmp": bmp(pixels(9, 11)),
    **{
        kind: cv2.imencode(f".{kind}", pixels(9, 11))[1].tobytes()
        for kind in ("tiff", "webp", "pnm")
    },
}
COUNT = 60


@pytest.fixture(autouse=True)
def traced():
    tracemalloc.start()
    yield
    tracemalloc.stop()


def peak():
    """Return the most memory that the process ever held, OpenCV's own included."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIB


def judge(read, case):
    """Call ``read``; return what it gave, or the clear error."""
    tracemalloc.reset_peak()
    traced, held, start = tracemalloc.get_traced_memory()[0], peak(), time.process_time()
    try:
        found = read()
    except CLEAR as error:
        assert type(error) in CLEAR, f"{type(error).__name__}: {error}\n{case!r}"
        assert str(error), case
        found = error
    assert time.process_time() - start < SECONDS, case
    assert tracemalloc.get_traced_memory()[1] - traced < BYTES, case
    assert peak() - held < BYTES, case
    return found


@pytest.mark.parametrize("name", list(FILES))
def test_images(name):
    refused = 0
    for seed, data in enumerate(damaged_bytes(FILES[name], COUNT, sum(name.encode()))):
        found = judge(lambda data=data, seed=seed: mx.image.imdecode(data, seed % 2), data)
        if isinstance(found, Exception):
            refused += 1
        else:
            assert found.dtype == np.uint8
            assert found.shape[2] == (3 if seed % 2 else 1)
    assert refused > 0


def record_file(tmp_path, label):
    """Return the bytes of a record file of JPEG and PNG images, and of its index."""
    paths = [str(tmp_path / f"whole.{ext}") for ext in ("idx", "rec")]
    record = mx.recordio.MXIndexedRecordIO(*paths, "w")
    for number, name in enumerate(["jpeg_usual", "png", "jpeg_grey", "png_palette"]):
        header = mx.recordio.IRHeader(0, label, number, 0)
        record.write_idx(number, mx.recordio.pack(header, FILES[name]))
    record.close()
    return [(tmp_path / f"whole.{ext}").read_bytes() for ext in ("idx", "rec")]


def as_dataset(index, path):
    dataset = mx.gluon.data.vision.ImageRecordDataset(path)
    return [dataset[number] for number in range(len(dataset))]


def as_batches(index, path):
    return _batches(mx.image.ImageIter(3, (3, 6, 6), path_imgrec=path))


def as_indexed_batches(index, path):
    return _batches(mx.image.ImageIter(3, (3, 6, 6), path_imgrec=path, path_imgidx=index))


def as_objects(index, path):
    return _batches(mx.image.ImageDetIter(3, (3, 6, 6), path_imgrec=path, path_imgidx=index))


def _batches(iterator):
    return [batch.data[0].shape for batch in iterator]


OBJECTS = [2, 5, 0, 0.1, 0.2, 0.5, 0.6]


@pytest.mark.parametrize(
    "read, label",
    [(as_dataset, 1.0), (as_batches, 1.0), (as_indexed_batches, 1.0), (as_objects, OBJECTS)],
    ids=["dataset", "batches", "indexed", "objects"],
)
def test_records(tmp_path, read, label):
    index, records = record_file(tmp_path, label)
    paths = [tmp_path / f"damaged.{ext}" for ext in ("idx", "rec")]
    paths[0].write_bytes(index)
    refused = 0
    for data in damaged_bytes(records, 125, len(read.__name__)):
        paths[1].write_bytes(data)
        found = judge(lambda: read(*map(str, paths)), data)
        refused += isinstance(found, Exception)
    assert refused > 0


def _png_chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def huge_png():
    head = _png_chunk(b"IHDR", struct.pack(">IIBBBBB", 30000, 30000, 8, 2, 0, 0, 0))
    rest = _png_chunk(b"IDAT", zlib.compress(b"\0" * 99)) + _png_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + head + rest


def huge_jpeg():
    data = bytearray(JPEGS["usual"])
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", 30000, 30000)
    return bytes(data)


def huge_bmp(compression=0):
    head = struct.pack("<IiiHHIIiiII", 40, 30000, 30000, 1, 8, compression, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54, 0, 0, 54) + head + b"\0\1"


def huge_gif():
    return b"GIF89a" + struct.pack("<HHBBB", 30000, 30000, 0, 0, 0) + b"\x2c" + b"\0" * 20


def huge_tiff():
    tags = [(256, 30000), (257, 30000), (258, 8), (259, 1), (262, 1), (273, 8), (277, 1)]
    body = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    return b"II*\0" + struct.pack("<IH", 8, len(tags)) + body + b"\0\0\0\0"


def huge_pnm():
    return b"P6\n# a comment\n30000 30000\n255\n" + b"\0" * 50


def huge_webp():
    head = b"VP8X" + struct.pack("<II", 10, 0) + (16000).to_bytes(3, "little") * 2
    return b"RIFF" + struct.pack("<I", 4 + len(head)) + b"WEBP" + head


def huge_sun():
    return struct.pack(">8I", 0x59A66A95, 30000, 30000, 24, 0, 1, 0, 0)


HUGE = [
    huge_png, huge_jpeg, huge_bmp, lambda: huge_bmp(1), huge_gif, huge_tiff, huge_pnm, huge_webp,
    huge_sun,
]  # fmt: skip
NAMES = ["png", "jpeg", "bmp", "bmp_runs", "gif", "tiff", "pnm", "webp", "sun"]


@pytest.mark.parametrize("make", HUGE, ids=NAMES)
def test_pixels_that_are_only_declared(make, tmp_path):
    data = make()
    found = judge(lambda: mx.image.imdecode(data), data)
    assert isinstance(found, MXNetError)
    assert "cannot hold" in str(found)
    assert str(found).splitlines()[-1].endswith("Decoding failed. Invalid image file.")
    path = tmp_path / "huge"
    path.write_bytes(data)
    assert "cannot hold" in str(judge(lambda: mx.image.imread(str(path)), data))


@pytest.mark.parametrize(
    "options",
    [(".png", cv2.IMWRITE_PNG_COMPRESSION, 9), (".jpg", cv2.IMWRITE_JPEG_QUALITY, 1),
     (".jpg", cv2.IMWRITE_JPEG_PROGRESSIVE, 1), (".tiff",), (".bmp",), (".pnm",), (".webp",)],
    ids=["png", "jpeg", "progressive", "tiff", "bmp", "pnm", "webp"],
)  # fmt: skip
@pytest.mark.parametrize("channels", [1, 3])
def test_what_compresses_best_is_taken(options, channels):
    """A picture of one colour, larger than what is not looked at."""
    done, data = cv2.imencode(options[0], np.full((4200, 4100, channels), 9, "uint8"), options[1:])
    assert done
    assert mx.image.imdecode(data.tobytes(), 0).shape == (4200, 4100, 1)


@pytest.mark.parametrize("length", [5000, 2**31 - 1, 2**32 - 1])
@pytest.mark.parametrize("name", [b"IDAT", b"teXt", b"PLTE"])
def test_long_chunks(name, length):
    """OpenCV's newer decoder takes gigabytes for them."""
    whole = FILES["png"]
    at = whole.index(b"IDAT") - 4
    data = whole[:at] + struct.pack(">I", length) + name + whole[at + 8 :]
    assert "a chunk of" in str(judge(lambda: mx.image.imdecode(data), data))


@pytest.mark.parametrize("name", list(FILES))
def test_declared_sizes(name):
    width, height, _ = declared(FILES[name])
    decoded = mx.image.imdecode(FILES[name])
    assert (height, width) == decoded.shape[:2]


@pytest.mark.parametrize("size", range(0, 60, 7))
@pytest.mark.parametrize("make", HUGE, ids=NAMES)
def test_heads_cut_off(make, size):
    data = make()[:size]
    assert isinstance(judge(lambda: mx.image.imdecode(data), data), MXNetError)
