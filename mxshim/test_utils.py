"""Comparing arrays in tests, as strictly as MXNet's own tests do, and making random ones."""

from __future__ import annotations

import contextlib
import functools
import gzip
import numbers
import os
import struct
import sys

import numpy as np
from numpy.testing import build_err_msg

from . import ndarray
from ._core.missing import module_getattr
from .context import current_context, num_gpus
from .gluon.utils import download as _download
from .ndarray import NDArray

_DOUBLE = np.dtype(np.float64)
_EXACT = ("bool", "int8", "uint8", "int32", "uint32", "int64", "uint64")


# ---- contexts and tolerances


def default_context():
    """Return the context that tests run on: the current one."""
    return current_context()


def default_dtype():
    """Return the dtype that tests use when none is asked for."""
    return np.float32


def list_gpus():
    """Return the numbers of the GPUs at hand."""
    return range(num_gpus())


def _by_dtype(half, single, double):
    table = {"float16": half, "float32": single, "float64": double}
    table.update(dict.fromkeys(_EXACT, 0))
    return {np.dtype(name): value for name, value in table.items()}


def default_rtols():
    """Return the relative tolerance for each dtype."""
    return _by_dtype(1e-2, 1e-4, 1e-5)


def default_atols():
    """Return the absolute tolerance for each dtype."""
    return _by_dtype(1e-1, 1e-3, 1e-20)


def default_numeric_eps():
    """Return the step of numeric gradients for each floating-point dtype, a power of two."""
    steps = {"float16": 2.0**-6, "float32": 2.0**-9, "float64": 2.0**-14}
    return {np.dtype(name): step for name, step in steps.items()}


def get_rtol(rtol=None, dtype=_DOUBLE):
    """Return ``rtol``, or the default for ``dtype``."""
    return default_rtols()[dtype] if rtol is None else rtol


def get_atol(atol=None, dtype=_DOUBLE):
    """Return ``atol``, or the default for ``dtype``."""
    return default_atols()[dtype] if atol is None else atol


def get_etol(etol=None):
    """Return ``etol``, the share of elements that may be wrong, or zero."""
    return 0 if etol is None else etol


def download(url, fname=None, dirname=None, overwrite=False, retries=5):
    """Fetch ``url`` into ``fname`` (by default its last part) in ``dirname``; return the path."""
    path = url.split("/")[-1] if fname is None else fname
    if dirname is not None:
        path = os.path.join(dirname, path)
    return _download(url, path=path, overwrite=overwrite, retries=retries)


def effective_dtype(dat):
    """Return the dtype whose tolerances fit the array."""
    return np.dtype(dat.dtype)


def get_tolerance(dat, tol, default_tol):
    """Return ``tol`` if a number, otherwise what it or the default table says for the dtype."""
    if isinstance(tol, numbers.Number):
        return tol
    dtype = effective_dtype(dat)
    return (tol or {}).get(dtype, default_tol[dtype])


def get_tols(x, y, rtol, atol):
    """Return the tolerances for comparing two arrays: the looser of each one's."""
    x, y = (np.array(v) if isinstance(v, numbers.Number) else v for v in (x, y))
    rtols, atols = default_rtols(), default_atols()
    return (
        max(get_tolerance(x, rtol, rtols), get_tolerance(y, rtol, rtols)),
        max(get_tolerance(x, atol, atols), get_tolerance(y, atol, atols)),
    )


# ---- comparing


def same(a, b):
    """Tell whether two arrays are equal in shape and every element."""
    return np.array_equal(a, b)


def checkShapes(a, b):
    """Raise AssertionError unless the shapes are equal."""
    if a.shape != b.shape:
        text = f"a.shape = {a.shape} and b.shape = {b.shape} are not equal"
        raise AssertionError(build_err_msg([a, b], err_msg=text))


def almost_equal(a, b, rtol=None, atol=None, equal_nan=False, use_broadcast=True):
    """Tell whether NumPy arrays agree within tolerances that default to those of float64."""
    if not use_broadcast:
        checkShapes(a, b)
    return np.allclose(a, b, rtol=get_rtol(rtol), atol=get_atol(atol), equal_nan=equal_nan)


def _to_numpy(array):
    return array.asnumpy() if isinstance(array, NDArray) else array


def locationError(a, b, index, names, maxError=False):
    """Describe the two values at ``index``."""
    kind = "maximum " if maxError else ""
    left, right = names
    return f"Location of {kind}error: {index}, {left}={a[index]:.8f}, {right}={b[index]:.8f}"


