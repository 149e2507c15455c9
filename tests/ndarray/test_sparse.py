"""Sparse arrays without MXNet: SciPy, parts that do not fit, a strict device, what stays small."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest
import scipy.sparse

import mxshim as mx
from mxshim import autograd, nd
from mxshim._backends.row_gradient import RowGradient, summed_rows
from mxshim._formats.array_record import dump_array
from mxshim.base import MXNetError
from tests.strict_cupy import strict_context, strict_namespace

ROWS = np.array([[0, 1, 0, 2], [0, 0, 0, 0], [3, 0, 0.5, 0]], "float32")
STYPES = ("csr", "row_sparse")


def sample(stype: str, ctx: Any = None, rows: Any = ROWS) -> Any:
    return nd.array(rows, ctx=ctx).tostype(stype)


# ---- SciPy


def test_scipy_there_and_back() -> None:
    matrix = scipy.sparse.random(20, 30, 0.1, "csr", "float32", np.random.default_rng(3))
    ours = nd.sparse.csr_matrix(matrix)
    assert ours.stype == "csr"
    assert ours.dtype is np.float32
    back = ours.asscipy()
    assert (back != matrix).nnz == 0
    back.data[:] = 0
    np.testing.assert_array_equal(ours.asnumpy(), matrix.toarray())
    assert nd.array(matrix).stype == "csr"
    assert nd.sparse.array(matrix, dtype="float64").dtype is np.float64


def test_scipy_parts_come_sorted_and_summed() -> None:
    coo = scipy.sparse.coo_matrix(([1.0, 2.0, 4.0], ([0, 0, 0], [2, 2, 0])), shape=(1, 3))
    made = nd.sparse.csr_matrix((coo.data, (coo.row, coo.col)), shape=(1, 3))
    assert made.indices.asnumpy().tolist() == [0, 2]
    assert made.data.asnumpy().tolist() == [4, 3]
    made.check_format()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("turned", [False, True])
def test_product_agrees_with_scipy(turned: bool, dtype: str) -> None:
    draw = np.random.default_rng(5)
    matrix = scipy.sparse.random(8, 6, 0.3, "csr", dtype, draw)
    dense = draw.normal(size=(8 if turned else 6, 3)).astype(dtype)
    made = nd.dot(nd.sparse.csr_matrix(matrix), nd.array(dense, dtype=dtype), transpose_a=turned)
    assert made.stype == ("row_sparse" if turned else "default")
    expected = (matrix.T if turned else matrix) @ dense
    np.testing.assert_allclose(made.asnumpy(), expected, rtol=1e-5, atol=1e-6)


# ---- parts


@pytest.mark.parametrize("parts", [
    ([1, 2], [0, 1], [0, 1, 3]), ([1, 2], [0, 1], [0, 2, 1]), ([1, 2], [0, 1], [0, 1]),
    ([1, 2], [0, 1], [1, 1, 2]), ([1, 2], [0, 7], [0, 1, 2]), ([1, 2], [1, 1], [0, 2, 2]),
], ids=str)  # fmt: skip
def test_csr_parts_that_do_not_fit_are_found(parts: Any) -> None:
    with pytest.raises(MXNetError, match="csr NDArray"):
        nd.sparse.csr_matrix(parts, shape=(2, 3)).check_format()


def test_parts_out_of_range_are_refused_not_written() -> None:
    made = nd.sparse.row_sparse_array(([[1.0, 2]], [7]), shape=(3, 2))
    with pytest.raises(MXNetError, match="less than the size of first dimension"):
        made.asnumpy()
    with pytest.raises(MXNetError, match="rows to retain must be from 0 to 2"):
        nd.sparse.retain(sample("row_sparse"), nd.array([5]))


@pytest.mark.parametrize("stype", STYPES)
def test_dense_view_cannot_be_written(stype: str) -> None:
    x = sample(stype)
    with pytest.raises(ValueError, match="read-only"):
        x._buf[0] = 1
    x._buf = np.zeros((3, 4), "float32")
    assert x.data.shape[0] == 0


@pytest.mark.parametrize("stype", STYPES)
def test_parts_are_copies(stype: str) -> None:
    x = sample(stype)
    x.data[:] = 9
    x.indices[:] = 0
    np.testing.assert_array_equal(x.asnumpy(), ROWS)


@pytest.mark.parametrize("stype", STYPES)
@pytest.mark.parametrize("rows", [np.zeros((3, 2)), np.zeros((1, 1)), np.ones((2, 1))])
def test_few_or_no_elements(stype: str, rows: Any) -> None:
    x = sample(stype, rows=rows.astype("float32"))
    for made in (x, x + x, x * 2, nd.square(x), x.copy(), x.astype("float64")):
        assert made.stype == stype
        assert made.shape == rows.shape
    np.testing.assert_array_equal((x + x).asnumpy(), rows * 2)
    with pytest.raises(MXNetError, match="expected"):
        nd.elemwise_add(x, nd.ones((7, 7)).tostype(stype))


def test_three_axes() -> None:
    rows = np.zeros((4, 2, 3), "float32")
    rows[2] = 1
    x = sample("row_sparse", rows=rows)
    assert x.data.shape == (1, 2, 3)
    assert (x + x).indices.asnumpy().tolist() == [2]
    np.testing.assert_array_equal((x * 3).asnumpy(), rows * 3)


def test_retain_method_passes_the_array() -> None:
    assert sample("row_sparse").retain(nd.array([2])).indices.asnumpy().tolist() == [2]


def test_large_matrix_stays_sparse() -> None:
    """What has a rule never makes the dense array, which would have 10**12 elements."""
    size = 10**6
    parts = ([1.0, 2.0], [5, size - 1], np.concatenate([[0, 1], np.full(size - 1, 2)]))
    x = nd.sparse.csr_matrix(parts, shape=(size, size))
    made = nd.square(x * 2) + x
    assert made.data.asnumpy().tolist() == [5.0, 18.0]
    assert x[1:2].indices.asnumpy().tolist() == [size - 1]
    assert nd.sum(x, axis=1).asnumpy()[:2].tolist() == [1, 2]
    assert nd.contrib.getnnz(x).asnumpy().tolist() == [2]
    weight = nd.ones((size, 1))
    weight.attach_grad(stype="row_sparse")
    with autograd.record():
        y = nd.dot(x, weight)
    y.backward()
    assert weight.grad.indices.asnumpy().tolist() == [5, size - 1]


@pytest.mark.parametrize("stype", STYPES)
def test_numpy_arrays_do_not_mix_with_sparse_ones(stype: str) -> None:
    x, y = sample(stype), mx.np.ones((3, 4))
    for mix in (lambda: y + x, lambda: x + y, lambda: mx.np.add(x, y)):
        with pytest.raises(TypeError):
            mix()


# ---- gradients


def looked_up(weight: Any, ids: Any) -> Any:
    rows, width = weight.shape
    return nd.Embedding(nd.array(ids), weight, input_dim=rows, output_dim=width, sparse_grad=True)


def test_gradient_adds_to_its_like_and_to_arrays() -> None:
    xp = mx.cpu().xp
    one = summed_rows(xp, np.array([3, 1, 3]), np.array([[1.0], [2], [4]]), (5, 1))
    assert one.rows.tolist() == [1, 3]
    assert one.values.tolist() == [[2], [5]]
    other = summed_rows(xp, np.array([0, 3]), np.array([[1.0], [1]]), (5, 1))
    total = one + other
    assert isinstance(total, RowGradient)
    np.testing.assert_array_equal(total.dense(), one.dense() + other.dense())
    dense = np.arange(5.0).reshape(5, 1)
    for mixed in (dense + one, one + dense):
        np.testing.assert_array_equal(mixed, dense + one.dense())
    assert one.astype("float32").dtype == np.float32


def test_gradient_through_a_computed_weight_is_dense() -> None:
    weight = nd.array(np.arange(8.0).reshape(4, 2))
    weight.attach_grad()
    with autograd.record():
        y = looked_up(weight * 3, [3, 1, 1])
    y.backward()
    np.testing.assert_array_equal(weight.grad.asnumpy(), [[0, 0], [6, 6], [0, 0], [3, 3]])


def test_gradient_of_a_weight_among_several_outputs() -> None:
    weight = nd.array(np.arange(8.0).reshape(4, 2))
    weight.attach_grad()
    with autograd.record():
        first, _ = nd.split(weight, 2, axis=0)
        y = looked_up(first, [1, 1])
    y.backward()
    np.testing.assert_array_equal(weight.grad.asnumpy(), [[0, 0], [2, 2], [0, 0], [0, 0]])


def test_second_order_through_an_embedding() -> None:
    weight = nd.array([[1.0], [2.0], [3.0]])
    weight.attach_grad()
    with autograd.record():
        y = (looked_up(weight, [2, 0, 2]) ** 3).sum()
        (first,) = autograd.grad(y, [weight], create_graph=True)
        assert first.stype == "default"
        z = (first * first).sum()
    z.backward()
    # first = 3 n w**2, so d(first**2)/dw = 36 n**2 w**3 for n uses
    expected = 36 * np.array([[1.0], [0.0], [4.0]]) * np.array([[1.0], [8.0], [27.0]])
    np.testing.assert_allclose(weight.grad.asnumpy(), expected)


@pytest.mark.parametrize("hybrid", [False, True])
def test_every_row_that_was_read_is_stored(hybrid: bool) -> None:
    layer = mx.gluon.nn.Embedding(6, 2, sparse_grad=True)
    layer.initialize()
    if hybrid:
        layer.hybridize()
    with autograd.record():
        y = layer(nd.array([4, 2])) * 0
    y.backward()
    assert layer.weight.grad().indices.asnumpy().tolist() == [2, 4]


def test_create_graph_with_sparse_leaf() -> None:
    weight = nd.array([[1.0], [2.0]])
    weight.attach_grad(stype="row_sparse")
    with autograd.record():
        y = (looked_up(weight, [1]) ** 2).sum()
    y.backward()
    assert weight.grad.indices.asnumpy().tolist() == [1]
    assert weight.grad.asnumpy().tolist() == [[0], [4]]


# ---- a strict device


def host(array: Any) -> Any:
    return array.asnumpy()


@pytest.mark.parametrize("stype", STYPES)
def test_strict_device(stype: str) -> None:
    """Conversions and rules stay inside the ``xp`` of the array's device."""
    ctx = strict_context()
    here, there = sample(stype), sample(stype, ctx)
    row = [1.0, 2, 3, 4]
    for run in (
        lambda x, c: x + x, lambda x, c: x - x, lambda x, c: x * x, lambda x, c: x * 2,
        lambda x, c: nd.square(x), lambda x, c: x.copy(), lambda x, c: x.astype("float64"),
        lambda x, c: nd.elemwise_mul(x, nd.array(ROWS, ctx=c)), lambda x, c: x.tostype("default"),
        lambda x, c: x.sum(axis=1), lambda x, c: x + nd.array(ROWS, ctx=c),
        lambda x, c: nd.dot(x, nd.array([row] * 2, ctx=c).T), lambda x, c: nd.add_n(x, x),
        lambda x, c: nd.concat(x, x, dim=0), lambda x, c: nd.slice(x, begin=(0, 1), end=(2, 3)),
        lambda x, c: nd.broadcast_mul(x, nd.array(row, ctx=c)), lambda x, c: nd.zeros_like(x),
        lambda x, c: x.clip(-1, 1), lambda x, c: x > 1,
    ):  # fmt: skip
        expected, got = run(here, mx.cpu()), run(there, ctx)
        assert got.stype == expected.stype
        assert got._ctx is ctx
        np.testing.assert_allclose(host(got), host(expected))


