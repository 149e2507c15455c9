"""Products of multi-head attention on interleaved projections."""

from __future__ import annotations

import pytest

from compat_tests.inputs import array, arrays, attempt, grads

PAIRS = {
    "selfatt_qk": [(3, 2, 12)],
    "selfatt_valatt": [(3, 2, 12), (4, 3, 3)],
    "encdec_qk": [(3, 2, 4), (5, 2, 8)],
    "encdec_valatt": [(5, 2, 8), (4, 3, 5)],
}


def find(mx, name, sym=False):
    return getattr((mx.sym if sym else mx.nd).contrib, "interleaved_matmul_" + name)


@pytest.mark.tolerance(rtol=1e-5, atol=1e-6, reason="products in another order")
@pytest.mark.parametrize("name", PAIRS)
def test_product(mx, name):
    inputs = arrays(mx.nd, "float32", *PAIRS[name])
    call = find(mx, name)
    shape = call(*inputs, heads=2).shape
    head = array(mx.nd, "float32", shape, seed="head")
    return grads(mx, lambda *a: call(*a, heads=2), *inputs, head=head)


@pytest.mark.parametrize("name", PAIRS)
def test_symbol(mx, name):
    names = ["a", "b"][: len(PAIRS[name])]
    made = find(mx, name, True)(*map(mx.sym.var, names), heads=2)
    return (
        made.list_arguments(),
        made.list_outputs(),
        made.infer_shape(**dict(zip(names, PAIRS[name]))),
    )


def test_attention_wrong(mx):
    nd = mx.nd
    q, a = nd.ones((3, 2, 12)), nd.ones((4, 3, 3))
    kv, qq, b = nd.ones((5, 2, 8)), nd.ones((3, 2, 4)), nd.ones((4, 3, 5))
    qk, av, ek, ev = (find(mx, name) for name in PAIRS)
    return [
        attempt(qk, q),
        attempt(qk, q[0], heads=2),
        attempt(qk, q.astype("int32"), heads=2),
        attempt(av, q, a[:, :2], heads=2),
        attempt(av, q, a[:, :, :2], heads=2),
        attempt(av, q, a[0], heads=2),
        attempt(av, q[0], a, heads=2),
        attempt(av, q, a.astype("float64"), heads=2),
        attempt(ek, qq, kv[:, :1], heads=2),
        attempt(ek, qq, kv[:, :, :6], heads=2),
        attempt(ek, qq[0], kv, heads=2),
        attempt(ek, qq, kv[0], heads=2),
        attempt(ev, kv, b[:, :, :4], heads=2),
        attempt(ev, kv, b[:2], heads=2),
        attempt(ev, kv, b, heads=3),
        attempt(ev, kv[0], b, heads=2),
        attempt(ev, kv, b[0], heads=2),
    ]


def test_wrong_heads(mx):
    return find(mx, "selfatt_qk")(mx.nd.ones((3, 2, 12)), heads=5).shape


def test_wrong_batch(mx):
    call = find(mx, "selfatt_valatt")
    return attempt(call, mx.nd.ones((3, 2, 12)), mx.nd.ones((3, 3, 3)), heads=2)


@pytest.mark.parametrize("dtype", ["float16", "float64"])
@pytest.mark.parametrize("name", PAIRS)
def test_other_floats(mx, name, dtype):
    return find(mx, name)(*arrays(mx.nd, dtype, *PAIRS[name]), heads=2)


def test_empty(mx):
    with mx.util.np_shape(True):
        nd = mx.nd
        return (
            find(mx, "selfatt_qk")(nd.zeros((3, 0, 12)), heads=2),
            find(mx, "selfatt_qk")(nd.zeros((0, 2, 12)), heads=2),
            find(mx, "selfatt_valatt")(nd.zeros((3, 0, 12)), nd.zeros((0, 3, 3)), heads=2),
            find(mx, "encdec_qk")(nd.zeros((0, 2, 4)), nd.zeros((5, 2, 8)), heads=2),
            find(mx, "encdec_valatt")(nd.zeros((5, 2, 8)), nd.zeros((4, 0, 5)), heads=2),
        )
