"""Parity of the functions that make arrays."""

from __future__ import annotations

import pytest

from compat_tests.inputs import DTYPES, arrays, attempt
from compat_tests.ops.families import cases, names

LEGACY = {
    "zeros": lambda nd, dtype: nd.zeros((2, 3), dtype=dtype),
    "ones": lambda nd, dtype: nd.ones((2, 3), dtype=dtype),
    "full": lambda nd, dtype: nd.full((2,), 2.7, dtype=dtype),
    "eye": lambda nd, dtype: nd.eye(3, dtype=dtype),
    "eye_wide": lambda nd, dtype: nd.eye(2, 4, 1, dtype=dtype),
    "arange": lambda nd, dtype: nd.arange(1, 8, 2, dtype=dtype),
    "arange_half": lambda nd, dtype: nd.arange(0, 3, 0.5, repeat=2, dtype=dtype),
    "linspace": lambda nd, dtype: nd.linspace(0, 10, 5, dtype=dtype),
    "linspace_open": lambda nd, dtype: nd.linspace(0, 10, 4, endpoint=False, dtype=dtype),
}
NUMPY = {
    "zeros": lambda np, dtype: np.zeros((2, 3), dtype=dtype),
    "zeros_0d": lambda np, dtype: np.zeros((), dtype=dtype),
    "ones": lambda np, dtype: np.ones((2, 0), dtype=dtype),
    "full": lambda np, dtype: np.full((2,), 2.7, dtype=dtype),
    "full_array": lambda np, dtype: np.full((2, 2), np.array([1, 2.5]), dtype=dtype),
    "eye": lambda np, dtype: np.eye(2, 3, -1, dtype=dtype),
    "identity": lambda np, dtype: np.identity(3, dtype=dtype),
    "arange": lambda np, dtype: np.arange(8, 1, -2, dtype=dtype),
    "linspace": lambda np, dtype: np.linspace(0, 1, 3, dtype=dtype),
    "logspace": lambda np, dtype: np.logspace(0, 2, 3, dtype=dtype),
    "indices": lambda np, dtype: np.indices((2, 2), dtype=dtype),
}


@cases(LEGACY)
def test_legacy(mx, name, dtype):
    return LEGACY[name](mx.nd, dtype)


@pytest.mark.np
@cases(NUMPY)
def test_numpy(mx, name, dtype):
    return NUMPY[name](mx.np, dtype)


@pytest.mark.np
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", ["hanning", "hamming", "blackman"])
def test_windows(mx, name, dtype):
    window = getattr(mx.np, name)
    return [window(points, dtype=dtype) for points in (0, 1, 2, 5)]


@pytest.mark.parametrize("dtype", DTYPES)
def test_likes(mx, dtype):
    x = arrays(mx.nd, dtype, (2, 3))[0]
    like = mx.nd.contrib.arange_like
    return mx.nd.zeros_like(x), mx.nd.ones_like(x), mx.nd.shape_array(x), mx.nd.size_array(x), (
        like(x), like(x, axis=1), like(x, start=1, step=2, repeat=3)
    )  # fmt: skip


@pytest.mark.np
@pytest.mark.parametrize("dtype", [*DTYPES, "bool"])
def test_numpy_likes(mx, dtype):
    np = mx.np
    x = arrays(np, dtype, (2, 2))[0]
    return (
        np.zeros_like(x), np.ones_like(x), np.full_like(x, 2),
        np.full_like(x, 2.5, dtype="float64"),
        np.zeros_like(x, dtype="int8"), np.ones_like(x, dtype=bool), np.empty_like(x).shape,
        np.empty_like(x).dtype, mx.npx.shape_array(x),
    )  # fmt: skip


DEFAULTS = {
    "zeros": lambda mx: mx.nd.zeros(3),
    "zeros_list": lambda mx: mx.nd.zeros([2, 1]),
    "zeros_bool": lambda mx: mx.nd.zeros((2,), dtype="bool"),
    "zeros_ctx": lambda mx: mx.nd.zeros((2,), ctx=mx.cpu(1)),
    "zeros_out": lambda mx: mx.nd.zeros((2,), out=mx.nd.ones((2,))),
    "ones_none": lambda mx: mx.nd.ones((2,), dtype=None),
    "empty": lambda mx: (mx.nd.empty((2, 3)).shape, mx.nd.empty(2, dtype="int8").dtype),
    "empty_zero": lambda mx: mx.nd.empty((0,)).shape,
    "full_out": lambda mx: mx.nd.full((2,), 3, out=mx.nd.zeros((2,))),
    "arange_one": lambda mx: mx.nd.arange(4),
    "arange_down": lambda mx: mx.nd.arange(5, 0, -2),
    "arange_ints": lambda mx: mx.nd.arange(0, 1, 0.3, dtype="int32"),
    "linspace_one": lambda mx: mx.nd.linspace(0, 1, 1),
    "eye_negative": lambda mx: mx.nd.eye(3, 3, -1),
    "eye_far": lambda mx: mx.nd.eye(2, 2, 5),
    "onehot_encode": lambda mx: mx.nd.onehot_encode(mx.nd.array([0, 2]), mx.nd.zeros((2, 3))),
    "internal": lambda mx: mx.nd._internal._zeros(shape=(2,), dtype="int32"),
}


