"""Processes that make the batches of a loader ahead of time.

Each worker has a pipe of its own and does the tasks that come through it in order; task i goes to
worker ``i % workers``. So no lock is shared that a dying worker could keep, what a worker was at
when it died is known, and the random draws of transforms depend on nothing but the seeds.
"""

from __future__ import annotations

import array
import contextlib
import itertools
import mmap
import multiprocessing
import os
import pickle
import random
import signal
import sys
import threading
import time
import traceback
import warnings
import weakref
from collections import deque
from multiprocessing import connection
from multiprocessing.pool import ExceptionWithTraceback

import numpy as np

from ... import ndarray
from ... import random as _mx_random
from ..._core import rng
from ..._core.device import CPU
from ...util import is_np_array, is_np_shape, set_np
from . import _segments

#: Bytes of tasks that a worker may have in its pipe; more could block both sides.
_PIPE_BYTES = 1 << 14
_PARENT_CHECK_SECONDS = 5
_LONGEST_WAIT_SECONDS = 3600  # select takes no more than some weeks
_NOT_READY = -1
_pools: weakref.WeakSet[WorkerPool] = weakref.WeakSet()


class WorkerError(RuntimeError):
    """Raise when a worker of a loader has died, or raised what cannot be sent."""


def start_context():
    """Return multiprocessing's context: the program's choice, otherwise fork where that is safe.

    Legacy programs were written for fork, with data sets and transforms that cannot be pickled;
    since Python 3.14 it has to be asked for.
    """
    if multiprocessing.get_start_method(allow_none=True) is None and sys.platform == "linux":
        return multiprocessing.get_context("fork")
    return multiprocessing.get_context()


# ---- in the worker


