"""Arrays through pipes and queues between processes, and the worker loops of the older loader."""

from __future__ import annotations

import multiprocessing
import multiprocessing.queues
import os
import pickle
from multiprocessing import reduction

import numpy as np

from ... import context
from ... import numpy as _mx_np
from ..._core.tensor import make
from ...ndarray import NDArray
from . import _segments


def _reduce(data, rebuild):
    """Put an array's bytes into shared memory; return how another process makes it again.

    For a process that is being started the array is copied into what it is given: each segment
    would keep a descriptor open.
    """
    host = _segments.host_bytes(data)
    if multiprocessing.context.get_spawning_popen() is not None or os.name != "posix":
        return _segments._arrive, (data._is_np, host)
    segment = _segments.new_segment()
    try:
        _segments.write_at(segment, memoryview(host.reshape(-1).view(np.uint8)), 0)
        descriptor = reduction.DupFd(segment)
    finally:
        os.close(segment)
    return rebuild, (os.getpid(), descriptor, host.shape, host.dtype)


def _rebuild(cls, descriptor, shape, dtype):
    segment = descriptor.detach()
    dtype = np.dtype(dtype)
    count = int(np.prod(shape, dtype=np.int64))
    try:
        if not count:
            return make(cls, np.empty(shape, dtype), _segments.SHARED)
        (memory,) = _segments.opened(segment, [count * dtype.itemsize])
    finally:
        os.close(segment)
    return make(cls, np.frombuffer(memory, dtype, count).reshape(shape), _segments.SHARED)


def reduce_ndarray(data):
    """Return the function and arguments that give the array ``data`` in another process."""
    return _reduce(data, rebuild_ndarray)


def rebuild_ndarray(pid, fd, shape, dtype):
    """Make an array on the shared memory that process ``pid`` passes as ``fd``."""
    return _rebuild(NDArray, fd, shape, dtype)


def reduce_np_ndarray(data):
    """Return the function and arguments that give the NumPy-like ``data`` in another process."""
    return _reduce(data, rebuild_np_ndarray)


def rebuild_np_ndarray(pid, fd, shape, dtype):
    """Make a NumPy-like array on the shared memory that process ``pid`` passes as ``fd``."""
    return _rebuild(_mx_np.ndarray, fd, shape, dtype)


reduction.ForkingPickler.register(NDArray, reduce_ndarray)
reduction.ForkingPickler.register(_mx_np.ndarray, reduce_np_ndarray)


class ConnectionWrapper:
    """Wrap one end of a pipe: arrays are sent through shared memory, all else as usual."""

    def __init__(self, conn):
        self._conn = conn

    def send(self, obj):
        """Send an object."""
        self.send_bytes(reduction.ForkingPickler.dumps(obj, pickle.HIGHEST_PROTOCOL))

    def recv(self):
        """Wait for an object and return it."""
        return pickle.loads(self.recv_bytes())

    def __getattr__(self, name):
        """Give the attribute of the pipe's end."""
        return getattr(self.__dict__.get("_conn"), name)


class Queue(multiprocessing.queues.Queue):
    """A queue between processes that passes arrays through shared memory; ``(maxsize=0)``."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, ctx=multiprocessing.get_context(), **kwargs)
        _wrap_ends(self)


class SimpleQueue(multiprocessing.queues.SimpleQueue):
    """A queue without a thread of its own that passes arrays through shared memory."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, ctx=multiprocessing.get_context(), **kwargs)
        _wrap_ends(self)


def _wrap_ends(queue):
    queue._reader = ConnectionWrapper(queue._reader)
    queue._writer = ConnectionWrapper(queue._writer)
    queue._send = queue._writer.send
    queue._recv = queue._reader.recv


def worker_loop_v1(dataset, key_queue, data_queue, batchify_fn):
    """Answer pairs (number, sample indices) with (number, batch) until the number is None."""
    while True:
        number, indices = key_queue.get()
        if number is None:
            return
        data_queue.put((number, batchify_fn([dataset[index] for index in indices])))


def fetcher_loop_v1(
    data_queue, data_buffer, pin_memory=False, pin_device_id=0, data_buffer_lock=None
):
    """Put pairs (number, batch) into the dict ``data_buffer`` until the number is None.

    Batches come to lie on the CPU, with ``pin_memory`` on ``cpu_pinned(pin_device_id)``.
    """
    target = context.cpu_pinned(pin_device_id) if pin_memory else context.cpu()
    while True:
        number, batch = data_queue.get()
        if number is None:
            return
        batch = in_context(batch, target)
        if data_buffer_lock is None:
            data_buffer[number] = batch
        else:
            with data_buffer_lock:
                data_buffer[number] = batch


def in_context(data, ctx):
    """Return a batch with its arrays in ``ctx``; lists and tuples become lists."""
    if isinstance(data, NDArray):
        return data.as_in_context(ctx)
    if isinstance(data, (list, tuple)):
        return [in_context(item, ctx) for item in data]
    return data
