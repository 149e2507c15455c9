"""Parameters from texts: long ones, and ones that Python's own parser gives up on."""

from __future__ import annotations

import numpy as np
import pytest

from mxshim import nd
from mxshim._core.errors import InvalidParam
from mxshim._core.params import Shape, Tuple
from mxshim._core.registry import OPS
from mxshim._core.rng import floats


@pytest.mark.parametrize("ends", ["()", "[]"])
@pytest.mark.parametrize("tail", ["", ",", ", "])
def test_long_shapes(ends, tail):
    numbers = tuple(range(-300, 300))
    text = f" {ends[0]}{', '.join(map(str, numbers))}{tail}{ends[1]} "
    assert Shape().parse("shape", text) == numbers


def test_long_tuples():
    text = "(" + "1.5, None, 2, " * 200 + ")"
    assert Tuple(item=float).parse("values", text) == (1.5, None, 2.0) * 200


@pytest.mark.parametrize(
    "text", ["(" * 900, "(" * 5000, "-" * 900 + "x", "1, x" * 500, "(1," * 500, "((1,)," * 400]
)
def test_refused(text):
    with pytest.raises(InvalidParam, match="Invalid Parameter format for shape"):
        Shape().parse("shape", text)


def test_zeros_of_both_signs_are_remembered_apart():
    x = nd.ones((2,))
    for number in (0.0, -0.0, 0.0, -0.0):
        found = nd._internal._mul_scalar(x, scalar=number), nd.full((2,), number)
        assert [np.signbit(each.asnumpy()).all() for each in found] == [np.signbit(number)] * 2


def test_zero_is_remembered():
    clip = OPS["clip"]
    bounds = {"a_min": 0.0, "a_max": 1.0}
    assert clip.bind(bounds) is clip.bind(dict(bounds))
    assert clip.bind({**bounds, "a_min": -0.0}) is not clip.bind(bounds)


def test_a_number_is_remembered_behind_many_others() -> None:
    """Rates that change with every step neither fill the memory for good nor grow it."""
    for n in range(1, 2 * floats._REMEMBERED):
        floats.to_float32(n / 7)
    assert floats.to_float32(0.3) == float(np.float32(0.3))
    assert (float, 0.3) in floats._known and len(floats._known) <= floats._REMEMBERED
