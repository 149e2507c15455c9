"""Watching the values inside an executor, ``mx.mon.Monitor``."""

from __future__ import annotations

import logging
import math
import re

from . import ndarray as nd
from ._core.missing import module_getattr
from .ndarray import NDArray


def _mean_size(array):
    """Return the norm over the root of the size: how large the values are on average."""
    return nd.norm(array) / math.sqrt(array.size)


class Monitor:
    """Collect a statistic of what an executor computes, every ``interval`` batches.

    ``stat_func`` makes an NDArray (or a list of them) of each value whose name matches ``pattern``
    from the start; by default the norm over the root of the size.  ``monitor_all`` adds what the
    operators read.  Call ``tic`` before the forward pass and ``toc`` after the batch.
    """

    def __init__(self, interval, stat_func=None, pattern=".*", sort=False, monitor_all=False):
        self.stat_func = _mean_size if stat_func is None else stat_func
        self.interval = interval
        self.activated = False
        self.queue = []
        self.step = 0
        self.exes = []
        self.re_prog = re.compile(pattern)
        self.sort = sort
        self.monitor_all = monitor_all

    def stat_helper(self, name, array):
        """Take in a value; this is the executor's callback."""
        if self.activated:
            self._take(name.decode() if isinstance(name, bytes) else name, array)

    def _take(self, name, array):
        if self.re_prog.match(name):
            self.queue.append((self.step, name, self.stat_func(array)))

    def install(self, exe):
        """Watch an executor; several may be watched."""
        exe.set_monitor_callback(self.stat_helper, self.monitor_all)
        self.exes.append(exe)

    def tic(self):
        """Begin a batch: collect if it is its turn."""
        if self.step % self.interval == 0:
            self.queue = []
            self.activated = True
        self.step += 1

    def toc(self):
        """End a batch: return (number of the batch, name, statistic as text), or an empty list."""
        if not self.activated:
            return []
        for exe in self.exes:
            symbol = exe._symbol
            for names, arrays in (
                (symbol.list_arguments(), exe.arg_arrays),
                (symbol.list_auxiliary_states(), exe.aux_arrays),
            ):
                for name, array in zip(names, arrays):
                    self._take(name, array)
        self.activated = False
        if self.sort:
            self.queue.sort(key=lambda entry: entry[1])
        found = [(step, name, _text(values)) for step, name, values in self.queue]
        self.queue = []
        return found

    def toc_print(self):
        """End a batch and log what ``toc`` returns."""
        for step, name, value in self.toc():
            logging.info("Batch: {:7d} {:30s} {:s}".format(step, name, value))  # noqa: UP032


def _text(values):
    """Write one statistic or several, each with a tab behind it; AssertionError for others."""
    if isinstance(values, NDArray):
        values = [values]
    assert isinstance(values, list)
    text = ""
    for value in values:
        assert isinstance(value, NDArray)
        shown = value.asscalar() if value.shape == (1,) else value.asnumpy()
        text += str(shown) + "\t"
    return text


__getattr__ = module_getattr(__name__)
