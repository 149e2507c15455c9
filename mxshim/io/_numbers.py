"""Numbers in text, read as MXNet's parsers read them, a whole buffer of bytes at a time.

Loops run over the digits of the longest number, each step over all numbers at once.
"""

from __future__ import annotations

import re

import numpy as np

#: The parser stops looking at fraction digits after this many; exponents stop at 38.
_DIGITS, _EXPONENT = 19, 38
_POWERS = np.array([float(10**n) for n in range(_DIGITS + 1)])
_WORD = re.compile(rb"[+-]?(infinity|inf|nan)", re.IGNORECASE)
_WHOLE = re.compile(rb"\s*([+-]?)(0[xX][0-9a-fA-F]+|[0-9]+)")
_SPACES = np.zeros(256, bool)
_SPACES[list(b" \t\f")] = True


class Cursor:
    """Positions in a buffer, one per number; the buffer must end in a zero byte."""

    def __init__(self, buffer, starts):
        self.buffer = buffer
        self.at = starts.astype(np.int64)

    def here(self, which=slice(None)):
        """Return the bytes at the positions."""
        return self.buffer[self.at[which]]

    def skip(self, is_skipped):
        """Move over bytes of a kind, given as a table of 256 truth values."""
        moving = np.flatnonzero(is_skipped[self.here()])
        while moving.size:
            self.at[moving] += 1
            moving = moving[is_skipped[self.here(moving)]]

    def one_of(self, *bytes_):
        """Move over one byte where it is among ``bytes_``; return what stood there."""
        found = self.here()
        self.at += np.isin(found, bytes_)
        return found

    def digits(self, which, most=None):
        """Read whole numbers at ``which`` positions: their values (modulo 2**64) and lengths.

        Digits behind the first ``most`` are passed over.
        """
        values = np.zeros(len(which), np.uint64)
        counts = np.zeros(len(which), np.int64)
        active = np.arange(len(which))
        while active.size:
            digit = self.here(which[active]) - np.uint8(48)
            active, digit = active[digit <= 9], digit[digit <= 9]
            counted = active if most is None else active[counts[active] < most]
            tens = values[counted] * np.uint64(10)
            values[counted] = tens + (digit if most is None else digit[counts[active] < most])
            counts[active] += 1
            self.at[which[active]] += 1
        return values, counts if most is None else np.minimum(counts, most)


def floats(buffer, starts):
    """Read float32 numbers at ``starts``: values and where each ends; where none is, it stays.

    The parser is MXNet's own, which rounds several times: about one number in twenty is one bit
    off the nearest.
    """
    cursor = Cursor(buffer, starts)
    cursor.skip(_SPACES)
    negative = cursor.one_of(43, 45) == 45
    everywhere = np.arange(len(starts))
    words = np.flatnonzero(np.isin(cursor.here() | 32, (105, 110)))
    whole, _ = cursor.digits(everywhere)
    values = whole.astype(np.float32)
    points = everywhere[cursor.one_of(46) == 46]
    if points.size:
        fraction, counts = cursor.digits(points, _DIGITS)
        values[points] += (fraction.astype(np.float64) / _POWERS[counts]).astype(np.float32)
    exponents = everywhere[np.isin(cursor.one_of(69, 101), (69, 101))]
    if exponents.size:
        _scale(cursor, values, exponents)
    cursor.one_of(70, 102)
    for place in words.tolist():
        _word(buffer, cursor, values, place)
    return np.where(negative, -values, values), cursor.at


def _scale(cursor, values, which):
    signs = cursor.here(which)
    cursor.at[which] += np.isin(signs, (43, 45))
    powers, _ = cursor.digits(which)
    powers = np.minimum(powers, np.uint64(_EXPONENT)).astype(np.int64)
    divides = signs == 45
    scaled = values[which]
    at_limit = powers == _EXPONENT
    small, large = np.float32(1.1754943508), np.float32(3.4028234664)
    scaled = np.where(at_limit & divides & (scaled < small), small, scaled)
    scaled = np.where(at_limit & ~divides & (scaled > large), large, scaled)
    scale = np.ones(len(which), np.float32)
    for step in range(_EXPONENT // 8):
        scale = np.where(powers >= 8 * (step + 1), scale * np.float32(1e8), scale)
    for step in range(7):
        scale = np.where(powers % 8 > step, scale * np.float32(10), scale)
    with np.errstate(all="ignore"):
        values[which] = np.where(divides, scaled / scale, scaled * scale)


def _word(buffer, cursor, values, place):
    """Read inf or nan at one place; the sign has been read."""
    at = cursor.at[place]
    found = _WORD.match(bytes(buffer[at : at + 8]))
    if found:
        values[place] = float(found[1])
        cursor.at[place] = at + found.end()


def integers(buffer, starts):
    """Read int64 numbers at ``starts``, as C's strtoll does: 0x is hexadecimal, 0 octal."""
    cursor = Cursor(buffer, starts)
    begins = cursor.at.copy()
    cursor.skip(_SPACES)
    negative = cursor.one_of(43, 45) == 45
    leading_zero = cursor.here() == 48
    values, counts = cursor.digits(np.arange(len(starts)))
    signed = values.astype(np.int64)
    signed = np.where(negative, -signed, signed)
    ends = np.where(counts > 0, cursor.at, begins)
    special = (leading_zero & (counts > 1)) | np.isin(cursor.here(), (88, 120)) | (counts > 18)
    for place in np.flatnonzero(special & (counts > 0)).tolist():
        signed[place], ends[place] = _whole(buffer, int(begins[place]))
    return signed, ends


def _whole(buffer, at):
    found = _WHOLE.match(bytes(buffer[at : at + 64]))
    digits, end = found[2], found.end()
    base = 10
    if digits[:2].lower() == b"0x":
        base = 16
    elif digits[:1] == b"0" and len(digits) > 1:
        octal = re.match(rb"[0-7]+", digits)[0]
        base, end = 8, end - len(digits) + len(octal)
        digits = octal
    number = int(digits, base)
    number = -number if found[1] == b"-" else number
    return max(-(2**63), min(2**63 - 1, number)), at + end