def test_strict_device_products_and_gradients() -> None:
    ctx = strict_context()
    found = []
    for c in (mx.cpu(), ctx):
        x = sample("csr", c)
        weight = nd.array(np.arange(8.0).reshape(4, 2), ctx=c)
        weight.attach_grad(stype="row_sparse")
        with autograd.record():
            ids = nd.array([3, 1, 1], ctx=c)
            made = nd.Embedding(ids, weight, input_dim=4, output_dim=2, sparse_grad=True).sum()
            y = nd.dot(x, weight).sum() + made
        y.backward(nd.ones((1,), ctx=c))
        assert weight.grad.stype == "row_sparse"
        kept = nd.sparse.retain(weight.grad, nd.array([1, 2], ctx=c))
        turned = nd.dot(x, nd.ones((3, 2), ctx=c), transpose_a=True)
        found.append([host(a) for a in (weight.grad, kept, turned, turned.indices)])
    for a, b in zip(*found, strict=True):
        np.testing.assert_allclose(a, b)


@pytest.mark.parametrize("name", ["sgd", "adam", "ftrl", "adagrad", "groupadagrad"])
@pytest.mark.parametrize("stype", ["default", "row_sparse"])
def test_strict_device_updates(name: str, stype: str) -> None:
    found = []
    for ctx in (mx.cpu(), strict_context()):
        weight = nd.ones((4, 2), ctx=ctx).tostype(stype)
        grad = nd.sparse.row_sparse_array(([[1.0, 2], [3, 4]], [1, 3]), shape=(4, 2), ctx=ctx)
        rule = mx.optimizer.create(name, learning_rate=0.1)
        state = rule.create_state(0, weight)
        for _ in range(3):
            rule.update(0, weight, grad, state)
        found.append(host(weight))
    np.testing.assert_allclose(found[0], found[1], rtol=1e-6)
    if name != "ftrl" or stype == "row_sparse":
        assert (found[0][[0, 2]] == 1).all()


