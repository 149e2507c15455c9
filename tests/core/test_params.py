"""Parameters from texts: long ones, and ones that Python's own parser gives up on."""

from __future__ import annotations

import pytest

from mxshim._core.errors import InvalidParam
from mxshim._core.params import Shape, Tuple


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
