"""``mx.test_utils``: what draws arrays, reduces them, runs tests and reads files."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import io
import os
import struct
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import pytest

from compat_tests.inputs import DTYPES, array, attempt


@contextlib.contextmanager
def folder():
    """Work in an empty folder."""
    before = os.getcwd()
    with tempfile.TemporaryDirectory() as path:
        os.chdir(path)
        try:
            yield Path(path)
        finally:
            os.chdir(before)


# ---- drawn


def test_random_arrays(mx):
    utils = mx.test_utils
    return (
        utils.random_arrays((2, 3)),
        utils.random_arrays((2,), (), (1, 2)),
        utils.random_arrays(()),
        utils.random_arrays((0, 2)),
        utils.random_arrays(),
        utils.random_uniform_arrays((2, 2), (3,)),
        utils.random_uniform_arrays((2,), low=-5, high=5, dtype="int32"),
        attempt(utils.random_uniform_arrays, (2,), scale=3),
        utils.random_sample(list(range(10)), 4),
        utils.random_sample([1, 2], 0),
    )


def test_rand_shapes(mx):
    utils = mx.test_utils
    return [
        (
            utils.rand_shape_2d(),
            utils.rand_shape_2d(3, 40),
            utils.rand_shape_3d(dim2=2),
            utils.rand_shape_nd(4),
            utils.rand_shape_nd(5, 2, allow_zero_size=True),
            utils.rand_shape_2d(1, 1, True),
            utils.rand_coord_2d(0, 5, 10, 100),
        )
        for _ in range(5)
    ]


@pytest.mark.parametrize("dtype", [*DTYPES, "None"])
def test_rand_ndarray(mx, dtype):
    dtype = None if dtype == "None" else dtype
    return mx.test_utils.rand_ndarray((2, 3), dtype=dtype), mx.test_utils.rand_ndarray(
        (4,), ctx=mx.cpu(1)
    )


def test_rand_sparse_refused(mx):
    rand = mx.test_utils.rand_sparse_ndarray
    create = mx.test_utils.create_sparse_array
    seen = []
    for shape, stype, options in [
        ((3, 4), "dense", {}),
        ((3,), "csr", {}),
        ((3, 4), "csr", {"distribution": "normal"}),
        ((3, 4), "row_sparse", {"distribution": "powerlaw"}),
        ((3, 4), "csr", {"density": 2}),
        ((3, 4), "csr", {"density": -1}),
        ((0, 4), "csr", {"density": 0.5}),
        ((3, 4), "csr", {"density": 0.1, "distribution": "powerlaw"}),
        ((8, 2), "row_sparse", {"rsp_indices": np.arange(9)}),
    ]:
        try:
            rand(shape, stype, **options)
            seen.append("made")
        except (AssertionError, ValueError) as error:
            seen.append([type(error).__name__, str(error).split("assert ")[0].strip()])
    return seen, attempt(create, (2, 2), "dense")


def test_assign_each(mx):
    each, each2 = mx.test_utils.assign_each, mx.test_utils.assign_each2
    x, y = np.arange(6.0).reshape(2, 3), np.ones((2, 3), "float32")
    return (
        each(x, lambda v: v * 2),
        each(x, None),
        each(y, lambda v: int(v) + 0.5),
        each(np.array(3.0), lambda v: v + 1),
        each([1, 2], None),
        each2(x, y, lambda a, b: a - b),
        each2(x, y, None),
        attempt(lambda: each2(x, y[0], lambda a, b: a) and None) and "refused",
    )


def test_assign_each_transposed(mx):
    return mx.test_utils.assign_each(np.arange(6.0).reshape(2, 3).T, lambda v: v * 2)


def test_large_tensors(mx):
    utils = mx.test_utils
    return (
        utils.create_2d_tensor(3, 2),
        utils.create_2d_tensor(2, 3, dtype="float32"),
        utils.create_vector(4),
        utils.create_vector(3, "int32"),
        utils.get_identity_mat(3),
        utils.get_identity_mat_batch(2),
    )


@pytest.mark.tolerance(rtol=1e-6, reason="LAPACK's rounding")
def test_matrices(mx):
    utils = mx.test_utils
    return (
        utils.new_matrix_with_real_eigvals_2d(3),
        utils.new_matrix_with_real_eigvals_nd((2, 2, 2)),
        utils.new_matrix_with_real_eigvals_nd((2, 2)),
        utils.new_orthonormal_matrix_2d(3),
        utils.new_sym_matrix_with_real_eigvals_2d(3),
        utils.new_sym_matrix_with_real_eigvals_nd((2, 1, 2, 2)),
    )


# ---- reduced


@pytest.mark.parametrize("keepdims", [False, True])
def test_np_reduce(mx, keepdims):
    reduce, x = mx.test_utils.np_reduce, np.arange(24.0).reshape(2, 3, 4)
    return [
        reduce(x, axis, keepdims, function)
        for function in (np.sum, np.max)
        for axis in (None, 0, 1, -1, (0, 2), [2, 1], (0, 1, 2), ())
    ]


def test_collapse_sum_like(mx):
    collapse, x = mx.test_utils.collapse_sum_like, np.arange(24, dtype="float32").reshape(2, 3, 4)
    shapes = [(2, 3, 4), (3, 4), (1, 4), (2, 1, 1), (), (1, 1, 1), (4,), (0,), (0, 4)]
    return [
        [collapse(x, shape) for shape in shapes],
        collapse(np.zeros((2, 0)), (1, 0)),
        [bool(attempt(collapse, x, shape)) for shape in ((2, 3), (1, 1, 1, 1))],
    ]


# ---- running tests


def test_assert_exception(mx):
    check = mx.test_utils.assert_exception

    def divide(a, b=1):
        return a / b

    def seen(*args, **kwargs):
        try:
            return check(*args, **kwargs)
        except BaseException as error:
            return type(error)

    return (
        seen(divide, ZeroDivisionError, 1, b=0),
        seen(divide, ZeroDivisionError, 1),
        seen(divide, (ValueError, ZeroDivisionError), 1, 0),
        seen(divide, ValueError, 1, 0),
        seen(divide, ArithmeticError, 1, 0),
        seen(divide, AssertionError, 1),
        seen(divide, Exception, 1),
        seen(divide, mx.MXNetError, 1),
        seen(mx.nd.dot, mx.MXNetError, mx.nd.ones((2, 3)), mx.nd.ones((2, 3))),
    )


def test_retry(mx):
    def trial(limit, failures, error=AssertionError):
        calls = []

        @mx.test_utils.retry(limit)
        def test(value, other=None):
            calls.append((value, other))
            if len(calls) <= failures:
                raise error(f"call {len(calls)}")
            return "done"

        return attempt(test, 1, other=2), len(calls)

    return [
        trial(3, 0),
        trial(3, 2),
        trial(3, 3),
        trial(3, 9),
        trial(1, 1),
        trial(3, 1, ValueError),
        type(attempt(mx.test_utils.retry, 0)).__name__,
    ]


def test_environment(mx):
    environment, seen = mx.test_utils.environment, []
    names = ("MXSHIM_TEST_A", "MXSHIM_TEST_B")

    def look():
        seen.append([os.environ.get(name) for name in names] + [mx.util.getenv(names[0])])

    with environment(names[0], "1"):
        look()
        with environment({names[0]: None, names[1]: "2"}):
            look()
        with environment({names[0]: "", names[1]: "3"}):
            look()
        look()
    look()
    with contextlib.suppress(KeyError), environment(*names):
        look()
        raise KeyError
    look()
    for wrong in [("a", "b", "c"), ("a",), (), ([("a", "b")],)]:
        try:
            with environment(*wrong):
                pass
        except AssertionError as error:
            seen.append(str(error).splitlines()[0])
    return seen


def test_discard_stderr(mx):
    """Standard error as a file of the system, and as none."""
    with folder() as path:
        kept = os.dup(2)
        with open(path / "err", "w") as file:
            os.dup2(file.fileno(), 2)
        try:
            os.write(2, b"before ")
            stream = io.TextIOWrapper(io.FileIO(2, closefd=False))
            with contextlib.redirect_stderr(stream), mx.test_utils.discard_stderr():
                os.write(2, b"within ")
            os.write(2, b"after")
        finally:
            os.dup2(kept, 2)
            os.close(kept)
        return (path / "err").read_text()


def test_where_it_runs(mx):
    utils, seen = mx.test_utils, []
    for value in (None, "0", "1"):
        with utils.environment("CD_JOB", value):
            seen.append(utils.is_cd_run())
    return seen, utils.is_aarch64_run(), utils.has_tvm_ops(), utils.is_op_runnable()


def test_default_context(mx):
    utils = mx.test_utils
    before = str(utils.default_context())
    utils.set_default_context(mx.cpu(3))
    try:
        return before, str(utils.default_context()), str(mx.current_context()), mx.nd.ones(1)
    finally:
        utils.set_default_context(mx.cpu(0))


# ---- statistics


@pytest.mark.parametrize("shift", ["0", "0.02", "0.05", "-0.02", "-0.1", "1"])
def test_moments(mx, shift):
    def draw(count):
        return np.random.normal(float(shift), 1 + float(shift), size=count)

    utils = mx.test_utils
    return [
        (
            bool(utils.mean_check(draw, 0, 1.0, nsamples=count)),
            bool(utils.var_check(draw, 1.0, nsamples=count)),
        )
        for count in (100, 1000, 10000, 30000)
    ]


def test_buckets(mx):
    make = mx.test_utils.gen_buckets_probs_with_ppf
    return make(lambda p: 2 * p - 1, 5), make(lambda p: p, 1), bool(attempt(make, float, 0))


# ---- files


def test_download_kept(mx):
    """A file that is there is not fetched."""
    get = mx.test_utils.download
    with folder():
        os.mkdir("sub")
        Path("x.bin").write_text("x")
        Path("sub/x.bin").write_text("x")
        return (
            get("http://nowhere.invalid/a/x.bin"),
            get("http://nowhere.invalid/a/y.bin", "x.bin"),
            get("http://nowhere.invalid/x.bin", dirname="sub"),
            get("http://nowhere.invalid/y", fname="sub/x.bin"),
            get("http://nowhere.invalid/y", "x.bin", "sub", False, 0),
            str(attempt(get, "http://nowhere.invalid/y", retries=-1).seen["error"]),
        )


def test_download_model(mx):
    get = mx.test_utils.download_model
    urls = {"symbol": "http://nowhere.invalid/s", "params": "http://nowhere.invalid/p"}

    def refused(info):
        try:
            return get("net", "there", info)
        except AssertionError as error:
            return str(error).splitlines()[0]

    with folder():
        os.mkdir("there")
        Path("there/net-symbol.json").write_text("{}")
        Path("there/net-0000.params").write_text("")
        return (
            get("net", "there", {"net": urls}),
            get("net"),
            get("net", "there", {}),
            get("unknown", "new"),
            os.path.exists("new"),
            refused({"net": {}}),
            refused({"net": {"symbol": urls["symbol"]}}),
        )


def write_mnist(path, packed=True):
    draws = np.random.RandomState(0)
    for part, count in (("train", 3), ("t10k", 2)):
        labels = draws.randint(0, 10, count).astype("uint8").tobytes()
        pixels = draws.randint(0, 256, (count, 28, 28)).astype("uint8").tobytes()
        texts = {
            f"{part}-labels-idx1-ubyte": struct.pack(">2I", 2049, count) + labels,
            f"{part}-images-idx3-ubyte": struct.pack(">4I", 2051, count, 28, 28) + pixels,
        }
        for name, text in texts.items():
            if packed:
                (path / f"{name}.gz").write_bytes(gzip.compress(text))
            else:
                (path / name).write_bytes(text)


def test_get_mnist(mx):
    with folder() as path:
        write_mnist(path)
        found = mx.test_utils.get_mnist()
    return {name: found[name] for name in sorted(found)}


def test_data_sets_there(mx):
    """What is in the folder already is not fetched; a zip archive that is there is unpacked."""
    utils = mx.test_utils
    with folder() as path:
        os.mkdir("data")
        write_mnist(path / "data", packed=False)
        Path("data/mnist.pkl.gz").write_text("")
        with zipfile.ZipFile("data/cifar10.zip", "w") as archive:
            for name in ("train.rec", "test.rec", "train.lst", "test.lst"):
                archive.writestr(f"cifar/{name}", name)
        results = [utils.get_mnist_pkl(), utils.get_mnist_ubyte(), utils.get_cifar10()]
        return results, sorted(os.listdir("data")), sorted(os.listdir("data/cifar"))


def test_get_zip_data(mx):
    """An archive that is there is taken for unpacked."""
    with folder():
        os.mkdir("d")
        Path("d/a.zip").write_text("no archive")
        return mx.test_utils.get_zip_data("d", "http://nowhere.invalid/a.zip", "a.zip")


def test_get_bz2_data(mx):
    with folder() as path:
        where = str(path)
        (path / "a.txt.bz2").write_bytes(bz2.compress(b"one\ntwo"))
        get = mx.test_utils.get_bz2_data
        results = [
            get(where, "a.txt", "http://nowhere.invalid/a.txt.bz2", "a.txt.bz2"),
            get(where, "a.txt", "http://nowhere.invalid/a.txt.bz2", "a.txt.bz2"),
        ]
        return results, sorted(os.listdir(".")), Path("a.txt").read_text()


def test_im2rec_path(mx):
    get = mx.test_utils.get_im2rec_path
    with folder() as path, mx.test_utils.environment({"A_HOME": str(path), "B_HOME": "b/c"}):
        missing = attempt(get, "A_HOME")
        (path / "tools").mkdir()
        (path / "tools" / "im2rec.py").write_text("")
        (path / "b" / "c").mkdir(parents=True)
        return missing, os.path.relpath(get("A_HOME"), path), get("B_HOME")


def test_arrays_are_what_they_were(mx):
    """The helpers for comparisons leave their arrays alone."""
    x = array(mx.nd, "float32", (2, 2))
    y = x.asnumpy()
    with contextlib.redirect_stdout(io.StringIO()):
        attempt(mx.test_utils.assert_almost_equal, x, y + 1)
    return x, y


MODELS = [
    "imagenet1k-inception-bn",
    *(f"imagenet1k-resnet-{depth}" for depth in (18, 34, 50, 101, 152)),
    *(f"imagenet1k-resnext-{depth}" for depth in ("50", "101", "101-64x4d")),
    *(f"imagenet11k-{name}" for name in ("resnet-152", "place365ch-resnet-152")),
    "imagenet11k-place365ch-resnet-50",
]


def test_model_addresses(mx):
    """What a program's own function in the place of ``download`` is asked for."""
    asked, before = [], mx.test_utils.download
    mx.test_utils.download = lambda *given: asked.append(given)
    try:
        with folder():
            return [mx.test_utils.download_model(name) for name in MODELS], asked
    finally:
        mx.test_utils.download = before
