"""Augmenters: what they write about themselves and what they do to an image."""

from __future__ import annotations

import random
import warnings

import numpy
import pytest

from compat_tests.image.pictures import image
from compat_tests.inputs import attempt

EIGENVALUES = [55.46, 4.794, 1.148]
EIGENVECTORS = [[-0.5675, 0.7192, 0.4009], [-0.5808, -0.0045, -0.8140], [-0.5836, -0.6948, 0.4203]]

MAKERS = {
    "resize": lambda i: i.ResizeAug(5),
    "resize_interp": lambda i: i.ResizeAug(14, interp=9),
    "force": lambda i: i.ForceResizeAug((5, 8), 1),
    "force_auto": lambda i: i.ForceResizeAug((20, 20), 9),
    "crop": lambda i: i.RandomCropAug((4, 3)),
    "crop_large": lambda i: i.RandomCropAug((30, 20), 10),
    "sized_crop": lambda i: i.RandomSizedCropAug((5, 4), (0.2, 0.7), (0.5, 2.0)),
    "sized_crop_least": lambda i: i.RandomSizedCropAug((5, 4), 0.3, (0.75, 1.33), 1),
    "center": lambda i: i.CenterCropAug((4, 4)),
    "brightness": lambda i: i.BrightnessJitterAug(0.3),
    "contrast": lambda i: i.ContrastJitterAug(0.4),
    "saturation": lambda i: i.SaturationJitterAug(0.5),
    "hue": lambda i: i.HueJitterAug(0.2),
    "colour": lambda i: i.ColorJitterAug(0.1, 0.2, 0.3),
    "colour_some": lambda i: i.ColorJitterAug(0, 0.2, 0),
    "lighting": lambda i: i.LightingAug(
        0.1, numpy.array(EIGENVALUES), numpy.array(EIGENVECTORS)
    ),
    "normalize": lambda i: i.ColorNormalizeAug(numpy.array([1.5, 2, 3]), numpy.array([2.0, 3, 4])),
    "normalize_mean": lambda i: i.ColorNormalizeAug(numpy.array([1.5, 2, 3]), None),
    "gray": lambda i: i.RandomGrayAug(0.5),
    "flip": lambda i: i.HorizontalFlipAug(0.5),
    "cast": lambda i: i.CastAug(),
    "cast_typ": lambda i: i.CastAug("float64"),
    "order": lambda i: i.RandomOrderAug(
        [i.HorizontalFlipAug(0.5), i.CenterCropAug((5, 4)), i.ResizeAug(6)]
    ),
    "sequence": lambda i: i.SequentialAug([i.CenterCropAug((5, 4)), i.HorizontalFlipAug(1)]),
}  # fmt: skip


@pytest.mark.parametrize("name", list(MAKERS))
def test_dumps(mx, name):
    made = MAKERS[name](mx.image)
    return made.dumps(), type(made).__name__, isinstance(made, mx.image.Augmenter)


@pytest.mark.parametrize("name", list(MAKERS))
@pytest.mark.tolerance(rtol=1e-5, atol=1e-3, reason="sums of float32 pixels in another order")
def test_call(mx, name):
    """Three times on the same image, which some change."""
    random.seed(21)
    numpy.random.seed(22)
    made = MAKERS[name](mx.image)
    source = image(mx.nd, 9, 11, dtype="float32")
    results = [made(source) for _ in range(3)]
    return results, source, random.random(), numpy.random.random()


@pytest.mark.parametrize("name", ["resize", "crop", "center", "flip", "cast", "sized_crop"])
def test_bytes(mx, name):
    random.seed(3)
    made = MAKERS[name](mx.image)
    return [made(image(mx.nd, 9, 11)) for _ in range(3)]


def test_base(mx):
    base = mx.image.Augmenter(a=1, b=mx.nd.array([1, 2.5]), c=numpy.array([[3]]), d="x")
    return base.dumps(), attempt(lambda: base(1))


def test_old_name(mx):
    warnings.simplefilter("ignore", DeprecationWarning)
    made = mx.image.RandomSizedCropAug((5, 4), 0.5, (1, 1), min_area=0.2)
    return (
        made.dumps(),
        made.area,
        attempt(lambda: mx.image.RandomSizedCropAug((5, 4), 0.5, (1, 1), area_min=0.2)),
    )


OPTIONS = {
    "plain": {},
    "resize": {"resize": 8},
    "crop": {"rand_crop": True},
    "sized": {"rand_crop": True, "rand_resize": True},
    "mirror": {"rand_mirror": True, "inter_method": 1},
    "imagenet": {"mean": True, "std": True},
    "arrays": {"mean": numpy.array([1.0, 2, 3]), "std": numpy.array([2.0])},
    "colours": {"brightness": 0.1, "contrast": 0.2, "saturation": 0.3, "hue": 0.1},
    "noise": {"pca_noise": 0.1, "rand_gray": 0.5},
    "all": {
        "resize": 10, "rand_crop": True, "rand_resize": True, "rand_mirror": True, "mean": True,
        "std": True, "brightness": 0.1, "contrast": 0.1, "saturation": 0.1, "hue": 0.1,
        "pca_noise": 0.1, "rand_gray": 0.2, "inter_method": 10,
    },
}  # fmt: skip


@pytest.mark.parametrize("name", list(OPTIONS))
@pytest.mark.tolerance(rtol=1e-4, atol=2e-3, reason="sums of float32 pixels in another order")
def test_create(mx, name):
    random.seed(7)
    numpy.random.seed(8)
    made = mx.image.CreateAugmenter((3, 5, 6), **OPTIONS[name])
    source = image(mx.nd, 12, 9)
    results = []
    for _ in range(3):
        out = source
        for augmenter in made:
            out = augmenter(out)
        results.append(out)
    return [each.dumps() for each in made], results, random.random()


def test_create_refuses(mx):
    create = mx.image.CreateAugmenter
    return (
        attempt(lambda: create((3, 5, 6), rand_resize=True)),
        attempt(lambda: create((3, 5, 6), mean=(1, 2, 3))),
        attempt(lambda: create((3, 5, 6), std=numpy.array([1.0, 2.0]))),
        attempt(lambda: create((3, 5, 6), mean=mx.nd.array([1, 2, 3]))[-1].dumps()),
    )
