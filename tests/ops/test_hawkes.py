"""The likelihood of Hawkes processes: against its definition, and the gradient of ``beta``."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import mxshim as mx


def drawn() -> list[Any]:
    draw = np.random.default_rng(2)
    return [
        draw.uniform(0.2, 1, (3, 2)), draw.uniform(0.1, 0.9, 2), draw.uniform(0.5, 2, 2),
        np.zeros((3, 2)), draw.uniform(0.1, 1, (3, 5)), draw.integers(0, 2, (3, 5)),
        np.array([5.0, 3, 0]), np.array([6.0, 5, 4]),
    ]  # fmt: skip


def likelihood(values: list[Any]) -> Any:
    """Sum logarithms of rates at the events, less the integral of the rates."""
    lda, alpha, beta, _, lags, marks, lengths, ends = values
    found = []
    for n in range(len(lda)):
        times = np.cumsum(lags[n])[: int(lengths[n])]
        kinds, total = marks[n][: len(times)], 0.0
        for i, (time, k) in enumerate(zip(times, kinds, strict=True)):
            before = times[:i][kinds[:i] == k]
            total += np.log(
                lda[n, k] + alpha[k] * beta[k] * np.exp(beta[k] * (before - time)).sum()
            )
        for k in range(lda.shape[1]):
            gone = ends[n] - times[kinds == k]
            total -= lda[n, k] * ends[n] + alpha[k] * (1 - np.exp(-beta[k] * gone)).sum()
        found.append(total)
    return np.array(found)


def tensors(values: list[Any]) -> list[Any]:
    return [mx.nd.array(v, dtype="int32" if v.dtype.kind == "i" else "float64") for v in values]


def test_likelihood_by_its_definition() -> None:
    values = drawn()
    made, state = mx.nd.contrib.hawkesll(*tensors(values))
    np.testing.assert_allclose(made.asnumpy(), likelihood(values), rtol=1e-12)
    assert state.shape == (3, 2)
    assert not state.asnumpy()[2].any()


def test_halves_of_a_sequence_add_up() -> None:
    """The state that one call returns continues the sequence in the next one."""
    values = drawn()
    values[6][:] = 5
    whole, last = mx.nd.contrib.hawkesll(*tensors(values))
    cut = [
        *values[:4],
        values[4][:, :2],
        values[5][:, :2],
        np.full(3, 2.0),
        values[4][:, :2].sum(1),
    ]
    first, state = mx.nd.contrib.hawkesll(*tensors(cut))
    rest = [
        *values[:3], state.asnumpy(), values[4][:, 2:], values[5][:, 2:], np.full(3, 3.0),
        values[7] - cut[7],
    ]  # fmt: skip
    second, state = mx.nd.contrib.hawkesll(*tensors(rest))
    np.testing.assert_allclose((first + second).asnumpy(), whole.asnumpy(), rtol=1e-12)
    np.testing.assert_allclose(state.asnumpy(), last.asnumpy(), rtol=1e-12)


@pytest.mark.parametrize("position", [0, 1, 2])
def test_gradients_by_differences(position: int) -> None:
    values = drawn()
    inputs = tensors(values)
    inputs[position].attach_grad()
    with mx.autograd.record():
        made = mx.nd.contrib.hawkesll(*inputs)[0]
    made.backward(mx.nd.array([1, -2, 0.5], dtype="float64"))
    expected = np.zeros_like(values[position])
    for at in np.ndindex(expected.shape):
        ends = []
        for step in (1e-6, -1e-6):
            moved = [v.copy() for v in values]
            moved[position][at] += step
            ends.append(likelihood(moved) @ [1, -2, 0.5])
        expected[at] = (ends[0] - ends[1]) / 2e-6
    np.testing.assert_allclose(inputs[position].grad.asnumpy(), expected, rtol=1e-6, atol=1e-6)


def test_refuses_marks_and_lengths_out_of_range() -> None:
    values = drawn()
    values[5][0, 1] = 2
    with pytest.raises(mx.MXNetError, match=r"marks must lie in \[0, 2\)"):
        mx.nd.contrib.hawkesll(*tensors(values))
    values[6][0] = 6
    with pytest.raises(mx.MXNetError, match="valid_length is 6 of 5 steps"):
        mx.nd.contrib.hawkesll(*tensors(values))
