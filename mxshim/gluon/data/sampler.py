"""Samplers: iterables of indices, or of batches of them."""

from __future__ import annotations

import numpy as np

from ..._core.missing import module_getattr

__all__ = ["BatchSampler", "FilterSampler", "RandomSampler", "Sampler", "SequentialSampler"]


class Sampler:
    """Give indices of samples; subclasses define ``__iter__`` and ``__len__``."""

    def __iter__(self):
        raise NotImplementedError

    def __len__(self):
        raise NotImplementedError


class SequentialSampler(Sampler):
    """Give the indices from ``start`` to ``start + length - 1`` in order."""

    def __init__(self, length, start=0):
        self._length = length
        self._start = start

    def __iter__(self):
        return iter(range(self._start, self._start + self._length))

    def __len__(self):
        return self._length


class RandomSampler(Sampler):
    """Give all indices below ``length`` in an order drawn from NumPy's global generator."""

    def __init__(self, length):
        self._length = length

    def __iter__(self):
        # mxnet: numpy.random.seed fixes the order, mx.random.seed does not.
        indices = np.arange(self._length)
        np.random.shuffle(indices)
        return iter(indices)

    def __len__(self):
        return self._length


class FilterSampler(Sampler):
    """Give the indices of the samples for which ``fn`` is true; ``fn`` runs once on each sample."""

    def __init__(self, fn, dataset):
        self._fn = fn
        self._dataset = dataset
        self._indices = [index for index, sample in enumerate(dataset) if fn(sample)]

    def __iter__(self):
        return iter(self._indices)

    def __len__(self):
        return len(self._indices)


class BatchSampler(Sampler):
    """Give lists of ``batch_size`` indices of another sampler.

    ``last_batch`` says what becomes of a short last one: "keep" it, "discard" it, or "rollover",
    begin the next round with it. ValueError for another word, when the end is reached.
    """

    def __init__(self, sampler, batch_size, last_batch="keep"):
        self._sampler = sampler
        self._batch_size = batch_size
        self._last_batch = last_batch
        self._prev = []

    def __iter__(self):
        batch, self._prev = self._prev, []
        for index in self._sampler:
            batch.append(index)
            if len(batch) == self._batch_size:
                yield batch
                batch = []
        if not batch:
            return
        if self._last_batch == "keep":
            yield batch
        elif self._last_batch == "rollover":
            self._prev = batch
        elif self._last_batch != "discard":
            raise self._unknown()

    def __len__(self):
        count = len(self._sampler)
        if self._last_batch == "keep":
            return (count + self._batch_size - 1) // self._batch_size
        if self._last_batch == "discard":
            return count // self._batch_size
        if self._last_batch == "rollover":
            return (len(self._prev) + count) // self._batch_size
        raise self._unknown()

    def _unknown(self):
        return ValueError(
            "last_batch must be one of 'keep', 'discard', or 'rollover', "
            f"but got {self._last_batch}"
        )


__getattr__ = module_getattr(__name__)
