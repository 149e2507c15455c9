"""The loader that makes batches of a data set, in this process, in others or in threads.

Worker processes (see ``_workers``) send batches through shared memory. The order and the values are
those of a loader without workers.
"""

from __future__ import annotations

import multiprocessing
import multiprocessing.pool
import pickle
import weakref
from collections import deque
from multiprocessing import reduction

import numpy as np

from ... import context, ndarray
from ... import numpy as _mx_np
from ..._core.missing import module_getattr
from ..._core.tensor import make
from ...util import is_np_array, is_np_shape, set_np
from . import _workers
from . import sampler as _sampler
from ._queues import (
    ConnectionWrapper,
    Queue,
    SimpleQueue,
    fetcher_loop_v1,
    rebuild_ndarray,
    rebuild_np_ndarray,
    reduce_ndarray,
    reduce_np_ndarray,
    worker_loop_v1,
)
from ._queues import in_context as _as_in_context
from ._segments import SHARED

__all__ = ["DataLoader"]
_PUBLIC_TOO = (
    ConnectionWrapper, Queue, SimpleQueue, fetcher_loop_v1, rebuild_ndarray, rebuild_np_ndarray,
    reduce_ndarray, reduce_np_ndarray, worker_loop_v1,
)  # fmt: skip


def default_batchify_fn(data):
    """Stack samples to a batch: arrays by ``stack``, tuples by field, all else as NumPy would."""
    first = data[0]
    if isinstance(first, ndarray.NDArray):
        return _mx_np.stack(data) if is_np_array() else ndarray.stack(*data)
    if isinstance(first, tuple):
        return [default_batchify_fn(field) for field in zip(*data)]
    data = np.asarray(data)
    return (_mx_np.array if is_np_array() else ndarray.array)(data, dtype=data.dtype)


def default_mp_batchify_fn(data):
    """Stack samples as :func:`default_batchify_fn` does, into arrays of ``cpu_shared(0)``.

    They are put into shared memory when they leave the process.
    """
    return _shared(default_batchify_fn(data))


def _shared(batch):
    if isinstance(batch, list):
        return [_shared(item) for item in batch]
    return make(type(batch), batch._buf, SHARED)


class DataLoader:
    """Make batches of ``dataset``.

    Give ``batch_size`` with ``shuffle`` or a ``sampler``, or a ``batch_sampler`` alone.

    ``last_batch`` is "keep" (default), "discard" or "rollover". ``batchify_fn`` takes a list of
    samples; the default stacks them. ``pin_memory`` puts batches on ``cpu_pinned(pin_device_id)``.

    ``num_workers`` processes, or threads with ``thread_pool``, make up to ``prefetch`` (default:
    twice as many) batches ahead. They start with the loader and hold the data set as it was then.
    What a worker raises is raised here, with its traceback; a worker that dies raises WorkerError,
    and a batch that takes longer than ``timeout`` seconds multiprocessing's TimeoutError.
    ``auto_reload`` starts on the next round as soon as one ends. ``try_nopython``, of later
    versions, is accepted and ignored. ValueError for arguments that exclude each other.
    """

    def __init__(
        self, dataset, batch_size=None, shuffle=False, sampler=None, last_batch=None,
        batch_sampler=None, batchify_fn=None, num_workers=0, pin_memory=False, pin_device_id=0,
        prefetch=None, thread_pool=False, timeout=120, auto_reload=False, try_nopython=None,
    ):  # fmt: skip
        self._dataset = dataset
        self._pin_memory = pin_memory
        self._pin_device_id = pin_device_id
        self._thread_pool = thread_pool
        self._timeout = timeout
        assert timeout > 0, f"timeout must be positive, given {timeout}"
        self._batch_sampler = _batches(
            dataset, batch_size, shuffle, sampler, last_batch, batch_sampler
        )
        self._num_workers = max(0, num_workers)
        self._prefetch = max(0, 2 * self._num_workers if prefetch is None else int(prefetch))
        self._batchify_fn = batchify_fn or _default_for(num_workers)
        self._worker_pool = None
        if self._num_workers > 0:
            self._worker_pool = self._threads() if thread_pool else self._processes()
        self.auto_reload = auto_reload
        self._iter = None
        if auto_reload:
            self.refresh()

    def _processes(self):
        return _workers.WorkerPool(self._dataset, self._batchify_fn, self._num_workers)

    def _threads(self):
        pool = multiprocessing.pool.ThreadPool(
            self._num_workers, initializer=set_np, initargs=(is_np_shape(), is_np_array())
        )
        # Loader and pool may die in one cycle; a finalizer runs before the pool's own __del__.
        self._stop_pool = weakref.finalize(self, pool.terminate)
        return pool

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
        if self._worker_pool is None:
            self._iter = (self._batch(indices) for indices in self._batch_sampler)
        elif self._thread_pool:
            self._iter = _MultiWorkerIter(
                self._worker_pool, self._batchify_fn, self._batch_sampler, self._pin_memory,
                self._pin_device_id, _thread_worker_fn, self._prefetch, self._dataset,
                timeout=self._timeout,
            )  # fmt: skip
        else:
            batches = _workers.Round(
                self._worker_pool, self._batch_sampler, self._prefetch, self._timeout
            )
            self._iter = map(self._pinned, batches)

    def clean(self):
        """Drop the round that was begun ahead."""
        self._iter = None

    def _batch(self, indices):
        return self._pinned(self._batchify_fn([self._dataset[index] for index in indices]))

    def _pinned(self, batch):
        if self._pin_memory:
            return _as_in_context(batch, context.cpu_pinned(self._pin_device_id))
        return batch

    def __del__(self):
        # The finalizer is missing without threads and when __init__ raised.
        if stop := getattr(self, "_stop_pool", None):
            stop()


