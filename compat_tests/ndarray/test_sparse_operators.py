"""Operators on sparse arrays: values, and the storage type of what comes out."""

import numpy
import pytest

from compat_tests.inputs import attempt
from compat_tests.ndarray.test_sparse import ROWS, STYPES, sample

OTHER = [[0, 1, 0, 0], [0, 1, 0, 0], [0, 0, 0.5, 0]]
PAIRS = ("dc", "dr", "cd", "cc", "cr", "rd", "rc", "rr")
NAMES = {"d": "default", "c": "csr", "r": "row_sparse"}
UNARY = (
    "abs", "arccos", "arccosh", "arcsin", "arcsinh", "arctan", "arctanh", "cbrt", "ceil", "cos",
    "cosh", "degrees", "exp", "expm1", "fix", "floor", "log1p", "negative", "radians", "relu",
    "rint", "round", "sigmoid", "sign", "sin", "sinh", "sqrt", "square", "tan", "tanh", "trunc",
    "gamma", "zeros_like", "make_loss", "stop_gradient", "_contrib_round_ste", "_contrib_sign_ste",
)  # fmt: skip
SCALAR = {
    "add": lambda x, n: x + n, "radd": lambda x, n: n + x, "sub": lambda x, n: x - n,
    "rsub": lambda x, n: n - x, "mul": lambda x, n: x * n, "rmul": lambda x, n: n * x,
    "div": lambda x, n: x / n, "rdiv": lambda x, n: n / (x + 1), "pow": lambda x, n: x**n,
    "mod": lambda x, n: x % (n + 3), "eq": lambda x, n: x == n, "ne": lambda x, n: x != n,
    "gt": lambda x, n: x > n, "ge": lambda x, n: x >= n, "lt": lambda x, n: x < n,
    "le": lambda x, n: x <= n, "neg": lambda x, n: -x, "abs": lambda x, n: abs(x),
}  # fmt: skip


def pattern(array):
    """Show an array with the rows or columns it stores; those of a csr sum come in any order."""
    if array.stype == "row_sparse":
        return array, array.indices
    return (array, array.indices, array.indptr) if array.stype == "csr" else array


def pair(mx, letters, dtype="float32", left=ROWS, right=OTHER):
    return [
        mx.nd.array(rows, dtype=dtype).tostype(NAMES[letter])
        for letter, rows in zip(letters, (left, right))
    ]


@pytest.mark.parametrize("stype", STYPES)
@pytest.mark.parametrize("name", UNARY)
def test_unary(mx, name, stype):
    with numpy.errstate(all="ignore"):
        return pattern(getattr(mx.nd.sparse, name)(sample(mx, stype) / 4))


@pytest.mark.parametrize("dtype", ("float64", "float16", "int32"))
@pytest.mark.parametrize("stype", STYPES)
@pytest.mark.parametrize("name", ("abs", "square", "relu", "negative", "sign"))
def test_unary_dtypes(mx, name, stype, dtype):
    return pattern(getattr(mx.nd.sparse, name)(sample(mx, stype, dtype)))


@pytest.mark.parametrize("stype", STYPES)
@pytest.mark.parametrize("name", SCALAR)
def test_scalar(mx, name, stype):
    x = sample(mx, stype)
    return [
        pattern(SCALAR[name](x, n)) for n in (2, 0.0, -1) if not (name in ("div", "mod") and not n)
    ]


@pytest.mark.parametrize("letters", PAIRS)
@pytest.mark.parametrize("name", ("add", "sub", "mul", "div"))
def test_elementwise(mx, name, letters):
    x, y = pair(mx, letters)
    functions = {"add": mx.nd.sparse.add, "sub": mx.nd.sparse.subtract,
                 "mul": mx.nd.sparse.multiply, "div": mx.nd.sparse.divide}  # fmt: skip
    symbols = {"add": lambda: x + y, "sub": lambda: x - y, "mul": lambda: x * y,
               "div": lambda: x / y}  # fmt: skip
    legacy = {"add": mx.nd.add, "sub": mx.nd.subtract, "mul": mx.nd.multiply, "div": mx.nd.divide}
    with numpy.errstate(all="ignore"):
        made = [
            getattr(mx.nd, f"elemwise_{name}")(x, y), functions[name](x, y),
            attempt(lambda: symbols[name]()), attempt(lambda: legacy[name](x, y)),
        ]  # fmt: skip
    if name == "sub":  # MXNet makes zeros of either sign
        made = [m + 0.0 for m in made]
    rows = made[0].indices if made[0].stype == "row_sparse" else None
    return made, rows


