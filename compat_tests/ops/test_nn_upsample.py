"""Enlarging and cropping images."""

from __future__ import annotations

import pytest

from compat_tests.inputs import array, arrays, attempt, grads

FLOATS = pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
SEVERAL = {
    "one": [(2, 2, 2, 3)],
    "same": [(1, 2, 2, 4), (1, 2, 2, 4)],
    "smaller": [(1, 2, 4, 2), (1, 2, 2, 1), (1, 2, 4, 2)],
}


def close(mx, call, *inputs):
    """Go backward with an uneven head."""
    shape = call(*inputs).shape
    head = array(mx.nd, inputs[0].dtype.__name__, shape, seed="head")
    return grads(mx, call, *inputs, head=head)


@FLOATS
@pytest.mark.parametrize("mode", ["concat", "sum"])
@pytest.mark.parametrize("scale", [1, 2, 3])
@pytest.mark.parametrize("name", SEVERAL)
def test_nearest(mx, name, scale, mode, dtype):
    inputs = arrays(mx.nd, dtype, *SEVERAL[name])
    return close(
        mx, lambda *a: mx.nd.UpSampling(
            *a, scale=scale, sample_type="nearest", multi_input_mode=mode
        ), *inputs,
    )  # fmt: skip


def test_nearest_channels(mx):
    inputs = arrays(mx.nd, "float32", (1, 2, 2, 4), (1, 1, 1, 2))
    return close(mx, lambda *a: mx.nd.UpSampling(*a, scale=2, sample_type="nearest"), *inputs)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("scale", [1, 2, 3, 4])
def test_bilinear(mx, scale, dtype):
    side = 2 * scale - scale % 2
    x, w = arrays(mx.nd, dtype, (2, 3, 3, 2), (3, 1, side, side))
    return close(
        mx, lambda *a: mx.nd.UpSampling(
            *a, scale=scale, sample_type="bilinear", num_filter=3
        ), x, w,
    )  # fmt: skip


def test_bilinear_initializer(mx):
    w = mx.nd.zeros((2, 1, 4, 4))
    mx.init.Bilinear()(mx.init.InitDesc("up_weight"), w)
    x = array(mx.nd, "float32", (1, 2, 3, 3))
    return w, mx.nd.UpSampling(x, w, scale=2, sample_type="bilinear", num_filter=2)


@pytest.mark.parametrize("how", ["size", "offset", "middle", "uneven", "like", "like-offset",
                                 "like-middle"])  # fmt: skip
def test_crop(mx, how):
    x, like = arrays(mx.nd, "float32", (2, 2, 4, 5), (1, 3, 2, 2))
    params = {
        "size": {"h_w": (2, 3)},
        "offset": {"h_w": (2, 3), "offset": (1, 2)},
        "middle": {"h_w": (2, 3), "center_crop": True},
        "uneven": {"h_w": (1, 2), "center_crop": True, "num_args": 1},
        "like": {},
        "like-offset": {"offset": (2, 1)},
        "like-middle": {"center_crop": True},
    }[how]
    inputs = (x, like) if how.startswith("like") else (x,)
    return close(mx, lambda *a: mx.nd.Crop(*a, **params), *inputs)


def test_symbols(mx):
    v, some = mx.sym.var, {"scale": 2}
    up = mx.sym.UpSampling
    near = {"sample_type": "nearest"}
    made = [
        (up(v("d"), **some, **near, num_args=1), {}),
        (up(v("d"), v("e"), **some, **near, num_args=2), {"e": (1, 1, 1, 2)}),
        (up(v("d"), **some, sample_type="bilinear", num_filter=2, num_args=1), {}),
        (up(v("d"), v("w"), **some, sample_type="bilinear", num_filter=2, num_args=1), {}),
        (mx.sym.Crop(v("d"), h_w=(1, 2), num_args=1), {}),
        (mx.sym.Crop(v("d"), v("e"), num_args=2), {"e": (1, 1, 1, 2)}),
    ]
    return [
        (each.list_arguments(), each.list_outputs(), each.infer_shape(d=(1, 2, 2, 4), **more))
        for each, more in made
    ]


def test_upsample_wrong(mx):
    nd = mx.nd
    x = nd.zeros((1, 2, 2, 4))
    near = {"scale": 2, "sample_type": "nearest"}
    linear = {"scale": 2, "sample_type": "bilinear", "num_filter": 2}
    up, crop = nd.UpSampling, nd.Crop
    return [
        attempt(up, x, x[:, :1], multi_input_mode="sum", **near),
        attempt(up, x, nd.zeros((1, 1, 1, 3)), **near),
        attempt(up, x, nd.zeros((1, 2, 3, 3)), **near),
        attempt(up, x, nd.zeros((1, 2, 2, 2)), **near),
        attempt(up, x, nd.zeros((2, 2, 2, 4)), **near),
        attempt(up, x[0], **near),
        attempt(up, x.astype("int32"), **near),
        attempt(up, x, scale=2),
        attempt(up, x, sample_type="nearest"),
        attempt(up, x, sample_type="cubic", scale=2),
        attempt(up, x, x.astype("float64"), **near),
        attempt(up, x, x, num_args=1, **near),
        attempt(up, x, nd.zeros((2, 1, 3, 3)), **linear),
        attempt(up, x, **linear),
        attempt(crop, x),
        attempt(crop, x, h_w=(5, 2)),
        attempt(crop, x, h_w=(2, 5)),
        attempt(crop, x, h_w=(2, 2), offset=(1, 1)),
        attempt(crop, x, h_w=(2, 2), offset=(0, 3)),
        attempt(crop, x, h_w=(2,)),
        attempt(crop, x[0], h_w=(1, 1)),
        attempt(crop, x, x[0]),
        attempt(crop, x, nd.zeros((1, 2, 3, 3))),
        attempt(crop, x.astype("int32"), h_w=(1, 1)),
    ]


def test_no_images(mx):
    with mx.util.np_shape(True):
        x = mx.nd.zeros((0, 2, 4, 4))
        up = grads(mx, lambda a: mx.nd.UpSampling(a, scale=2, sample_type="nearest"), x)
        return up, grads(mx, lambda a: mx.nd.Crop(a, h_w=(2, 3)), x)