def _worst(a, b, rtol, atol):
    """Return where the tolerance is exceeded most, and how many times."""
    apart = np.where(np.equal(a, b), 0, np.abs(a - b))
    excess = apart / (atol + rtol * np.abs(b) + 1e-20)
    where = np.unravel_index(np.argmax(excess), excess.shape)
    return tuple(int(i) for i in where), np.max(excess)


def assert_almost_equal(
    a, b, rtol=None, atol=None, names=("a", "b"), equal_nan=False, use_broadcast=True,
    mismatches=(10, 10),
):  # fmt: skip
    """Raise AssertionError unless two arrays agree within tolerances that depend on their dtypes.

    ``mismatches``: how many to print, and how many to count before giving up.
    """
    if not use_broadcast:
        checkShapes(a, b)
    rtol, atol = get_tols(a, b, rtol, atol)
    a, b = _to_numpy(a), _to_numpy(b)
    if getattr(a, "dtype", None) == np.bool_ and getattr(b, "dtype", None) == np.bool_:
        np.testing.assert_equal(a, b)
    elif not almost_equal(a, b, rtol, atol, equal_nan=equal_nan):
        text = _mismatch_text(
            np.asarray(a), np.asarray(b), rtol, atol, names, equal_nan, mismatches
        )
        raise AssertionError(build_err_msg([a, b], err_msg=text))


def _mismatch_text(a, b, rtol, atol, names, equal_nan, mismatches):
    if a.ndim == 0 and b.ndim == 0:
        excess = _worst(a, b, rtol, atol)[1]
        return f"Error {excess:f} exceeds tolerance rtol={rtol:e}, atol={atol:e}.\n"
    show, most = mismatches
    a, b = (np.array(v) for v in np.broadcast_arrays(a, b))
    first, worst = _worst(a, b, rtol, atol)
    where = locationError(a, b, first, names, maxError=True)
    print(f"\n*** Maximum errors for vector of size {a.size}:  rtol={rtol}, atol={atol}\n")
    count, index, excess = 0, first, worst
    while True:
        count += 1
        if count <= show:
            print(f"{count:3d}: Error {excess:f}  {locationError(a, b, index, names)}")
        a[index] = b[index] = 0
        if count == a.size or almost_equal(a, b, rtol, atol, equal_nan=equal_nan):
            degree = ""
            break
        if 0 < most <= count:
            degree = "at least "
            count += 1  # mxnet: the one after the last counted is included
            break
        index, excess = _worst(a, b, rtol, atol)
    return (
        f"Error {worst:f} exceeds tolerance rtol={rtol:e}, atol={atol:e} "
        f"(mismatch {degree}{100 * count / a.size:f}%).\n{where}"
    )


def assert_allclose(a, b, rtol=1e-07, atol=0, equal_nan=True):
    """Raise AssertionError unless two arrays agree within the given tolerances."""
    assert_almost_equal(a, b, rtol=rtol, atol=atol, equal_nan=equal_nan)


def assert_almost_equal_with_err(
    a, b, rtol=None, atol=None, etol=None, names=("a", "b"), equal_nan=False, mismatches=(10, 10)
):
    """Compare like :func:`assert_almost_equal`, but let a share ``etol`` of the elements differ."""
    etol = get_etol(etol)
    if etol > 0:
        rtol, atol = get_tols(a, b, rtol, atol)
        a, b = _to_numpy(a), _to_numpy(b)
        wrong = 1 - np.mean(np.isclose(a, b, rtol=rtol, atol=atol))
        if wrong <= etol:
            return
    assert_almost_equal(a, b, rtol, atol, names, equal_nan, mismatches=mismatches)


def assert_almost_equal_ignore_nan(a, b, rtol=None, atol=None, names=("a", "b")):
    """Compare like :func:`assert_almost_equal`, leaving out what is NaN in either array."""
    a, b = np.copy(a), np.copy(b)
    unknown = np.isnan(a) | np.isnan(b)
    a[unknown] = b[unknown] = 0
    assert_almost_equal(a, b, rtol, atol, names)


def assert_exception(f, exception_type, *args, **kwargs):
    """Raise AssertionError unless ``f(*args, **kwargs)`` raises ``exception_type``."""
    try:
        f(*args, **kwargs)
    except exception_type:
        return
    raise AssertionError


