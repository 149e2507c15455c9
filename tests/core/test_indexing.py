"""Indexing against NumPy's on random keys: values, shared memory, gradients of both orders."""

from __future__ import annotations

import random

import numpy
import pytest

import mxshim as mx
from mxshim._core import indexing
from mxshim._core.tensor import make

SHAPE = (4, 3, 5)


def basic_key(draws):
    items, axes = [], 0
    count = draws.randint(0, len(SHAPE))
    while axes < count:
        length = SHAPE[axes]
        kind = draws.choice(("int", "slice", "slice", "none", "all"))
        if kind == "none":
            items.append(None)
            continue
        if kind == "int":
            items.append(draws.randint(-length, length - 1))
        elif kind == "all":
            items.append(slice(None))
        else:
            start, stop = sorted(draws.randint(0, length) for _ in range(2))
            step = draws.choice((None, 1, 2, -1))
            items.append(slice(start, stop, step) if step != -1 else slice(stop, start or None, -1))
        axes += 1
    if draws.random() < 0.3:
        items.insert(draws.randint(0, len(items)), ...)
    return tuple(items)


def usable(key):
    """Tell whether the integers and slices behind an ellipsis still fit their axes."""
    try:
        numpy.empty(SHAPE)[key]
    except IndexError:
        return False
    return True


def keys(count, seed):
    draws = random.Random(seed)
    found = [key for key in (basic_key(draws) for _ in range(count * 2)) if usable(key)]
    return found[:count]


def fresh():
    return mx.nd.array(numpy.arange(60).reshape(SHAPE), dtype="float64").as_np_ndarray()


@pytest.mark.parametrize("seed", range(8))
def test_basic_keys_read_as_numpy_does(seed):
    for key in keys(40, seed):
        x = fresh()
        part = x[key]
        expected = x.asnumpy()[key]
        numpy.testing.assert_array_equal(part.asnumpy(), expected, err_msg=str(key))
        assert part.shape == expected.shape, key
        if part.size and key != ():
            x.asnumpy()
            shares = numpy.shares_memory(part._buf, x._buf)
            assert shares == expected.flags.c_contiguous, key


@pytest.mark.parametrize("seed", range(4))
def test_basic_keys_write_as_numpy_does(seed):
    for key in keys(40, seed):
        x = fresh()
        expected = x.asnumpy()
        try:
            x[key] = -1
        except AssertionError:  # MXNet's slices may not end before they start
            continue
        expected[tuple(item for item in key if item is not None)] = -1
        numpy.testing.assert_array_equal(x.asnumpy(), expected, err_msg=str(key))


@pytest.mark.parametrize("seed", range(4))
def test_gradients_of_basic_keys(seed):
    for key in keys(20, seed):
        x = fresh()
        x.attach_grad()
        with mx.autograd.record():
            y = x[key] * 3
        if not y.size:
            continue
        y.backward()
        expected = numpy.zeros(SHAPE)
        expected[key] = 3
        numpy.testing.assert_array_equal(x.grad.asnumpy(), expected, err_msg=str(key))


INDEXED = [
    ([0, 2, 2],),
    (slice(None), [1, 1, 0]),
    ([0, 1], [2, 2]),
    ([0, 1], slice(None), [2, 2]),
    (1, [0, 0, 2]),
    ([[0, 1], [3, 0]], slice(1, 3)),
    (slice(None), slice(None), [4, 4, -5]),
]


@pytest.mark.parametrize("key", INDEXED, ids=str)
def test_index_arrays(key):
    x = fresh()
    x.attach_grad()
    with mx.autograd.record():
        y = x[key]
        total = (y * y).sum() if hasattr(type(y), "sum") else y * y
    total.backward()
    values = x.asnumpy()
    numpy.testing.assert_array_equal(y.asnumpy(), values[key])
    expected = numpy.zeros(SHAPE)
    numpy.add.at(expected, key, 2 * values[key])
    numpy.testing.assert_array_equal(x.grad.asnumpy(), expected)


@pytest.mark.parametrize("key", [1, (slice(1, 3), 0), [0, 2, 2], (0, [1, 1])], ids=str)
def test_second_order(key):
    x = fresh()
    x.attach_grad()
    with mx.autograd.record():
        y = x[key] ** 3
        gradient = mx.autograd.grad(y, x, create_graph=True, retain_graph=True)[0]
        z = gradient * gradient
    z.backward()
    values = x.asnumpy()
    counts = numpy.zeros(SHAPE)
    numpy.add.at(counts, key, 1)
    numpy.testing.assert_allclose(x.grad.asnumpy(), 36 * values**3 * counts**2)


def test_rows_take_the_fast_sum():
    assert indexing._rows(numpy.array([0, 1])) is not None
    assert indexing._rows((numpy.array([0, 1]), slice(None))) is not None
    assert indexing._rows((numpy.array([0, 1]), slice(0, 1))) is None
    assert indexing._rows((slice(None), numpy.array([0, 1]))) is None


def test_a_part_keeps_its_class():
    class Mine(mx.nd.NDArray):
        __slots__ = ()

    mine = make(Mine, numpy.zeros((2, 2), "float32"), mx.cpu())
    assert type(mine[0]) is Mine and type(mine[:, 1]) is Mine


def test_errors_name_the_axis():
    x = fresh()
    for key, text in (
        (7, "index 7 is out of bounds for axis 0 with size 4"),
        ((0, 7), "index 7 is out of bounds for axis 1 with size 3"),
        ([0, 9], "index 9 is out of bounds for axis 0 with size 4"),
        ((0, 0, 0, 0), "too many indices (4) for array with 3 dimensions"),
    ):
        with pytest.raises(IndexError) as caught:
            x[key]
        assert text in str(caught.value)
