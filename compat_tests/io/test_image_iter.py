"""ImageRecordIter and its relatives: pixels, labels, orders, random numbers, errors.

MXNet's random numbers are those of one thread here; with more they vary from run to run.
"""

from __future__ import annotations

from collections import OrderedDict

import pytest

from compat_tests.inputs import attempt
from compat_tests.io.iterating import JPEG, picture, png, read, record_file, write

SIZES = [(10, 12), (12, 10), (16, 16), (9, 20), (20, 9), (14, 13), (11, 11)]
WARP = pytest.mark.tolerance(
    rtol=0, atol=4, reason="OpenCV weighs pixels otherwise from version to version when it warps"
)


@pytest.fixture(autouse=True)
def here(mx, tmp_path, monkeypatch):
    if not mx.__name__.startswith("mxnet"):
        pytest.importorskip("cv2", reason="pictures are decoded by OpenCV, the extra `image`")
    monkeypatch.chdir(tmp_path)
    pictures = [png(picture(h, w, seed=i)) for i, (h, w) in enumerate(SIZES)]
    record_file(mx, "a", pictures, [float(i) for i in range(7)])
    return tmp_path


def options(**more):
    given = {
        "path_imgrec": "a.rec", "data_shape": (3, 4, 5), "batch_size": 3, "verbose": False,
        "preprocess_threads": 1,
    }  # fmt: skip
    return dict(given, **more)


def images(mx, count=1, name="ImageRecordIter", **more):
    return read(getattr(mx.io, name), count, **options(**more))


