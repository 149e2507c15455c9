"""Parity of indexing operators: taking, picking, slicing, choosing, counting, replacing."""

from __future__ import annotations

import pytest

from compat_tests.inputs import DTYPES, arrays, attempt, grads
from compat_tests.ops.families import cases, names, seen

CORE = ("float16", "float32", "float64", "int32", "int64", "uint8")


def ints(front, values, dtype="int32"):
    return front.array(values, dtype=dtype)


#: Calls on an array (3, 4).
LEGACY = {
    "take": lambda nd, x: nd.take(x, nd.array([0, 2, 5, -1])),
    "take_axis": lambda nd, x: nd.take(x, nd.array([[0, 1], [3, 1]]), axis=1),
    "take_wrap": lambda nd, x: nd.take(x, nd.array([0, 2, 5, -1]), axis=-1, mode="wrap"),
    "take_raise": lambda nd, x: nd.take(x, nd.array([0, 2]), mode="raise"),
    "pick": lambda nd, x: nd.pick(x, nd.array([0, 3, 1])),
    "pick_axis": lambda nd, x: nd.pick(x, nd.array([0, 2, 9, -1]), axis=0),
    "pick_keep": lambda nd, x: nd.pick(x, nd.array([0, 5, -1]), keepdims=True, mode="wrap"),
    "choose": lambda nd, x: nd.choose_element_0index(x, nd.array([0, 3, 1])),
    "gather_nd": lambda nd, x: nd.gather_nd(x, nd.array([[0, 2, 0], [1, 3, 1]])),
    "gather_rows": lambda nd, x: nd.gather_nd(x, nd.array([[2, 0, 2]])),
    "scatter_nd": lambda nd, x: nd.scatter_nd(x, nd.array([[2, 0, 1]]), shape=(4, 4)),
    "where": lambda nd, x: nd.where(nd.array([[1, 0, 0, 2]] * 3), x, x * 2),
    "where_rows": lambda nd, x: nd.where(nd.array([0, 1, 0]), x, x * 3),
    "slice": lambda nd, x: nd.slice(x, begin=(0, 1), end=(2, 4)),
    "slice_none": lambda nd, x: nd.slice(x, begin=(None, None), end=(None, -1), step=(-1, 2)),
    "crop": lambda nd, x: nd.crop(x, begin=(1,), end=(3,)),
    "slice_axis": lambda nd, x: nd.slice_axis(x, axis=1, begin=1, end=None),
    "slice_axis_back": lambda nd, x: nd.slice_axis(x, axis=-1, begin=-3, end=-1),
    "slice_like": lambda nd, x: nd.slice_like(x, nd.zeros((2, 3))),
    "slice_like_axes": lambda nd, x: nd.slice_like(x, nd.zeros((9, 3)), axes=(1,)),
    "boolean_mask": lambda nd, x: nd.contrib.boolean_mask(x, nd.array([1, 0, 2])),
    "index_copy": lambda nd, x: nd.contrib.index_copy(x, ints(nd, [2, 0]), x[:2]),
}


@pytest.mark.parametrize("dtype", CORE)
def test_batch_take(mx, dtype):
    return mx.nd.batch_take(arrays(mx.nd, dtype, (3, 4))[0], ints(mx.nd, [0, 7, -1]))


def test_batch_take_gradient(mx):
    i = ints(mx.nd, [0, 3, 1])
    return seen(mx, mx.nd, lambda x: mx.nd.batch_take(x, i), "float32", (3, 4))


@cases(LEGACY, CORE)
def test_legacy(mx, name, dtype):
    return seen(mx, mx.nd, lambda x: LEGACY[name](mx.nd, x), dtype, (3, 4))


