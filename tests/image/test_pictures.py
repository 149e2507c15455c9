"""What parity bodies cannot show: drawing, settings of OpenCV, devices, memory."""

from __future__ import annotations

import threading

import cv2
import numpy as np
import pytest

import mxshim as mx
from compat_tests.image.pictures import pixels, png
from tests.strict_cupy import strict_context


@pytest.fixture
def objects(tmp_path):
    label = [2, 5, 0, 0.1, 0.2, 0.5, 0.6, 1, 0.3, 0.3, 0.9, 0.9]
    for number in range(2):
        (tmp_path / f"{number}.png").write_bytes(png(pixels(30, 40, seed=number)))
    entries = [[label, f"{number}.png"] for number in range(2)]
    return mx.image.ImageDetIter(1, (3, 40, 60), path_root=str(tmp_path), imglist=entries)


def test_draw_next(objects):
    drawn = list(objects.draw_next(color=(255, 0, 0), thickness=1))
    assert [image.shape for image in drawn] == [(40, 60, 3)] * 2
    assert all(image.dtype == np.uint8 for image in drawn)
    assert drawn[0][8, 6:31].tolist() == [[0, 0, 255]] * 25  # BGR: the upper edge of the first box
    assert drawn[1][8, 6:31].tolist() == [[255, 0, 0]] * 25  # as MXNet, which turns it each time
    plain = objects.augmentation_transform(
        mx.image.imdecode(png(pixels(30, 40, seed=0))), np.zeros((0, 5))
    )[0]
    outside = drawn[0][:8, :, ::-1].astype(int) - np.clip(plain.asnumpy(), 0, 255)[:8]
    assert abs(outside).max() < 1


def test_draw_next_names_and_colours(objects):
    np.random.seed(0)
    bare = list(objects.draw_next())
    objects.reset()
    np.random.seed(0)
    named = list(objects.draw_next(id2labels={1: "dog"}))
    assert (bare[0] != named[0]).any()
    objects.reset()
    np.random.seed(0)
    assert (next(objects.draw_next(id2labels={7: "cow"})) == bare[0]).all()


def test_draw_next_undoes_normalization(objects):
    plain = list(objects.draw_next(color=(1, 1, 1)))
    objects.auglist = mx.image.CreateDetAugmenter((3, 40, 60), mean=True, std=True)
    objects.reset()
    undone = list(objects.draw_next(color=(1, 1, 1), mean=True, std=True))
    assert abs(plain[0].astype(int) - undone[0]).max() <= 1
    objects.reset()
    with pytest.raises(AssertionError):
        list(objects.draw_next(mean=(1, 2, 3)))


def test_opencv_is_left_as_it_was():
    used = cv2.ipp.useIPP()
    with pytest.raises(mx.MXNetError):
        mx.image.imresize(mx.nd.zeros((2, 2, 3), dtype="int32"), 3, 3, 1)
    mx.image.imresize(mx.nd.zeros((2, 2, 3), dtype="uint8"), 3, 3, 2)
    assert cv2.ipp.useIPP() == used


def test_threads():
    """Resizing in several threads at once gives what one gives."""
    source = mx.nd.array(pixels(60, 70), dtype="uint8")
    expected = mx.image.imresize(source, 41, 33, 2).asnumpy()
    wrong = []

    def work():
        for _ in range(50):
            if (mx.image.imresize(source, 41, 33, 2).asnumpy() != expected).any():
                wrong.append(1)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_on_a_device():
    """Images decode on the CPU, as in MXNet; what is on a GPU is resized and stays there."""
    ctx = strict_context()
    source = pixels(6, 8)
    there = mx.nd.array(source, dtype="uint8", ctx=ctx)
    for interp in range(5):
        made = mx.image.imresize(there, 5, 7, interp)
        here = mx.image.imresize(mx.nd.array(source, dtype="uint8"), 5, 7, interp)
        assert made.context == ctx
        assert (made.asnumpy() == here.asnumpy()).all()
    with ctx:
        assert mx.image.imdecode(png(source)).context == mx.cpu()


def test_a_number_pads_all_channels():
    """MXNet fills the second and third with what lies in memory."""
    made = mx.image.DetRandomPadAug((1, 1), (4, 4), 50, 7)
    source, label = mx.nd.zeros((10, 10, 3), dtype="uint8"), np.float32([[0, 0, 0, 1, 1]])
    padded, _ = made(source, label)
    values = padded.asnumpy()
    assert padded.shape == (20, 20, 3)
    assert (values == 7).sum() == 3 * 300


def test_border_values_that_are_not_given_are_zero():
    made = mx.image.image.copyMakeBorder(
        mx.nd.ones((1, 1, 3), dtype="uint8"), 1, 0, 0, 0, values=(7,)
    )
    assert made.asnumpy()[0, 0].tolist() == [7, 0, 0]


def test_labels_that_mxnet_trips_over(tmp_path):
    (tmp_path / "0.png").write_bytes(png(pixels(9, 9)))
    for label, text in (
        ([2, 0, 0, 0.1, 0.2, 0.5, 0.6], "annotation width 0"),
        ([2, 3, 0, 0.1, 0.2, 0.5, 0.6, 0], "annotation width 3"),
        ([np.nan, 5, 0, 0.1, 0.2, 0.5, 0.6], "which are no lengths"),
    ):
        with pytest.raises(RuntimeError, match=text):
            mx.image.ImageDetIter(1, (3, 5, 5), path_root=str(tmp_path), imglist=[[label, "0.png"]])
    with pytest.raises(RuntimeError, match="no image to take the shape"):
        mx.image.ImageDetIter(1, (3, 5, 5), path_root=str(tmp_path), imglist=[])


def test_a_list_file_with_a_number_twice(tmp_path):
    """Its image comes twice, as in MXNet."""
    (tmp_path / "a.png").write_bytes(png(pixels(9, 9)))
    (tmp_path / "a.lst").write_text("5\t1\ta.png\n5\t2\ta.png\n")
    made = mx.image.ImageIter(
        2, (3, 5, 5), path_root=str(tmp_path), path_imglist=str(tmp_path / "a.lst")
    )
    assert made.seq == [5, 5]
    assert made.next().label[0].asnumpy().tolist() == [2, 2]


def test_legacy_imdecode():
    """MXNet's refuses every image under Python 3."""
    source = pixels(6, 8)
    data = png(source)
    planes = source.transpose(2, 0, 1)
    whole = mx.nd.imdecode(data)
    assert whole.dtype == np.float32
    assert (whole.asnumpy() == planes).all()
    clipped = mx.nd.imdecode(data, (1, 2, 5, 6)).asnumpy()
    assert (clipped == planes[:, 2:6, 1:5]).all()
    assert mx.nd.imdecode(data, channels=1).shape == (1, 6, 8)
    mean = mx.nd.ones((3, 6, 8), dtype="float64") * 2
    assert (mx.nd.imdecode(data, mean=mean).asnumpy() == planes - 2.0).all()
    out = mx.nd.zeros((2, 3, 6, 8))
    assert mx.nd.imdecode(data, out=out, index=1) is out
    assert (out[1].asnumpy() == planes).all()
    assert not out[0].asnumpy().any()
    with pytest.raises(mx.MXNetError, match="reaches out of 8 x 6 pixels"):
        mx.nd.imdecode(data, (0, 0, 9, 2))
    with pytest.raises(mx.MXNetError, match="out takes"):
        mx.nd.imdecode(data, out=mx.nd.zeros((3, 5, 5)))
    with pytest.raises(mx.MXNetError, match="Decoding failed"):
        mx.nd.imdecode(b"no image")