@names(DEFAULTS)
def test_defaults(mx, name):
    return DEFAULTS[name](mx)


NUMPY_DEFAULTS = {
    "zeros": lambda np: np.zeros(3),
    "zeros_list": lambda np: np.zeros([2, 1]),
    "zeros_bool": lambda np: np.zeros((2,), dtype=bool),
    "ones_none": lambda np: np.ones((2,), dtype=None),
    "full_int": lambda np: np.full((2,), 5),
    "full_bool": lambda np: np.full((2,), True),
    "full_like_bool": lambda np: np.full_like(np.zeros((2,)), True),
    "empty": lambda np: (np.empty((2, 0)).shape, np.empty(3, dtype=None).dtype),
    "arange": lambda np: (np.arange(3), np.arange(2, 4), np.arange(5, 2), np.arange(3.5)),
    "arange_none": lambda np: np.arange(0, 3, None),
    "eye_zero": lambda np: np.eye(2, 0),
    "eye_unknown": lambda np: np.eye(2, foo=1),
    "identity_zero": lambda np: np.identity(0),
    "linspace_step": lambda np: np.linspace(0, 1, 3, retstep=True),
    "linspace_none": lambda np: np.linspace(0, 1, 0),
    "linspace_long": lambda np: np.linspace(0, 1)[-1],
    "logspace_base": lambda np: np.logspace(0, 2, 3, base=2, endpoint=False),
    "indices": lambda np: np.indices((2, 3)),
    "indices_none": lambda np: np.indices(()),
}


@pytest.mark.np
@names(NUMPY_DEFAULTS)
def test_numpy_defaults(mx, name):
    return NUMPY_DEFAULTS[name](mx.np)


def test_default_context(mx):
    with mx.cpu(2):
        return mx.nd.zeros(2), mx.nd.arange(3), mx.nd.full((2,), 1), mx.nd.eye(2, ctx=mx.cpu(1))


REFUSED = {
    "zeros_empty": lambda nd: nd.zeros((0, 3)),
    "zeros_0d": lambda nd: nd.zeros(()),
    "ones_empty": lambda nd: nd.ones((2, 0)),
    "zeros_negative": lambda nd: nd.zeros((2, -1)),
    "zeros_dtype": lambda nd: nd.zeros(3, dtype="uint16"),
    "zeros_word": lambda nd: nd.zeros(3, dtype="foo"),
    "zeros_shape": lambda nd: nd.zeros("abc"),
    "arange_empty": lambda nd: nd.arange(0),
    "arange_up": lambda nd: nd.arange(5, 2),
    "arange_down": lambda nd: nd.arange(0, 5, -1),
    "linspace_negative": lambda nd: nd.linspace(0, 1, -1),
    "full_text": lambda nd: nd.full((2,), "a"),
}


@names(REFUSED)
def test_refused(mx, name):
    return attempt(REFUSED[name], mx.nd)


NUMPY_REFUSED = {
    "zeros_order": lambda np: np.zeros((2,), order="F"),
    "zeros_negative": lambda np: np.zeros((2, -1)),
    "zeros_dtype": lambda np: np.zeros((2,), dtype="foo"),
    "zeros_float": lambda np: np.zeros(2.5),
    "zeros_text": lambda np: np.zeros("abc"),
    "ones_negative": lambda np: np.ones((2, -1)),
    "ones_order": lambda np: np.ones((2,), order="F"),
    "full_text": lambda np: np.full((2,), "a"),
    "full_array": lambda np: np.full((2,), np.array([1.0, 2, 3])),
    "zeros_like_number": lambda np: np.zeros_like(5),
    "zeros_like_order": lambda np: np.zeros_like(np.zeros((2,)), order="F"),
    "empty_order": lambda np: np.empty((2,), order="F"),
    "empty_like_shape": lambda np: np.empty_like(np.zeros((2,)), shape=(3,)),
    "empty_like_subok": lambda np: np.empty_like(np.zeros((2,)), subok=True),
    "arange_step": lambda np: np.arange(0, 5, 0),
    "identity_negative": lambda np: np.identity(-1),
    "identity_float": lambda np: np.identity(2.5),
    "eye_negative": lambda np: np.eye(-1),
    "eye_order": lambda np: np.eye(2, order="F"),
    "linspace_negative": lambda np: np.linspace(0, 1, -1),
    "linspace_axis": lambda np: np.linspace(0, 1, axis=1),
    "linspace_array": lambda np: np.linspace(np.zeros((2,)), 1),
    "logspace_axis": lambda np: np.logspace(0, 1, axis=1),
    "logspace_tuple": lambda np: np.logspace((0, 1), 1),
    "indices_number": lambda np: np.indices(3),
}


@pytest.mark.np
@names(NUMPY_REFUSED)
def test_numpy_refused(mx, name):
    return attempt(NUMPY_REFUSED[name], mx.np)


def test_zero_size_under_np_shape(mx):
    with mx.util.np_shape(True):
        return mx.nd.zeros((0, 3)).shape, mx.nd.ones(()).shape, mx.nd.zeros((2, 0)).shape