#: Calls on an array (3, 4).
NUMPY = {
    "take": lambda np, x: np.take(x, np.array([0, 11, 5]), mode="clip"),
    "take_axis": lambda np, x: np.take(x, np.array([[0, 1], [3, 1]]), axis=1),
    "take_wrap": lambda np, x: np.take(x, np.array([0, -1, 9]), axis=0, mode="wrap"),
    "take_0d": lambda np, x: np.take(x, np.array(1), axis=0),
    "where": lambda np, x: np.where(x > 0, x, x * 2),
    "where_broadcast": lambda np, x: np.where(np.array([1.0, 0, 2, 0]), x, x[:1]),
    "diff": lambda np, x: np.diff(x),
    "diff_twice": lambda np, x: np.diff(x, n=2, axis=0),
    "diff_none": lambda np, x: np.diff(x, n=0),
    "ediff1d": lambda np, x: np.ediff1d(x),
    "ediff1d_ends": lambda np, x: np.ediff1d(x, to_begin=2, to_end=3),
    "ediff1d_arrays": lambda np, x: np.ediff1d(x, x[0, :2], x[1, :1]),
    "nan_to_num": lambda np, x: np.nan_to_num(x),
    "unique": lambda np, x: np.unique(x),
}


@pytest.mark.np
@cases(NUMPY, CORE)
def test_numpy(mx, name, dtype):
    return seen(mx, mx.np, lambda x: NUMPY[name](mx.np, x), dtype, (3, 4))


EXTENDED = {
    "pick": lambda npx, np, x: npx.pick(x, np.array([0, 3, 1])),
    "gather_nd": lambda npx, np, x: npx.gather_nd(x, np.array([[0, 2], [1, 3]])),
    "slice": lambda npx, np, x: npx.slice(x, begin=(0, None), end=(2, 3)),
    "one_hot": lambda npx, np, x: npx.one_hot(x, 3),
    "reshape_like": lambda npx, np, x: npx.reshape_like(x, np.ones((2, 6))),
    "arange_like": lambda npx, np, x: npx.arange_like(x, axis=1),
}


@pytest.mark.np
@cases(EXTENDED, ["float32", "int32"])
def test_extended(mx, name, dtype):
    return seen(mx, mx.np, lambda x: EXTENDED[name](mx.npx, mx.np, x), dtype, (3, 4))


@pytest.mark.parametrize("dtype", DTYPES)
def test_one_hot(mx, dtype):
    indices = mx.nd.array([[0, 2], [5, 1]], dtype=dtype)
    one_hot = mx.nd.one_hot
    return (
        one_hot(indices, 3), one_hot(indices, depth=2, on_value=5, off_value=-1.5, dtype="float64"),
        one_hot(indices, 3, dtype="int8"), indices.one_hot(2), one_hot(mx.nd.array([0.7, -1]), 2),
    )  # fmt: skip


@pytest.mark.parametrize("dtype", DTYPES)
def test_index_types(mx, dtype):
    x = arrays(mx.nd, "float32", (3, 4))[0]
    i = mx.nd.array([0, 2, 1], dtype=dtype)
    nd = mx.nd
    return nd.take(x, i), nd.pick(x, i), nd.gather_nd(x, nd.array([[0, 1], [2, 2]], dtype=dtype)), (
        nd.where(i, x, -x), nd.contrib.boolean_mask(x, i),
    )  # fmt: skip


@pytest.mark.parametrize("name", ["take", "pick", "gather_nd"])
def test_index_gradient(mx, name):
    index = mx.nd.array([[0, 1]] if name == "gather_nd" else [0.0, 1.0])
    x = arrays(mx.nd, "float32", (2, 3))[0]
    return grads(mx, lambda a, i: getattr(mx.nd, name)(a, i), x, index)


def test_condition_gradient(mx):
    x, y = arrays(mx.nd, "float32", (2, 2), (2, 2))
    c = mx.nd.array([[1, 0], [0, 2]])
    return grads(mx, lambda c, x, y: mx.nd.where(c, x, y), c, x, y)


@pytest.mark.np
@cases(["lscalar", "rscalar"], ["float32", "float64", "int32"])
def test_where_scalar(mx, name, dtype):
    np = mx.np
    call = (lambda x: np.where(x > 0, 2.5, x)) if name == "lscalar" else (
        lambda x: np.where(x > 0, x, 2.5))  # fmt: skip
    return seen(mx, np, call, dtype, (2, 3))


