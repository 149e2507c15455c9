"""Augmenters for object detection and the iterator that uses them."""

from __future__ import annotations

import random

import numpy
import pytest

from compat_tests.image.pictures import image, pixels, png, write_folder
from compat_tests.image.test_iterator import seen
from compat_tests.inputs import attempt

BOXES = [[0, 0.1, 0.2, 0.5, 0.6], [2, 0.4, 0.3, 0.95, 0.9], [1, 0.0, 0.0, 0.3, 0.4]]

MAKERS = {
    "borrow": lambda i: i.DetBorrowAug(i.ResizeAug(9)),
    "borrow_order": lambda i: i.DetBorrowAug(i.ColorJitterAug(0.1, 0.1, 0.1)),
    "flip": lambda i: i.DetHorizontalFlipAug(0.5),
    "crop": lambda i: i.DetRandomCropAug(),
    "crop_much": lambda i: i.DetRandomCropAug(0.7, (0.5, 2.0), (0.3, 0.9), 0.5, 20),
    "crop_fixed": lambda i: i.DetRandomCropAug(0.0, 1, 0.25, 0.1),
    "crop_never": lambda i: i.DetRandomCropAug(1.0, (0.9, 1.1), (0.1, 0.2)),
    "pad": lambda i: i.DetRandomPadAug(),
    "pad_fixed": lambda i: i.DetRandomPadAug(1.1, (1.5, 4.0), 10, (1, 2, 3)),
    "pad_rarely": lambda i: i.DetRandomPadAug((0.1, 3), (1.0, 1.3), 3),
    "select": lambda i: i.DetRandomSelectAug(
        [i.DetRandomCropAug(), i.DetHorizontalFlipAug(1)], 0.3
    ),
    "select_one": lambda i: i.DetRandomSelectAug(i.DetHorizontalFlipAug(1)),
    "select_none": lambda i: i.DetRandomSelectAug([]),
    "several": lambda i: i.CreateMultiRandCropAugmenter(
        [0.1, 0.5, 0.9], (0.75, 1.33), [(0.1, 1.0), (0.3, 0.9), (0.5, 1.0)], 0.3, [10, 20, 30], 0.2
    ),
    "one_crop": lambda i: i.CreateMultiRandCropAugmenter(),
}


def boxes(extra=()):
    return numpy.array([[*row, *extra] for row in BOXES], dtype="float32")


