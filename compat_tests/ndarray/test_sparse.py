"""Sparse arrays: making them, their parts and text, conversions, copies, parts, refusals."""

import pickle
import warnings

import numpy
import pytest

from compat_tests.inputs import attempt, printed

ROWS = [[0, 1, 0, 2], [0, 0, 0, 0], [3, 0, 0.5, 0]]
STYPES = ("csr", "row_sparse")
ALL = ("float16", "float32", "float64", "int8", "int32", "int64", "uint8")
CSR = ([1.5, 2, 3], [0, 2, 1], [0, 2, 2, 3])


def sample(mx, stype, dtype="float32", rows=ROWS):
    return mx.nd.array(rows, dtype=dtype).tostype(stype)


def parts(array):
    """Show a sparse array and what it stores."""
    if array.stype == "default":
        return array
    stored = [array.data, array.indices]
    return array, [*stored, array.indptr] if array.stype == "csr" else stored


@pytest.mark.parametrize("dtype", ALL)
@pytest.mark.parametrize("stype", STYPES)
def test_attributes(mx, stype, dtype):
    x = sample(mx, stype, dtype)
    return (
        parts(x), x.shape, x.ndim, x.dtype, x.stype, x.context, len(x), x.asnumpy(), printed(x),
        x._num_aux, x._aux_types, x.writable, x.grad, type(x), attempt(lambda: x.size),
        isinstance(x, mx.nd.NDArray), isinstance(x, mx.nd.sparse.BaseSparseNDArray),
        attempt(x.asscalar), attempt(bool, x), x.wait_to_read(),
    )  # fmt: skip


@pytest.mark.parametrize("dtype", (None, "float64", "int32", "float16"))
def test_csr_from_parts(mx, dtype):
    make = mx.nd.sparse.csr_matrix
    host = [numpy.array(CSR[0]), numpy.array(CSR[1]), numpy.array(CSR[2])]
    ours = [mx.nd.array(CSR[0], dtype="float64"), *[mx.nd.array(p, dtype="int64") for p in CSR[1:]]]
    return [
        parts(make(source, shape=shape, dtype=dtype))
        for source in (CSR, tuple(host), tuple(ours))
        for shape in (None, (3, 4))
    ]


def test_csr_from_others(mx):
    make = mx.nd.sparse.csr_matrix
    return [
        parts(make(ROWS)), parts(make(mx.nd.array(ROWS, dtype="float64"))),
        parts(make(numpy.array(ROWS))), parts(make(numpy.array(ROWS), dtype="int32")),
        parts(make((2, 3))), parts(make((2, 3), dtype="int8")), parts(make(sample(mx, "csr"))),
        parts(make(sample(mx, "csr"), dtype="float64")), parts(make(ROWS, ctx=mx.cpu(1))),
    ]  # fmt: skip


def test_csr_errors(mx):
    make = mx.nd.sparse.csr_matrix
    return [
        attempt(make, (1, 2, 3, 4)), attempt(make, (2,)), attempt(make, ROWS, shape=(2, 2)),
        attempt(make, sample(mx, "row_sparse")), attempt(make, (2, 3), shape=(3, 3)),
        attempt(make, ([1], [0], [])), attempt(make, ([[1]], [0], [0, 1]), shape=(1, 1)),
        attempt(make, ([], [], [0, 0])), attempt(make, CSR, shape=(3, 4, 5)),
        attempt(make, ("a", [0], [0, 1])), attempt(make, [1, 2, 3]), attempt(make, None),
        attempt(mx.nd.sparse.array, numpy.ones((2, 2))), attempt(mx.nd.sparse.array, [1]),
        attempt(mx.nd.sparse.array, mx.nd.ones((2, 2))),
    ]  # fmt: skip


@pytest.mark.parametrize("dtype", (None, "float64", "int32"))
def test_rows_from_parts(mx, dtype):
    make = mx.nd.sparse.row_sparse_array
    data, rows = [[1, 2], [3, 4]], [1, 3]
    return [
        parts(make((data, rows), dtype=dtype)), parts(make((data, rows), (6, 2), dtype=dtype)),
        parts(make((numpy.array(data), numpy.array(rows)), (6, 2), dtype=dtype)),
        parts(make((mx.nd.array(data), mx.nd.array(rows, dtype="int64")), dtype=dtype)),
        parts(make((numpy.ones((1, 2, 3)), [2]), (4, 2, 3), dtype=dtype)),
        parts(make((numpy.zeros((0, 2)), numpy.zeros(0, "int64")), (4, 2), dtype=dtype)),
    ]  # fmt: skip


