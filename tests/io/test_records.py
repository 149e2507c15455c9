"""The records behind the image iterators: parts, chunks, orders; random numbers; no OpenCV."""

from __future__ import annotations

import sys

import numpy as np
import pytest

import mxshim as mx
from mxshim._formats.recordio import MAGIC
from mxshim.io import _records
from mxshim.io._engine import Engine


@pytest.fixture
def path(tmp_path):
    """Write records, some of which hold the magic word where a record could start."""
    out = mx.recordio.MXIndexedRecordIO(str(tmp_path / "a.idx"), str(tmp_path / "a.rec"), "w")
    for i in range(23):
        body = b"%d|" % i + (b"x" * i if i % 3 else b"y" * (i % 4 + 1) + MAGIC * 5)
        out.write_idx(i, body)
    out.close()
    return str(tmp_path / "a")


def numbers(records):
    found = []
    while (each := records.take()) is not None:
        found.append(int(each[0].split(b"|")[0]))
    return found


@pytest.mark.parametrize("parts", [1, 2, 3, 7, 23, 100])
@pytest.mark.parametrize("indexed", [False, True])
def test_parts_hold_every_record_once(path, parts, indexed):
    found = []
    for part in range(parts):
        if indexed:
            args = (path + ".rec", path + ".idx", part, parts, False, 0, 4)
            found += numbers(_records.IndexedRecords(*args))
        else:
            found += numbers(_records.Records(path + ".rec", part, parts, False, 0))
    assert found == list(range(23))


def test_a_shuffle_stays_in_its_chunk(path, monkeypatch):
    monkeypatch.setattr(_records, "CHUNK", 200)
    plain = _records.Records(path + ".rec", 0, 1, False, 0)
    chunks, number = [], 0
    while (each := plain.take()) is not None:
        if each[1] == 0:
            chunks.append([])
        chunks[-1].append(number)
        number += 1
    assert len(chunks) > 3
    mixed = _records.Records(path + ".rec", 0, 1, True, 0)
    first = numbers(mixed)
    mixed.start()
    second = numbers(mixed)
    assert first != second
    for order in (first, second):
        assert order != list(range(23))
        at = 0
        for chunk in chunks:
            assert sorted(order[at : at + len(chunk)]) == chunk
            at += len(chunk)


def test_a_damaged_index(path, tmp_path):
    (tmp_path / "bad.idx").write_text("0\tx\n")
    with pytest.raises(mx.MXNetError, match="is no index file"):
        _records.IndexedRecords(path + ".rec", str(tmp_path / "bad.idx"), 0, 1, False, 0, 1)


def test_units_are_even():
    engine = Engine(1)
    units = np.array([engine.unit() for _ in range(4000)])
    assert units.dtype == np.float32
    assert abs(units.mean() - 0.5) < 0.02 and abs(units.std() - 12**-0.5) < 0.01


def test_whole_numbers_and_flips_and_normals():
    engine = Engine(2)
    drawn = np.bincount([engine.whole(3, 7) for _ in range(5000)], minlength=8)
    assert drawn[:3].sum() == 0 and drawn[3:].min() > 850
    assert 900 < sum(engine.flip() for _ in range(2000)) < 1100
    normals = np.array([engine.normals(3, 2.0) for _ in range(1500)])
    assert abs(normals.mean()) < 0.1 and abs(normals.std() - 2) < 0.1


def test_seeds_repeat():
    one, other = Engine(7), Engine(8)
    first = [one.word() for _ in range(100)]
    other.seed(7)
    assert [other.word() for _ in range(100)] == first


def image_options(path):
    return {"path_imgrec": path + ".rec", "data_shape": (3, 2, 2), "batch_size": 1}


def test_without_opencv(path, monkeypatch):
    monkeypatch.setitem(sys.modules, "cv2", None)
    out = mx.recordio.MXRecordIO(path + ".rec", "w")
    out.write(mx.recordio.pack(mx.recordio.IRHeader(0, 1.0, 0, 0), b"picture"))
    out.close()
    with pytest.raises(ImportError, match=r"pip install 'mxshim\[image\]'"):
        mx.io.ImageRecordIter(**image_options(path))


@pytest.mark.parametrize("body", [b"short", b"\x05\0\0\0" + b"\0" * 24, b"\0" * 24 + b"no picture"])
def test_damaged_records(path, body):
    pytest.importorskip("cv2", reason="pictures are decoded by OpenCV, the extra `image`")
    out = mx.recordio.MXRecordIO(path + ".rec", "w")
    out.write(body)
    out.close()
    with pytest.raises(mx.MXNetError, match="image"):
        mx.io.ImageRecordIter(**image_options(path))


def test_importing_needs_no_opencv():
    import subprocess

    code = "import mxshim.io, sys; assert 'cv2' not in sys.modules and 'scipy' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
