"""The two random resources of a thread: one mt19937, and 1,024 of them side by side.

A *word* is one raw 32-bit output of the standard MT19937.  :class:`Single` hands out the words of
one generator in order.  :class:`Parallel` holds 1,024 generators with consecutive seeds, over
which MXNet spreads large draws; they are created and advanced lazily, and many at once, because a
Python loop over generators would cost more than the numbers.

Both work with a read position into words already made, so that a sampler can look at more words
than it will need and then say how many it used.
"""

from __future__ import annotations

from typing import Any

import numpy

Words = Any

#: How many generators MXNet spreads a large draw over, and the fewest numbers each one makes.
LANES = 1024
MIN_NUMBERS = 64
#: Words per turn of an MT19937.
BLOCK = 624
_UPPER, _LOWER = numpy.uint32(0x80000000), numpy.uint32(0x7FFFFFFF)
_MATRIX, _ONE = numpy.uint32(0x9908B0DF), numpy.uint32(1)
_MASK_B, _MASK_C = numpy.uint32(0x9D2C5680), numpy.uint32(0xEFC60000)
_SHIFTS = tuple(numpy.uint32(n) for n in (11, 7, 15, 18))
#: Rows turned at once: their scratch memory fits the second-level cache.
_ROWS = 128


class Single:
    """One MT19937, whose words are taken in order."""

    def __init__(self, seed: int) -> None:
        self._engine: Any = None
        self.seed(seed)

    def seed(self, value: int) -> None:
        """Start again from ``value``, of which the low 32 bits count."""
        self._seed = value & 0xFFFFFFFF
        self._words = numpy.empty(0, numpy.uint32)
        self._at = 0
        self._stale = True

    def peek(self, count: int) -> Words:
        """Return the next ``count`` words without using them up; do not write into the array."""
        at = self._at
        words = self._words
        if at + count > words.size:
            rest = words[at:]
            fresh = self._more(max(count - rest.size, BLOCK))
            self._words = words = numpy.concatenate((rest, fresh)) if rest.size else fresh
            self._at = at = 0
        return words[at : at + count]

    def use(self, count: int) -> None:
        """Use up ``count`` words that were looked at."""
        self._at += count

    def take(self, count: int) -> Words:
        """Return the next ``count`` words and use them up."""
        words = self.peek(count)
        self._at += count
        return words

    def _more(self, count: int) -> Words:
        if self._engine is None:
            self._engine = numpy.random.RandomState(0)
        if self._stale:
            self._engine.seed(self._seed)
            self._stale = False
        return self._engine.randint(0, 1 << 32, count, dtype=numpy.uint32)


