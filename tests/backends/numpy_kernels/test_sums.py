"""Sums by products: NumPy's numbers and errors, and no more rounding than a few times its own."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mxshim._backends import base
from mxshim._backends.numpy_kernels import sums
from mxshim._backends.numpy_kernels.sums import summed

#: Short rows, in one product and in several; long ones in one piece, in some, with and without a
#: rest; a number of pieces that is too long for a product itself.
SHAPES = [
    (9000, 1), (50, 30, 20), (300_001, 2), (200, 256), (300, 257), (70, 1023), (90, 3, 1000),
    (65, 4099), (3, 40_000), (2, 300_007), (1, 70_000), (70_000,), (8192,),
]  # fmt: skip


def normal(shape, dtype="float32", seed=3):
    return np.random.default_rng(seed).standard_normal(shape).astype(dtype)


def near(found, wanted, scale, dtype):
    assert found.shape == wanted.shape and found.dtype == np.dtype(dtype)
    bound = {"float32": 4e-7, "float64": 1e-15}[dtype] * scale
    assert (np.abs(found.astype("f8") - wanted) <= bound).all()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("squared", [False, True])
@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_sums(shape, keepdims, squared, dtype):
    x = normal(shape, dtype)
    wide = x.astype("longdouble") ** (2 if squared else 1)
    for axis in (None, (len(shape) - 1,), (-1,), tuple(range(len(shape)))[1:] or None):
        found = np.asarray(summed(x, axis, keepdims, squared))
        wanted = np.asarray(wide.sum(axis=axis, keepdims=keepdims))
        near(found, wanted, np.abs(wide).sum(axis=axis, keepdims=keepdims), dtype)


@pytest.mark.parametrize("value", [0.1, 1 / 3, 1e-3])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_equal_numbers_do_not_add_up_their_rounding(shape, value):
    """Every addition of such a sum rounds the same way: the worst case for few places."""
    x = np.full(shape, value, "float32")
    for axis in (None, (-1,)):
        exact = x.astype("f8").sum(axis=axis)
        assert (np.abs(summed(x, axis) / exact - 1) < 1e-6).all()


def test_cancelling_numbers():
    x = normal((1000, 1000)) * 1000
    x = np.concatenate([x, -x[::-1, ::-1]]) + normal((2000, 1000), seed=4) * np.float32(1e-3)
    scale = np.abs(x).sum(dtype="f8")
    assert abs(summed(x, None) - x.sum(dtype="f8")) < 1e-7 * scale


@pytest.mark.parametrize("shape", [(300, 200), (100, 3000)], ids=str)
def test_nan_and_inf(shape):
    x = normal(shape)
    x[1, 2], x[3, 5], x[4, 6], x[7, 8], x[7, 100] = np.nan, np.inf, -np.inf, np.inf, -np.inf
    found = summed(x, (1,))
    assert np.isnan(found).nonzero()[0].tolist() == [1, 7]
    assert (found[3], found[4]) == (np.inf, -np.inf)
    assert np.isnan(summed(x, None)) and summed(x[2:4], None) == np.inf
    assert summed(x, (1,), squared=True)[4] == np.inf


@pytest.mark.filterwarnings("ignore:overflow")
@settings(max_examples=60, deadline=None)
@given(
    shape=st.lists(st.integers(0, 40), min_size=0, max_size=4),
    dtype=st.sampled_from(["float16", "float32", "float64", "int32", "int8", "bool"]),
    keepdims=st.booleans(), squared=st.booleans(), data=st.data(),
)  # fmt: skip
def test_the_rest_is_left_to_numpy(shape, dtype, keepdims, squared, data):
    x = np.random.default_rng(1).integers(0, 3, shape).astype(dtype)
    order = data.draw(st.permutations(range(len(shape))))
    x = x.transpose(order)
    axes = st.lists(st.integers(-len(shape), max(len(shape) - 1, 0)), unique=True)
    axis = data.draw(st.none() | axes.map(tuple)) if shape else None
    try:
        wanted = np.asarray(base.summed(x, axis, keepdims, squared))
    except ValueError:  # one axis twice
        with pytest.raises(ValueError):
            summed(x, axis, keepdims, squared)
        return
    found = np.asarray(summed(x, axis, keepdims, squared))
    assert found.dtype == wanted.dtype and found.shape == wanted.shape
    assert np.array_equal(found, wanted)  # whole numbers are exact


def test_wrong_axes_are_numpys_errors():
    x = normal((300, 300))
    for axis in ((2,), (-3,), (1, 1), (0, -2)):
        with pytest.raises(ValueError):
            summed(x, axis)


def test_small_arrays_take_numpys_sum():
    x = normal((100, 81))
    assert x.size < sums.LARGE and np.array_equal(summed(x, (1,)), x.sum(1))