class DataLoaderV1:
    """Make batches of ``dataset`` as MXNet's older loader did.

    It takes DataLoader's arguments up to ``pin_device_id``. Its processes start with each iteration
    and end with it; batches are on the CPU, and tuples in them become lists.
    """

    def __init__(
        self, dataset, batch_size=None, shuffle=False, sampler=None, last_batch=None,
        batch_sampler=None, batchify_fn=None, num_workers=0, pin_memory=False, pin_device_id=0,
    ):  # fmt: skip
        self._dataset = dataset
        self._context = context.cpu_pinned(pin_device_id) if pin_memory else None
        self._batch_sampler = _batches(
            dataset, batch_size, shuffle, sampler, last_batch, batch_sampler
        )
        self._num_workers = max(0, num_workers)
        self._batchify_fn = batchify_fn or _default_for(num_workers)

    def __iter__(self):
        if self._num_workers:
            yield from self._from_workers()
            return
        for indices in self._batch_sampler:
            batch = self._batchify_fn([self._dataset[index] for index in indices])
            yield batch if self._context is None else _as_in_context(batch, self._context)

    def _from_workers(self):
        pool = _workers.WorkerPool(self._dataset, self._batchify_fn, self._num_workers)
        try:
            rounds = _workers.Round(
                pool, self._batch_sampler, 2 * self._num_workers, timeout=float("inf")
            )
            for batch in rounds:
                yield _as_in_context(batch, self._context or context.cpu())
        finally:
            pool.close()

    def __len__(self):
        return len(self._batch_sampler)


def _default_for(num_workers):
    return default_mp_batchify_fn if num_workers > 0 else default_batchify_fn


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


# ---- batches from a pool of the standard library: ours of threads, and what toolkits (GluonCV's
# RandomTransformDataLoader) build from these names

_worker_dataset = None


def _worker_initializer(dataset, active_shape, active_array):
    """Give a process of a pool its data set and semantics."""
    global _worker_dataset
    _worker_dataset = dataset
    set_np(shape=active_shape, array=active_array)


def _worker_fn(samples, batchify_fn, dataset=None):
    """Return the batch of these samples of the process's data set, as a pickle."""
    batch = batchify_fn([_worker_dataset[index] for index in samples])
    return bytes(reduction.ForkingPickler.dumps(batch, pickle.HIGHEST_PROTOCOL))


def _thread_worker_fn(samples, batchify_fn, dataset):
    """Return the batch of these samples."""
    return batchify_fn([dataset[index] for index in samples])


class _MultiWorkerIter:
    """Iterate over one round of batches that a pool makes ahead, in order.

    Without ``dataset``, ``worker_fn`` returns pickles.
    """

    def __init__(
        self, worker_pool, batchify_fn, batch_sampler, pin_memory=False, pin_device_id=0,
        worker_fn=_worker_fn, prefetch=0, dataset=None, data_loader=None, timeout=120,
    ):  # fmt: skip
        self._pool = worker_pool
        self._work = worker_fn
        self._arguments = batchify_fn, dataset
        self._batch_sampler = batch_sampler
        self._context = context.cpu_pinned(pin_device_id) if pin_memory else None
        self._loader = data_loader  # kept alive, and so is its pool
        self._timeout = timeout
        self._indices = iter(batch_sampler)
        self._pending = deque()
        for _ in range(prefetch):
            self._push_next()

    def __len__(self):
        return len(self._batch_sampler)

    def _push_next(self):
        indices = next(self._indices, None)
        if indices is not None:
            self._pending.append(self._pool.apply_async(self._work, (indices, *self._arguments)))

    def __iter__(self):
        return self

    def __next__(self):
        self._push_next()
        if not self._pending:
            raise StopIteration
        try:
            batch = self._pending.popleft().get(self._timeout)
        except multiprocessing.TimeoutError:
            threads = isinstance(self._pool, multiprocessing.pool.ThreadPool)
            print(_workers.timeout_text(self._timeout, processes=not threads))
            raise
        if self._arguments[1] is None:
            batch = pickle.loads(batch)
        return batch if self._context is None else _as_in_context(batch, self._context)

    next = __next__


__getattr__ = module_getattr(__name__)
