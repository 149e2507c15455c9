"""Softmax in blocks of rows: the body's numbers for every size of row and of block."""

from __future__ import annotations

import numpy as np
import pytest

from mxshim._backends.numpy_kernels import rows

from .against import check, declined, near

pytestmark = pytest.mark.usefixtures("small_blocks")
HERE = "numpy_kernels.softmax"
NAMES = ["softmax", "log_softmax"]
#: Few numbers; one block; several blocks, the last one shorter; rows longer than a block.
SHAPES = [
    (2, 3),
    (7,),
    (1, 2),
    (64, 10),
    (40, 300),
    (3, 4, 1000),
    (700, 150),
    (3, 70000),
    (90000, 2),
]


def given(shape, dtype="float32", scale=3.0):
    return (np.random.default_rng(7).standard_normal(shape) * scale).astype(dtype)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("name", NAMES)
def test_rows(name, shape, dtype):
    x = given(shape, dtype)
    out = check(HERE, name, (), x, axis=-1)
    head = given(shape, dtype, 1.0)
    check(HERE, name, ("data",), head, out, x, axis=len(shape) - 1, factor=4)


@pytest.mark.parametrize("level", [0.0, 6.0, 30.0, -30.0, 1000.0, -1000.0])
@pytest.mark.parametrize("shape", [(6, 5), (300, 40), (3, 400, 300)], ids=str)
@pytest.mark.parametrize("name", NAMES)
def test_large_values(name, shape, level):
    x = given(shape) + np.float32(level)
    check(HERE, name, (), x)
    x[..., 1, :] -= np.float32(500)  # this row lies far below the others
    x[..., 2, :] = 0
    x[..., 2, 0] = 200  # and here one class is certain
    out = check(HERE, name, (), x)
    assert out.max() <= (1 if name == "softmax" else 0)


@pytest.mark.parametrize("shape", [(6, 5), (300, 400)], ids=str)
@pytest.mark.parametrize("name", NAMES)
def test_nan_and_inf_stay_in_their_rows(name, shape):
    x = given(shape)
    x[0, 1], x[2, 0], x[3, 2] = np.nan, np.inf, -np.inf
    x[4] = -np.inf
    with np.errstate(all="ignore"):
        out = check(HERE, name, (), x)
    assert np.isnan(out).any(axis=1).nonzero()[0].tolist() == [0, 2, 4]


@pytest.mark.parametrize("name", NAMES)
def test_any_strides(name):
    x = given((600, 2, 150))
    for view in (x[::2], x[:, 1], x[..., ::3], x.transpose(2, 1, 0), x[::-1, :, ::-1]):
        out = check(HERE, name, (), view)
        head = np.broadcast_to(given((1, *view.shape[1:])), view.shape)
        check(HERE, name, ("data",), head, out, view, factor=8)
        flipped = np.asfortranarray(out)
        # NumPy does not sum such rows pairwise: the body is off
        check(HERE, name, ("data",), view * 2, flipped, view, factor=20)


def test_accuracy_of_certain_classes():
    x = np.zeros((200, 100), "float32")
    x[:, 3] = np.linspace(-20, 7.5, 200)
    wide = x.astype("float64")
    exact = wide - np.log(np.exp(wide).sum(axis=1, keepdims=True))
    out = check(HERE, "log_softmax", (), x)
    assert (np.abs(out - exact) < 4e-7 * (1 + np.abs(exact))).all()


@pytest.mark.parametrize("name", NAMES)
def test_what_is_left_to_the_body(name):
    x = given((4, 5))
    for array, params in (
        (x, {"axis": 0}), (x, {"temperature": 2.0}), (x, {"dtype": np.dtype("float64")}),
        (x.astype("float16"), {}), (x.astype("int32"), {}), (x[:0], {}), (x[:, :1], {}),
        (np.float32(1)[()], {}),
        (x, {"axis": 5}),
    ):  # fmt: skip
        assert declined(HERE, name, (), np.asarray(array), **params)
    assert declined(HERE, name, ("data",), x, x.astype("float64"), x)
    assert declined("numpy_kernels.softmax", "softmax", (), x, np.ones(4, "int32"), use_length=True)


@pytest.mark.parametrize(
    ("shape", "axis"),
    [((64, 10, 28, 28), 1), ((200, 300), 0), ((3, 70, 300), -2), ((2, 9, 3, 4000), 1)],
    ids=str,
)
@pytest.mark.parametrize("name", NAMES)
def test_other_axes(name, shape, axis):
    for level in (0, 1000, -1000):
        x = given(shape) + np.float32(level)
        x[0, 0], x[1, -1] = 0, 200 - level
        out = check(HERE, name, (), x, axis=axis)
        if name == "log_softmax":
            check(HERE, name, ("data",), given(shape, scale=1), out, x, axis=axis, factor=4)
    x.flat[5], x.flat[-1] = np.nan, np.inf
    with np.errstate(all="ignore"):
        check(HERE, name, (), x, axis=axis)
    flipped = np.asfortranarray(x)
    assert declined(HERE, name, (), flipped, axis=axis)
    assert declined(HERE, name, ("data",), flipped, flipped, x, axis=axis)
    assert declined(HERE, name, (), x.astype("f8"), axis=axis)


def test_sums_and_extremes_of_rows():
    for shape in ((3, 5), (200, 127), (50, 129), (2, 9000)):
        x = given(shape)
        near(rows.sums(x), x.astype("f8").sum(axis=1).astype("f4"))
        near(rows.largest(x), x.max(axis=1, keepdims=True), ordered=False)
