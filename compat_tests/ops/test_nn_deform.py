"""Deformable convolution, both versions."""

from __future__ import annotations

import pytest

from compat_tests.inputs import array, arrays, attempt, grads

CASES = {
    "plain": ({"kernel": (2, 2)}, (1, 2, 3, 4), (2, 3)),
    "window": (
        {"kernel": (3, 2), "stride": (2, 1), "dilate": (1, 2), "pad": (1, 1)},
        (2, 4, 4, 4),
        (2, 4),
    ),
    "groups": ({"kernel": (1, 2), "num_group": 2, "pad": (0, 1)}, (2, 4, 3, 3), (3, 4)),
    "deformable-groups": (
        {"kernel": (2, 2), "num_deformable_group": 2, "pad": (1, 1)},
        (1, 4, 3, 3),
        (4, 4),
    ),
    "both-groups": (
        {"kernel": (2, 2), "num_group": 2, "num_deformable_group": 4},
        (1, 4, 3, 3),
        (2, 2),
    ),
}
SUMS = pytest.mark.tolerance(rtol=1e-5, atol=1e-5, reason="sums over windows in another order")


def inputs(mx, name, bias, modulated, dtype):
    """Make data, offsets up to two pixels, the mask when asked, weight and bias."""
    params, shape, out = CASES[name]
    taps = params["kernel"][0] * params["kernel"][1] * params.get("num_deformable_group", 1)
    weight = (4, shape[1] // params.get("num_group", 1), *params["kernel"])
    shapes = [shape, (shape[0], 2 * taps, *out)]
    if modulated:
        shapes.append((shape[0], taps, *out))
    shapes += [weight] + [(4,)] * bias
    made = arrays(mx.nd, dtype, *shapes, seed="deform", low=-1.9, high=1.9)
    head = array(mx.nd, dtype, (shape[0], 4, *out), seed="head")
    return made, {**params, "num_filter": 4, "no_bias": not bias}, head


@SUMS
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("name", CASES)
def test_deformable(mx, name, bias, dtype):
    made, params, head = inputs(mx, name, bias, False, dtype)
    call = mx.nd.contrib.DeformableConvolution
    return grads(mx, lambda *a: call(*a, **params), *made, head=head)


@SUMS
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("name", CASES)
def test_modulated(mx, name, bias, dtype):
    made, params, _ = inputs(mx, name, bias, True, dtype)
    call = mx.nd.contrib.ModulatedDeformableConvolution
    return call(*made, **params)


@SUMS
@pytest.mark.parametrize("name", CASES)
def test_modulated_gradients(mx, name):
    made, params, head = inputs(mx, name, True, True, "float32")
    call = mx.nd.contrib.ModulatedDeformableConvolution
    return grads(mx, lambda *a: call(*a, **params), *made, head=head)


@pytest.mark.parametrize("modulated", [False, True])
def test_positions_at_the_edge(mx, modulated):
    x = mx.nd.array([[[[1.0, 2, 3], [4, 5, 6], [7, 8, 9]]]])
    weight, mask = mx.nd.ones((1, 1, 1, 1)), mx.nd.ones((1, 1, 3, 3))
    seen = []
    for shift in (-1.5, -1.0, -0.5, 0.0, 0.25, 1.0, 1.5, 2.0, 2.25, 2.75, 3.0):
        offset = mx.nd.full((1, 2, 3, 3), shift)
        c = mx.nd.contrib
        if modulated:
            call, args = c.ModulatedDeformableConvolution, (x, offset, mask, weight)
        else:
            call, args = c.DeformableConvolution, (x, offset, weight)
        some = {"kernel": (1, 1), "num_filter": 1, "no_bias": True}
        if modulated:  # no gradients in MXNet on CPUs
            seen.append(call(*args, **some))
        else:
            found = grads(mx, lambda *a, f=call, some=some: f(*a, **some), *args)
            seen.append([found["out"], [g + 0 for g in found["grads"]]])
    return seen


@pytest.mark.parametrize("modulated", [False, True])
def test_symbol(mx, modulated):
    v = mx.sym.var
    c = mx.sym.contrib
    if modulated:
        made = c.ModulatedDeformableConvolution(
            v("d"), v("o"), v("m"), kernel=(3, 2), num_filter=4, num_deformable_group=2
        )
    else:
        made = c.DeformableConvolution(
            v("d"), v("o"), kernel=(3, 2), num_filter=4, num_deformable_group=2
        )
    return (
        made.list_arguments(),
        made.list_outputs(),
        attempt(made.infer_shape, d=(2, 6, 5, 5)),
        made.infer_shape(
            d=(2, 6, 5, 5), o=(2, 24, 3, 4), **{"m": (2, 12, 3, 4)} if modulated else {}
        ),
    )


def test_deformable_wrong(mx):
    nd = mx.nd
    v1, v2 = nd.contrib.DeformableConvolution, nd.contrib.ModulatedDeformableConvolution
    x, o, m, w = (
        nd.zeros(s) for s in ((2, 4, 4, 4), (2, 8, 3, 3), (2, 4, 3, 3), (2, 4, 2, 2))
    )  # fmt: skip
    some = {"kernel": (2, 2), "num_filter": 2, "no_bias": True}
    return [
        attempt(v1, x, o, w, **{**some, "no_bias": False}),
        attempt(v1, x, o),
        attempt(v1, x, o, w, kernel=(2, 2)),
        attempt(v1, x, o, w, num_filter=2),
        attempt(v1, x[0], o, w, **some),
        attempt(v1, x, o[0], w, **some),
        attempt(v1, x, o[:, :2], w, **some),
        attempt(v1, x, o[:, :4], w, **some),
        attempt(v1, x, o[:, :, :2], w, **some),
        attempt(v1, x, o[:, :, :, :2], w, **some),
        attempt(v1, x, o, w, **some, stride=(0, 1)),
        attempt(v1, x, o, w, **some, dilate=(0, 1)),
        attempt(v1, x.astype("float64"), o, w, **some),
        attempt(v1, x.astype("int32"), o.astype("int32"), w.astype("int32"), **some),
        attempt(v1, x, o, w[:1], **some),
        attempt(v1, x, o, w, **some, num_group=3),
        attempt(v1, x, o, w, **some, num_deformable_group=3),
        attempt(v1, x, o, w, **{**some, "num_filter": 3}, num_group=2),
        attempt(v1, x, o, w, **{**some, "kernel": (5, 5)}),
        attempt(v1, x, o, w, **{**some, "kernel": (2,)}),
        attempt(v1, x, o, w, **{**some, "num_filter": 0}),
        attempt(v1, x, o, w, **some, layout="NHWC"),
        attempt(v2, x, o, m, w, **{**some, "no_bias": False}),
        attempt(v2, x[0], o, m, w, **some),
        attempt(v2, x, o, m[0], w, **some),
        attempt(v2, x, o, m[:, :1], w, **some),
        attempt(v2, x, o, m[:, :, :1], w, **some),
        attempt(v2, x, o, m, w.astype("float64"), **some),
        attempt(v2, x, o[:, :2], m, w, **some),
        attempt(v2, x, o, m, w[:1], **some),
        attempt(v2, x, o, m, w, **some, num_group=3),
        attempt(v2, x, o, m, w, **some, num_deformable_group=3),
        attempt(v2, x, o, m, w, **{**some, "kernel": (5, 5)}),
        attempt(v2, x, o, m, w, **some, layout="NHWC"),
    ]


def test_other_batch(mx):
    nd = mx.nd
    x, o, w = (nd.ones(s) for s in ((2, 4, 4, 4), (1, 8, 3, 3), (2, 4, 2, 2)))
    call = nd.contrib.DeformableConvolution
    return attempt(call, x, o, w, kernel=(2, 2), num_filter=2, no_bias=True)


def test_no_images(mx):
    nd, some = mx.nd, {"kernel": (2, 2), "num_filter": 3, "no_bias": True}
    with mx.util.np_shape(True):
        x, o, m = (nd.zeros((0, *s)) for s in ((2, 4, 4), (8, 3, 3), (4, 3, 3)))
        w = nd.ones((3, 2, 2, 2))
        first = grads(mx, lambda *a: nd.contrib.DeformableConvolution(*a, **some), x, o, w)
        return first, nd.contrib.ModulatedDeformableConvolution(x, o, m, w, **some)
