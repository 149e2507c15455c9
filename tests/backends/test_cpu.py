"""Helpers of the CPU namespace: one result on every way."""

from __future__ import annotations

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


def test_row_sum_of_nothing():
    total = cpu.row_sum(np.zeros(0, "int64"), np.zeros((0, 3)), 2)
    assert total.tolist() == [[0, 0, 0], [0, 0, 0]]
