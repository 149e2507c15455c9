"""Parity of the operators on sequences of different lengths."""

from __future__ import annotations

import pytest

from compat_tests.inputs import DTYPES, arrays, attempt, grads
from compat_tests.ops.families import cases, names, seen

#: Calls on data (3, 2, 2) and lengths (2,).
CALLS = {
    "mask": lambda nd, x, n: nd.SequenceMask(x, n, use_sequence_length=True, value=-1.5),
    "mask_all": lambda nd, x, n: nd.SequenceMask(x),
    "last": lambda nd, x, n: nd.SequenceLast(x, n, use_sequence_length=True),
    "reverse": lambda nd, x, n: nd.SequenceReverse(x, n, use_sequence_length=True),
    "reverse_all": lambda nd, x, n: nd.SequenceReverse(x),
}


@cases(CALLS)
def test_legacy(mx, name, dtype):
    lengths = mx.nd.array([1, 3], dtype=dtype)
    return seen(mx, mx.nd, lambda x: CALLS[name](mx.nd, x, lengths), dtype, (3, 2, 2))


@pytest.mark.parametrize("dtype", DTYPES)
def test_last_of_all(mx, dtype):
    return mx.nd.SequenceLast(arrays(mx.nd, dtype, (3, 2, 2))[0])  # MXNet dies in its gradient


@cases(["mask", "last"], ["float32", "int32"])
def test_batch_first(mx, name, dtype):
    operator = mx.nd.SequenceMask if name == "mask" else mx.nd.SequenceLast
    lengths = mx.nd.array([2, 1], dtype=dtype)
    call = lambda x: operator(x, lengths, use_sequence_length=True, axis=1)  # noqa: E731
    return seen(mx, mx.nd, call, dtype, (2, 3, 2)), operator(
        arrays(mx.nd, dtype, (2, 3))[0], axis=1
    )


@pytest.mark.np
@pytest.mark.parametrize("dtype", DTYPES)
def test_numpy_mask(mx, dtype):
    lengths = mx.np.array([1, 3], dtype=dtype)
    mask = mx.npx.sequence_mask

    def call(x):
        return mask(x, lengths, use_sequence_length=True, value=0.5)

    x = arrays(mx.np, dtype, (2, 3))[0]
    return seen(mx, mx.np, call, dtype, (3, 2)), mask(x, lengths, use_sequence_length=True, axis=1)


@pytest.mark.parametrize("name", ["SequenceMask", "SequenceLast", "SequenceReverse"])
def test_length_gradient(mx, name):
    call = lambda x, n: getattr(mx.nd, name)(x, n, use_sequence_length=True)  # noqa: E731
    return grads(mx, call, mx.nd.array([[1, 2], [3, 4], [5, 6]]), mx.nd.array([1, 2]))


REFUSED = {
    "mask_axis": lambda nd, x: nd.SequenceMask(
        x, nd.array([1, 2]), use_sequence_length=True, axis=2
    ),
    "mask_lengths": lambda nd, x: nd.SequenceMask(x, nd.array([1, 2, 3]), use_sequence_length=True),
    "mask_missing": lambda nd, x: nd.SequenceMask(x, use_sequence_length=True),
    "last_missing": lambda nd, x: nd.SequenceLast(x, use_sequence_length=True),
    "last_lengths": lambda nd, x: nd.SequenceLast(x, nd.array([1, 2, 3]), use_sequence_length=True),
    "reverse_axis": lambda nd, x: nd.SequenceReverse(x, axis=1),
    "reverse_lengths": lambda nd, x: nd.SequenceReverse(
        x, nd.array([1, 2, 3]), use_sequence_length=True
    ),
    "mask_vector": lambda nd, x: nd.SequenceMask(
        nd.array([1, 2, 3]), nd.array([1]), use_sequence_length=True
    ),
}


@names(REFUSED)
def test_refused(mx, name):
    return attempt(REFUSED[name], mx.nd, arrays(mx.nd, "float32", (3, 2, 2))[0])