def test_rows_from_others(mx):
    make = mx.nd.sparse.row_sparse_array
    return [
        parts(make(ROWS)), parts(make(mx.nd.array(ROWS, dtype="float64"))), parts(make((2, 3))),
        parts(make((2, 3, 4))), parts(make(sample(mx, "row_sparse"), dtype="int32")),
        parts(make(numpy.array(ROWS), ctx=mx.cpu(1))), parts(mx.nd.array([0, 1, 0, 2]).tostype(
            "row_sparse")), parts(mx.nd.array(sample(mx, "row_sparse"))),
    ]  # fmt: skip


def test_rows_errors(mx):
    make = mx.nd.sparse.row_sparse_array
    data, rows = [[1, 2], [3, 4]], [1, 3]
    return [
        attempt(make, (2,)), attempt(make, sample(mx, "csr")), attempt(make, ROWS, (2, 2)),
        attempt(make, (data, rows), (2, 2, 2)), attempt(make, (data, [])),
        attempt(make, (data, rows), (6, 3)), attempt(make, (data, [1, 2, 3]), (6, 2)),
        attempt(make, (data, rows), (6, 0)), attempt(make, (2, 3), (3, 3)),
    ]  # fmt: skip


@pytest.mark.parametrize("stype", (*STYPES, "default"))
def test_zeros_and_empty(mx, stype):
    sparse = mx.nd.sparse
    return [
        parts(sparse.zeros(stype, (2, 3))), parts(sparse.zeros(stype, (2, 3), dtype="int32")),
        parts(sparse.zeros(stype, (2, 3), ctx=mx.cpu(1))), parts(mx.nd.zeros((2, 3), stype=stype)),
        attempt(lambda: parts(sparse.empty(stype, (2, 3)))),
        parts(mx.nd.empty((2, 3), stype=stype)) if stype != "default" else None,
        attempt(sparse.zeros, "text", (2, 3)), attempt(sparse.empty, "text", (2, 3)),
        attempt(mx.nd.zeros, (2, 3), stype="text"),
    ]  # fmt: skip


@pytest.mark.parametrize("full", (True, False))
def test_check_format(mx, full):
    def csr(*three, shape=(2, 3)):
        return attempt(mx.nd.sparse.csr_matrix(three, shape=shape).check_format, full)

    def rows(*two, shape=(3, 2)):
        return attempt(mx.nd.sparse.row_sparse_array(two, shape=shape).check_format, full)

    data = [[1, 2], [3, 4]]
    return [
        csr([1, 2], [0, 1], [0, 1, 2]), csr([1, 2], [0, 5], [0, 1, 2]),
        csr([1, 2], [1, 0], [0, 2, 2]), csr([1, 2], [-1, 0], [0, 2, 2]),
        csr([1, 2], [1, 1], [0, 2, 2]), csr([1, 2], [1, 0], [0, 1, 2]), rows(data, [0, 1]),
        rows(data, [0, 5]), rows(data, [1, 0]), rows(data, [-1, 0]), rows(data, [0, 0]),
    ]  # fmt: skip


@pytest.mark.parametrize("stype", STYPES)
def test_conversions(mx, stype):
    x = sample(mx, stype)
    other = {"csr": "row_sparse", "row_sparse": "csr"}[stype]
    return [
        parts(x.tostype(stype)), x.tostype("default"), attempt(x.tostype, other),
        attempt(x.tostype, "text"), parts(mx.nd.cast_storage(x, stype=stype)),
        mx.nd.cast_storage(x, stype="default"), attempt(mx.nd.cast_storage, x, stype=other),
        parts(mx.nd.sparse.cast_storage(mx.nd.array(ROWS), stype=stype)),
        parts(mx.nd.array([[0, float("nan")], [-0.0, 0]]).tostype(stype)),
        parts(x.astype("float64")), x.astype("float32", copy=False) is x, parts(x.astype("int32")),
        parts(x.copy()), parts(x.as_in_context(mx.cpu(1))), x.as_in_context(mx.cpu(0)) is x,
        attempt(mx.nd.ones((2, 2, 2)).tostype, "csr"), attempt(mx.nd.ones(3).tostype, "csr"),
        parts(mx.nd.zeros((3, 2)).tostype(stype)), attempt(x.as_np_ndarray),
    ]  # fmt: skip


