"""Comparing arrays as strictly as MXNet's own tests do, with MXNet's reports."""

from __future__ import annotations

import contextlib

import numpy as np
from numpy.testing import build_err_msg

from .. import ndarray
from ..ndarray import NDArray
from ..numpy import ndarray as np_ndarray
from ._tolerances import get_atol, get_etol, get_rtol, get_tols

_NUMPY_2 = int(np.__version__.split(".")[0]) >= 2


def same(a, b):
    """Tell whether two arrays are equal in shape and every element."""
    return np.array_equal(a, b)


def _error(a, b, text, **options):
    """Build the AssertionError that shows both arrays, as NumPy 1 writes them."""
    old = np.printoptions(legacy="1.25") if _NUMPY_2 else contextlib.nullcontext()
    with old:
        return AssertionError(build_err_msg([a, b], err_msg=text, **options))


def checkShapes(a, b):
    """Raise AssertionError unless the shapes are equal."""
    if a.shape != b.shape:
        raise _error(a, b, f"a.shape = {a.shape} and b.shape = {b.shape} are not equal")


def almost_equal(a, b, rtol=None, atol=None, equal_nan=False, use_broadcast=True):
    """Tell whether NumPy arrays agree within tolerances that default to those of float64."""
    if not use_broadcast:
        checkShapes(a, b)
    a, b, rtol, atol = _like_numpy_1(a, b, get_rtol(rtol), get_atol(atol))
    return np.allclose(a, b, rtol=rtol, atol=atol, equal_nan=equal_nan)


def _like_numpy_1(a, b, rtol, atol):
    """Convert numbers and 0-d arrays as the NumPy does that MXNet runs on.

    Two of them are compared in float64. Beside a floating-point array one takes its dtype, as
    does the tolerance for it.
    """
    a, b = np.asanyarray(a), np.asanyarray(b)
    if b.ndim == 0 and a.ndim == 0:
        b = b.astype(np.float64)
    elif b.ndim == 0 and a.dtype.kind == "f" and np.isfinite(b):
        rtol, atol = 0, a.dtype.type(atol + rtol * abs(float(b)))
        b = b.astype(a.dtype)
    elif a.ndim == 0 and b.dtype.kind == "f":
        a = a.astype(b.dtype)
    return a, b, rtol, atol


def locationError(a, b, index, names, maxError=False):
    """Describe the two values at ``index``."""
    kind = "maximum " if maxError else ""
    left, right = names
    return (
        f"Location of {kind}error: {index}, {left}={_digits(a[index])}, {right}={_digits(b[index])}"
    )


def _digits(value):
    return "%.8f" % value  # noqa: UP031 (takes NumPy's bools too)


def _worst(a, b, rtol, atol):
    """Return where the tolerance is exceeded most, and how many times."""
    apart = np.where(np.equal(a, b), 0, np.abs(a - b))
    size = np.abs(b) if np.ndim(b) else np.float64(abs(b))  # NumPy 1 widens it by itself
    excess = apart / (atol + rtol * size + 1e-20)
    where = np.unravel_index(np.argmax(excess), excess.shape)
    return tuple(int(i) for i in where), np.max(excess)


def _to_numpy(array):
    return array.asnumpy() if isinstance(array, NDArray) else array


def _dense(array):
    return array if array.stype == "default" else array.tostype("default")


def _compared_by_operator(a, b):
    """Tell whether MXNet compares two arrays by its operator, which wants like ones.

    mxnet: that operator takes an infinite ``b`` for close to anything, test_special_values.
    """
    legacy = all(isinstance(x, NDArray) and not isinstance(x, np_ndarray) for x in (a, b))
    return legacy and a.context == b.context and a.dtype == b.dtype


def assert_almost_equal(
    a, b, rtol=None, atol=None, names=("a", "b"), equal_nan=False, use_broadcast=True,
    mismatches=(10, 10),
):  # fmt: skip
    """Raise AssertionError unless two arrays agree within tolerances that depend on their dtypes.

    Either may be an array of MXNet, of NumPy, or a number. ``rtol`` and ``atol`` are numbers or
    tables from dtypes to numbers. ``mismatches``: how many to print, and how many to count before
    giving up. Two legacy arrays of one dtype must have one shape (MXNetError), others broadcast.
    """
    if not use_broadcast:
        checkShapes(a, b)
    rtol, atol = get_tols(a, b, rtol, atol)
    if _compared_by_operator(a, b):
        close = ndarray.contrib.allclose(_dense(a), _dense(b), rtol, atol, equal_nan).asnumpy()
        a, b = a.asnumpy(), b.asnumpy()
    else:
        a, b = _to_numpy(a), _to_numpy(b)
        if getattr(a, "dtype", None) == np.bool_ and getattr(b, "dtype", None) == np.bool_:
            _assert_same_truth(a, b)
            return
        close = almost_equal(a, b, rtol, atol, equal_nan=equal_nan)
    if not close:
        raise _report(a, b, rtol, atol, names, equal_nan, mismatches)