@pytest.mark.parametrize("stype", STYPES)
@pytest.mark.parametrize("name", ("add", "sub", "mul", "div"))
def test_broadcast(mx, name, stype):
    x = sample(mx, stype)
    op = getattr(mx.nd, f"broadcast_{name}")
    row, column = mx.nd.array([1, 2, 3.0, 4]), mx.nd.array([[1.0], [2], [3]])
    return [
        op(x, row), op(x, column), op(x, row.reshape((1, 4))), attempt(op, x, mx.nd.ones((2, 3))),
        op(row.reshape((1, 4)), x + 1) if name == "div" else op(column, x),
        attempt(lambda: x * row if name == "mul" else x / row),
    ]  # fmt: skip


@pytest.mark.parametrize("letters", PAIRS)
def test_add_n(mx, letters):
    x, y = pair(mx, letters)
    return pattern(mx.nd.add_n(x, y)), pattern(mx.nd.sparse.add_n(x, y, x)), mx.nd.add_n(y)


@pytest.mark.parametrize("dtype", ("float32", "float64"))
@pytest.mark.parametrize("letters", PAIRS)
def test_dot(mx, letters, dtype):
    turned = [list(column) for column in zip(*OTHER)]
    x, y = pair(mx, letters, dtype)
    z = pair(mx, letters, dtype, right=turned)[1]
    made = [mx.nd.sparse.dot(x, z), mx.nd.dot(x, y, transpose_a=True),
            mx.nd.dot(x, y, transpose_b=True)]  # fmt: skip
    return [pattern(m) if letters == "cd" else m for m in made]


def test_dot_stypes_and_errors(mx):
    x, y = pair(mx, "cd")
    z = mx.nd.array([list(column) for column in zip(*OTHER)])
    dot = mx.nd.sparse.dot
    return [
        *[dot(x, z, forward_stype=s) for s in ("default", "csr")],
        *[dot(x, y, transpose_a=True, forward_stype=s) for s in ("default", "row_sparse")],
        attempt(dot, x, mx.nd.array([1, 2, 3, 4])), attempt(dot, x, y),
        dot(mx.nd.ones((2, 3)), x, forward_stype="default"),
    ]  # fmt: skip


@pytest.mark.parametrize("stype", STYPES)
def test_reductions(mx, stype):
    x = sample(mx, stype)
    nd = mx.nd
    return [
        x.sum(), x.sum(axis=0), x.sum(axis=1), x.sum(axis=1, keepdims=True), x.sum(axis=(0, 1)),
        nd.sum(x, axis=0, exclude=True), nd.sparse.sum(x, axis=0, keepdims=True), x.mean(),
        nd.sparse.mean(x, axis=1), x.norm(), nd.sparse.norm(x, ord=1), nd.norm(x, axis=1), x.max(),
        x.argmax(axis=1), nd.sum(x, axis=-1),
    ]  # fmt: skip


@pytest.mark.parametrize("stype", STYPES)
def test_clip(mx, stype):
    x = sample(mx, stype)
    bounds = ((-1, 1), (0, 1), (-1, 0), (0.5, 1))
    return [attempt(lambda b=b: pattern(x.clip(*b))) for b in bounds]


@pytest.mark.parametrize("stype", STYPES)
def test_parts(mx, stype):
    x = sample(mx, stype)
    nd = mx.nd
    return [
        pattern(nd.slice(x, begin=(0, 1), end=(2, 3))), pattern(nd.slice(x, begin=1, end=2)),
        pattern(nd.slice(x, begin=(1, None), end=(3, 2))), nd.slice(x, begin=(-2, -3), end=(3, -1)),
        nd.slice(x, begin=(1,), end=(3,), step=(2,)), nd.slice_axis(x, axis=0, begin=0, end=2),
        attempt(nd.slice, x, begin=(0, 0, 0), end=(1, 1, 1)), x.take(nd.array([2, 0])),
        x.take(nd.array([1, 0]), axis=1), x.T, x.transpose(), x.flatten(), x.expand_dims(0),
        nd.concat(x, x, dim=0), nd.concat(x, x, dim=1), nd.stack(x, x), nd.sparse.concat(x, dim=0),
        nd.concat(x, nd.ones((3, 4)), dim=0),
    ]  # fmt: skip


@pytest.mark.parametrize("stype", STYPES)
def test_others(mx, stype):
    x, y = sample(mx, stype), mx.nd.array(OTHER)
    nd = mx.nd
    where = nd.sparse.where(x, y, y * 2)
    return [
        where, nd.where(y, x, x), nd.identity(x), nd.cast(x, dtype="float64"), nd.ones_like(x),
        nd.maximum(x, y), nd.Activation(x, act_type="relu"), nd.broadcast_like(x, y),
        nd.sparse.FullyConnected(x, y, num_hidden=3, no_bias=True),
        nd.FullyConnected(y, x + nd.ones((3, 4)), num_hidden=3, no_bias=True), nd.softmax(x),
        nd.sort(x),
        nd.sparse.LinearRegressionOutput(y, x), nd.sparse.LogisticRegressionOutput(y, x),
        attempt(nd.Embedding, nd.array([0, 2]), x, input_dim=3, output_dim=4),
    ]  # fmt: skip