def _run(channel, number, parent, dataset, batchify_fn, np_flags, states, progress):
    """Do tasks until the other end of ``channel`` is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the main process decides
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for pool in _pools:
        pool.leave()  # a copy of the parent's ends would keep other workers from seeing its end
    _single_threaded_opencv()
    set_np(*np_flags)
    _seed(number, states)
    progress[number] = 0
    with contextlib.suppress(EOFError, ConnectionError):  # the loader is gone
        while _wait_for_task(channel, parent):
            task, indices = pickle.loads(channel.recv_bytes())
            _answer(
                channel, parent, task, _attempt(dataset, batchify_fn, indices, progress, number)
            )


def _wait_for_task(channel, parent):
    """Tell whether a task has come, or else that the parent is gone (a fork may hold its pipe)."""
    while not channel.poll(_PARENT_CHECK_SECONDS):
        if parent not in (os.getppid(), None):
            return False
    return True


def _attempt(dataset, batchify_fn, indices, progress, number):
    """Return True and the batch, or False and the exception with its traceback."""
    try:
        samples = []
        for position, index in enumerate(indices):
            progress[number] = position
            samples.append(dataset[index])
        progress[number] = len(samples)
        return True, batchify_fn(samples)
    except Exception as error:
        return False, error


def _answer(channel, pid, task, outcome):
    done, value = outcome
    if done:
        try:
            _segments.send(channel, pid, (task, True), value)
            return
        except (EOFError, ConnectionError):
            raise
        except Exception as error:
            value = error
    _segments.send(channel, pid, (task, False), _portable(value))


def _portable(error):
    """Return what makes the exception, with its traceback as cause, in another process."""
    wrapped = ExceptionWithTraceback(error, error.__traceback__)
    try:
        pickle.loads(pickle.dumps(wrapped))
    except Exception:
        text = "".join(traceback.format_exception_only(type(error), error)).strip()
        plain = WorkerError(f"a worker raised an exception that cannot be sent: {text}")
        plain.__traceback__ = error.__traceback__
        return ExceptionWithTraceback(plain, plain.__traceback__)
    return wrapped


def _single_threaded_opencv():
    """Keep OpenCV to one thread: its pool does not survive a fork, and the workers fill the CPU."""
    os.environ.setdefault("OPENCV_FOR_THREADS_NUM", "1")
    if "cv2" in sys.modules:
        sys.modules["cv2"].setNumThreads(0)


def _states():
    """Return the random states of this thread, to begin a worker with."""
    return random.getstate(), np.random.get_state(), rng.state()


def _seed(number, states):
    """Let worker 0 draw on as the loader's process would, the others something else each.

    In MXNet all workers draw the same numbers of NumPy and of mx.random.
    """
    of_python, of_numpy, of_arrays = states
    random.setstate(of_python)
    np.random.set_state(of_numpy)
    rng.resume(of_arrays)
    if number:
        random.seed([random.getrandbits(64) for _ in range(number)][-1])
        np.random.seed(np.random.randint(1 << 32, size=number, dtype=np.uint32)[-1])
        drawn = ndarray.random.randint(0, (1 << 31) - 1, shape=(number,), ctx=CPU)
        _mx_random.seed(int(drawn.asnumpy()[-1]))


# ---- in the loader's process


class _Worker:
    """A process, this end of its pipe, and the tasks it has: sent, and waiting for room."""

    def __init__(self, channel):
        self.channel = channel
        self.process = None
        self.sent = {}
        self.sent_bytes = 0
        self.backlog = deque()

    def push(self):
        """Send tasks while the pipe has room for certain."""
        while self.backlog:
            task, indices, message = self.backlog[0]
            if self.sent and self.sent_bytes + len(message) > _PIPE_BYTES:
                return
            self.backlog.popleft()
            self.sent[task] = indices, len(message)
            self.sent_bytes += len(message)
            with contextlib.suppress(ConnectionError):  # dead: whoever waits for the task is told
                self.channel.send_bytes(message)

    def finished(self, task):
        """Take a task off the list."""
        self.sent_bytes -= self.sent.pop(task)[1]
        self.push()


def _counters(context, count):
    """Return shared numbers, one a worker: which of its samples it is at."""
    if context.get_start_method() != "fork":
        return context.RawArray("q", [_NOT_READY] * count)
    counters = memoryview(mmap.mmap(-1, 8 * count)).cast("q")  # RawArray would keep a descriptor
    counters[:] = array.array("q", [_NOT_READY] * count)
    return counters


class WorkerPool:
    """Make batches of ``dataset`` in ``count`` processes.

    :meth:`submit` gives the number of a task, :meth:`fetch` its batch. The processes end with
    :meth:`close`, with the pool, and with the interpreter.
    """

    def __init__(self, dataset, batchify_fn, count):
        context = start_context()
        self._owner = os.getpid()
        self._lock = threading.RLock()
        self._numbers = itertools.count()
        self._arrived = {}
        self._forgotten = set()
        self._workers = []
        self._progress = _counters(context, count)
        self.close = weakref.finalize(self, _stop, self._workers, self._owner)
        _pools.add(self)
        common = (dataset, batchify_fn, (is_np_shape(), is_np_array()), _states(), self._progress)
        parent = None if context.get_start_method() == "forkserver" else self._owner
        try:
            for number in range(count):
                self._start(context, number, parent, common)
        except BaseException:
            self.close()
            raise

    def _start(self, context, number, parent, common):
        ours, theirs = context.Pipe()
        worker = _Worker(ours)
        self._workers.append(worker)
        process = context.Process(
            target=_run, args=(theirs, number, parent, *common), daemon=True,
            name=f"DataLoaderWorker-{number}",
        )  # fmt: skip
        with theirs, warnings.catch_warnings():
            # Python warns of forks beside threads; a worker takes no lock that others may hold.
            warnings.filterwarnings("ignore", ".*fork", DeprecationWarning)
            process.start()
        worker.process = process

    def leave(self):
        """Close what a forked process inherited of the pool."""
        for worker in self._workers:
            worker.channel.close()

    def submit(self, indices):
        """Ask for the batch of these samples; return the task's number."""
        with self._lock:
            task = next(self._numbers)
            worker = self._workers[task % len(self._workers)]
            worker.backlog.append((task, indices, pickle.dumps((task, indices), 5)))
            worker.push()
            return task

    def fetch(self, task, timeout):
        """Return the batch of a task, or raise what the worker raised.

        TimeoutError (of multiprocessing) when it does not come in ``timeout`` seconds, WorkerError
        when its worker has died.
        """
        if os.getpid() != self._owner:
            raise WorkerError("a loader's workers cannot be used from a forked process")
        end = time.monotonic() + timeout
        with self._lock:
            number = task % len(self._workers)
            while task not in self._arrived:
                self._receive(number, end)
            done, message = self._arrived.pop(task)
        value = _segments.load(message)
        if not done:
            raise value
        return value

    def _receive(self, number, end):
        """Take in one message of a worker."""
        worker = self._workers[number]
        patience = max(0.0, min(end - time.monotonic(), _LONGEST_WAIT_SECONDS))
        if not self.close.alive:
            raise WorkerError("the loader's workers have been stopped")
        ready = connection.wait([worker.channel, worker.process.sentinel], patience)
        if not ready:
            if time.monotonic() < end:
                return
            raise multiprocessing.TimeoutError
        if worker.channel not in ready:
            raise self._death(number)
        try:
            (task, done), message = _segments.receive(worker.channel)
        except (EOFError, OSError):
            raise self._death(number) from None
        worker.finished(task)
        if task in self._forgotten:
            self._forgotten.remove(task)
        else:
            self._arrived[task] = done, message

    def forget(self, tasks):
        """Drop the batches of these tasks when they come."""
        with self._lock:
            for task in tasks:
                if self._arrived.pop(task, None) is not None:
                    continue
                worker = self._workers[task % len(self._workers)]
                if task in worker.sent:
                    self._forgotten.add(task)
                else:
                    waiting = [entry for entry in worker.backlog if entry[0] != task]
                    worker.backlog = deque(waiting)

    def _death(self, number):
        """Build the error for a worker that is no more."""
        worker = self._workers[number]
        worker.process.join(_PARENT_CHECK_SECONDS)
        code = worker.process.exitcode
        lines = [
            f"worker {number} of {len(self._workers)} (process {worker.process.pid}) "
            f"{_ending(code)} {self._activity(number)}"
        ]
        if code == -signal.SIGKILL:
            lines.append("the system kills processes so when memory runs out")
        if self._progress[number] == _NOT_READY:
            lines.append(
                "what it printed above says why; programs whose processes are spawned need "
                "\"if __name__ == '__main__':\" around what they do"
            )
        return WorkerError("\n".join(lines))

    def _activity(self, number):
        sent = self._workers[number].sent
        position = self._progress[number]
        if position == _NOT_READY:
            return "before it was ready"
        if not sent:
            return "while it had nothing to do"
        indices, _ = next(iter(sent.values()))
        batch = "[" + ", ".join(str(index) for index in indices) + "]"
        if position < len(indices):
            return f"while it read sample {indices[position]} of the batch {batch}"
        return f"while it put together or sent the batch {batch}"


