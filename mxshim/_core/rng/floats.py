"""MXNet's way of reading a float from text, which is not always the nearest one.

Parameters reach MXNet's operators as text.  Those declared ``float`` are read by a parser of its
own that rounds several times, so about one number in twenty comes out one bit off.  Samplers show
it: their results depend on every bit of their parameters.
"""

from __future__ import annotations

import re
from typing import Any

import numpy

_f32 = numpy.float32
_NUMBER = re.compile(r"\s*([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:[eE]([+-]?)(\d*))?[fF]?")
_WORD = re.compile(r"\s*([+-]?)(inf(?:inity)?|nan)", re.IGNORECASE)
#: The parser stops looking at fraction digits after this many.
_DIGITS = 19
#: Values that are remembered; rates that change with every step fill the place.
_REMEMBERED = 4096
_known: dict[tuple[Any, Any], float] = {}


class Unreadable(ValueError):
    """Raise for text that the parser refuses; the message has a place for the parameter's name."""


def to_float32(value: Any) -> float:
    """Return the float32 that MXNet reads from ``str(value)``, as a Python float.

    Raises Unreadable or ValueError for text that is no such number.
    """
    kind = value.__class__
    if kind is int and -0x1000000 <= value <= 0x1000000:
        return float(value)
    try:
        return _known[kind, value]
    except (KeyError, TypeError, NotImplementedError):
        pass  # np.ndarray has no hash, and says so by NotImplementedError
    if kind is float and value == 0:
        zero: float = value
        return zero
    result = parse(str(value))
    if isinstance(value, (int, float, numpy.generic)) and value:
        if len(_known) >= _REMEMBERED:
            _known.clear()
        _known[kind, value] = result  # zero has a sign, which a dictionary does not see
    return result


def parse(text: str) -> float:
    """Return the float32 that MXNet's parser makes of decimal text, as a Python float."""
    matched = _NUMBER.match(text) or _WORD.match(text)
    if matched is None:
        raise ValueError(text)
    if matched.end() < len(text):
        raise Unreadable(f"Some trailing characters could not be parsed: '{text[matched.end() :]}'")
    if matched.re is _WORD:
        return float(matched[1] + matched[2])
    sign, whole, fraction, bare, exponent_sign, exponent = matched.groups()
    value = _f32(int(whole or "0") & 0xFFFFFFFFFFFFFFFF)
    digits = (fraction or bare or "")[:_DIGITS]
    if digits:
        value += _f32(float(int(digits)) / float(10 ** len(digits)))
    if exponent:
        value = _scaled(value, exponent_sign == "-", int(exponent), text)
    return -float(value) if sign == "-" else float(value)


def _scaled(value: Any, divide: bool, exponent: int, text: str) -> Any:
    """Multiply or divide by a power of ten, itself a product rounded in float32."""
    limit = value < 1.1754943508 if divide else value > 3.4028234664
    if exponent > 38 or (exponent == 38 and limit):
        raise Unreadable(f"Out of range value for {{name}}, value='{text}'")
    scale = _f32(1)
    while exponent >= 8:
        scale *= _f32(1e8)
        exponent -= 8
    for _ in range(exponent):
        scale *= _f32(10)
    return value / scale if divide else value * scale
