"""Without OpenCV: what still works, and what says which extra to install."""

from __future__ import annotations

import sys

import numpy as np
import pytest

import mxshim as mx
from mxshim._shim import cli


@pytest.fixture
def without(monkeypatch):
    monkeypatch.setitem(sys.modules, "cv2", None)


def picture():
    return mx.nd.array(np.arange(6 * 8 * 3).reshape(6, 8, 3), dtype="uint8")


@pytest.mark.parametrize("interp", [0, 1])
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_the_same_bits(monkeypatch, interp, dtype):
    source = picture().astype(dtype)
    sizes = [(5, 7), (4, 3), (16, 12), (8, 6)]
    expected = [mx.image.imresize(source, *size, interp).asnumpy() for size in sizes]
    monkeypatch.setitem(sys.modules, "cv2", None)
    for size, wanted in zip(sizes, expected):
        found = mx.image.imresize(source, *size, interp).asnumpy()
        np.testing.assert_allclose(found, wanted, rtol=1e-6 if dtype == "float32" else 0)


def test_crops(without):
    assert mx.image.center_crop(picture(), (3, 2))[0].shape == (2, 3, 3)
    assert mx.image.random_size_crop(picture(), (3, 2), 0.5, (1, 1), 1)[0].shape == (2, 3, 3)
    assert mx.image.cv2 is None


@pytest.mark.parametrize(
    "call",
    [
        lambda: mx.image.imdecode(b"anything"),
        lambda: mx.image.imread(__file__),
        lambda: mx.image.imresize(picture(), 3, 3, 2),
        lambda: mx.image.resize_short(picture(), 3),
        lambda: mx.image.image.copyMakeBorder(picture(), 1, 1, 1, 1),
        lambda: mx.nd.image.resize(picture(), (3, 3), interp=3),
    ],
    ids=["imdecode", "imread", "imresize", "resize_short", "border", "operator"],
)
def test_the_error_names_the_extra(without, call):
    with pytest.raises(ImportError, match=r"pip install 'mxshim\[image\]'") as raised:
        call()
    assert raised.value.name == "cv2"


def test_iterator(without, tmp_path):
    (tmp_path / "a.png").write_bytes(b"anything")
    made = mx.image.ImageIter(1, (3, 4, 4), path_root=str(tmp_path), imglist=[[1.0, "a.png"]])
    with pytest.raises(ImportError, match=r"mxshim\[image\]"):
        made.next()


def test_im2rec(without, tmp_path):
    (tmp_path / "a.lst").write_text("0\t1\ta.png\n")
    with pytest.raises(ImportError, match=r"mxshim\[image\]"):
        cli.main(["im2rec", str(tmp_path / "a"), str(tmp_path)])


def test_draw_next_warns(monkeypatch, tmp_path):
    import cv2

    label = [2, 5, 0, 0.1, 0.2, 0.5, 0.6]
    cv2.imwrite(str(tmp_path / "a.png"), picture().asnumpy())
    made = mx.image.ImageDetIter(
        1, (3, 40, 40), path_root=str(tmp_path), imglist=[[label, "a.png"]]
    )
    monkeypatch.setitem(sys.modules, "cv2", None)
    with pytest.warns(UserWarning, match="skip drawing"):
        assert list(made.draw_next()) == []
