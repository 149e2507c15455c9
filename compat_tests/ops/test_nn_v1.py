"""The first forms of convolution and pooling."""

from __future__ import annotations

import pytest

from compat_tests.inputs import array, arrays, attempt, grads

CONVOLUTIONS = {
    "plain": {},
    "strides": {"stride": (2, 1), "pad": (1, 2)},
    "dilate": {"dilate": (2, 1), "pad": (1, 0)},
    "groups": {"num_group": 2},
}
POOLS = {
    "plain": {"kernel": (2, 2)},
    "strides": {"kernel": (3, 2), "stride": (2, 1), "pad": (1, 1)},
    "full": {"kernel": (3, 3), "stride": (2, 2), "pad": (1, 1), "pooling_convention": "full"},
    "global": {"kernel": (2, 2), "global_pool": True},
    "wide-pad": {"kernel": (2, 2), "pad": (2, 2)},
}


@pytest.mark.tolerance(rtol=1e-5, atol=1e-5, reason="sums in another order")
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("name", CONVOLUTIONS)
def test_convolution(mx, name, bias, dtype):
    params = {"kernel": (3, 2), "num_filter": 4, "no_bias": not bias, **CONVOLUTIONS[name]}
    weight = (4, 2 // params.get("num_group", 1), 3, 2)
    inputs = arrays(mx.nd, dtype, (2, 2, 6, 5), weight, *[(4,)] * bias)
    call = mx.nd.Convolution_v1
    head = array(mx.nd, dtype, call(*inputs, **params).shape, seed="head")
    return grads(mx, lambda *a: call(*a, **params), *inputs, head=head)


@pytest.mark.tolerance(rtol=1e-5, atol=1e-6, reason="sums in another order")
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("kind", ["max", "avg", "sum"])
@pytest.mark.parametrize("name", POOLS)
def test_pooling(mx, name, kind, dtype):
    x = array(mx.nd, dtype, (2, 2, 5, 6))
    call = mx.nd.Pooling_v1
    params = {**POOLS[name], "pool_type": kind}
    head = array(mx.nd, dtype, call(x, **params).shape, seed="head")
    return grads(mx, lambda a: call(a, **params), x, head=head)


def test_ties(mx):
    x = mx.nd.array([[[[1.0, 1, 0], [1, 1, 0], [-1, -1, -2]]]])
    plain = grads(mx, lambda a: mx.nd.Pooling_v1(a, kernel=(2, 2)), x)
    return plain, grads(mx, lambda a: mx.nd.Pooling_v1(a, kernel=(2, 2), pad=(1, 1)), x)


def test_symbols(mx):
    v = mx.sym.var
    made = [
        mx.sym.Convolution_v1(v("d"), kernel=(3, 3), num_filter=4),
        mx.sym.Pooling_v1(v("d"), kernel=(2, 2)),
    ]
    return [
        (each.list_arguments(), each.list_outputs(), each.infer_shape(d=(2, 2, 5, 5)))
        for each in made
    ]


def test_v1_wrong(mx):
    nd = mx.nd
    x, w = nd.zeros((2, 2, 5, 5)), nd.zeros((4, 2, 3, 3))
    some = {"kernel": (3, 3), "num_filter": 4, "no_bias": True}
    conv, pool = nd.Convolution_v1, nd.Pooling_v1
    return [
        attempt(conv, x[0], nd.zeros((1, 5, 3)), **{**some, "kernel": (3,)}),
        attempt(conv, nd.zeros((1, 1, 3, 3, 3)), nd.zeros((4, 1, 2, 2, 2)),
                **{**some, "kernel": (2, 2, 2)}),
        attempt(conv, x, w, **{**some, "kernel": (7, 3)}),
        attempt(conv, x, nd.zeros((4, 2, 7, 3)), **{**some, "kernel": (7, 3)}),
        attempt(conv, x, w[:3], **some),
        attempt(conv, x[0], w, **some),
        attempt(conv, x, w, **some, num_group=3),
        attempt(conv, x, w, **some, layout="NCW"),
        attempt(conv, x, w, kernel=(3, 3), num_filter=4),
        attempt(conv, x.astype("int32"), w.astype("int32"), **some),
        attempt(conv, x, w.astype("float64"), **some),
        attempt(conv, x, w, **some, stride=(0, 1)),
        attempt(pool, x[0], kernel=(2,)),
        attempt(pool, nd.zeros((1, 1, 3, 3, 3)), kernel=(2, 2, 2)),
        attempt(pool, x, kernel=(7, 2)),
        attempt(pool, x[0], kernel=(2, 2)),
        attempt(pool, x, kernel=(2, 2), pool_type="lp"),
        attempt(pool, x.astype("int32"), kernel=(2, 2)),
    ]  # fmt: skip