def test_row_gradient_on_a_strict_device() -> None:
    xp = strict_namespace()
    made = xp.row_gradient(xp.asarray([2, 0, 2]), xp.ones((3, 1)), (4, 1))
    assert made.rows.get().tolist() == [0, 2]
    assert (made + xp.ones((4, 1))).get().tolist() == [[2], [1], [3], [1]]
    assert (xp.ones((4, 1)) + made).get().tolist() == [[2], [1], [3], [1]]


# ---- files and pickles


@pytest.mark.parametrize("stype", STYPES)
@pytest.mark.parametrize("rows", [np.zeros((3, 2), "float32"), ROWS], ids=["nothing", "some"])
def test_files_and_pickles_keep_the_parts(stype: str, rows: Any, tmp_path: Any) -> None:
    x = sample(stype, rows=rows)
    path = str(tmp_path / "x.params")
    nd.save(path, [x])
    for again in (nd.load(path)[0], pickle.loads(pickle.dumps(x)), copy.deepcopy(x)):
        assert again.stype == stype
        assert again.indices.asnumpy().tolist() == x.indices.asnumpy().tolist()
        np.testing.assert_array_equal(again.asnumpy(), rows)
        again.check_format()


def test_state_of_a_pickled_array_of_mxnet() -> None:
    """MXNet pickles arrays as their record in files; ours take it over."""
    values = np.arange(6, dtype="float64").reshape(2, 3)
    x = nd.NDArray(None)
    x.__setstate__({"handle": bytearray(dump_array(values))})
    np.testing.assert_array_equal(x.asnumpy(), values)
    assert x.dtype is np.float64
    with pytest.raises(MXNetError, match="holds no sparse array"):
        nd.sparse.CSRNDArray(None).__setstate__({"handle": bytearray(dump_array(values))})