@pytest.mark.parametrize("stype", (*STYPES, "default"))
def test_getnnz(mx, stype):
    x = sample(mx, stype)
    count = mx.nd.contrib.getnnz
    return attempt(count, x), attempt(count, x, axis=1), attempt(count, sample(mx, "csr"), axis=0)


@pytest.mark.parametrize("stype", ("row_sparse", "csr", "default"))
def test_square_sum(mx, stype):
    x = sample(mx, stype)
    op = mx.nd._internal._square_sum
    return [attempt(op, x, axis=1), attempt(lambda: pattern(op(x, axis=1, keepdims=True))),
            attempt(op, x, axis=0), attempt(op, x)]  # fmt: skip


@pytest.mark.parametrize("name", ("add", "sub", "mul", "div"))
@pytest.mark.parametrize("stype", STYPES)
def test_in_place(mx, stype, name):
    def run(other):
        x = sample(mx, stype)
        if name == "add":
            x += other
        elif name == "sub":
            x -= other
        elif name == "mul":
            x *= other
        else:
            x /= other
        return x

    return attempt(run, 2), attempt(run, sample(mx, stype)), attempt(run, mx.nd.array(ROWS) + 1)


@pytest.mark.parametrize("stype", STYPES)
def test_out(mx, stype):
    x, kept = sample(mx, stype), sample(mx, stype, rows=OTHER)
    dense = mx.nd.zeros((3, 4))
    mx.nd.square(x, out=kept)
    mx.nd.square(x, out=dense)
    other = mx.nd.zeros((3, 4), stype=stype)
    mx.nd.zeros_like(x, out=x)
    mx.nd.cast_storage(mx.nd.array(ROWS), stype=stype, out=other)
    return pattern(kept), dense, pattern(other), pattern(x)


@pytest.mark.parametrize("letters", ("cc", "rr", "cd", "rd"))
def test_refused_pairs(mx, letters):
    x, _ = pair(mx, letters)
    small = mx.nd.ones((2, 2)).tostype(NAMES[letters[1]])
    wide = mx.nd.ones((3, 4), dtype="float64").tostype(NAMES[letters[1]])
    return [
        attempt(op, x, y)
        for op in (mx.nd.elemwise_add, mx.nd.elemwise_mul, mx.nd.sparse.add)
        for y in (small, wide)
    ]


@pytest.mark.parametrize("stype", STYPES)
def test_beside_dense_arrays(mx, stype):
    x, a, nd = mx.nd.array(ROWS), sample(mx, stype), mx.nd

    def put(key):
        y = nd.zeros((4, 4))
        y[key] = a
        return y

    def grown():
        y = nd.array(ROWS)
        y += a
        return y

    return [
        x * a, x - a, x == a, a == x, a > x, x > a, 2**a, nd.maximum(a, 1), grown(),
        attempt(put, slice(None)), attempt(put, slice(0, 3)), nd.broadcast_maximum(a, x),
        attempt(a.take, nd.array([[0, 1]])) if stype == "csr" else None,
        attempt(bool, nd.array([[1.0]]).tostype(stype)), attempt(float, a), a * numpy.float32(2),
        attempt(lambda: a.missing), attempt(a.attach_grad, "text"), attempt(a.backward),
    ]  # fmt: skip


@pytest.mark.parametrize("stype", STYPES)
def test_out_of_other_kinds(mx, stype):
    a, nd = sample(mx, stype), mx.nd
    return [
        attempt(nd.square, a, out=nd.zeros((2, 2))), nd.elemwise_add(a, a, out=nd.zeros((3, 4))),
        attempt(nd.square, a, out=nd.zeros((3, 4), dtype="float64")),
        nd.square(nd.array(ROWS), out=sample(mx, stype)),
        nd.zeros((3, 4), out=sample(mx, stype)),
        nd.elemwise_mul(a, a, out=nd.zeros((3, 4), stype=stype)),
    ]  # fmt: skip


def test_missing_arguments(mx):
    r, c = sample(mx, "row_sparse"), sample(mx, "csr")
    sparse = mx.nd.sparse
    return [attempt(sparse.retain, r), attempt(mx.nd.cast_storage, r), attempt(sparse.dot, c),
            attempt(sparse.add, c, "a"), sparse.multiply(2, 3), c - 0.0]  # fmt: skip


@pytest.mark.parametrize("stype", STYPES)
@pytest.mark.parametrize("dtype", ("float16", "float64", "int32"))
def test_dtypes(mx, stype, dtype):
    a = sample(mx, stype, dtype)
    return a + a, a * a, a * 2, a / 2, a * 1.5, a.sum(axis=1), a > 1
