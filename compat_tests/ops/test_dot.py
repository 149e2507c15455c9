"""Matrix products of both front ends."""

from __future__ import annotations

import pytest

from compat_tests.inputs import FLOATS, array, arrays, attempt, grads

WIDE = ("float32", "float64")
FLAGS = {
    "nn": {}, "tn": {"transpose_a": True}, "nt": {"transpose_b": True},
    "tt": {"transpose_a": True, "transpose_b": True},
}  # fmt: skip


def flipped(shape, flag):
    """Swap the last two lengths where the flag says so."""
    return (*shape[:-2], shape[-1], shape[-2]) if flag == "t" else shape


@pytest.mark.parametrize("dtype", WIDE)
@pytest.mark.parametrize("form", FLAGS)
def test_dot(mx, form, dtype):
    x, y = arrays(mx.nd, dtype, flipped((2, 3), form[0]), flipped((3, 4), form[1]))
    return grads(mx, lambda a, b: mx.nd.dot(a, b, **FLAGS[form]), x, y)


DOTS = {
    "vectors": ((3,), (3,), {}), "vector matrix": ((3,), (3, 2), {}),
    "matrix vector": ((2, 3), (3,), {}), "vector transposed": ((3,), (2, 3), {"transpose_b": True}),
    "vector flagged": ((3,), (3, 2), {"transpose_a": True}),
    "matrix flagged": ((2, 3), (3,), {"transpose_b": True}),
    "transposed vector": ((3, 2), (3,), {"transpose_a": True}),
    "cube vector": ((2, 2, 3), (3,), {}), "cube matrix": ((2, 2, 3), (3, 2), {}),
    "cubes": ((2, 1, 3), (3, 2, 2), {}), "matrix cube": ((2, 3), (3, 2, 2), {}),
    "cube transposed": ((3, 2, 2), (3, 2), {"transpose_a": True}),
    "cube by transposed": ((2, 2, 3), (2, 2, 3), {"transpose_b": True}),
    "both transposed": ((3, 2, 2), (2, 2, 3), {"transpose_a": True, "transpose_b": True}),
    "one by one": ((1, 1), (1, 1), {}),
}  # fmt: skip


@pytest.mark.parametrize("form", DOTS)
def test_dot_shapes(mx, form):
    left, right, flags = DOTS[form]
    x, y = arrays(mx.nd, "float32", left, right)
    return grads(mx, lambda a, b: mx.nd.dot(a, b, **flags), x, y)


@pytest.mark.parametrize(
    "shapes",
    [((2, 3), (2, 3)), ((3,), (2,)), ((2, 3), (4,)), ((1,), (2, 3)), ((2, 3), (1,))],
    ids=str,
)
def test_dot_refuses_shapes(mx, shapes):
    x, y = arrays(mx.nd, "float32", *shapes)
    return attempt(mx.nd.dot, x, y)


def test_dot_refusals(mx):
    x, y = arrays(mx.nd, "float32", (3,), (3,))
    m, d = array(mx.nd, "float32", (3, 3)), array(mx.nd, "float64", (3, 3))
    return [
        attempt(lambda: mx.nd.dot(x, y, transpose_a=True)), attempt(mx.nd.dot, m, d),
        attempt(mx.nd.dot, m, 2.0), attempt(mx.nd.dot, m),
        attempt(lambda: mx.nd.dot(m, m, transpose_a="maybe")),
        attempt(lambda: mx.nd.dot(m, m, out=mx.nd.zeros((2, 2)))),
    ]  # fmt: skip


@pytest.mark.parametrize("dtype", ("int8", "uint8", "int32", "int64", "bool"))
@pytest.mark.parametrize("name", ("dot", "batch_dot"))
def test_legacy_products_need_floats(mx, name, dtype):
    shape = (2, 2) if name == "dot" else (2, 2, 2)
    x, y = arrays(mx.nd, dtype, shape, shape)
    return attempt(getattr(mx.nd, name), x, y)


def test_dot_method_and_out(mx):
    x, y = arrays(mx.nd, "float32", (2, 3), (3, 2))
    out = mx.nd.zeros((2, 2))
    return mx.nd.dot(x, y, out=out), out, x.dot(y)


@pytest.mark.parametrize("dtype", WIDE)
@pytest.mark.parametrize("form", FLAGS)
def test_batch_dot(mx, form, dtype):
    x, y = arrays(mx.nd, dtype, flipped((2, 2, 3), form[0]), flipped((2, 3, 4), form[1]))
    return grads(mx, lambda a, b: mx.nd.batch_dot(a, b, **FLAGS[form]), x, y)


