"""Parity of sorting and of the positions of extremes."""

from __future__ import annotations

import pytest

from compat_tests.inputs import DTYPES, arrays, attempt
from compat_tests.ops.families import cases, names, seen

LEGACY = {
    "argmax": lambda nd, x: nd.argmax(x, axis=1),
    "argmax_all": lambda nd, x: nd.argmax(x),
    "argmax_keep": lambda nd, x: nd.argmax(x, axis=0, keepdims=True),
    "argmin": lambda nd, x: nd.argmin(x, axis=-1),
    "argmax_channel": lambda nd, x: nd.argmax_channel(x),
}
#: MXNet sorts no int8 and no bool in legacy arrays; which types it takes is part of the record.
SORTS = {
    "sort": lambda nd, x: nd.sort(x),
    "sort_down": lambda nd, x: nd.sort(x, axis=0, is_ascend=False),
    "sort_flat": lambda nd, x: nd.sort(x, axis=None),
    "argsort": lambda nd, x: nd.argsort(x),
    "argsort_down": lambda nd, x: nd.argsort(x, axis=0, is_ascend=False, dtype="int32"),
    "topk": lambda nd, x: nd.topk(x, k=2),
    "topk_value": lambda nd, x: nd.topk(x, k=2, ret_typ="value", axis=0),
    "topk_both": lambda nd, x: nd.topk(x, k=3, ret_typ="both", is_ascend=True, dtype="int64"),
    "topk_mask": lambda nd, x: nd.topk(x, k=2, ret_typ="mask"),
    "topk_flat": lambda nd, x: nd.topk(x, k=4, ret_typ="value", axis=None),
    "topk_all": lambda nd, x: nd.topk(x, k=0, ret_typ="indices", dtype="uint8"),
}


@cases(LEGACY)
def test_extremes(mx, name, dtype):
    return LEGACY[name](mx.nd, arrays(mx.nd, dtype, (3, 4))[0])


@cases(SORTS)
def test_sorting(mx, name, dtype):
    return SORTS[name](mx.nd, arrays(mx.nd, dtype, (3, 4))[0])


#: MXNet refuses the gradient of a sort along the default axis; with an axis it gives it.
GRADIENTS = {
    **{name: SORTS[name] for name in ("sort_down", "sort_flat", "argsort", "topk", "topk_value")},
    "sort": lambda nd, x: nd.sort(x, axis=1),
    "topk_flat": SORTS["topk_flat"],
    "topk_up": lambda nd, x: nd.topk(x, k=2, ret_typ="value", axis=-1, is_ascend=True),
}


@cases(GRADIENTS, ["float32", "float64"])
def test_gradients(mx, name, dtype):
    return seen(mx, mx.nd, lambda x: GRADIENTS[name](mx.nd, x), dtype, (3, 4))


def test_gradient_of_default_axis(mx):
    return seen(mx, mx.nd, mx.nd.sort, "float32", (3, 4))


@pytest.mark.parametrize("name", ["argmax", "argmin", "argmax_channel"])
def test_flat_gradients(mx, name):
    return seen(mx, mx.nd, lambda x: getattr(mx.nd, name)(x), "float32", (3, 4))


NUMPY = {
    "argmax": lambda np, x: np.argmax(x),
    "argmax_axis": lambda np, x: np.argmax(x, axis=1),
    "argmin": lambda np, x: np.argmin(x, axis=-2),
    "sort": lambda np, x: np.sort(x),
    "sort_axis": lambda np, x: np.sort(x, axis=0),
    "sort_flat": lambda np, x: np.sort(x, axis=None),
    "argsort": lambda np, x: np.argsort(x),
    "argsort_flat": lambda np, x: np.argsort(x, axis=None),
}


@pytest.mark.np
@cases(NUMPY)
def test_numpy(mx, name, dtype):
    return NUMPY[name](mx.np, arrays(mx.np, dtype, (3, 4))[0])


@pytest.mark.np
@cases(["argmax", "argmin", "argsort", "sort_flat"], ["float32", "float64"])
def test_numpy_gradients(mx, name, dtype):
    return seen(mx, mx.np, lambda x: NUMPY[name](mx.np, x), dtype, (3, 4))


