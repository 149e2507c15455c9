"""The random numbers that MXNet's iterators draw: C++'s mt19937 and its distributions."""

from __future__ import annotations

import math

import numpy as np

_f32 = np.float32
_BLOCK = 64


class Engine:
    """Draw as the C++ library of MXNet's wheel does, from a seed."""

    def __init__(self, seed):
        self._state = np.random.RandomState()
        self.seed(seed)

    def seed(self, seed):
        """Start over from a seed."""
        self._state.seed(seed & 0xFFFFFFFF)
        self._words = iter(())

    def word(self):
        """Return the next 32 bits."""
        found = next(self._words, None)
        if found is None:
            drawn = self._state.randint(0, 2**32, _BLOCK, dtype=np.uint32)
            self._words = iter(drawn.tolist())
            found = next(self._words)
        return found

    def unit(self):
        """Return a float32 from 0 to 1 (included, as in the reference)."""
        return _f32(self.word()) / _f32(2**32)

    def uniform(self, low, high):
        """Return a float32 between two numbers."""
        return self.unit() * (_f32(high) - _f32(low)) + _f32(low)

    def whole(self, low, high):
        """Return a whole number from ``low`` to ``high``, both included."""
        limit = high - low + 1
        scale = 0xFFFFFFFF // limit
        while True:
            word = self.word()
            if word < scale * limit:
                return low + word // scale

    def flip(self):
        """Return True in half of all cases."""
        low, high = self.word(), self.word()
        return (low + high * 2.0**32) / 2.0**64 < 0.5

    def normals(self, count, spread):
        """Return float32 numbers of a normal distribution around 0."""
        made = []
        while len(made) < count:
            x, y = (_f32(2) * self.unit() - _f32(1) for _ in range(2))
            square = x * x + y * y
            if 0 < square <= 1:
                factor = _f32(np.sqrt(_f32(-2) * _f32(math.log(square)) / square))
                made += [y * factor, x * factor]
        return [value * _f32(spread) for value in made[:count]]

    def shuffle(self, items):
        """Shuffle a list in place."""
        for here in range(1, len(items)):
            there = self.whole(0, here)
            items[here], items[there] = items[there], items[here]