def test_slice_assign(mx):
    x, y = arrays(mx.nd, "float32", (3, 4), (2, 2))
    internal = mx.nd._internal
    return (
        internal._slice_assign(x, y, begin=(0, 1), end=(2, 3)),
        internal._slice_assign_scalar(x, scalar=5, begin=(1, None), end=(3, None)),
        internal._crop_assign(x, y, begin=(0, 0), end=(2, 4), step=(1, 2)),
    )


def test_positions(mx):
    nd = mx.nd
    grid = nd.array([[0, 1], [1, 2]])
    return (
        nd.ravel_multi_index(grid, shape=(2, 3)),
        nd.unravel_index(nd.array([0, 5, 3]), shape=(2, 3)),
        nd.ravel_multi_index(grid.astype("int32"), shape=(-1, 3)),
        nd.unravel_index(nd.array([7, 11], dtype="int64"), shape=(2, 2, 3)),
        nd.contrib.index_array(nd.zeros((2, 2))),
        nd.contrib.index_array(nd.zeros((2, 2)), axes=(1,)),
        nd.fill_element_0index(nd.zeros((2, 3)), nd.array([5, 6]), nd.array([0, 2])),
    )  # fmt: skip


@pytest.mark.np
@pytest.mark.parametrize("dtype", CORE)
def test_finding(mx, dtype):
    np = mx.np
    x = np.array([[1, 0, 2], [0, 5, 0]], dtype=dtype)
    return (
        np.nonzero(x), np.where(x), mx.npx.nonzero(x), np.where(x, 1.0, 2.0), np.flatnonzero(x),
        np.unique(x, return_index=True, return_inverse=True, return_counts=True),
        np.unique(x, axis=1), np.nonzero(np.array(2, dtype=dtype)), np.argwhere(x),
    )  # fmt: skip


@pytest.mark.np
@pytest.mark.parametrize("dtype", ["int32", "int64", "int8", "uint8"])
def test_bincount(mx, dtype):
    np = mx.np
    x = np.array([0, 1, 1, 5], dtype=dtype)
    w = np.array([0.5, 1, 1.5, 2])
    return (
        np.bincount(x), np.bincount(x, minlength=8), np.bincount(x, weights=w),
        np.bincount(x, weights=w.astype("float64")), np.bincount(np.array([], dtype=dtype)),
    )  # fmt: skip


@pytest.mark.np
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_nan_to_num(mx, dtype):
    np, inf, nan = mx.np, float("inf"), float("nan")
    x = np.array([nan, inf, -inf, 1.5], dtype=dtype)
    filled = np.nan_to_num(x, nan=5, posinf=6, neginf=-7)
    return filled, grads(mx, np.nan_to_num, x), np.nan_to_num(np.array([1, 2], dtype="int32"))


@pytest.mark.np
@pytest.mark.parametrize("dtype", ["float32", "float64", "int32"])
def test_delete(mx, dtype):
    np = mx.np
    v, x = arrays(np, dtype, (5,), (2, 3, 2))
    i = np.array([0, 2], dtype="int64")
    return (
        np.delete(v, 1), np.delete(v, -1), np.delete(x, 1, axis=1), np.delete(x, 1),
        np.delete(x, slice(0, 2), axis=1), np.delete(v, i), np.delete(v, slice(None, None, -2)),
    )  # fmt: skip


@pytest.mark.np
@pytest.mark.parametrize("dtype", ["float32", "float64", "int32"])
def test_insert(mx, dtype):
    np = mx.np
    v, w, x, row = arrays(np, dtype, (3,), (2,), (2, 3, 2), (2,))
    i = np.array([0, 2], dtype="int64")
    return np.insert(v, 1, 9), np.insert(v, 1, w), np.insert(v, -1, 9), np.insert(v, i, w), (
        np.insert(x, 1, row, axis=1), np.insert(v, slice(0, 2), w),
    )  # fmt: skip