NAMES = [
    "ImageRecordIter", "ImageRecordIter_v1", "ImageRecordInt8Iter", "ImageRecordUInt8Iter",
    "ImageRecordUInt8Iter_v1",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("batch", [1, 3, 7])
def test_rounds(mx, name, batch):
    return images(mx, 2, name, batch_size=batch)


@pytest.mark.parametrize("dtype", ["float32", "uint8", "int8", "float16", "float64", "int32"])
def test_dtypes(mx, dtype):
    return images(mx, dtype=dtype)


@pytest.mark.parametrize("batch", [1, 7])
def test_no_rounds(mx, batch):
    return images(mx, 2, batch_size=batch, round_batch=False)


def test_no_rounds_v1(mx):
    return images(mx, 2, "ImageRecordIter_v1", round_batch=False)


def test_large_batch(mx):
    return images(mx, batch_size=9)


def test_jpeg(mx):
    record_file(mx, "j", [JPEG, JPEG], [1.0, 2.0])
    made = images(mx, path_imgrec="j.rec", data_shape=(3, 24, 20), batch_size=2)
    grey = images(mx, path_imgrec="j.rec", data_shape=(1, 24, 20), batch_size=2)
    return made, grey


@pytest.mark.parametrize("wanted", [1, 2, 3, 4])
@pytest.mark.parametrize("stored", [1, 3, 4])
def test_channels(mx, stored, wanted):
    record_file(mx, "c", [png(picture(5, 6, stored))], [1.0])
    return images(mx, path_imgrec="c.rec", data_shape=(wanted, 5, 6), batch_size=1)


@pytest.mark.parametrize("width", [1, 2, 3])
def test_label_width(mx, width):
    record_file(mx, "l", [png(picture(5, 6))] * 2, [[1, 2.5, -3], [4, 5, 6]])
    three = images(mx, path_imgrec="l.rec", data_shape=(3, 5, 6), batch_size=2, label_width=width)
    return three, images(mx, label_width=width, batch_size=7)


@pytest.mark.parametrize("width", [1, 2])
@pytest.mark.parametrize("missing", [False, True])
def test_label_list(mx, width, missing):
    lines = ["%d\t%d.5\t%d\tname%d.png\n" % (i, i, i * 2, i) for i in range(missing, 7)]
    write("a.lst", "".join(lines))
    return images(mx, path_imglist="a.lst", label_width=width, batch_size=7)


@pytest.mark.parametrize("parts,part", [(2, 0), (2, 1), (3, 0), (3, 1), (3, 2), (3, 3), (1, -1)])
@pytest.mark.parametrize("index", [False, True])
def test_parts(mx, parts, part, index):
    more = {"path_imgidx": "a.idx"} if index else {}
    return images(mx, num_parts=parts, part_index=part, batch_size=1, data_shape=(3, 2, 2), **more)


@pytest.mark.parametrize("index", [False, True])
@pytest.mark.parametrize("seed", [0, 1, 9])
def test_shuffle(mx, seed, index):
    more = {"path_imgidx": "a.idx"} if index else {}
    return images(mx, 2, shuffle=True, seed=seed, batch_size=7, data_shape=(3, 2, 2), **more)


def test_shuffle_rounds(mx):
    return images(mx, 2, shuffle=True, data_shape=(3, 2, 2))


def test_numbers(mx):
    record_file(mx, "n", [png(picture(5, 6))] * 3, [0.0, 1.0, 2.0], [7, 5, 2**33])
    given = {"path_imgrec": "n.rec", "batch_size": 3, "data_shape": (3, 2, 2)}
    return images(mx, **given), images(mx, name="ImageRecordIter_v1", **given)


FIXED = OrderedDict(
    [
        ("mirror", {"mirror": True}),
        ("means", {"mean_r": 10, "mean_g": 20.5, "mean_b": 30}),
        ("one-mean", {"mean_g": 12.25}),
        ("stds", {"std_r": 2, "std_g": 3, "std_b": 0.7}),
        ("scale", {"scale": 1.0 / 255}),
        ("all", {"mean_r": 1, "std_b": 3, "scale": 2, "mirror": True}),
        ("resize", {"resize": 7}),
        ("resize-up", {"resize": 21}),
        ("pad", {"pad": 3, "data_shape": (3, 17, 17)}),
        ("pad-fill", {"pad": 3, "fill_value": 7, "data_shape": (3, 17, 17)}),
        ("upsample", {"data_shape": (3, 14, 14)}),
        ("upsample-high", {"data_shape": (3, 22, 5)}),
        ("upsample-wide", {"data_shape": (3, 5, 22)}),
        ("square", {"min_crop_size": 7, "max_crop_size": 7}),
        ("nearest", {"resize": 6, "inter_method": 0}),
        ("area", {"resize": 6, "inter_method": 3}),
        ("by-sizes", {"resize": 6, "inter_method": 9}),
        ("grey", {"data_shape": (1, 5, 5), "mean_r": 3}),
        ("large-square", {"min_crop_size": 7, "max_crop_size": 20}),
        ("unknown-method", {"resize": 6, "inter_method": 5}),
        ("conflict", {"random_resized_crop": True, "rand_crop": True}),
    ]
)


@pytest.mark.parametrize("name", list(FIXED))
def test_fixed(mx, name):
    return images(mx, batch_size=7, **FIXED[name])


@pytest.mark.parametrize(
    "more",
    [
        {"rotate": 90}, {"rotate": 30, "fill_value": 0}, {"rotate": 0, "max_rotate_angle": 1},
        {"max_img_size": 9, "min_img_size": 9}, {"min_random_scale": 1.5, "max_random_scale": 1.5},
        {"min_aspect_ratio": 1.2, "max_aspect_ratio": 1.2}, {"resize": 6, "inter_method": 2},
        {"max_rotate_angle": 20, "max_shear_ratio": 0.1}, {"max_aspect_ratio": 0.3},
        {"min_random_scale": 0.8, "max_random_scale": 1.4},
    ],
    ids=str,
)  # fmt: skip
@WARP
def test_warped(mx, more):
    return images(mx, batch_size=7, **more)


RANDOM = OrderedDict(
    [
        ("crop", {"rand_crop": True}),
        ("mirror", {"rand_mirror": True}),
        ("both", {"rand_crop": True, "rand_mirror": True}),
        ("seeded", {"rand_crop": True, "rand_mirror": True, "seed_aug": 3}),
        ("seeded-shuffle", {"rand_crop": True, "shuffle": True, "seed_aug": 3}),
        ("resized-area", {"random_resized_crop": True, "min_random_area": 0.2}),
        ("resized-ratio", {"random_resized_crop": True, "max_aspect_ratio": 0.4}),
        ("resized", {"random_resized_crop": True, "min_random_area": 0.2, "max_random_area": 0.9,
                     "min_aspect_ratio": 0.75, "max_aspect_ratio": 1.333}),
        ("squares", {"rand_crop": True, "min_crop_size": 5, "max_crop_size": 8}),
        ("brightness", {"brightness": 0.3}),
        ("contrast", {"contrast": 0.3}),
        ("saturation", {"saturation": 0.3}),
        ("jitter", {"brightness": 0.4, "contrast": 0.5, "saturation": 0.6}),
        ("pca", {"pca_noise": 0.1}),
        ("hls", {"random_h": 30, "random_s": 40, "random_l": 50}),
        ("hue", {"random_h": 90}),
        ("lightness", {"random_l": 100}),
        ("tones", {"max_random_contrast": 0.3, "max_random_illumination": 20, "scale": 0.5}),
        ("padded", {"pad": 2, "rand_crop": True, "fill_value": 9}),
    ]
)  # fmt: skip


@pytest.mark.parametrize("name", list(RANDOM))
@pytest.mark.parametrize("batch", [3, 7])
def test_random(mx, name, batch):
    return images(mx, 2, batch_size=batch, **RANDOM[name])


@pytest.mark.parametrize("name", ["ImageRecordIter_v1", "ImageRecordUInt8Iter", NAMES[4]])
def test_random_of_others(mx, name):
    more = {"rand_crop": True, "rand_mirror": True, "max_random_contrast": 0.2}
    return images(mx, 2, name, **more)


def test_mean_image(mx):
    given = {"mean_img": "mean.bin", "batch_size": 7}
    made = images(mx, **given)
    return made, mx.nd.load("mean.bin"), images(mx, **given), images(mx, dtype="int8", **given)


def test_int8_means(mx):
    return images(mx, dtype="int8", mean_r=120.5, mean_g=100.4, mean_b=-3, batch_size=7)


WRONG = OrderedDict(
    [
        ("no-file", {"path_imgrec": "none.rec"}),
        ("no-name", {"path_imgrec": ""}),
        ("no-list", {"path_imglist": "none.lst"}),
        ("two-sizes", {"data_shape": (4, 4)}),
        ("shape-text", {"data_shape": "abc"}),
        ("dtype", {"dtype": "text"}),
        ("crop-text", {"rand_crop": "maybe"}),
        ("scale-text", {"scale": "large"}),
        ("resize-text", {"resize": "1.5"}),
        ("seed-text", {"seed_aug": "x"}),
    ]
)


@pytest.mark.parametrize("name", list(WRONG))
def test_wrong(mx, name):
    return images(mx, **WRONG[name])


@pytest.mark.parametrize("left_out", ["data_shape", "batch_size"])
def test_missing_parameters(mx, left_out):
    given = options()
    del given[left_out]
    return attempt(lambda: mx.io.ImageRecordIter(**given))