@pytest.mark.parametrize("stype", STYPES)
def test_copyto(mx, stype):
    x = sample(mx, stype)
    same, other = (sample(mx, s, rows=[[1] * 4] * 3) for s in sorted(STYPES, key=stype.__ne__))
    dense, wide = mx.nd.zeros((3, 4)), mx.nd.zeros((3, 4), dtype="float64")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        itself = x.copyto(x)
    into = mx.nd.array(ROWS).copyto(sample(mx, stype, rows=[[1] * 4] * 3))
    whole = mx.nd.zeros((3, 4), dtype="int32", stype=stype)
    return [
        parts(x.copyto(same)), same, x.copyto(dense), attempt(x.copyto, wide),
        attempt(x.copyto, other),
        attempt(x.copyto, mx.nd.zeros((3, 3))), attempt(x.copyto, 3), itself, parts(into),
        parts(x.copyto(mx.cpu(1))), attempt(x.copyto, whole),
        attempt(x.copyto, mx.nd.zeros((2, 4), stype=stype)),
    ]  # fmt: skip


def test_csr_parts(mx):
    x = sample(mx, "csr")
    keys = (
        0, -1, -2, 1, slice(1, 2), slice(None), slice(0, 0), slice(0, -1), slice(1, None),
        slice(0, 2, 1), (0, 1), None, [0], 7, -5, slice(5, 9),
    )  # fmt: skip
    return [attempt(lambda key=key: parts(x[key])) for key in keys]


def test_row_sparse_parts(mx):
    x = sample(mx, "row_sparse")
    keys = (0, slice(None), slice(0, 1), slice(None, None, 1), (0, 1), None, [0])
    return [attempt(lambda key=key: parts(x[key])) for key in keys], x[:] is x


@pytest.mark.parametrize("stype", STYPES)
def test_set(mx, stype):
    def after(value, key=slice(None)):
        x = sample(mx, stype, rows=[[1] * 4, [0] * 4, [2, 0, 0, 0]])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            x[key] = value() if callable(value) else value
        return parts(x)

    other = "csr" if stype == "row_sparse" else "row_sparse"
    return [
        attempt(after, lambda: sample(mx, stype)), attempt(after, lambda: mx.nd.array(ROWS)),
        attempt(after, lambda: sample(mx, other)), attempt(after, numpy.array(ROWS)),
        attempt(after, 2), attempt(after, 0), attempt(after, "a"), attempt(after, [1]),
        attempt(after, 1, 0), attempt(after, 1, (0, 1)), attempt(after, 1, slice(0, 1)),
        attempt(after, mx.nd.ones((2, 2))), attempt(after, 1, "a"),
    ]  # fmt: skip


@pytest.mark.parametrize("stype", STYPES)
def test_refusals(mx, stype):
    x = sample(mx, stype)

    def put(name):
        setattr(x, name, 1)

    return [
        attempt(x.reshape, (4, 3)), attempt(x._at, 1), attempt(x._slice, 0, 1),
        attempt(x._sync_copyfrom, 1), attempt(lambda: x // 2), attempt(put, "data"),
        attempt(put, "indices"), attempt(lambda: x + "a"), attempt(lambda: x + mx.nd.ones((2, 2))),
    ]  # fmt: skip


@pytest.mark.parametrize("stype", STYPES)
def test_pickle(mx, stype):
    x = sample(mx, stype)
    return parts(pickle.loads(pickle.dumps(x))), parts(pickle.loads(pickle.dumps(x, 2)))


@pytest.mark.parametrize("stype", STYPES)
def test_files(mx, tmp_path, stype):
    x = sample(mx, stype)
    path = str(tmp_path / "x.params")
    mx.nd.save(path, {"x": x, "dense": mx.nd.ones(2)})
    named = mx.nd.load(path)
    mx.nd.save(path, [x])
    return parts(named["x"]), named["dense"], parts(mx.nd.load(path)[0])


def test_retain(mx):
    x = sample(mx, "row_sparse")
    retain = mx.nd.op._sparse_retain if hasattr(mx.nd.op, "_sparse_retain") else mx.nd.sparse.retain
    return [
        parts(retain(x, mx.nd.array([0, 1]))), parts(retain(x, mx.nd.array([2], dtype="int64"))),
        parts(retain(x, mx.nd.array([2, 0]))),
        attempt(retain, sample(mx, "csr"), mx.nd.array([0])),
        attempt(retain, mx.nd.ones((2, 3)), mx.nd.array([0])),
    ]  # fmt: skip


def test_names(mx):
    sparse = mx.nd.sparse
    return [sparse.CSRNDArray, sparse.RowSparseNDArray, sparse.BaseSparseNDArray,
            sorted({"zeros", "empty", "retain"} - set(dir(sparse)))]  # fmt: skip
