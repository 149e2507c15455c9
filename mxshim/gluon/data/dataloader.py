"""The loader that makes batches of a data set.

MXNet's workers are processes that send batches through shared memory. Here ``num_workers`` is
accepted and batches are made in this process, when they are asked for: the order, the values and
the random draws of transforms are those of a loader without workers. ``thread_pool=True`` makes
them ahead in threads.
"""

from __future__ import annotations

import weakref
from collections import deque
from multiprocessing import TimeoutError
from multiprocessing.pool import ThreadPool

import numpy as np

from ... import context, ndarray
from ... import numpy as _mx_np
from ..._core.missing import module_getattr
from ...util import is_np_array, is_np_shape, set_np
from . import sampler as _sampler

__all__ = ["DataLoader"]


def default_batchify_fn(data):
    """Stack samples to a batch: arrays by ``stack``, tuples by field, all else as NumPy would."""
    first = data[0]
    if isinstance(first, ndarray.NDArray):
        return _mx_np.stack(data) if is_np_array() else ndarray.stack(*data)
    if isinstance(first, tuple):
        return [default_batchify_fn(field) for field in zip(*data)]
    data = np.asarray(data)
    return (_mx_np.array if is_np_array() else ndarray.array)(data, dtype=data.dtype)


default_mp_batchify_fn = default_batchify_fn
"""MXNet's workers stack into shared memory; batches are made in this process here."""


def _as_in_context(data, ctx):
    if isinstance(data, ndarray.NDArray):
        return data.as_in_context(ctx)
    if isinstance(data, (list, tuple)):
        return [_as_in_context(item, ctx) for item in data]
    return data


class DataLoader:
    """Make batches of ``dataset``.

    Give ``batch_size`` with ``shuffle`` or a ``sampler``, or a ``batch_sampler`` alone.

    ``last_batch`` is "keep" (default), "discard" or "rollover". ``batchify_fn`` takes a list of
    samples; the default stacks them. ``pin_memory`` puts batches on ``cpu_pinned(pin_device_id)``.
    With ``thread_pool``, ``num_workers`` threads make up to ``prefetch`` (default: twice as many)
    batches ahead, and one that takes longer than ``timeout`` seconds raises. ``auto_reload`` starts
    on the next round as soon as one ends. ValueError for arguments that exclude each other.
    """

    def __init__(
        self, dataset, batch_size=None, shuffle=False, sampler=None, last_batch=None,
        batch_sampler=None, batchify_fn=None, num_workers=0, pin_memory=False, pin_device_id=0,
        prefetch=None, thread_pool=False, timeout=120, auto_reload=False,
    ):  # fmt: skip
        assert timeout > 0, f"timeout must be positive, given {timeout}"
        self._dataset = dataset
        self._pin_memory = pin_memory
        self._pin_device_id = pin_device_id
        self._thread_pool = thread_pool
        self._timeout = timeout
        self._batch_sampler = _batches(
            dataset, batch_size, shuffle, sampler, last_batch, batch_sampler
        )
        self._num_workers = max(0, num_workers)
        self._prefetch = max(0, 2 * self._num_workers if prefetch is None else int(prefetch))
        self._batchify_fn = batchify_fn or default_batchify_fn
        self._worker_pool = None
        if self._num_workers > 0 and thread_pool:
            self._worker_pool = ThreadPool(
                self._num_workers, initializer=set_np, initargs=(is_np_shape(), is_np_array())
            )
            # Loader and pool may die in one cycle; a finalizer runs before the pool's own __del__.
            self._stop_pool = weakref.finalize(self, self._worker_pool.terminate)
        self.auto_reload = auto_reload
        self._iter = None
        if auto_reload:
            self.refresh()

    def __len__(self):
        return len(self._batch_sampler)

    def __iter__(self):
        if self._iter is None:
            self.refresh()
        batches, self._iter = self._iter, None
        yield from batches
        if self._iter is None and self.auto_reload:
            self.refresh()

    def refresh(self):
        """Begin a new round now; the next iteration takes it over."""
        self._iter = self._round() if self._worker_pool is None else _Ahead(self)

    def clean(self):
        """Drop the round that was begun ahead."""
        self._iter = None

    def _round(self):
        return (self._batch(indices) for indices in self._batch_sampler)

    def _batch(self, indices):
        batch = self._batchify_fn([self._dataset[index] for index in indices])
        if self._pin_memory:
            return _as_in_context(batch, context.cpu_pinned(self._pin_device_id))
        return batch

    def __del__(self):
        # The finalizer is missing without a pool and when __init__ raised.
        if stop := getattr(self, "_stop_pool", None):
            stop()


def _batches(dataset, batch_size, shuffle, sampler, last_batch, batch_sampler):
    """Return the batch sampler that the loader's arguments ask for."""
    if batch_sampler is not None:
        if batch_size is not None or shuffle or sampler is not None or last_batch is not None:
            raise ValueError(
                "batch_size, shuffle, sampler and last_batch must not be specified if "
                "batch_sampler is specified."
            )
        return batch_sampler
    if batch_size is None:
        raise ValueError("batch_size must be specified unless batch_sampler is specified")
    if sampler is None:
        kind = _sampler.RandomSampler if shuffle else _sampler.SequentialSampler
        sampler = kind(len(dataset))
    elif shuffle:
        raise ValueError("shuffle must not be specified if sampler is specified")
    return _sampler.BatchSampler(sampler, batch_size, last_batch or "keep")


class _Ahead:
    """Iterate over one round of batches that the loader's threads make ahead, in order."""

    def __init__(self, loader):
        self._loader = loader
        self._indices = iter(loader._batch_sampler)
        self._pending = deque()
        for _ in range(loader._prefetch):
            self._push()

    def _push(self):
        indices = next(self._indices, None)
        if indices is not None:
            pool = self._loader._worker_pool
            self._pending.append(pool.apply_async(self._loader._batch, (indices,)))

    def __iter__(self):
        return self

    def __next__(self):
        self._push()
        if not self._pending:
            raise StopIteration
        try:
            return self._pending.popleft().get(self._loader._timeout)
        except TimeoutError:
            print(
                f"Worker timed out after {self._loader._timeout} seconds. This might be caused by "
                "a slow transform. Please increase timeout to allow slower data loading."
            )
            raise


__getattr__ = module_getattr(__name__)
