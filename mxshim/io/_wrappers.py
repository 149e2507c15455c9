"""Iterators around iterators: of another length, or fetching ahead in threads."""

from __future__ import annotations

import threading
from queue import SimpleQueue

from ._base import PUBLIC, DataBatch, DataDesc, DataIter


class ResizeIter(DataIter):
    """Give ``size`` batches of another iterator per epoch, starting it over where it ends.

    With ``reset_internal=False`` a reset leaves the other iterator where it is.
    """

    __module__ = PUBLIC

    def __init__(self, data_iter, size, reset_internal=True):
        super().__init__(data_iter.batch_size)
        self.data_iter = data_iter
        self.size = size
        self.reset_internal = reset_internal
        self.cur = 0
        self.current_batch = None
        self.provide_data = data_iter.provide_data
        self.provide_label = data_iter.provide_label
        if hasattr(data_iter, "default_bucket_key"):
            self.default_bucket_key = data_iter.default_bucket_key

    def reset(self):
        """Start a new epoch."""
        self.cur = 0
        if self.reset_internal:
            self.data_iter.reset()

    def iter_next(self):
        """Go to the next batch and tell whether there is one."""
        if self.cur == self.size:
            return False
        try:
            self.current_batch = self.data_iter.next()
        except StopIteration:
            self.data_iter.reset()
            self.current_batch = self.data_iter.next()
        self.cur += 1
        return True

    def getdata(self):
        """Return the current batch's data."""
        return self.current_batch.data

    def getlabel(self):
        """Return the current batch's labels."""
        return self.current_batch.label

    def getindex(self):
        """Return the numbers of the examples in the current batch."""
        return self.current_batch.index

    def getpad(self):
        """Return how many examples at the current batch's end only fill it up."""
        return self.current_batch.pad


class _Ahead:
    """Fetch an iterator's batches in a thread, one ahead of what was taken.

    The thread knows the iterator and two queues and nothing of the object, which can go away
    while the thread runs; then it ends.
    """

    def __init__(self, iterator):
        self._asked, self._fetched = SimpleQueue(), SimpleQueue()
        self._here = None
        self.thread = threading.Thread(
            target=_fetch, args=(iterator, self._asked, self._fetched), daemon=True
        )
        self.thread.start()
        self.ask()

    def ask(self):
        """Have the next batch fetched."""
        self._here = None
        self._asked.put(True)

    def get(self):
        """Wait for the batch asked for; None at the end. What the iterator raised is raised."""
        if self._here is None:
            self._here = self._fetched.get()
        batch, error = self._here
        if error is not None:
            raise error
        return batch

    def wait(self):
        """Wait until the iterator is at rest."""
        if self._here is None:
            self._here = self._fetched.get()

    def close(self):
        """Let the thread end, behind the batch it may be at; again is no error."""
        # Not waited for: at the interpreter's end such threads stand still, and would for ever.
        self._asked.put(False)


def _fetch(iterator, asked, fetched):
    while asked.get():
        try:
            found = (iterator.next(), None)
        except StopIteration:
            found = (None, None)
        except Exception as error:
            found = (None, error)
        fetched.put(found)
        del found


class PrefetchingIter(DataIter):
    """Join the batches of iterators, each of which fetches one batch ahead in a thread.

    ``rename_data`` and ``rename_label`` hold a dict from old to new names for each iterator. The
    iterators must give as many batches with the same padding, otherwise AssertionError. What an
    iterator raises in its thread is raised here; the threads end with this object.
    """

    __module__ = PUBLIC

    def __init__(self, iters, rename_data=None, rename_label=None):
        self._ahead = []
        super().__init__()
        self.iters = iters if isinstance(iters, list) else [iters]
        self.n_iter = len(self.iters)
        assert self.n_iter > 0
        self.rename_data = rename_data
        self.rename_label = rename_label
        self.batch_size = self.provide_data[0][1][0]
        self.current_batch = None
        self._ahead = [_Ahead(iterator) for iterator in self.iters]
        self.prefetch_threads = [ahead.thread for ahead in self._ahead]

    def __del__(self):
        for ahead in self._ahead:
            ahead.close()

    @property
    def provide_data(self):
        """Describe the data of all iterators, under their new names."""
        return _described([each.provide_data for each in self.iters], self.rename_data)

    @property
    def provide_label(self):
        """Describe the labels of all iterators, under their new names."""
        return _described([each.provide_label for each in self.iters], self.rename_label)

    def reset(self):
        """Start all iterators over, once the batches under way have come in."""
        for ahead in self._ahead:
            ahead.wait()
        for iterator in self.iters:
            iterator.reset()
        for ahead in self._ahead:
            ahead.ask()

    def iter_next(self):
        """Go to the next batch and tell whether there is one."""
        batches = [ahead.get() for ahead in self._ahead]
        first = batches[0]
        for batch in batches:
            assert (batch is None) == (first is None) and (
                batch is None or batch.pad == first.pad
            ), "Number of entry mismatches between iterators"
        if first is None:
            return False
        self.current_batch = DataBatch(
            [value for batch in batches for value in batch.data],
            [value for batch in batches for value in batch.label],
            first.pad,
            first.index,
            provide_data=self.provide_data,
            provide_label=self.provide_label,
        )
        for ahead in self._ahead:
            ahead.ask()
        return True

    def next(self):
        """Return the next batch; raises StopIteration behind the last one."""
        if not self.iter_next():
            raise StopIteration
        return self.current_batch

    def getdata(self):
        """Return the current batch's data."""
        return self.current_batch.data

    def getlabel(self):
        """Return the current batch's labels."""
        return self.current_batch.label

    def getindex(self):
        """Return the numbers of the examples in the current batch of the first iterator."""
        return self.current_batch.index

    def getpad(self):
        """Return how many examples at the current batch's end only fill it up."""
        return self.current_batch.pad


def _described(provided, renames):
    if renames is None:
        return [each for descriptions in provided for each in descriptions]
    return [
        DataDesc(names[each.name], each.shape, each.dtype)
        if isinstance(each, DataDesc)
        else DataDesc(*each)
        for names, descriptions in zip(renames, provided)
        for each in descriptions
    ]