def _report(a, b, rtol, atol, names, equal_nan, mismatches, scalars=True):
    """Print the largest errors and return the AssertionError that sums them up."""
    left, right = np.broadcast_arrays(a, b)
    if scalars and left.ndim == 0:
        excess = _worst(left, right, rtol, atol)[1]
        text = f"Error {excess:f} exceeds tolerance rtol={rtol:e}, atol={atol:e}.\n"
    else:
        text = _table(left, right, rtol, atol, names, equal_nan, mismatches)
    # mxnet: the print options stay like that, test_print_options
    np.set_printoptions(threshold=4, suppress=True)
    return _error(a, b, text)


def _table(a, b, rtol, atol, names, equal_nan, mismatches):
    """Print the mismatches, the worst first; return their share and the worst one's place."""
    show, most = mismatches
    left, right = a.copy(), b.copy()
    index, worst = _worst(a, b, rtol, atol)
    where = locationError(a, b, index, names, maxError=True)
    print(f"\n*** Maximum errors for vector of size {a.size}:  rtol={rtol}, atol={atol}\n")
    count, excess = 1, worst
    # The bound ends it where a difference overflows, so that the worst place stays the same.
    while count <= a.size:
        if count <= show:
            print(f"{count:3d}: Error {excess:f}  {locationError(a, b, index, names)}")
        left[index] = right[index] = 0
        if almost_equal(left, right, rtol, atol, equal_nan=equal_nan):
            break
        count += 1
        if 0 < most < count:
            break
        index, excess = _worst(left, right, rtol, atol)
    degree = "at least " if 0 < most < count else ""
    return (
        f"Error {worst:f} exceeds tolerance rtol={rtol:e}, atol={atol:e} "
        f"(mismatch {degree}{100 * count / a.size:f}%).\n{where}"
    )


def _assert_same_truth(a, b):
    """Compare arrays of bool exactly; the text is that of NumPy 1's testing."""
    if a.shape != b.shape and a.shape and b.shape:
        text = f"(shapes {a.shape}, {b.shape} mismatch)"
    else:
        wrong = np.not_equal(a, b)
        if not wrong.any():
            return
        share = 100 * np.count_nonzero(wrong) / wrong.size
        text = f"Mismatched elements: {np.count_nonzero(wrong)} / {wrong.size} ({share:.3g}%)"
    raise _error(a, b, "\n" + text, header="Arrays are not equal", names=("x", "y"))


def assert_allclose(a, b, rtol=1e-07, atol=0, equal_nan=True):
    """Raise AssertionError unless two arrays agree within the given tolerances."""
    assert_almost_equal(a, b, rtol=rtol, atol=atol, equal_nan=equal_nan)


def assert_almost_equal_with_err(
    a, b, rtol=None, atol=None, etol=None, names=("a", "b"), equal_nan=False, mismatches=(10, 10)
):
    """Compare like :func:`assert_almost_equal`, but let a share ``etol`` of the elements differ.

    NaN counts as wrong then, whatever ``equal_nan`` says.
    """
    etol = get_etol(etol)
    if etol <= 0:
        # mxnet: names and mismatches are not handed on, test_share_of_errors
        assert_almost_equal(a, b, rtol=rtol, atol=atol, equal_nan=equal_nan)
        return
    rtol, atol = get_tols(a, b, rtol, atol)
    a, b = _to_numpy(a), _to_numpy(b)
    close = np.isclose(a, b, rtol=rtol, atol=atol)
    if close.size and 1 - np.count_nonzero(close) / close.size > etol:
        raise _report(a, b, rtol, atol, names, equal_nan, mismatches, scalars=False)


def assert_almost_equal_ignore_nan(a, b, rtol=None, atol=None, names=("a", "b")):
    """Compare like :func:`assert_almost_equal`, leaving out what is NaN in either array."""
    a, b = np.copy(_to_numpy(a)), np.copy(_to_numpy(b))
    unknown = np.isnan(a) | np.isnan(b)
    a[unknown] = b[unknown] = 0
    assert_almost_equal(a, b, rtol, atol, names)


def same_array(array1, array2):
    """Tell whether two arrays share memory: one is changed and changed back."""
    array1[:] += 1
    shared = same(array1.asnumpy(), array2.asnumpy())
    array1[:] -= 1
    return shared and same(array1.asnumpy(), array2.asnumpy())


def compare_ndarray_tuple(t1, t2, rtol=None, atol=None):
    """Compare arrays in nested tuples like :func:`assert_almost_equal`; None matches anything."""
    if t1 is None or t2 is None:
        return
    if isinstance(t1, tuple):
        for one, other in zip(t1, t2):
            compare_ndarray_tuple(one, other, rtol, atol)
    else:
        assert_almost_equal(t1, t2, rtol=rtol, atol=atol)