def spread(count: int) -> tuple[int, int]:
    """Return how many generators make ``count`` numbers, and how many each of them makes.

    The last ones may make fewer or none: number ``i`` comes from generator ``i // step``.
    """
    lanes = min(-(-count // MIN_NUMBERS), LANES)
    step = -(-count // lanes)
    return -(-count // step), step


class Parallel:
    """1,024 MT19937 generators with consecutive seeds, each with a read position of its own.

    Every generator has room for two turns of words; those not read yet stand at the end of its
    row.  ``at[i]`` is the position of the next word of generator ``i``.
    """

    def __init__(self, seed: int) -> None:
        self._engine: Any = None
        self.seed(seed)

    def seed(self, value: int) -> None:
        """Start again: generator ``i`` from ``value + i``, of which the low 32 bits count."""
        self._seed = value & 0xFFFFFFFF
        self._made = 0
        self.version = object()  # another one whenever words move
        self._raw = numpy.empty((0, BLOCK), numpy.uint32)
        self._words = numpy.empty((0, 2 * BLOCK), numpy.uint32)
        self.at = numpy.empty(0, numpy.int64)

    def peek(self, lanes: int, count: int) -> Words:
        """Return the next ``count`` (at most 624) words of each of the first ``lanes`` generators.

        The array (lanes, count) may share memory with the generators: do not write into it.
        """
        if lanes > self._made:
            self._create(lanes)
        at = self.at[:lanes]
        if lanes == 1:
            start = int(at[0])
            if start + count > 2 * BLOCK:
                self._turn(slice(0, 1))
                start -= BLOCK
            return self._words[:1, start : start + count]
        if int(at.max()) + count > 2 * BLOCK:
            self._turn_short(at, count)
        start = int(at[0])
        if (at == start).all():
            return self._words[:lanes, start : start + count]
        return self._gather(at, count)

    def use(self, counts: Any) -> None:
        """Use up ``counts[i]`` words of generator ``i`` (an array over the first generators)."""
        self.at[: len(counts)] += counts

    def take(self, lanes: int, count: int, last: int) -> Words:
        """Take ``count`` words of each generator, but only ``last`` of the last one.

        Returns (lanes, count) words, of which the surplus ones in the last row do not count.
        """
        if count <= BLOCK:
            words = self.peek(lanes, count)
            self.at[:lanes] += count
            self.at[lanes - 1] -= count - last
            return words
        words = numpy.empty((lanes, count), numpy.uint32)
        for start in range(0, count, BLOCK):
            stop = min(start + BLOCK, count)
            full = lanes if last >= stop else lanes - 1
            if full:
                words[:full, start:stop] = self.peek(full, stop - start)
                self.at[:full] += stop - start
            if full < lanes and last > start:
                words[full, start:stop] = self.row(full, stop - start)
                self.at[full] += last - start
        return words

    def row(self, lane: int, count: int) -> Words:
        """Return the next ``count`` (at most 624) words of one generator without using them."""
        if lane >= self._made:
            self._create(lane + 1)
        if int(self.at[lane]) + count > 2 * BLOCK:
            self._turn(slice(lane, lane + 1))
        start = int(self.at[lane])
        return self._words[lane, start : start + count]

    def _create(self, lanes: int) -> None:
        """Make generators up to ``lanes``; one at a time is dear, so many are made ahead."""
        self.version = object()
        made = self._made
        if lanes > 16:
            lanes = LANES
        if self._engine is None:
            self._engine = numpy.random.RandomState(0)
        fresh = seeded(self._engine, self._seed, made, lanes)
        self._raw = numpy.concatenate((self._raw, fresh))
        words = numpy.empty((lanes, 2 * BLOCK), numpy.uint32)
        words[:made] = self._words
        self._words = words
        self.at = numpy.concatenate((self.at, numpy.full(lanes - made, 2 * BLOCK)))
        self._made = lanes

    def _turn_short(self, at: Any, count: int) -> None:
        """Turn those generators that have fewer than ``count`` words left."""
        short = at + count > 2 * BLOCK
        if short.all():
            self._turn(slice(0, len(at)))
            return
        rows = numpy.flatnonzero(short)
        first, last = int(rows[0]), int(rows[-1]) + 1
        self._turn(slice(first, last) if last - first == len(rows) else rows)

    def _turn(self, rows: Any) -> None:
        """Advance generators by one turn: the words of the last turn move to the front."""
        self.version = object()
        self.at[rows] -= BLOCK
        if not isinstance(rows, slice):
            for start in range(0, len(rows), _ROWS):
                some = rows[start : start + _ROWS]
                state = self._raw[some]
                words = self._words[some]
                turn(state, words)
                self._raw[some] = state
                self._words[some] = words
            return
        for start in range(rows.start, rows.stop, _ROWS):
            block = slice(start, min(start + _ROWS, rows.stop))
            turn(self._raw[block], self._words[block])

    def _gather(self, at: Any, count: int) -> Words:
        """Copy the next words of generators that stand at different positions."""
        lanes = len(at)
        steps = numpy.flatnonzero(at[1:] != at[:-1])
        if len(steps) < 24:
            words = numpy.empty((lanes, count), numpy.uint32)
            first = 0
            for last in [*(steps + 1).tolist(), lanes]:
                start = int(at[first])
                words[first:last] = self._words[first:last, start : start + count]
                first = last
            return words
        wide = 2 * BLOCK
        windows: Any = numpy.ndarray(
            (lanes * wide - count + 1, count), numpy.uint32, self._words, 0, (4, 4)
        )
        return windows[numpy.arange(0, lanes * wide, wide) + at]


def seeded(engine: Any, seed: int, first: int, last: int) -> Words:
    """Return the states of generators ``first`` to ``last`` (last - first, 624), not yet turned.

    ``engine`` is a RandomState whose own state does not matter.
    """
    if last - first <= 24:
        states = numpy.empty((last - first, BLOCK), numpy.uint32)
        for row in range(first, last):
            engine.seed((seed + row) & 0xFFFFFFFF)
            states[row - first] = engine.get_state()[1]
        return states
    columns = numpy.empty((BLOCK, last - first), numpy.uint32)
    columns[0] = (numpy.arange(first, last) + seed) & 0xFFFFFFFF
    scratch = numpy.empty(last - first, numpy.uint32)
    factor, thirty = numpy.uint32(1812433253), numpy.uint32(30)
    for step in range(1, BLOCK):
        before = columns[step - 1]
        here = columns[step]
        numpy.right_shift(before, thirty, scratch)
        numpy.bitwise_xor(scratch, before, scratch)
        numpy.multiply(scratch, factor, here)
        numpy.add(here, numpy.uint32(step), here)
    return numpy.ascontiguousarray(columns.T)


def turn(state: Any, words: Any) -> None:
    """Advance states (n, 624) by one turn, in place, and shift their words into ``words``.

    ``words`` (n, 1248) keeps the last turn in its first half and gets the new one in its second.
    """
    words[:, :BLOCK] = words[:, BLOCK:]
    # One pass over all rows together; what it makes of each row's last word is not used.
    flat = state.reshape(-1)
    mixed = numpy.empty(state.shape, numpy.uint32)
    bits, following = mixed.reshape(-1)[:-1], flat[1:]
    odd = following & _LOWER
    numpy.bitwise_and(flat[:-1], _UPPER, bits)
    numpy.bitwise_or(bits, odd, bits)
    numpy.right_shift(bits, _ONE, bits)
    numpy.bitwise_and(following, _ONE, odd)
    numpy.multiply(odd, _MATRIX, odd)
    numpy.bitwise_xor(bits, odd, bits)
    last = state[:, 623] & _UPPER
    # Each new word depends on the one 397 further on, which is new itself from the 227th on.
    numpy.bitwise_xor(mixed[:, :227], state[:, 397:], state[:, :227])
    numpy.bitwise_xor(mixed[:, 227:454], state[:, :227], state[:, 227:454])
    numpy.bitwise_xor(mixed[:, 454:623], state[:, 227:396], state[:, 454:623])
    last = (last | (state[:, 0] & _LOWER)) >> _ONE
    state[:, 623] = state[:, 396] ^ last ^ ((state[:, 0] & _ONE) * _MATRIX)
    temper(state, words[:, BLOCK:])


def temper(state: Any, out: Any) -> None:
    """Write the words of turned states into ``out``."""
    first, second, third, fourth = _SHIFTS
    scratch = state >> first
    fresh = state ^ scratch
    for shift, mask in ((second, _MASK_B), (third, _MASK_C)):
        numpy.left_shift(fresh, shift, scratch)
        numpy.bitwise_and(scratch, mask, scratch)
        numpy.bitwise_xor(fresh, scratch, fresh)
    numpy.right_shift(fresh, fourth, scratch)
    numpy.bitwise_xor(fresh, scratch, out)
