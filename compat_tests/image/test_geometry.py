"""Resizing, cropping, borders, rotation."""

from __future__ import annotations

import random
import warnings

import numpy
import pytest

from compat_tests.image.pictures import image, pixels
from compat_tests.inputs import array, attempt

SIZES = [(4, 3), (9, 7), (18, 14), (20, 5), (1, 1)]
ROUNDING = "OpenCV's newer vector code for floats adds up in another order"


def images(mx, front):
    return mx.nd if front is mx.nd else mx.np


@pytest.mark.parametrize("interp", range(5))
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_imresize(mx, size, interp):
    """Shrink, keep, double, mix; with one, three and four channels."""
    return [mx.image.imresize(image(mx.nd, 7, 9, c), *size, interp) for c in (1, 3, 4)]


@pytest.mark.tolerance(rtol=1e-5, atol=1e-4, reason=ROUNDING)
@pytest.mark.parametrize("interp", range(5))
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_imresize_floats(mx, dtype, interp):
    return [
        mx.image.imresize(image(mx.nd, 7, 9, dtype=dtype), *size, interp=interp) for size in SIZES
    ]


@pytest.mark.parametrize("interp", range(5))
def test_imresize_large(mx, interp):
    """Sizes beyond one vector of the processor."""
    source = image(mx.nd, 61, 83)
    return [mx.image.imresize(source, *size, interp) for size in ((32, 32), (41, 30), (97, 70))]


def test_imresize_default(mx):
    return mx.image.imresize(image(mx.nd, 7, 9), 5, 4), mx.img.imresize(
        image(mx.nd, 7, 9), w=5, h=4
    )


@pytest.mark.np
def test_imresize_np(mx):
    source = image(mx.np, 7, 9)
    return mx.image.imresize(source, 5, 4), mx.image.imresize(source, 5, 4, interp=2)


def test_imresize_out(mx):
    out = mx.nd.zeros((4, 5, 3), dtype="uint8")
    return (
        mx.image.imresize(image(mx.nd, 7, 9), 5, 4, out=out) is out,
        out,
        attempt(lambda: mx.image.imresize(image(mx.nd, 7, 9, dtype="float32"), 5, 4, out=out)),
    )


@pytest.mark.parametrize(
    "case",
    ["zero", "negative", "float", "matrix", "batch", "half", "number", "int32", "method", "minus"],
)
def test_imresize_refuses(mx, case):
    source, size = image(mx.nd, 3, 4), (2, 2)
    if case in ("zero", "negative", "float"):
        size = ({"zero": 0, "negative": -1, "float": 2.5}[case], 2)
    if case == "matrix":
        source = source[:, :, 0]
    if case == "batch":
        source = source.expand_dims(0)
    if case == "half":
        source = source.astype("float16")
    if case == "int32":
        source = source.astype("int32")
    if case == "number":
        source = 5.0
    interp = {"method": (8,), "minus": (-1,)}.get(case, ())
    return attempt(lambda: mx.image.imresize(source, *size, *interp))


def test_imresize_text(mx):
    return mx.image.imresize(image(mx.nd, 3, 4), "2", "3", interp="0")


def test_imresize_integers(mx):
    """Where nothing is blended, whole numbers will do."""
    return mx.image.imresize(image(mx.nd, 3, 4, dtype="int32"), 6, 5, 0)


def test_imresize_exactly(mx):
    return mx.image.imresize(image(mx.nd, 13, 14), 6, 5, 5)


@pytest.mark.parametrize("interp", [2, 3, 4])
def test_operator(mx, front, interp):
    """Of the image operators, with the interpolations that take OpenCV."""
    operators = mx.nd.image if front is mx.nd else mx.npx.image
    source = image(front, 7, 9)
    batch = front.array(numpy.stack([pixels(6, 5), pixels(6, 5, seed=1)]), dtype="uint8")
    return (
        operators.resize(source, (5, 4), False, interp),
        operators.resize(source, 6, True, interp),
        operators.resize(batch, (7, 8), interp=interp),
    )


