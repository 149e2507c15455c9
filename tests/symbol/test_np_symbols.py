"""Symbols with NumPy's manners, without MXNet."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

import mxshim as mx

CASES = {
    "delete": lambda f, x: f.delete(x, slice(0, 2), axis=1),
    "insert": lambda f, x: f.insert(x, 1, 2.5, axis=0),
    "histogram": lambda f, x: f.histogram(x, 3, range=(-1, 1))[0],
    "unique": lambda f, x: f.unique(f.round(x)),
    "eigh": lambda f, x: f.linalg.eigh(f.dot(x, x.T))[0],
    "rad2deg": lambda f, x: f.rad2deg(x),
    "insert at": lambda f, x: f.insert(x, f.argmax(x, axis=0)[:1], 0.5, axis=0),
}


@pytest.fixture
def numpy_mode():
    mx.npx.set_np()
    yield
    mx.npx.reset_np()


@pytest.mark.parametrize("name", CASES)
def test_graphs_that_mxnet_cannot_run_have_the_numbers_of_arrays(numpy_mode, name):
    x = mx.np.array(np.linspace(-0.9, 0.95, 12).reshape(3, 4))
    symbol = CASES[name](mx.sym.np, mx.sym.var("x").as_np_ndarray())
    (found,) = symbol.eval(ctx=mx.cpu(), x=x)
    expected = CASES[name](mx.np, x).asnumpy()
    assert found.dtype == expected.dtype
    np.testing.assert_array_equal(found.asnumpy(), expected)


def test_names_of_the_package():
    names = set(mx.sym.np.__all__)
    assert {"sin", "sum", "where", "percentile", "split"} <= names
    assert not names & {"nonzero", "meshgrid", "empty", "shape", "check_pad"}
    assert all(callable(getattr(mx.sym.np, name)) for name in names)
    assert names <= set(dir(mx.sym.np))


def test_signatures_are_those_of_arrays():
    for name in ("take", "clip", "mean", "insert", "linspace", "add", "sin", "percentile"):
        ours, theirs = getattr(mx.sym.np, name), getattr(mx.np, name)
        assert str(inspect.signature(ours)) == str(inspect.signature(theirs)), name
    assert mx.sym.np.mean is not mx.np.mean
    assert mx.sym.np.mean.__module__ == "mxshim.symbol.numpy"


def test_missing_names_say_so():
    with pytest.raises(AttributeError, match="no attribute 'nope'"):
        mx.sym.np.nope
    with pytest.raises(AttributeError):
        mx.sym.np.linalg.lstsq


def test_a_symbol_is_not_an_array():
    x = mx.sym.var("x").as_np_ndarray()
    with pytest.raises(AssertionError, match="must have NDArray type"):
        mx.np.take(x, x, axis=0)


def test_zipfian_candidates():
    drawn, true, sampled = mx.sym.contrib.rand_zipfian(mx.sym.var("t"), 50, 8)
    outputs = mx.sym.Group([drawn, true, sampled]).eval(ctx=mx.cpu(), t=mx.nd.array([3]))
    classes, expected, counts = (each.asnumpy() for each in outputs)
    assert classes.dtype == np.int64 and classes.min() >= 0 and classes.max() < 8
    np.testing.assert_allclose(expected, 50 * np.log(5 / 4) / np.log(9))
    np.testing.assert_allclose(counts, 50 * np.log((classes + 2) / (classes + 1)) / np.log(9))
