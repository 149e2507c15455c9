"""ImageDetRecordIter: pictures with boxes."""

from __future__ import annotations

from collections import OrderedDict

import pytest

from compat_tests.io.iterating import picture, png, read, record_file, write

SIZES = [(10, 12), (12, 10), (16, 16), (9, 20), (20, 9)]


def boxes(number):
    more = [1, 0.3, 0.3, 0.9, 0.8] if number % 2 else []
    return [2, 5, number, 0.1, 0.2, 0.6, 0.7] + more


@pytest.fixture(autouse=True)
def here(mx, tmp_path, monkeypatch):
    if not mx.__name__.startswith("mxnet"):
        pytest.importorskip("cv2", reason="pictures are decoded by OpenCV, the extra `image`")
    monkeypatch.chdir(tmp_path)
    pictures = [png(picture(h, w, seed=i)) for i, (h, w) in enumerate(SIZES)]
    record_file(mx, "a", pictures, [boxes(i) for i in range(5)], range(1, 6))
    return tmp_path


def detections(mx, count=1, **more):
    given = {
        "path_imgrec": "a.rec", "data_shape": (3, 4, 5), "batch_size": 5, "verbose": False,
        "preprocess_threads": 1,
    }  # fmt: skip
    return read(mx.io.ImageDetRecordIter, count, **dict(given, **more))


@pytest.mark.parametrize("rounds", [True, False])
@pytest.mark.parametrize("batch", [1, 2, 3, 5])
def test_rounds(mx, batch, rounds):
    return detections(mx, 3, batch_size=batch, round_batch=rounds)


CASES = OrderedDict(
    [
        ("mirror", {"rand_mirror_prob": 0.5}),
        ("pad", {"rand_pad_prob": 0.6, "max_pad_scale": 2.0}),
        ("crop", {"rand_crop_prob": 1, "min_crop_scales": 0.5, "max_crop_scales": 0.9}),
        ("crops", {"rand_crop_prob": 1, "num_crop_sampler": 2, "min_crop_scales": (0.5, 0.7),
                   "max_crop_scales": (0.9, 1), "crop_emit_mode": "overlap",
                   "min_crop_aspect_ratios": 0.5, "max_crop_aspect_ratios": 2.0}),
        ("bounds", {"rand_crop_prob": 1, "min_crop_scales": 0.3, "max_crop_scales": 0.9,
                    "min_crop_overlaps": 0.2, "max_crop_overlaps": 0.95,
                    "min_crop_sample_coverages": 0.1, "max_crop_sample_coverages": 0.9,
                    "min_crop_object_coverages": 0.3, "max_crop_object_coverages": 0.99}),
        ("few-tries", {"rand_crop_prob": 1, "min_crop_scales": 0.1, "max_crop_scales": 0.3,
                       "max_crop_trials": 1}),
        ("contrast", {"max_random_contrast": 0.3, "random_contrast_prob": 1}),
        ("hls", {"max_random_hue": 40, "random_hue_prob": 0.7, "max_random_saturation": 60,
                 "random_saturation_prob": 0.6, "max_random_illumination": 50,
                 "random_illumination_prob": 1}),
        ("resize", {"resize": 7}),
        ("fit", {"resize_mode": "fit"}),
        ("shrink", {"resize_mode": "shrink", "data_shape": (3, 14, 14)}),
        ("means", {"mean_r": 3, "mean_g": 2}),
        ("one-mean", {"mean_g": 2}),
        ("stds", {"std_r": 2, "std_b": 3.5, "scale": 3}),
        ("wide-labels", {"label_pad_width": 20, "label_pad_value": -7}),
        ("narrow-labels", {"label_pad_width": 3}),
        ("label-width", {"label_width": 7}),
        ("parts", {"num_parts": 2, "part_index": 1, "batch_size": 1}),
        ("uint8", {"dtype": "uint8"}),
        ("grey", {"data_shape": (1, 4, 5)}),
        ("mismatch", {"num_crop_sampler": 2, "min_crop_scales": (0, 0.1, 0.2)}),
    ]
)  # fmt: skip


@pytest.mark.parametrize("name", list(CASES))
def test_cases(mx, name):
    return detections(mx, 2, **CASES[name])


@pytest.mark.parametrize("seed", [0, 4])
def test_shuffle(mx, seed):
    return detections(mx, 2, shuffle=True, seed=seed)


def test_plain_label(mx):
    record_file(mx, "p", [png(picture(5, 6))], [1.0])
    return detections(mx, path_imgrec="p.rec", batch_size=1)


def test_label_list(mx):
    lines = ["\t".join([str(i + 1)] + [str(n) for n in boxes(i)] + ["x.png"]) for i in range(5)]
    write("a.lst", "\n".join(lines) + "\n")
    return detections(mx, path_imglist="a.lst")


def test_mean_image(mx):
    given = {"mean_img": "mean.bin", "scale": 2, "std_g": 3}
    return detections(mx, **given), mx.nd.load("mean.bin"), detections(mx, **given)
