"""Convolution and its transpose."""

from __future__ import annotations

import pytest

from compat_tests.inputs import array, arrays, attempt, grads

RANKS = {1: (2, 3, 4), 2: (2, 4, 6, 5), 3: (1, 2, 4, 5, 4)}


def find(mx, front):
    return mx.nd.Convolution if front is mx.nd else mx.npx.convolution


def weights(front, dtype, shape, filters, kernel, groups=1, bias=True):
    shapes = [shape, (filters, shape[1] // groups, *kernel)] + ([(filters,)] if bias else [])
    return arrays(front, dtype, *shapes)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("rank", [1, 2, 3])
def test_convolution(mx, front, rank, dtype):
    kernel = (3, 2, 2)[:rank]
    inputs = weights(front, dtype, RANKS[rank], 2, kernel)
    call = find(mx, front)
    return grads(mx, lambda *a: call(*a, kernel=kernel, num_filter=2), *inputs)


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("pad", [0, 1, 2])
@pytest.mark.parametrize("dilate", [1, 2])
def test_convolution_windows(mx, stride, pad, dilate):
    inputs = weights(mx.nd, "float32", (1, 2, 7, 6), 2, (3, 2))
    return grads(
        mx, lambda *a: mx.nd.Convolution(
            *a, kernel=(3, 2), num_filter=2, stride=(stride, 1), pad=(pad, 1),
            dilate=(dilate, dilate),
        ), *inputs,
    )  # fmt: skip


@pytest.mark.parametrize("groups", [1, 2, 4])
@pytest.mark.parametrize("bias", [True, False])
def test_convolution_groups(mx, front, groups, bias):
    inputs = weights(front, "float32", (2, 4, 4, 4), 4, (2, 2), groups, bias)
    call = find(mx, front)
    return grads(
        mx, lambda *a: call(*a, kernel=(2, 2), num_filter=4, num_group=groups, no_bias=not bias),
        *inputs,
    )  # fmt: skip


@pytest.mark.parametrize("stride", [1, 2])
def test_convolution_by_points(mx, stride):
    inputs = weights(mx.nd, "float32", (2, 3, 4, 4), 2, (1, 1))
    return grads(
        mx, lambda *a: mx.nd.Convolution(*a, kernel=(1, 1), num_filter=2, stride=(stride,) * 2),
        *inputs,
    )  # fmt: skip


def test_convolution_head(mx):
    inputs = weights(mx.nd, "float32", (2, 2, 4, 4), 3, (3, 3))
    head = array(mx.nd, "float32", (2, 3, 2, 2), seed="head")
    return grads(mx, lambda *a: mx.nd.Convolution(*a, kernel=(3, 3), num_filter=3), *inputs,
                 head=head)  # fmt: skip


@pytest.mark.parametrize("layout", ["NCHW", "NCW", "NCDHW", "NDHWC", "NWC"])
def test_convolution_layouts(mx, layout):
    inputs = weights(mx.nd, "float32", (1, 2, 4, 4), 2, (2, 2))
    return attempt(mx.nd.Convolution, *inputs, kernel=(2, 2), num_filter=2, layout=layout)


def test_convolution_channels_last(mx):
    x, w, b = arrays(mx.nd, "float32", (1, 4, 4, 2), (2, 2, 2, 2), (2,))
    return attempt(mx.nd.Convolution, x, w, b, kernel=(2, 2), num_filter=2, layout="NHWC")


@pytest.mark.parametrize("dtype", ["int32", "int64"])
def test_convolution_types(mx, dtype):
    inputs = weights(mx.nd, dtype, (1, 2, 4, 4), 2, (2, 2))
    return attempt(mx.nd.Convolution, *inputs, kernel=(2, 2), num_filter=2)


def test_convolution_half(mx):
    inputs = weights(mx.nd, "float16", (1, 2, 4, 4), 2, (2, 2))
    return attempt(mx.nd.Convolution, *inputs, kernel=(2, 2), num_filter=2)


WRONG = {
    "no filters": {"num_filter": None},
    "zero filters": {"num_filter": 0},
    "fractional filters": {"num_filter": 2.5},
    "text": {"num_filter": "two"},
    "kernel of one": {"kernel": 2},
    "kernel of four": {"kernel": (2, 2, 2, 2)},
    "another kernel": {"kernel": (3, 3)},
    "stride of one": {"stride": 1},
    "no stride": {"stride": (0, 1)},
    "pad of three": {"pad": (1, 1, 1)},
    "no dilation": {"dilate": (1, 0)},
    "groups": {"num_group": 2},
    "bias unwanted": {"no_bias": True},
    "layout": {"layout": "NHCW"},
}


@pytest.mark.parametrize("case", sorted(WRONG))
def test_convolution_wrong_parameters(mx, case):
    inputs = weights(mx.nd, "float32", (1, 2, 4, 4), 2, (2, 2))
    params = dict({"kernel": (2, 2), "num_filter": 2}, **WRONG[case])
    params = {key: value for key, value in params.items() if value is not None}
    return attempt(mx.nd.Convolution, *inputs, **params)


@pytest.mark.parametrize("case", ["rank", "channels", "bias", "large", "filters"])
def test_convolution_wrong_shapes(mx, case):
    shapes = {
        "rank": [(2, 4, 4), (2, 2, 2, 2), (2,)],
        "channels": [(1, 3, 4, 4), (2, 2, 2, 2), (2,)],
        "bias": [(1, 2, 4, 4), (2, 2, 2, 2), (3,)],
        "large": [(1, 2, 1, 4), (2, 2, 2, 2), (2,)],
        "filters": [(1, 2, 4, 4), (3, 2, 2, 2), (2,)],
    }[case]
    return attempt(
        mx.nd.Convolution, *arrays(mx.nd, "float32", *shapes), kernel=(2, 2), num_filter=2
    )


def test_convolution_wrong_types(mx):
    x, w, b = weights(mx.nd, "float32", (1, 2, 4, 4), 2, (2, 2))
    call = mx.nd.Convolution
    return [
        attempt(call, x, w.astype("float64"), b, kernel=(2, 2), num_filter=2),
        attempt(call, x, w, b.astype("int32"), kernel=(2, 2), num_filter=2),
        attempt(call, x, w, kernel=(2, 2), num_filter=2),
    ]


def test_convolution_chain(mx):
    """Two layers and an activation, as a network has them."""
    x, w, b = weights(mx.nd, "float32", (2, 1, 6, 6), 2, (3, 3))
    w2, b2 = arrays(mx.nd, "float32", (2, 2, 3, 3), (2,), seed="second")

    def net(x, w, b, w2, b2):
        h = mx.nd.Activation(
            mx.nd.Convolution(x, w, b, kernel=(3, 3), num_filter=2, pad=(1, 1)), act_type="tanh"
        )
        return mx.nd.Convolution(h, w2, b2, kernel=(3, 3), num_filter=2, stride=(2, 2))

    return grads(mx, net, x, w, b, w2, b2)


DECONV = {
    "plain": {},
    "stride": {"stride": (2, 2)},
    "pad": {"stride": (2, 2), "pad": (1, 1)},
    "adj": {"stride": (2, 2), "pad": (1, 1), "adj": (1, 1)},
    "dilate": {"dilate": (2, 2)},
    "target": {"stride": (2, 2), "target_shape": (6, 6)},
}


@pytest.mark.parametrize("case", sorted(DECONV))
def test_deconvolution(mx, front, case):
    call = mx.nd.Deconvolution if front is mx.nd else mx.npx.deconvolution
    x, w = arrays(front, "float32", (1, 2, 3, 3), (2, 3, 2, 2))
    return attempt(
        grads, mx, lambda *a: call(*a, kernel=(2, 2), num_filter=3, **DECONV[case]), x, w
    )


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("groups", [1, 2])
def test_deconvolution_bias(mx, groups, dtype):
    inputs = arrays(mx.nd, dtype, (1, 2, 3, 3), (2, 4 // groups, 2, 2), (4,))
    return grads(
        mx, lambda *a: mx.nd.Deconvolution(
            *a, kernel=(2, 2), num_filter=4, num_group=groups, no_bias=False
        ), *inputs,
    )  # fmt: skip


def test_deconvolution_wrong(mx):
    x, w, b = arrays(mx.nd, "float32", (1, 2, 3, 3), (2, 3, 2, 2), (3,))
    call, kernel = mx.nd.Deconvolution, {"kernel": (2, 2), "num_filter": 3}
    return [
        attempt(call, x, w, b, **kernel),
        attempt(call, x, w, no_bias=False, **kernel),
        attempt(call, x, w, kernel=(2, 2), num_filter=4),
        attempt(call, x, w, adj=(2, 2), stride=(2, 2), **kernel),
        attempt(call, x, w, target_shape=(20, 20), **kernel),
        attempt(call, x.astype("int32"), w.astype("int32"), **kernel),
        attempt(call, x[0], w, **kernel),
    ]
