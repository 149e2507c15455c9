"""Unary, binary and reducing operators on drawn shapes and parameters, against the reference."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from compat_tests.differ import diff
from compat_tests.live import call
from compat_tests.property.strategies import array, broadcastable, parameters

UNARY = ["abs", "exp", "sigmoid", "sign", "square", "softsign", "tanh", "relu", "log1p", "rsqrt"]
BINARY = ["broadcast_add", "broadcast_sub", "broadcast_mul", "broadcast_maximum", "broadcast_equal"]
REDUCE = ["sum", "mean", "max", "prod", "nansum"]
DTYPES = st.sampled_from(["float32", "float64"])

pytestmark = pytest.mark.live
some = settings(max_examples=25, deadline=None, derandomize=True, database=None)


def same(mx, oracle, request):
    """Ask both sides; what kills the reference is no case."""
    theirs = oracle.ask(request)
    assume("crash" not in theirs)
    found = diff(call(mx, request), theirs)
    assert not found, f"{request}\n  " + "\n  ".join(found)


@pytest.mark.parametrize("name", UNARY)
@some
@given(data=st.data())
def test_unary(mx, oracle, name, data):
    x = data.draw(array(dtype=data.draw(DTYPES)))
    same(mx, oracle, {"fn": f"nd.{name}", "args": [x], "grad": True})


@pytest.mark.parametrize("name", BINARY)
@some
@given(data=st.data())
def test_binary(mx, oracle, name, data):
    dtype = data.draw(DTYPES)
    left, right = data.draw(broadcastable())
    inputs = [data.draw(array(st.just(shape), dtype)) for shape in (left, right)]
    same(mx, oracle, {"fn": f"nd.{name}", "args": inputs, "grad": True})


@pytest.mark.parametrize("name", REDUCE)
@some
@given(data=st.data())
def test_reduce(mx, oracle, name, data):
    x = data.draw(array(dtype=data.draw(DTYPES)))
    kwargs = data.draw(parameters(name))
    same(mx, oracle, {"fn": f"nd.{name}", "args": [x], "kwargs": kwargs, "grad": True})