@pytest.mark.np
def test_other_functions(mx):
    np = mx.np
    m, v = np.ones((3, 3)), np.array([3.0, 1.0, 2.0])
    return (
        np.unravel_index(np.array([0, 2, 1], dtype="int64"), (2, 2)), np.diag_indices_from(m),
        np.resize(v, (2, 2)), np.searchsorted(np.array([1.0, 2, 3]), v), np.tril_indices_from(m),
        np.interp(v, np.array([0.0, 1, 2]), np.array([1.0, 2, 3])),
        np.take_along_axis(v, np.array([0, 2], dtype="int64"), 0),
        np.histogram(v, 3, range=(0, 5)), np.histogram(v, np.array([0.0, 2, 5])),
    )  # fmt: skip


@pytest.mark.np
def test_choosing_by_number(mx):
    np = mx.np
    v, i = np.array([1.0, 2.0]), np.array([1, 2], dtype="int32")
    return (
        np.where(True, v, 5), np.where(0, v, 5), np.where(v > 1, 1, 2).dtype,
        np.where(v > 1, i, 5.7), np.where(np.zeros((0,)), np.zeros((0,)), 1.0),
    )  # fmt: skip


@pytest.mark.np
def test_empty(mx):
    np = mx.np
    e = np.zeros((0, 3))
    return (
        np.unique(np.zeros((0,))), np.nonzero(e), np.take(e, np.array([0, 1]), axis=1),
        mx.npx.one_hot(np.zeros((0,)), 2), np.diff(e), np.ediff1d(np.array(5.0)),
        np.where(e > 0, e, e), mx.npx.slice(np.ones((2, 3)), begin=(0, 5), end=(2, 9)),
    )  # fmt: skip