def test_batch_dot_of_more_axes(mx):
    x, y = arrays(mx.nd, "float32", (2, 2, 2, 3), (2, 2, 3, 2))
    return grads(mx, mx.nd.batch_dot, x, y)


@pytest.mark.np
@pytest.mark.parametrize("form", FLAGS)
def test_numpy_batch_dot(mx, form):
    x, y = arrays(mx.np, "float32", flipped((2, 2, 3), form[0]), flipped((2, 3, 2), form[1]))
    return grads(mx, lambda a, b: mx.npx.batch_dot(a, b, **FLAGS[form]), x, y)


@pytest.mark.parametrize(
    "shapes",
    [((2, 3), (2, 3)), ((2, 3, 4), (2, 3, 4)), ((2, 3, 4), (3, 4, 5)), ((2, 3, 4), (2, 2, 4, 5))],
    ids=str,
)
def test_batch_dot_refuses_shapes(mx, shapes):
    x, y = arrays(mx.nd, "float32", *shapes)
    return attempt(mx.nd.batch_dot, x, y)


def test_khatri_rao(mx):
    x, y, z = arrays(mx.nd, "float32", (2, 3), (4, 3), (2, 3))
    return mx.nd.khatri_rao(x, y), mx.nd.khatri_rao(x), mx.nd.khatri_rao(x, y, z)


def test_khatri_rao_gradient(mx):
    x, y = arrays(mx.nd, "float32", (2, 3), (2, 3))
    return grads(mx, mx.nd.khatri_rao, x, y)


NUMPY_DOTS = {
    "vectors": ((3,), (3,)), "matrix vector": ((2, 3), (3,)), "vector matrix": ((3,), (3, 2)),
    "matrices": ((2, 3), (3, 4)), "cube vector": ((2, 2, 3), (3,)),
    "cube matrix": ((2, 2, 3), (3, 2)), "matrix cube": ((2, 3), (2, 3, 2)),
    "cubes": ((2, 1, 3), (2, 3, 2)), "vector cube": ((3,), (2, 3, 2)),
    "scalars": ((), ()), "scalar matrix": ((), (2, 3)), "matrix scalar": ((2, 3), ()),
}  # fmt: skip


@pytest.mark.np
@pytest.mark.parametrize("dtype", WIDE)
@pytest.mark.parametrize("form", NUMPY_DOTS)
def test_numpy_dot(mx, form, dtype):
    x, y = arrays(mx.np, dtype, *NUMPY_DOTS[form])
    return grads(mx, mx.np.dot, x, y)


@pytest.mark.np
@pytest.mark.parametrize(
    "shapes", [((0, 3), (3, 2)), ((2, 0), (0, 2)), ((0,), (0,)), ((2, 3), (3, 0))], ids=str
)
@pytest.mark.parametrize("name", ("dot", "matmul"))
def test_numpy_products_of_nothing(mx, name, shapes):
    x, y = arrays(mx.np, "float32", *shapes)
    return getattr(mx.np, name)(x, y)


@pytest.mark.np
@pytest.mark.parametrize(
    "shapes",
    [((2, 3), (2, 3)), ((3,), (4,)), ((2, 3), (4,)), ((3,), (2, 3)), ((2, 2, 3), (2, 4))],
    ids=str,
)
@pytest.mark.parametrize("name", ("dot", "matmul"))
def test_numpy_products_refuse_shapes(mx, name, shapes):
    x, y = arrays(mx.np, "float32", *shapes)
    return attempt(getattr(mx.np, name), x, y)


@pytest.mark.np
@pytest.mark.parametrize("dtype", ("int8", "uint8", "int32", "int64", "bool"))
@pytest.mark.parametrize("name", ("dot", "matmul", "inner", "outer", "vdot", "tensordot"))
def test_numpy_products_need_floats(mx, name, dtype):
    x, y = arrays(mx.np, dtype, (2, 2), (2, 2))
    return attempt(getattr(mx.np, name), x, y)


@pytest.mark.np
@pytest.mark.parametrize("name", ("dot", "matmul"))
def test_numpy_products_of_other_things(mx, name):
    x, d, n = (
        array(mx.np, "float32", (2, 2)), array(mx.np, "float64", (2, 2)),
        array(mx.nd, "float32", (2, 2)),
    )  # fmt: skip
    function = getattr(mx.np, name)
    return [
        attempt(function, x, d), attempt(function, x, 2.0), attempt(function, [[1.0]], x),
        attempt(function, x, n),
    ]  # fmt: skip


