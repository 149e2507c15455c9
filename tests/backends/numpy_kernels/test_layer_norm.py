"""Layer normalization in blocks of rows: the body's numbers."""

from __future__ import annotations

import numpy as np
import pytest

from .against import both, bound, check, declined, near

pytestmark = pytest.mark.usefixtures("small_blocks")
HERE = "numpy_kernels.layer_norm"
GRADIENT = ("data", "gamma", "beta")
#: Few numbers; several blocks of short, longer and very long rows, the last block shorter.
SHAPES = [(2, 3), (5,), (6, 1), (40, 100), (7000, 10), (501, 3, 64), (37, 900), (3, 70000)]


def given(shape, dtype="float32", mean=0.3, seed=5):
    return (np.random.default_rng(seed).standard_normal(shape) + mean).astype(dtype)


def vectors(width, dtype="float32"):
    draw = np.random.default_rng(width)
    return [draw.uniform(0.5, 1.5, width).astype(dtype) for _ in range(2)]


def compare(data, factor=1.0, axis=-1):
    """Compare forward and gradient with the body's."""
    parts = vectors(data.shape[-1], data.dtype)
    out = check(HERE, "LayerNorm", (), data, *parts, axis=axis, factor=factor)
    ct = (given(data.shape, data.dtype, seed=6), np.zeros_like(out[1]), np.zeros_like(out[2]))
    every = bound("LayerNorm", {"axis": axis})
    near(*both(HERE, "LayerNorm", GRADIENT, ct, out, data, *parts, **every), factor=10 * factor)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_rows(shape, dtype):
    if shape[-1] > 1:
        compare(given(shape, dtype), axis=len(shape) - 1)
        return
    data, parts = given(shape, dtype), vectors(1, dtype)
    near(*both(HERE, "LayerNorm", (), data, *parts, **bound("LayerNorm", {})))


@pytest.mark.parametrize("shape", [(8, 20), (300, 200)], ids=str)
def test_means_far_from_zero(shape):
    data = given(shape)
    data[1::3] += 100
    compare(data, factor=40)


@pytest.mark.parametrize("shape", [(8, 20), (300, 200)], ids=str)
def test_constant_rows_and_nan(shape):
    data = given(shape)
    data[1], data[2], data[3, 4] = 0, 3.5, np.nan
    compare(data, factor=4)


def test_what_is_left_to_the_body():
    data, parts = given((6, 8)), vectors(8)
    assert declined(HERE, "LayerNorm", (), data, *vectors(6), axis=0)
    assert declined(HERE, "LayerNorm", (), data.astype("float16"), *parts)
    assert declined(HERE, "LayerNorm", (), data, *vectors(8, "float64"))
    assert declined(HERE, "LayerNorm", (), data, *vectors(7))
    assert declined(HERE, "LayerNorm", (), data[:, ::-1], *parts)
    assert declined(HERE, "LayerNorm", (), data[:0], *parts)
    assert declined(HERE, "LayerNorm", (), data, *parts, axis=3)
    wide = data.astype("float64")
    moments = (data, data[:, :1], data[:, :1])
    assert declined(HERE, "LayerNorm", GRADIENT, (wide, *moments[1:]), moments, data, *parts)