@pytest.mark.parametrize("kind", range(5))
def test_border(mx, kind):
    border = mx.image.image.copyMakeBorder
    source = image(mx.nd, 4, 5)
    return (
        border(source, 1, 2, 3, 2, kind),
        border(source, 0, 0, 0, 1, type=kind),
        border(source[:, :, :1], 2, 1, 0, 0, kind),
        border(source.astype("float32"), 1, 1, 1, 1, kind),
    )


@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64", "int32"])
def test_border_values(mx, dtype):
    border = mx.image.image.copyMakeBorder
    source = image(mx.nd, 2, 2, dtype=dtype)
    return (
        border(source, 1, 0, 0, 1, values=(7.6, -8, 300)),
        border(source, 1, 0, 0, 1, value=9),
        border(source, 1, 0, 0, 1, 16, values=(1, 2, 3)),
        border(source, 1, 0, 0, 1, 0, 3.0, (1, 2, 3, 4)),
        border(source, 1, 0, 0, 1),
    )


def test_border_out(mx):
    out = mx.nd.zeros((4, 4, 3), dtype="uint8")
    made = mx.image.image.copyMakeBorder(image(mx.nd, 3, 4), 1, 0, 0, 0, values=(1, 2, 3), out=out)
    return made is out, out


@pytest.mark.parametrize("case", ["matrix", "number", "missing", "negative", "kind"])
def test_border_refuses(mx, case):
    border = mx.image.image.copyMakeBorder
    if case == "matrix":
        return attempt(lambda: border(image(mx.nd, 3, 4)[:, :, 0], 1, 1, 1, 1))
    if case in ("negative", "kind"):
        edges = (-1, 0, 0, 0, 0) if case == "negative" else (1, 0, 0, 0, 5)
        return attempt(lambda: border(image(mx.nd, 3, 4), *edges))
    if case == "number":
        return attempt(lambda: border(5.0, 1, 1, 1, 1))
    return attempt(lambda: border(image(mx.nd, 3, 4), 1, 1, 1, 0.5))


def test_scale_down(mx):
    sizes = [
        ((640, 480), (720, 120)),
        ((360, 1000), (480, 500)),
        ((300, 400), (0, 0)),
        ((5, 5), (5, 5)),
        ((3, 10), (7, 11)),
        ((10, 3), (11, 7)),
    ]
    return [mx.image.scale_down(*each) for each in sizes]


@pytest.mark.parametrize("interp", [0, 1, 2, 3, 4, 9, 10])
@pytest.mark.parametrize("size", [4, 7, 11])
def test_resize_short(mx, size, interp):
    shapes = ((7, 9), (9, 7), (7, 7))
    return [mx.image.resize_short(image(mx.nd, *shape), size, interp) for shape in shapes]


def test_interpolations(mx):
    method = mx.image.image._get_interp_method
    return (
        [method(interp) for interp in (0, 1, 2, 3, 4, 9)],
        [method(9, sizes) for sizes in ((3, 3, 4, 4), (4, 4, 3, 3), (3, 4, 4, 3), (3, 3, 3, 4))],
        [method(10) for _ in range(9)],
        attempt(lambda: method(5)),
        attempt(lambda: method(-1)),
        attempt(lambda: mx.image.resize_short(image(mx.nd, 7, 9), 4, 8)),
    )


@pytest.mark.parametrize("interp", [1, 2, 9, 10])
def test_fixed_crop(mx, interp):
    source = image(mx.nd, 9, 11)
    crop = mx.image.fixed_crop
    return (
        crop(source, 1, 2, 5, 4),
        crop(source, 1, 2, 5, 4, (5, 4), interp),
        crop(source, 1, 2, 5, 4, (8, 7), interp),
        crop(source, 0, 0, 11, 9, (4, 4), interp),
        crop(source, 2, 1, 3, 6, size=(6, 3), interp=interp),
    )


@pytest.mark.parametrize("size", [(5, 4), (11, 9), (20, 10), (3, 30), (12, 2)], ids=str)
def test_center_crop(mx, size):
    return mx.image.center_crop(image(mx.nd, 9, 11), size), mx.image.center_crop(
        image(mx.nd, 9, 11), size, interp=0
    )


@pytest.mark.parametrize("size", [(5, 4), (20, 10), (3, 30)], ids=str)
def test_random_crop(mx, size):
    random.seed(5)
    source = image(mx.nd, 9, 11)
    return [mx.image.random_crop(source, size) for _ in range(4)], random.random()