def same_array(array1, array2):
    """Tell whether two arrays share memory: one is changed and changed back."""
    array1[:] += 1
    shared = same(array1.asnumpy(), array2.asnumpy())
    array1[:] -= 1
    return shared and same(array1.asnumpy(), array2.asnumpy())


# ---- random arrays, from NumPy's global generator


def random_arrays(*shapes):
    """Draw float32 NumPy arrays from the normal distribution; one shape gives one array."""
    arrays = [np.array(np.random.randn(*shape), dtype=default_dtype()) for shape in shapes]
    return arrays[0] if len(arrays) == 1 else arrays


def random_sample(population, k):
    """Return ``k`` elements of a list in random order."""
    assert 0 <= k <= len(population)
    shuffled = population[:]
    np.random.shuffle(shuffled)
    return shuffled[:k]


def rand_ndarray(
    shape, stype="default", density=None, dtype=None, modifier_func=None,
    shuffle_csr_indices=False, distribution=None, ctx=None,
):  # fmt: skip
    """Draw an array from the normal distribution; other storage than dense is not there yet."""
    if stype != "default":
        from ._core.errors import not_implemented

        raise not_implemented(f"rand_ndarray with stype={stype!r}")
    return ndarray.array(random_arrays(shape), dtype=dtype, ctx=ctx or default_context())


def rand_shape_nd(num_dim, dim=10, allow_zero_size=False):
    """Draw a shape of ``num_dim`` dimensions of at most ``dim``."""
    return tuple(np.random.randint(0 if allow_zero_size else 1, dim + 1, size=num_dim))


def _rand_shape(dims, allow_zero_size):
    low = 0 if allow_zero_size else 1
    return tuple(np.random.randint(low, dim + 1) for dim in dims)


def rand_shape_2d(dim0=10, dim1=10, allow_zero_size=False):
    """Draw a shape of two dimensions of at most the given size."""
    return _rand_shape((dim0, dim1), allow_zero_size)


def rand_shape_3d(dim0=10, dim1=10, dim2=10, allow_zero_size=False):
    """Draw a shape of three dimensions of at most the given size."""
    return _rand_shape((dim0, dim1, dim2), allow_zero_size)


def rand_coord_2d(x_low, x_high, y_low, y_high):
    """Draw an int64 point from a rectangle that excludes its upper bounds."""
    x = np.random.randint(x_low, x_high, dtype=np.int64)
    return x, np.random.randint(y_low, y_high, dtype=np.int64)


# ---- running tests


def retry(n):
    """Repeat a test up to ``n`` times while it raises AssertionError (a decorator)."""
    assert n > 0

    def decorate(f):
        @functools.wraps(f)
        def wrapper(*args, **kwargs):
            for left in reversed(range(n)):
                try:
                    f(*args, **kwargs)
                    return
                except AssertionError:
                    if left == 0:
                        raise

        return wrapper

    return decorate


@contextlib.contextmanager
def environment(*args):
    """Set environment variables within a ``with`` block: name and value, or a dict; None unsets."""
    if len(args) == 1 and isinstance(args[0], dict):
        wanted = args[0]
    else:
        assert len(args) == 2, "Expecting one dict arg or two args: env var name and value"
        wanted = {args[0]: args[1]}
    before = {name: os.environ.get(name) for name in wanted}
    _set_environment(wanted)
    try:
        yield
    finally:
        _set_environment(before)


def _set_environment(values):
    for name, value in values.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


@contextlib.contextmanager
def discard_stderr():
    """Drop what is written to the process's standard error within a ``with`` block."""
    number = sys.stderr.fileno()
    kept = os.dup(number)
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), number)
        try:
            yield
        finally:
            os.dup2(kept, number)
            os.close(kept)


def get_mnist():
    """Read MNIST from the working directory (or fetch it): images (n, 1, 28, 28) in 0-1, labels."""
    found = {}
    for part, stem in (("train", "train"), ("test", "t10k")):
        label = _idx(f"{stem}-labels-idx1-ubyte.gz", 2).astype(np.int8)
        pixels = _idx(f"{stem}-images-idx3-ubyte.gz", 4).reshape(len(label), 1, 28, 28)
        found[f"{part}_data"] = pixels.astype(np.float32) / 255
        found[f"{part}_label"] = label
    return found


def _idx(name, header_words):
    with gzip.open(download(f"http://data.mxnet.io/data/mnist/{name}")) as file:
        struct.unpack(f">{header_words}I", file.read(4 * header_words))
        return np.frombuffer(file.read(), dtype=np.uint8)


__getattr__ = module_getattr(__name__)
