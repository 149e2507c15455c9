"""Helpers of the CPU namespace: one result on every way."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from mxshim._backends import cpu


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int32"])
@pytest.mark.parametrize("shape", [(40, 3), (400, 64), (300, 4, 25), (20000,)], ids=str)
def test_row_sum(dtype, shape):
    draw = np.random.default_rng(len(shape))
    rows = draw.integers(0, 7, shape[0])
    values = draw.integers(-4, 5, shape).astype(dtype)  # whole numbers: sums are exact
    expected = np.zeros((9, *shape[1:]), dtype)
    np.add.at(expected, rows, values)
    total = cpu.row_sum(rows, values, 9)
    assert (total.dtype, total.shape) == (expected.dtype, expected.shape)
    assert total.flags.c_contiguous
    assert np.array_equal(total, expected)


@pytest.mark.parametrize("known", [True, False])
def test_rows_are_added(known, monkeypatch):
    if not known:  # a SciPy without the function
        monkeypatch.setitem(sys.modules, "scipy.sparse._sparsetools", None)
    total = np.ones((4, 2), "float32")
    values = np.arange(12, dtype="float32").reshape(6, 2)[:, ::-1]
    cpu.add_rows(total, np.array([3, 0, 3, 1, 1], "uint8"), values[:5])
    assert total.tolist() == [[4, 3], [17, 15], [1, 1], [7, 5]]


@pytest.mark.parametrize("row", [-1, 4, 1 << 40])
def test_rows_that_are_not_there(row):
    with pytest.raises(IndexError, match="a row is not among 4"):
        cpu.row_sum(np.array([0, row]), np.ones((2, 3), "float32"), 4)


def test_row_sum_of_nothing():
    total = cpu.row_sum(np.zeros(0, "int64"), np.zeros((0, 3)), 2)
    assert total.tolist() == [[0, 0, 0], [0, 0, 0]]
