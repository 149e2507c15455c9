"""Windows as columns, and back."""

from __future__ import annotations

import pytest

from compat_tests.inputs import array, attempt, grads

WINDOWS = {
    "plain": ((2, 2, 3, 4), {"kernel": (2, 2)}),
    "window": (
        (1, 3, 4, 5),
        {"kernel": (3, 2), "stride": (2, 1), "dilate": (1, 2), "pad": (1, 1)},
    ),
    "pad": ((2, 1, 3, 3), {"kernel": (3, 3), "pad": (1, 2)}),
    "one": ((2, 2, 3, 3), {"kernel": (1, 1)}),
}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", WINDOWS)
def test_columns(mx, name, dtype):
    shape, params = WINDOWS[name]
    x = array(mx.nd, dtype, shape)
    out = mx.nd.im2col(x, **params).shape
    head = array(mx.nd, dtype, out, seed="head")
    return grads(mx, lambda a: mx.nd.im2col(a, **params), x, head=head)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", WINDOWS)
def test_image(mx, name, dtype):
    shape, params = WINDOWS[name]
    size = mx.nd.im2col(mx.nd.zeros(shape), **params).shape
    x = array(mx.nd, dtype, size)
    call = mx.nd.col2im
    head = array(mx.nd, dtype, shape, seed="head")
    return grads(mx, lambda a: call(a, output_size=shape[2:], **params), x, head=head)


def test_half(mx):
    x = array(mx.nd, "float16", (1, 2, 3, 4))
    columns = mx.nd.im2col(x, kernel=(2, 2))
    return columns, mx.nd.col2im(columns, output_size=(3, 4), kernel=(2, 2))


def test_symbols(mx):
    v = mx.sym.var
    made = [
        (mx.sym.im2col(v("d"), kernel=(2, 2)), (2, 2, 3, 4)),
        (mx.sym.col2im(v("d"), kernel=(2, 2), output_size=(3, 4)), (2, 8, 6)),
    ]
    return [
        (each.list_arguments(), each.list_outputs(), each.infer_shape(d=shape))
        for each, shape in made
    ]


def test_columns_wrong(mx):
    nd = mx.nd
    x, y = nd.zeros((2, 2, 3, 4)), nd.zeros((2, 8, 6))
    some = {"kernel": (2, 2)}
    return [
        attempt(nd.im2col, x, kernel=(5, 2)),
        attempt(nd.im2col, x, stride=(0, 1), **some),
        attempt(nd.im2col, x, dilate=(0, 1), **some),
        attempt(nd.im2col, x, stride=(1,), **some),
        attempt(nd.im2col, x, dilate=(1,), **some),
        attempt(nd.im2col, x, pad=(1,), **some),
        attempt(nd.im2col, x[0], **some),
        attempt(nd.im2col, x),
        attempt(nd.im2col, x.astype("int32"), **some),
        attempt(nd.col2im, y, output_size=(3, 5), **some),
        attempt(nd.col2im, y[:, :7], output_size=(3, 4), **some),
        attempt(nd.col2im, y, output_size=(3,), **some),
        attempt(nd.col2im, y, output_size=(1, 4), **some),
        attempt(nd.col2im, y, **some),
        attempt(nd.col2im, y, output_size=(3, 4), stride=(1,), **some),
        attempt(nd.col2im, y.astype("int32"), output_size=(3, 4), **some),
    ]


def test_no_images(mx):
    with mx.util.np_shape(True):
        columns = grads(
            mx, lambda a: mx.nd.im2col(a, kernel=(2, 2)), mx.nd.zeros((0, 2, 4, 4))
        )  # fmt: skip
        image = mx.nd.col2im(mx.nd.zeros((0, 8, 9)), kernel=(2, 2), output_size=(4, 4))
        return columns, image
