"""Gluon's data sets of images and the transforms that look at pixels."""

from __future__ import annotations

import random

import numpy
import pytest

from compat_tests.image.pictures import image, pixels, png, write_records
from compat_tests.inputs import array, attempt


def whole(dataset):
    return [dataset[number] for number in range(len(dataset))]


def class_folder(tmp_path):
    for number, name in enumerate(["cat/b.png", "cat/a.PNG", "ant/c.png"]):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(png(pixels(5, 6, seed=number)))
    return str(tmp_path)


@pytest.mark.parametrize("flag", [0, 1])
def test_folder(mx, tmp_path, flag):
    vision = mx.gluon.data.vision
    made = vision.ImageFolderDataset(class_folder(tmp_path), flag)
    names = [(name[len(str(tmp_path)) :], label) for name, label in made.items]
    return made.synsets, names, len(made), whole(made)


def test_folder_transform(mx, tmp_path):
    vision = mx.gluon.data.vision
    made = vision.ImageFolderDataset(class_folder(tmp_path), transform=lambda x, y: (x[:2], -y))
    return whole(made)


@pytest.mark.np
def test_folder_np(mx, tmp_path):
    return whole(mx.gluon.data.vision.ImageFolderDataset(class_folder(tmp_path)))


def test_folder_broken(mx, tmp_path):
    folder = class_folder(tmp_path)
    (tmp_path / "ant" / "c.png").write_bytes(b"no image")
    made = mx.gluon.data.vision.ImageFolderDataset(folder)
    return attempt(lambda: made[0]), made[1], attempt(lambda: made[3])


@pytest.mark.parametrize("flag", [0, 1])
@pytest.mark.parametrize("labels", [[1.0, 2.0, 3.5], [[1, 2], [3, 4], [5, 6]]], ids=["one", "two"])
def test_records(mx, tmp_path, labels, flag):
    _, path = write_records(mx, tmp_path, labels)
    made = mx.gluon.data.vision.ImageRecordDataset(path, flag)
    return len(made), whole(made)


def test_records_transform(mx, tmp_path):
    _, path = write_records(mx, tmp_path, [1.0, 2.0])
    vision = mx.gluon.data.vision
    made = vision.ImageRecordDataset(path, transform=lambda x, y: (x.sum(), y + 1))
    first = vision.ImageRecordDataset(path).transform_first(vision.transforms.ToTensor())
    return whole(made), whole(first)


@pytest.mark.np
def test_records_np(mx, tmp_path):
    _, path = write_records(mx, tmp_path, [1.0, 2.0])
    return whole(mx.gluon.data.vision.ImageRecordDataset(path))


def test_records_broken(mx, tmp_path):
    _, path = write_records(mx, tmp_path, [1.0, 2.0], damaged=(1,))
    made = mx.gluon.data.vision.ImageRecordDataset(path)
    return made[0], attempt(lambda: made[1]), attempt(lambda: made[2])


def test_record_file(mx, tmp_path):
    _, path = write_records(mx, tmp_path, [1.0, 2.0])
    made = mx.gluon.data.RecordFileDataset(path)
    return len(made), [mx.recordio.unpack(record)[0] for record in whole(made)]


def test_loader(mx, tmp_path):
    _, path = write_records(mx, tmp_path, [1.0, 2.0, 3.0])
    made = mx.gluon.data.vision.ImageRecordDataset(path)
    return list(mx.gluon.data.DataLoader(made, 2))


TRANSFORMS = {
    "center": lambda t: t.CenterCrop((5, 4)),
    "center_large": lambda t: t.CenterCrop(20),
    "center_cubic": lambda t: t.CenterCrop((20, 9), 2),
    "resize": lambda t: t.Resize((5, 7)),
    "resize_ratio": lambda t: t.Resize(6, keep_ratio=True),
    "resize_cubic": lambda t: t.Resize((5, 7), interpolation=2),
    "resize_area": lambda t: t.Resize(4, False, 3),
    "crop_resize": lambda t: t.CropResize(1, 2, 6, 5),
    "crop_resize_size": lambda t: t.CropResize(1, 2, 6, 5, (9, 8), 1),
    "crop_resize_lanczos": lambda t: t.CropResize(1, 2, 6, 5, 8, 4),
    "resized_crop": lambda t: t.RandomResizedCrop((5, 4)),
    "resized_crop_cubic": lambda t: t.RandomResizedCrop(6, (0.3, 0.9), (0.5, 2.0), 2),
    "resized_crop_any": lambda t: t.RandomResizedCrop((5, 4), interpolation=10),
    "apply": lambda t: t.RandomApply(t.CenterCrop((5, 4))),
    "compose": lambda t: t.Compose(
        [t.Resize((9, 9), interpolation=3), t.RandomResizedCrop(6), t.ToTensor(),
         t.Normalize((0.4, 0.5, 0.6), (0.2, 0.3, 0.4))]
    ),
}  # fmt: skip


@pytest.mark.parametrize("mode", ["nd", "np"])
@pytest.mark.parametrize("name", list(TRANSFORMS))
def test_transforms(mx, name, mode):
    random.seed(31)
    if mode == "np":
        mx.npx.set_np()
    try:
        made = TRANSFORMS[name](mx.gluon.data.vision.transforms)
        source = image(getattr(mx, mode), 11, 13)
        return [made(source) for _ in range(3)], random.random()
    finally:
        mx.npx.reset_np()


@pytest.mark.parametrize("zoom", [(False, False), (True, False), (False, True)], ids=str)
@pytest.mark.tolerance(rtol=1e-4, atol=1e-3, reason="sines and cosines of float32 angles")
def test_rotations(mx, zoom):
    numpy.random.seed(9)
    transforms = mx.gluon.data.vision.transforms
    source = array(mx.nd, "float32", (3, 8, 9))
    batch = array(mx.nd, "float32", (2, 3, 8, 9))
    return (
        transforms.Rotate(30, *zoom)(source),
        transforms.Rotate(-120, *zoom)(batch),
        [transforms.RandomRotation((-40, 40), *zoom)(batch) for _ in range(2)],
        [transforms.RandomRotation((-40, 40), *zoom, 0.5)(source) for _ in range(3)],
        numpy.random.random(),
    )


def test_rotation_refuses(mx):
    transforms = mx.gluon.data.vision.transforms
    return (
        attempt(lambda: transforms.Rotate(30)(image(mx.nd, 4, 5))),
        attempt(lambda: transforms.RandomRotation((1, 2))(image(mx.nd, 4, 5))),
        attempt(lambda: transforms.RandomRotation((2, 1))),
        attempt(lambda: transforms.RandomRotation((1, 2), rotate_with_proba=2)),
        attempt(lambda: transforms.Rotate(30, True, True)(array(mx.nd, "float32", (1, 4, 5)))),
    )