@pytest.mark.np
@cases(["topk", "topk_both", "topk_mask"], ["float32", "int32"])
def test_extended(mx, name, dtype):
    return SORTS[name](mx.npx, arrays(mx.np, dtype, (3, 4))[0])


@pytest.mark.parametrize("size", [3, 6, 16])  # beyond 16 equals come in std::sort's order
def test_ties(mx, size):
    values = [[1, 2, 2, 2, 1, 2][i % 6] for i in range(size)]
    x, nd = mx.nd.array(values), mx.nd
    return (
        nd.argsort(x), nd.argsort(x, is_ascend=False), nd.topk(x, k=size), nd.argmax(x, axis=0),
        nd.topk(x, k=size, is_ascend=True), nd.argmin(x, axis=0), nd.topk(x, k=1),
    )  # fmt: skip


def test_not_a_number(mx):
    nan, nd = float("nan"), mx.nd
    x, y = nd.array([1, 3, nan, 9, 3]), nd.array([nan, 1, 3])
    return (
        nd.argmax(x, axis=0), nd.argmin(x, axis=0), nd.argmax(y, axis=0), nd.argmin(y, axis=0),
        nd.argsort(nd.array([3, nan, 1])),
    )  # fmt: skip


@pytest.mark.np
def test_numpy_edges(mx):
    np = mx.np
    nan = float("nan")
    s, e = np.array(5.0), np.zeros((0, 3))
    return (
        np.argmax(s), np.argmax(e, axis=1), np.argmin(np.array([1.0, 1.0, nan])),
        np.argmax(np.array([nan, 1, 3])), np.argsort(np.array([3, nan, 1])),
        np.argsort(np.array([1.0, 1, 0, 0, 1])), np.argsort(np.zeros((0,))), np.sort(e, axis=0),
        np.argmax(np.array([1, 3, 3])),
    )  # fmt: skip


REFUSED = {
    "argmax": lambda nd, x: nd.argmax(x, axis=5),
    "sort": lambda nd, x: nd.sort(x, axis=3),
    "argsort": lambda nd, x: nd.argsort(x, axis=-4),
    "argsort_dtype": lambda nd, x: nd.argsort(x, dtype="int8"),
    "topk_axis": lambda nd, x: nd.topk(x, k=2, axis=5),
    "topk_k": lambda nd, x: nd.topk(x, k=9),
    "topk_dtype": lambda nd, x: nd.topk(x, k=2, dtype="int8"),
    "topk_word": lambda nd, x: nd.topk(x, k=2, ret_typ="foo"),
    "argmax_text": lambda nd, x: nd.argmax(x, axis="a"),
}
NUMPY_REFUSED = {
    "argmax": lambda np, x: np.argmax(x, 5),
    "argmax_list": lambda np, x: np.argmax([1, 2]),
    "argmax_empty": lambda np, x: np.argmax(np.zeros((0,))),
    "argmin_empty": lambda np, x: np.argmin(np.zeros((0, 3)), axis=0),
    "sort": lambda np, x: np.sort(x, axis=7),
    "sort_order": lambda np, x: np.sort(x, order="x"),
    "sort_0d": lambda np, x: np.sort(np.array(5.0)),
    "argsort_order": lambda np, x: np.argsort(x, order="x"),
    "argsort_0d": lambda np, x: np.argsort(np.array(5.0)),
}


@names(REFUSED)
def test_refused(mx, name):
    return attempt(REFUSED[name], mx.nd, arrays(mx.nd, "float32", (3, 4))[0])


@pytest.mark.np
@names(NUMPY_REFUSED)
def test_numpy_refused(mx, name):
    return attempt(NUMPY_REFUSED[name], mx.np, arrays(mx.np, "float32", (3, 4))[0])


@pytest.mark.parametrize("dtype", DTYPES)
def test_out(mx, dtype):
    x = arrays(mx.nd, dtype, (2, 3))[0]
    target = mx.nd.zeros((2,), dtype=dtype)
    mx.nd.argmax(x, axis=1, out=target)
    return target, x.argmax(axis=0)
