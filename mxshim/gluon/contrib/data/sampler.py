"""A sampler that walks in strides."""

from __future__ import annotations

from ...._core.missing import module_getattr
from ...data import sampler

__all__ = ["IntervalSampler"]


class IntervalSampler(sampler.Sampler):
    """Give every ``interval``-th index below ``length``, then those that were skipped, in turn.

    Without ``rollover`` it stops after the first round; its length stays ``length`` all the same.
    """

    def __init__(self, length, interval, rollover=True):
        assert interval <= length, (
            f"Interval {interval} must be smaller than or equal to length {length}"
        )  # fmt: skip
        self._length = length
        self._interval = interval
        self._rollover = rollover

    def __iter__(self):
        for start in range(self._interval if self._rollover else 1):
            yield from range(start, self._length, self._interval)

    def __len__(self):
        return self._length


__getattr__ = module_getattr(__name__)
