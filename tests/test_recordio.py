"""Record files as data sets, with and without OpenCV."""

from __future__ import annotations

import builtins
import pickle
import sys

import numpy as np
import pytest

import mxshim as mx
from mxshim import recordio


def written(tmp_path, records):
    path = str(tmp_path / "a.rec")
    writer = recordio.MXIndexedRecordIO(str(tmp_path / "a.idx"), path, "w")
    for key, record in enumerate(records):
        writer.write_idx(key, record)
    writer.close()
    return path


@pytest.mark.parametrize("workers", [0, 4])
def test_loader(tmp_path, workers):
    records = [b"%d" % i * 100 for i in range(400)]
    data = mx.gluon.data.RecordFileDataset(written(tmp_path, records))
    loader = mx.gluon.data.DataLoader(data, batch_size=4, num_workers=workers, batchify_fn=list)
    assert [each for batch in loader for each in batch] == records


def test_pickled_data_set(tmp_path):
    data = mx.gluon.data.RecordFileDataset(written(tmp_path, [b"one", b"two"]))
    copy = pickle.loads(pickle.dumps(data))
    assert copy[1] == b"two"
    assert len(copy) == 2


def test_closed_writer_has_no_position(tmp_path):
    writer = recordio.MXIndexedRecordIO(str(tmp_path / "a.idx"), str(tmp_path / "a.rec"), "w")
    writer.close()
    with pytest.raises(RuntimeError, match="Forbidden operation"):
        writer.tell()


def test_positions_are_in_the_header():
    header = recordio.IRHeader(0, np.arange(3), 2**63, 5)
    back, data = recordio.unpack(recordio.pack(header, b"x"))
    assert (back.flag, back.id, back.id2, data) == (3, 2**63, 5, b"x")
    assert back.label.dtype == np.float32


def test_without_opencv(monkeypatch):
    monkeypatch.setitem(sys.modules, "cv2", None)
    assert recordio.cv2 is None
    for call in (recordio.unpack_img, lambda s: recordio.pack_img((0, 1, 2, 3), np.zeros((2, 2)))):
        with pytest.raises(ImportError, match=r"pip install 'mxshim\[image\]'"):
            call(recordio.pack((0, 1, 2, 3), b"x"))


def test_importing_needs_no_opencv(monkeypatch):
    asked = []
    real = builtins.__import__
    monkeypatch.setattr(
        builtins, "__import__", lambda name, *rest: asked.append(name) or real(name, *rest)
    )
    recordio.pack((0, 1, 2, 3), b"x")
    assert "cv2" not in asked


def picture():
    return np.arange(5 * 4 * 3, dtype="uint8").reshape(5, 4, 3) * 4


@pytest.mark.parametrize("suffix", [".png", ".PNG", ".bmp"])
def test_pictures_come_back(suffix):
    pytest.importorskip("cv2")
    packed = recordio.pack_img(recordio.IRHeader(0, [1, 2], 9, 0), picture(), 3, suffix)
    header, image = recordio.unpack_img(packed)
    assert header.label.tolist() == [1, 2]
    np.testing.assert_array_equal(image, picture())
    assert recordio.unpack_img(packed, iscolor=0)[1].shape == (5, 4)


def test_jpeg_quality():
    pytest.importorskip("cv2")
    draws = np.random.default_rng(0).integers(0, 255, (32, 32, 3), dtype="uint8")
    fine, coarse = (recordio.pack_img((0, 1, 2, 3), draws, quality) for quality in (95, 10))
    assert len(coarse) < len(fine)
    assert recordio.unpack_img(fine)[1].shape == (32, 32, 3)


def test_no_picture_is_none():
    pytest.importorskip("cv2")
    assert recordio.unpack_img(recordio.pack((0, 1, 2, 3), b"no picture"))[1] is None


def test_image_data_set(tmp_path):
    pytest.importorskip("cv2")
    path = written(tmp_path, [recordio.pack_img((0, 7, 1, 0), picture(), 9, ".png")])
    image, label = mx.gluon.data.vision.ImageRecordDataset(path)[0]
    assert label == 7
    np.testing.assert_array_equal(image.asnumpy(), picture()[:, :, ::-1])