@pytest.mark.parametrize("name", list(MAKERS))
def test_dumps(mx, name):
    made = MAKERS[name](mx.image)
    return (
        made.dumps(),
        isinstance(made, mx.image.DetAugmenter),
        isinstance(made, mx.image.Augmenter),
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("name", list(MAKERS))
@pytest.mark.tolerance(rtol=1e-5, atol=1e-3, reason="sums of float32 pixels in another order")
def test_call(mx, name, seed):
    random.seed(seed)
    made = MAKERS[name](mx.image)
    source = image(mx.nd, 17, 21, dtype="float32")
    found = []
    for _ in range(4):
        label = boxes((0.5,) if seed == 2 else ())
        found.append((*made(source, label), label))
    return found, random.random()


def test_tiny_objects(mx):
    """Objects without area, beside one with."""
    random.seed(3)
    label = numpy.array(
        [[0, 0.5, 0.5, 0.5, 0.5], [1, 0.2, 0.2, 0.21, 0.21], [2, 0.1, 0.1, 0.9, 0.9]]
    )
    crop = mx.image.DetRandomCropAug(0.3, area_range=(0.3, 0.9))
    return [crop(image(mx.nd, 17, 21), label.astype("float32")) for _ in range(3)]


def test_refuses(mx):
    i = mx.image
    return (
        attempt(lambda: i.DetBorrowAug(5)),
        attempt(lambda: i.DetBorrowAug(i.DetHorizontalFlipAug(1))),
        attempt(lambda: i.DetRandomSelectAug([i.HorizontalFlipAug(1)])),
        attempt(lambda: i.DetRandomCropAug(aspect_ratio_range="1")),
        attempt(lambda: i.DetRandomPadAug(pad_val="1")),
        attempt(lambda: i.CreateMultiRandCropAugmenter([0.1, 0.2], [1, 1, 1])),
        attempt(lambda: i.DetAugmenter(a=numpy.array([1]))(1, 2)),
        i.DetAugmenter(a=numpy.array([1]), b=mx.nd.array([2])).dumps(),
    )


@pytest.mark.parametrize("what", ["crop_area", "crop_ratio", "pad_area", "pad_ratio"])
def test_empty_ranges(mx, what):
    """What they mean to warn of."""
    make = mx.image.DetRandomCropAug if what[0] == "c" else mx.image.DetRandomPadAug
    options = {"area_range": (0.9, 0.5)} if "area" in what else {"aspect_ratio_range": (2, 1)}
    return attempt(lambda: make(**options).enabled)


OPTIONS = {
    "plain": {},
    "crop": {"rand_crop": 1, "area_range": (0.2, 0.9)},
    "pad": {"rand_pad": 0.7, "pad_val": (5, 6, 7)},
    "imagenet": {"mean": True, "std": True, "resize": 12},
    "all": {
        "resize": 14, "rand_crop": 0.6, "rand_pad": 0.6, "rand_gray": 0.3, "rand_mirror": True,
        "mean": True, "std": numpy.array([50.0, 60, 70]), "brightness": 0.1, "contrast": 0.1,
        "saturation": 0.1, "pca_noise": 0.1, "hue": 0.1, "inter_method": 10,
        "min_object_covered": [0.1, 0.5],
    },
}  # fmt: skip


@pytest.mark.parametrize("name", list(OPTIONS))
@pytest.mark.tolerance(rtol=1e-4, atol=2e-3, reason="sums of float32 pixels in another order")
def test_create(mx, name):
    random.seed(7)
    numpy.random.seed(8)
    made = mx.image.CreateDetAugmenter((3, 9, 8), **OPTIONS[name])
    found = []
    for _ in range(4):
        source, label = image(mx.nd, 17, 21), boxes()
        for augmenter in made:
            source, label = augmenter(source, label)
        found.append((source, label))
    return [each.dumps() for each in made], found, random.random()


def labels(number, extra=()):
    """Return a label with its head: the first objects, as many as ``number`` says and one more."""
    rows = [[*row, *extra] for row in BOXES[: number % 3 + 1]]
    return [2, 5 + len(extra), *(value for row in rows for value in row)]


def detected(mx, folder, count=4, extra=(), **options):
    names = write_folder(folder, count, 15, 17)
    entries = [[labels(number, extra), name] for number, name in enumerate(names)]
    options = {"path_root": str(folder), "imglist": entries, "batch_size": 2, **options}
    return mx.image.ImageDetIter(data_shape=(3, 6, 8), **options)


@pytest.mark.parametrize("handle", ["pad", "discard", "roll_over"])
@pytest.mark.parametrize("count", [3, 4])
def test_iterator(mx, tmp_path, handle, count):
    made = detected(mx, tmp_path, count, last_batch_handle=handle)
    return made.provide_data, made.provide_label, made.label_shape, seen(made)


@pytest.mark.tolerance(rtol=1e-4, atol=2e-3, reason="sums of float32 pixels in another order")
def test_augmented(mx, tmp_path):
    random.seed(3)
    numpy.random.seed(4)
    made = detected(mx, tmp_path, shuffle=True, **OPTIONS["all"])
    return [each.dumps() for each in made.auglist], seen(made)


def test_wider_rows(mx, tmp_path):
    made = detected(mx, tmp_path, extra=(0.25, 1.0), aug_list=[])
    return made.label_shape, made.provide_label


def test_records(mx, tmp_path):
    index, path = str(tmp_path / "a.idx"), str(tmp_path / "a.rec")
    record = mx.recordio.MXIndexedRecordIO(index, path, "w")
    for number in range(3):
        header = mx.recordio.IRHeader(0, labels(number), number, 0)
        record.write_idx(number, mx.recordio.pack(header, png(pixels(9, 9, seed=number))))
    record.close()
    return [
        seen(mx.image.ImageDetIter(2, (3, 5, 6), path_imgrec=path, **options), 1)
        for options in ({}, {"path_imgidx": index})
    ]


@pytest.mark.np
def test_np(mx, tmp_path):
    return seen(detected(mx, tmp_path, 2), 1)


def test_reshape(mx, tmp_path):
    made = detected(mx, tmp_path)
    made.reshape((3, 4, 4), (5, 5))
    after = made.provide_data, made.provide_label, made.label_shape
    made.auglist = mx.image.CreateDetAugmenter((3, 4, 4))
    return (
        after,
        seen(made, 1),
        attempt(lambda: made.reshape((1, 4, 4))),
        attempt(lambda: made.reshape(label_shape=(5,))),
        attempt(lambda: made.reshape(label_shape=(4, 5))),
        attempt(lambda: made.reshape(label_shape=(6, 6))),
    )


def test_sync(mx, tmp_path):
    first, second = detected(mx, tmp_path, 1), detected(mx, tmp_path, 3)
    before = first.label_shape, second.label_shape
    same = first.sync_label_shape(second) is second
    again = second.sync_label_shape(first, verbose=True) is first
    wide = detected(mx, tmp_path, 3, extra=(1,), aug_list=[])
    return (
        before,
        same,
        again,
        first.label_shape,
        second.label_shape,
        first.provide_label,
        attempt(lambda: first.sync_label_shape(wide)),
        attempt(lambda: first.sync_label_shape(5)),
    )


BAD = {
    "short": [2, 5, 0, 0.1],
    "uneven": [2, 5, 0, 0.1, 0.2, 0.5, 0.6, 1],
    "no_area": [2, 5, 0, 0.5, 0.2, 0.5, 0.6],
    "long_head": [4, 5, 7, 8, 0, 0.1, 0.2, 0.5, 0.6],
    "one_bad": [2, 5, 0, 0.1, 0.2, 0.5, 0.6, 1, 0.5, 0.5, 0.4, 0.6],
}


@pytest.mark.parametrize("name", list(BAD))
def test_labels(mx, tmp_path, name):
    write_folder(tmp_path, 1)
    entries = [[BAD[name], "0.png"]]

    def made():
        it = mx.image.ImageDetIter(1, (3, 5, 6), path_root=str(tmp_path), imglist=entries)
        return it.label_shape, seen(it, 1)

    return attempt(made)


def test_check_valid_label(mx, tmp_path):
    made = detected(mx, tmp_path, 1)
    return (
        made._check_valid_label(boxes()),
        attempt(lambda: made._check_valid_label(boxes()[0])),
        attempt(lambda: made._check_valid_label(boxes()[:, :4])),
        attempt(lambda: made._check_valid_label(-boxes())),
    )


def test_modules(mx):
    i = mx.image
    return i.det is i.detection, i.detection.ImageDetIter is i.ImageDetIter, mx.img is i
