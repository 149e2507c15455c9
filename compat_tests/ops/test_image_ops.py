"""Image operators: tensors from images, normalization, resizing, cropping, flipping."""

from __future__ import annotations

import pytest

from compat_tests.inputs import DTYPES, array, attempt, grads


def images(mx, front):
    """Return the image operators of a front end."""
    return mx.nd.image if front is mx.nd else mx.npx.image


def pixels(front, shape, dtype="uint8"):
    return array(front, dtype, shape, low=0, high=120 if dtype == "int8" else 255)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(3, 4, 3), (2, 5, 4, 1)], ids=["image", "batch"])
def test_to_tensor(mx, front, dtype, shape):
    return images(mx, front).to_tensor(pixels(front, shape, dtype))


def test_to_tensor_refuses(mx, front):
    return attempt(lambda: images(mx, front).to_tensor(pixels(front, (3, 4))))


@pytest.mark.parametrize("mean, std", [(0.5, 0.25), ((0.1, 0.2, 0.3), (1, 2, 4)), ((0.5,), 2.0)],
                         ids=["numbers", "three", "mixed"])  # fmt: skip
@pytest.mark.parametrize("shape", [(3, 2, 4), (2, 3, 2, 2)], ids=["image", "batch"])
def test_normalize(mx, front, mean, std, shape):
    x = array(front, "float32", shape)
    return grads(mx, lambda x: images(mx, front).normalize(x, mean=mean, std=std), x)


@pytest.mark.parametrize("case", ["two_means", "two_channels", "matrix", "defaults"])
def test_normalize_refuses(mx, front, case):
    shape = {"two_channels": (2, 3, 3), "matrix": (3, 3)}.get(case, (3, 2, 2))
    options = {"two_means": {"mean": (0.5, 1)}, "defaults": {}}.get(case, {"mean": 0.5, "std": 1})
    return attempt(lambda: images(mx, front).normalize(array(front, "float32", shape), **options))


@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
@pytest.mark.parametrize("interp", [0, 1])
@pytest.mark.parametrize(
    "size", [(7, 7), (12, 9), (5, 3), (4, 6), (8, 4), 5], ids=lambda size: str(size)
)
def test_resize(mx, front, size, interp, dtype):
    x = pixels(front, (8, 8, 3), dtype)
    return images(mx, front).resize(x, size, False, interp)


@pytest.mark.parametrize("keep_ratio", [False, True])
@pytest.mark.parametrize(
    "shape", [(6, 9, 1), (9, 6, 3), (2, 4, 6, 3)], ids=["wide", "high", "batch"]
)
def test_resize_edge(mx, front, shape, keep_ratio):
    return images(mx, front).resize(pixels(front, shape), 5, keep_ratio)


@pytest.mark.parametrize("case", ["none", "three", "negative", "matrix", "half"])
def test_resize_refuses(mx, front, case):
    size = {"none": (), "three": (3, 3, 3), "negative": -1}.get(case, (3, 3))
    x = pixels(
        front, (4, 4) if case == "matrix" else (4, 4, 3), "float16" if case == "half" else "uint8"
    )
    return attempt(lambda: images(mx, front).resize(x, size))


def test_crop(mx, front):
    crop = images(mx, front).crop
    x, batch = array(front, "float32", (4, 5, 3)), array(front, "float32", (2, 3, 3, 1))
    return (
        grads(mx, lambda x: crop(x, 1, 2, 3, 2), x),
        grads(mx, lambda x: crop(x, 0, 0, 2, 2), batch),
        attempt(lambda: crop(x, 3, 0, 3, 2)),
        attempt(lambda: crop(x, 0, 3, 2, 2)),
        attempt(lambda: crop(x, 0, 0, 0, 2)),
        attempt(lambda: crop(array(front, "float32", (3, 3)), 0, 0, 1, 1)),
    )


@pytest.mark.parametrize("name", ["flip_left_right", "flip_top_bottom"])
def test_flip(mx, front, name):
    flip = getattr(images(mx, front), name)
    x, head = array(front, "float32", (2, 4, 1)), array(front, "float32", (2, 4, 1), seed=1)
    refused = attempt(lambda: flip(array(front, "float32", (2, 2, 3, 1))))
    return grads(mx, flip, x, head=head), flip(pixels(front, (4, 2, 3))), refused


@pytest.mark.parametrize("name", ["random_flip_left_right", "random_flip_top_bottom"])
def test_random_flip(mx, front, name):
    flip = getattr(images(mx, front), name)
    x = pixels(front, (4, 6, 3))
    plain = x.asnumpy()
    turned = plain[:, ::-1] if name.endswith("right") else plain[::-1]
    seen = {bytes(flip(x).asnumpy().tobytes()) for _ in range(40)}
    return seen == {plain.tobytes(), turned.tobytes()}


def test_image_module(mx):
    x = pixels(mx.nd, (6, 8, 3))
    image = mx.image
    return (
        image.imresize(x, 4, 5), image.imresize(x, 4, 3, interp=0),
        image.center_crop(x, (4, 2)), image.center_crop(x, (16, 4), 1),
        image.fixed_crop(x, 1, 2, 3, 2), image.fixed_crop(x, 1, 2, 3, 2, (6, 6), 1),
        image.resize_short(x, 3, 1), image.scale_down((640, 480), (720, 120)),
        image.color_normalize(x.astype("float32"), mx.nd.array([1, 2, 3]), mx.nd.array([2, 2, 4])),
        [a if i else a.shape for i, a in enumerate(image.random_crop(x, (8, 6), 1))],
        attempt(lambda: image.imdecode("text")),
    )  # fmt: skip