@pytest.mark.parametrize(
    "area, ratio",
    [(0.3, (0.75, 1.33)), ((0.1, 0.4), (0.5, 2)), ((0.9, 1.0), (3, 5)), (1, (1, 1))],
    ids=["least", "range", "misfits", "whole"],
)
def test_random_size_crop(mx, area, ratio):
    random.seed(11)
    source = image(mx.nd, 19, 23)
    crops = [mx.image.random_size_crop(source, (6, 5), area, ratio, 1) for _ in range(6)]
    return crops, random.random()


def test_random_size_crop_names(mx):
    random.seed(1)
    warnings.simplefilter("ignore", DeprecationWarning)
    source = image(mx.nd, 9, 11)
    crop = mx.image.random_size_crop
    return (
        crop(source, (4, 4), 1.0, (1, 1), min_area=0.2)[1],
        attempt(lambda: crop(source, (4, 4), 0.5, (1, 1), 2, max_area=1)),
    )


@pytest.mark.np
def test_crops_np(mx):
    source = image(mx.np, 9, 11)
    return (
        mx.image.center_crop(source, (5, 4)),
        mx.image.random_crop(source, (20, 10)),
        mx.image.fixed_crop(source, 1, 1, 3, 3, (2, 2)),
        mx.image.resize_short(source, 5),
    )


@pytest.mark.parametrize("case", ["both", "mean", "std", "arrays", "number"])
def test_color_normalize(mx, case):
    source = image(mx.nd, 3, 4, dtype="float32")
    mean, std = mx.nd.array([100, 110, 120]), mx.nd.array([2, 3, 4])
    given = {
        "both": (mean, std),
        "mean": (mean,),
        "std": (None, std),
        "arrays": (mean.reshape((1, 1, 3)), std.reshape((1, 1, 3))),
        "number": (5.0, 2.0),
    }[case]
    made = mx.image.color_normalize(source, *given)
    return made is source, made, source


ANGLES = (0, 30, 90, -45.5, 180, 400)


@pytest.mark.parametrize("zoom", ["none", "in", "out"])
@pytest.mark.parametrize("angle", ANGLES)
@pytest.mark.tolerance(rtol=1e-4, atol=1e-3, reason="sines and cosines of float32 angles")
def test_imrotate(mx, angle, zoom):
    options = {f"zoom_{zoom}": True} if zoom != "none" else {}
    source = array(mx.nd, "float32", (3, 6, 9))
    batch = array(mx.nd, "float32", (2, 1, 7, 5))
    return (
        mx.image.imrotate(source, angle, **options),
        mx.image.imrotate(batch, angle, **options),
        mx.image.imrotate(batch, mx.nd.array([angle, 10]), **options),
    )


@pytest.mark.parametrize(
    "case", ["both_zooms", "dtype", "matrix", "array_for_one", "too_many", "integer"]
)
def test_imrotate_refuses(mx, case):
    source = array(mx.nd, "float32", (1, 4, 5))
    batch = array(mx.nd, "float32", (2, 1, 4, 5))
    return attempt(
        {
            "both_zooms": lambda: mx.image.imrotate(source, 5, True, True),
            "dtype": lambda: mx.image.imrotate(source.astype("float64"), 5),
            "matrix": lambda: mx.image.imrotate(source[0], 5),
            "array_for_one": lambda: mx.image.imrotate(source, mx.nd.array([5])),
            "too_many": lambda: mx.image.imrotate(batch, mx.nd.array([5, 6, 7])),
            "integer": lambda: mx.image.imrotate(image(mx.nd, 4, 5), 5),
        }[case]
    )


@pytest.mark.parametrize("shape", [(3, 6, 8), (3, 1, 5, 6)], ids=["one", "batch"])
@pytest.mark.tolerance(rtol=1e-4, atol=1e-3, reason="sines and cosines of float32 angles")
def test_random_rotate(mx, shape):
    numpy.random.seed(3)
    source = array(mx.nd, "float32", shape)
    return [
        mx.image.random_rotate(source, (-30, 60)),
        mx.image.random_rotate(source, (-30, 60), zoom_in=True),
        mx.image.random_rotate(source, (-30, 60), zoom_out=True),
        numpy.random.random(),
    ]