REFUSED = {
    "take_axis": lambda nd, x: nd.take(x, nd.array([0]), axis=5),
    "take_raise": lambda nd, x: nd.take(x, nd.array([0, 9]), mode="raise"),
    "take_mode": lambda nd, x: nd.take(x, nd.array([0]), mode="foo"),
    "take_list": lambda nd, x: nd.take(x, [0, 1]),
    "pick_shape": lambda nd, x: nd.pick(x, nd.array([0, 1])),
    "pick_axis": lambda nd, x: nd.pick(x, nd.array([0, 1, 2]), axis=7),
    "pick_none": lambda nd, x: nd.pick(x, nd.array([0, 1, 2]), axis=None),
    "batch_take": lambda nd, x: nd.batch_take(x, nd.array([0, 1, 2])),
    "gather_rank": lambda nd, x: nd.gather_nd(x, nd.array([0, 1])),
    "gather_many": lambda nd, x: nd.gather_nd(x, nd.array([[0], [0], [0]])),
    "gather_far": lambda nd, x: nd.gather_nd(x, nd.array([[0, 1], [1, 9]])),
    "scatter": lambda nd, x: nd.scatter_nd(x, nd.array([[0, 0], [1, 1]]), shape=(2, 3)),
    "scatter_shape": lambda nd, x: nd.scatter_nd(x, nd.array([[0]])),
    "one_hot": lambda nd, x: nd.one_hot(nd.array([0])),
    "one_hot_dtype": lambda nd, x: nd.one_hot(nd.array([0]), 2, dtype="bool"),
    "where_rows": lambda nd, x: nd.where(nd.array([1, 0]), x, x),
    "where_shape": lambda nd, x: nd.where(x, x, nd.ones((3, 1))),
    "where_dtype": lambda nd, x: nd.where(x, x, x.astype("int32")),
    "slice_rank": lambda nd, x: nd.slice(x, begin=(0, 0, 0), end=(1, 1, 1)),
    "slice_counts": lambda nd, x: nd.slice(x, begin=(0,), end=(1, 2)),
    "slice_step": lambda nd, x: nd.slice(x, begin=(0,), end=(1,), step=(0,)),
    "slice_missing": lambda nd, x: nd.slice(x, begin=(0,)),
    "slice_axis": lambda nd, x: nd.slice_axis(x, axis=5, begin=0, end=1),
    "slice_axis_order": lambda nd, x: nd.slice_axis(x, axis=1, begin=2, end=1),
    "slice_axis_end": lambda nd, x: nd.slice_axis(x, axis=1, begin=0, end=9),
    "slice_axis_begin": lambda nd, x: nd.slice_axis(x, axis=1, begin=-9, end=1),
    "slice_axis_empty": lambda nd, x: nd.slice_axis(x, axis=1, begin=4, end=None),
    "slice_like": lambda nd, x: nd.slice_like(x, nd.ones((1,))),
    "slice_like_size": lambda nd, x: nd.slice_like(x, nd.ones((1, 9)), axes=(1,)),
    "mask": lambda nd, x: nd.contrib.boolean_mask(x, nd.array([0, 1])),
    "mask_axis": lambda nd, x: nd.contrib.boolean_mask(x, nd.array([0, 1, 1]), axis=1),
    "index_copy": lambda nd, x: nd.contrib.index_copy(x, ints(nd, [1]), x),
    "ravel": lambda nd, x: nd.ravel_multi_index(nd.array([[0, 1], [1, 2]]), shape=(2, 3, 4)),
}
NUMPY_REFUSED = {
    "take_number": lambda np, x: np.take(x, 1),
    "take_list": lambda np, x: np.take(x, [0, 1], axis=1),
    "take_axis": lambda np, x: np.take(x, np.array([0]), axis=5),
    "take_mode": lambda np, x: np.take(x, np.array([0]), mode="foo"),
    "where_dtype": lambda np, x: np.where(x > 0, x, x.astype("int32")),
    "where_shapes": lambda np, x: np.where(np.ones((2, 2)), np.ones((3,)), np.ones((3,))),
    "where_list": lambda np, x: np.where(x > 0, x, [1, 2, 3]),
    "where_one": lambda np, x: np.where(x > 0, x),
    "where_lists": lambda np, x: np.where(x > 0, [1], [2]),
    "diff_n": lambda np, x: np.diff(x, n=-1),
    "diff_axis": lambda np, x: np.diff(x, axis=4),
    "diff_0d": lambda np, x: np.diff(np.array(5.0)),
    "diff_prepend": lambda np, x: np.diff(x, prepend=1),
    "bincount_list": lambda np, x: np.bincount([1, 2]),
    "bincount_minlength": lambda np, x: np.bincount(np.array([0], dtype="int32"), minlength=-1),
    "nan_to_num_list": lambda np, x: np.nan_to_num([1, 2]),
    "delete_list": lambda np, x: np.delete(x, [0, 2]),
    "delete_from_list": lambda np, x: np.delete([1, 2], 0),
    "insert_list": lambda np, x: np.insert(x[0], [0, 2], np.array([9.0])),
    "insert_values": lambda np, x: np.insert(x[0], 0, [1]),
    "diag_indices": lambda np, x: np.diag_indices_from(x),
    "unravel_order": lambda np, x: np.unravel_index(x, (2, 2), order="F"),
    "histogram_density": lambda np, x: np.histogram(x, density=True),
    "histogram_range": lambda np, x: np.histogram(x),
}


@names(REFUSED)
def test_refused(mx, name):
    return attempt(REFUSED[name], mx.nd, arrays(mx.nd, "float32", (3, 4))[0])


@pytest.mark.np
@names(NUMPY_REFUSED)
def test_numpy_refused(mx, name):
    return attempt(NUMPY_REFUSED[name], mx.np, arrays(mx.np, "float32", (3, 4))[0])


@pytest.mark.np
def test_take_out_of_range(mx):
    """Stand last: MXNet's error comes late and would meet later cases."""
    x = arrays(mx.np, "float32", (3, 4))[0]
    return attempt(mx.np.take, x, mx.np.array([0, 9]), axis=1)