def _ending(code):
    if code is None:
        return "closed its pipe"
    if code >= 0:
        return f"ended with exit code {code}"
    try:
        return f"was killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"was killed by signal {-code}"


def _stop(workers, owner):
    """End the processes, in the process that started them."""
    if os.getpid() != owner:
        return
    started = [worker.process for worker in workers if worker.process is not None]
    for worker in workers:
        worker.channel.close()
    for process in started:
        process.terminate()
    for process in started:
        process.join(_PARENT_CHECK_SECONDS)
        if process.exitcode is None:
            process.kill()
            process.join()
        process.close()


class Round:
    """Iterate over the batches of one round of a batch sampler, in order, made ahead."""

    def __init__(self, pool, batch_sampler, prefetch, timeout):
        self._pool = pool
        self._batch_sampler = batch_sampler
        self._indices = iter(batch_sampler)
        self._timeout = timeout
        self._pending = deque()
        # Tasks of a round that is given up must not fill the memory.
        self._drop = weakref.finalize(self, pool.forget, self._pending)
        self._drop.atexit = False
        for _ in range(prefetch):
            self._push()

    def _push(self):
        indices = next(self._indices, None)
        if indices is not None:
            self._pending.append(self._pool.submit(indices))

    def __iter__(self):
        return self

    def __next__(self):
        self._push()
        if not self._pending:
            raise StopIteration
        task = self._pending.popleft()
        try:
            return self._pool.fetch(task, self._timeout)
        except multiprocessing.TimeoutError:
            self._pool.forget([task])
            print(timeout_text(self._timeout, processes=True))
            raise

    next = __next__

    def __len__(self):
        return len(self._batch_sampler)


def timeout_text(seconds, processes):
    """Word what MXNet prints when a batch takes too long."""
    text = (
        f"Worker timed out after {seconds} seconds. This might be caused by \n\n"
        "            - Slow transform. Please increase timeout to allow slower data loading in "
        "each worker.\n            "
    )
    if processes:
        text += (
            "- Insufficient shared_memory if `timeout` is large enough.\n"
            "            Please consider reduce `num_workers` or increase shared_memory in system."
            "\n            "
        )
    return text
