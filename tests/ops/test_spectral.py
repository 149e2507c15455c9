"""What MXNet computes on GPUs only, against the documented formulas: no reference runs here."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import mxshim as mx

SHAPES = [(3, 5), (2, 1, 3, 8), (1, 1), (4, 128)]


def drawn(*shape: int) -> Any:
    return np.random.default_rng(shape).normal(size=shape)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("shape", SHAPES)
def test_fft_interleaves_real_and_imaginary_parts(shape: Any, dtype: str) -> None:
    data = drawn(*shape).astype(dtype)
    made = mx.nd.contrib.fft(mx.nd.array(data, dtype=dtype), compute_size=2)
    expected = np.fft.fft(data.astype("float64"))
    assert made.dtype == np.dtype(dtype)
    pairs = made.asnumpy().astype("float64").reshape((*shape, 2))
    close = {"float16": 2e-2, "float32": 1e-5, "float64": 1e-12}[dtype]
    np.testing.assert_allclose(pairs[..., 0], expected.real, rtol=close, atol=close * shape[-1])
    np.testing.assert_allclose(pairs[..., 1], expected.imag, rtol=close, atol=close * shape[-1])


@pytest.mark.parametrize("shape", SHAPES)
def test_ifft_gives_rows_times_their_length(shape: Any) -> None:
    data = mx.nd.array(drawn(*shape), dtype="float64")
    back = mx.nd.contrib.ifft(mx.nd.contrib.fft(data))
    np.testing.assert_allclose(back.asnumpy(), data.asnumpy() * shape[-1], rtol=1e-12, atol=1e-12)


def test_fft_of_no_rows() -> None:
    with mx.util.np_shape(True):
        assert mx.nd.contrib.fft(mx.nd.zeros((0, 4))).shape == (0, 8)
        assert mx.nd.contrib.ifft(mx.nd.zeros((0, 4))).shape == (0, 2)


def test_refusals_name_what_is_wrong() -> None:
    with pytest.raises(mx.MXNetError, match="2 or 4 axes"):
        mx.nd.contrib.fft(mx.nd.zeros((4,)))
    with pytest.raises(mx.MXNetError, match="even length"):
        mx.nd.contrib.ifft(mx.nd.zeros((2, 5)))
    with pytest.raises(mx.MXNetError, match="only support floating point"):
        mx.nd.contrib.fft(mx.nd.zeros((2, 4), dtype="int32"))


def test_count_sketch_as_documented() -> None:
    made = mx.nd.contrib.count_sketch(
        data=mx.nd.array([[1.2, 2.5, 3.4], [3.2, 5.7, 6.6]]), h=mx.nd.array([[0, 3, 4]]),
        s=mx.nd.array([[1, -1, 1]]), out_dim=5,
    )  # fmt: skip
    expected = [[1.2, 0, 0, -2.5, 3.4], [3.2, 0, 0, -5.7, 6.6]]
    np.testing.assert_allclose(made.asnumpy(), expected, rtol=1e-6)


def test_count_sketch_adds_columns_that_share_a_place() -> None:
    data, signs = drawn(2, 3, 4, 6), np.array([[1, -1, -1, 1, 1, -1.0]])
    columns = [0, 2, 0, 1, 2, 2]
    made = mx.nd.contrib.count_sketch(
        mx.nd.array(data, dtype="float64"), mx.nd.array([columns], dtype="float64"),
        mx.nd.array(signs, dtype="float64"), out_dim=3, processing_batch_size=1,
    )  # fmt: skip
    expected = np.zeros((2, 3, 4, 3))
    for at, column in enumerate(columns):
        expected[..., column] += data[..., at] * signs[0, at]
    np.testing.assert_allclose(made.asnumpy(), expected, rtol=1e-12)


def test_count_sketch_refusals() -> None:
    data, row = mx.nd.ones((2, 3)), mx.nd.ones((1, 3))
    with pytest.raises(mx.MXNetError, match=r"h must lie in \[0, 1\)"):
        mx.nd.contrib.count_sketch(data, row, row, out_dim=1)
    with pytest.raises(mx.MXNetError, match="S should be 2D tensor with same length"):
        mx.nd.contrib.count_sketch(data, row, mx.nd.ones((1, 2)), out_dim=3)
    with pytest.raises(mx.MXNetError, match="Data should be 2D or 4D"):
        mx.nd.contrib.count_sketch(row[0], row, row, out_dim=3)
    with pytest.raises(mx.MXNetError, match="requires uniform type"):
        mx.nd.contrib.count_sketch(data, row.astype("float64"), row, out_dim=3)
