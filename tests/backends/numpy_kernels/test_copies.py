"""Copies in wide items: the elements and the order of NumPy's, in memory of their own."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mxshim._backends.numpy_kernels import copies
from mxshim._backends.numpy_kernels.copies import packed, reshaped

TYPES = ["float32", "float64", "float16", "int8", "int64", "bool", "uint8", "complex64"]


def apart(made, view):
    """Assert that a copy has a view's elements, in order, and memory of its own."""
    assert made.dtype == view.dtype and made.shape == view.shape
    assert made.flags.c_contiguous and made.flags.writeable and made.base is None
    assert np.array_equal(made, view, equal_nan=made.dtype.kind in "fc")


@pytest.fixture
def any_size(monkeypatch):
    monkeypatch.setattr(copies, "LARGE", 1)


@pytest.mark.usefixtures("any_size")
@settings(max_examples=150, deadline=None)
@given(shape=st.lists(st.integers(0, 6), max_size=5), dtype=st.sampled_from(TYPES), data=st.data())
def test_any_strides(shape, dtype, data):
    x = np.arange(np.prod(shape, dtype=int)).reshape(shape).astype(dtype)
    steps = st.sampled_from([slice(None), slice(1, None), slice(None, None, 2), slice(None, 2, -1)])
    view = x[(*[data.draw(steps) for _ in shape], ...)]
    view = view.transpose(data.draw(st.permutations(range(view.ndim))))
    if data.draw(st.booleans()) and view.ndim:
        view = np.broadcast_to(view, (2, *view.shape))
    apart(packed(view), view)
    merged = (view.shape[0] * view.shape[1], *view.shape[2:]) if view.ndim > 1 else (1, view.size)
    assert np.array_equal(reshaped(view, merged), view.reshape(merged))


@pytest.mark.parametrize("heads, width", [(8, 32), (12, 1), (3, 127), (2, 128), (2, 129), (4, 7)])
def test_heads(heads, width):
    x = np.random.default_rng(0).standard_normal((16, 30, heads, width), dtype="float32")
    x[0, 0, 0, 0], x[1, 1, 1, 0] = np.nan, -0.0
    view = x.transpose(0, 2, 1, 3)
    apart(packed(view), view)
    assert np.array_equal(packed(view).view("int32"), view.copy().view("int32"))
    flat = reshaped(view, (16 * heads, 30, width))
    assert np.array_equal(flat, view.reshape(flat.shape), equal_nan=True)
    back = packed(view).transpose(0, 2, 1, 3)
    assert np.array_equal(reshaped(back, (16, 30, -1)), x.reshape(16, 30, -1), equal_nan=True)


def test_views_stay_views():
    x = np.zeros((100, 40, 8), "float32")
    assert np.shares_memory(reshaped(x, (4000, 8)), x)
    assert np.shares_memory(reshaped(x[:, :20], (100, 20, 4, 2)), x)
    assert not np.shares_memory(packed(x), x)


def test_objects_are_not_copied_bit_by_bit():
    x = np.array([["a" * n, [n]] for n in range(3000)], object).reshape(30, 100, 2)
    view = x.transpose(1, 0, 2)
    apart(packed(view), view)