MATMULS = {
    "vectors": ((3,), (3,)), "matrix vector": ((2, 3), (3,)), "vector matrix": ((3,), (3, 2)),
    "matrices": ((2, 3), (3, 4)), "stack matrix": ((2, 2, 3), (3, 2)),
    "stacks": ((2, 2, 3), (2, 3, 2)), "broadcast": ((2, 1, 2, 3), (3, 3, 2)),
    "matrix stack": ((2, 3), (2, 3, 2)), "vector stack": ((3,), (2, 3, 2)),
    "stack vector": ((2, 2, 3), (3,)), "ones": ((1, 2, 3), (2, 3, 2)),
}  # fmt: skip


@pytest.mark.np
@pytest.mark.parametrize("dtype", WIDE)
@pytest.mark.parametrize("form", MATMULS)
def test_matmul(mx, form, dtype):
    x, y = arrays(mx.np, dtype, *MATMULS[form])
    return grads(mx, mx.np.matmul, x, y), x @ y


@pytest.mark.np
def test_matmul_refusals(mx):
    x, y = arrays(mx.np, "float32", (2, 3, 4), (3, 4, 5))
    s = mx.np.array(2.0)
    return attempt(mx.np.matmul, x, y), attempt(mx.np.matmul, s, x), attempt(mx.np.matmul, x, s)


@pytest.mark.np
@pytest.mark.parametrize("shapes", [((2, 3), (4, 3)), ((3,), (3,)), ((2, 2, 3), (3,))], ids=str)
def test_inner(mx, shapes):
    x, y = arrays(mx.np, "float32", *shapes)
    return grads(mx, mx.np.inner, x, y)


@pytest.mark.np
@pytest.mark.parametrize("shapes", [((2, 3), (4,)), ((3,), (2,)), ((2, 2), (2, 2))], ids=str)
def test_outer(mx, shapes):
    x, y = arrays(mx.np, "float32", *shapes)
    return grads(mx, mx.np.outer, x, y)


@pytest.mark.np
@pytest.mark.parametrize("shapes", [((2, 3), (2, 3)), ((3,), (3,)), ((2, 2), (2, 3))], ids=str)
def test_vdot(mx, shapes):
    x, y = arrays(mx.np, "float32", *shapes)
    return attempt(lambda: grads(mx, mx.np.vdot, x, y))


TENSORDOTS = {
    "one": ((2, 3), (3, 2), 1), "two": ((2, 3, 2), (3, 2, 2), 2), "none": ((2, 3), (2,), 0),
    "default": ((2, 3, 2), (3, 2, 2), None), "pairs": ((2, 3, 4), (4, 3, 2), ((1, 2), (1, 0))),
    "negative": ((2, 3, 4), (4, 2), ((-1,), (0,))), "plain": ((2, 3), (3, 2), (1, 0)),
    "lists": ((2, 3), (3, 2), ([1], [0])), "all": ((2, 3), (2, 3), 2),
    "vectors": ((3,), (3,), 1), "crossed": ((2, 3), (2, 3), ((0, 1), (0, 1))),
    "empty": ((2, 3), (2,), ((), ())),
}  # fmt: skip


@pytest.mark.np
@pytest.mark.parametrize("form", TENSORDOTS)
def test_tensordot(mx, form):
    left, right, axes = TENSORDOTS[form]
    x, y = arrays(mx.np, "float32", left, right)
    given = {} if axes is None else {"axes": axes}
    return grads(mx, lambda a, b: mx.np.tensordot(a, b, **given), x, y)


@pytest.mark.np
def test_tensordot_refusals(mx):
    x, y = arrays(mx.np, "float32", (2, 3), (2, 3))
    return [
        attempt(lambda: mx.np.tensordot(x, y, 1)),
        attempt(lambda: mx.np.tensordot(x, y, ((0,), (1,)))),
        attempt(lambda: mx.np.tensordot(x, y, ((0, 1), (1,)))),
    ]  # fmt: skip


@pytest.mark.np
@pytest.mark.parametrize("name", ("dot", "matmul"))
def test_out(mx, name):
    x, y = arrays(mx.np, "float32", (2, 3), (3, 2))
    out = mx.np.zeros((2, 2))
    function = getattr(mx.np, name)
    return function(x, y, out=out), out, attempt(lambda: function(x, y, out=mx.np.zeros((3, 3))))


@pytest.mark.parametrize("name", ("dot", "batch_dot"))
def test_narrow_floats(mx, name):
    shape = (2, 2) if name == "dot" else (1, 2, 2)
    x, y = arrays(mx.nd, "float16", shape, shape)
    return getattr(mx.nd, name)(x, y)


@pytest.mark.parametrize("dtype", FLOATS[1:])
def test_affine_layer_by_hand(mx, front, dtype):
    x, w, b = arrays(front, dtype, (4, 3), (3, 2), (2,))
    return grads(mx, lambda x, w, b: (front.dot(x, w) + b) ** 2, x, w, b)
