"""Batches as messages between processes: a pickle, and the arrays' bytes in shared memory.

A segment is a file without a name (``memfd_create``, or a deleted temporary file), handed over as
an open descriptor: nothing is left behind, whatever becomes of the two processes. The receiver maps
it and builds the arrays on the mapping, without a copy.
"""

from __future__ import annotations

import io
import mmap
import os
import pickle
import sys
import tempfile
import weakref
from multiprocessing import reduction

import numpy as np

from ... import numpy as _mx_np
from ..._core.device import Context
from ..._core.tensor import make
from ...ndarray import NDArray

#: What MXNet's arrays say when they come from a worker.
SHARED = Context("cpu_shared", 0)
#: Batches with fewer bytes travel inside the message: a mapping costs more than their copy.
_INLINE = 1 << 15
#: Beyond so many mapped segments a batch is copied: a mapping holds a descriptor on old Pythons.
_MOST_MAPPED = 256
_ALIGNMENT = 64
_CAN_PASS = hasattr(reduction, "send_handle") and os.name == "posix"
_MAPPING = {"trackfd": False} if sys.version_info >= (3, 13) else {}
_mapped: weakref.WeakSet[mmap.mmap] = weakref.WeakSet()


class _BatchPickler(reduction.ForkingPickler):
    """Write arrays as their bytes, whatever device they are on."""

    def reducer_override(self, obj):
        if type(obj) is NDArray or type(obj) is _mx_np.ndarray:
            return _arrive, (obj._is_np, host_bytes(obj))
        return NotImplemented


def _arrive(is_np, host):
    return make(_mx_np.ndarray if is_np else NDArray, host, SHARED)


def host_bytes(array):
    """Return the array's values as contiguous memory of this process, its own where it can be."""
    host = array._ctx.xp.to_host(array._buf)
    # not ascontiguousarray: that makes one axis of none
    return host if host.flags.c_contiguous else host.copy(order="C")


def send(connection, pid, header, batch):
    """Send ``header`` (anything small) and a batch to the process ``pid``.

    An error of pickling is raised before anything has been sent.
    """
    buffers = []
    file = io.BytesIO()
    _BatchPickler(file, 5, True, buffers.append).dump(batch)
    views = [buffer.raw() for buffer in buffers]
    payload = file.getbuffer()
    if _CAN_PASS and sum(view.nbytes for view in views) >= _INLINE:
        segment = _filled(views)
        if segment is not None:
            try:
                sizes = [view.nbytes for view in views]
                connection.send_bytes(pickle.dumps((header, bytes(payload), sizes, None), 5))
                reduction.send_handle(connection, segment, pid)
            finally:
                os.close(segment)
            return
    inline = [view.tobytes() for view in views]
    connection.send_bytes(pickle.dumps((header, bytes(payload), None, inline), 5))


def receive(connection):
    """Return the header of the next message and the rest of it, for :func:`load`."""
    header, payload, sizes, inline = pickle.loads(connection.recv_bytes())
    if sizes is not None:
        segment = reduction.recv_handle(connection)
        try:
            inline = opened(segment, sizes)
        finally:
            os.close(segment)
    else:
        inline = [bytearray(part) for part in inline]  # arrays on bytes could not be written
    return header, (payload, inline)


def load(rest):
    """Return the batch of a received message."""
    payload, buffers = rest
    return pickle.loads(payload, buffers=buffers)


def new_segment():
    """Return the descriptor of an empty segment; OSError where the system has none to give."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("mxshim", os.MFD_CLOEXEC)
    with tempfile.TemporaryFile(buffering=0) as file:
        return os.dup(file.fileno())


def _filled(views):
    """Return a segment that holds the views' bytes, or None when there is no room for it."""
    try:
        segment = new_segment()
    except OSError:
        return None
    try:
        begin = 0
        for view in views:
            write_at(segment, view, begin)
            begin += _padded(view.nbytes)
    except OSError:  # no room: the message can carry the bytes
        os.close(segment)
        return None
    return segment


def write_at(segment, view, begin):
    """Write all bytes of ``view`` (one axis of bytes) at an offset."""
    while view.nbytes:
        written = os.pwrite(segment, view, begin)
        view, begin = view[written:], begin + written


def _padded(size):
    return -(-size // _ALIGNMENT) * _ALIGNMENT


def opened(segment, sizes):
    """Return writable buffers of ``sizes`` bytes on the segment, or copies where many are open."""
    begins = np.cumsum([0, *map(_padded, sizes)]).tolist()
    size = os.fstat(segment).st_size
    flags = mmap.MAP_SHARED | getattr(mmap, "MAP_POPULATE", 0)
    memory = mmap.mmap(segment, size, flags=flags, **_MAPPING)
    whole = memoryview(memory)
    parts = [whole[begin : begin + n] for begin, n in zip(begins, sizes)]
    if len(_mapped) >= _MOST_MAPPED:
        return [bytearray(part) for part in parts]
    _mapped.add(memory)
    return parts
