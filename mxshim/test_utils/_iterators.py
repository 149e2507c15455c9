"""A data iterator for tests of speed."""

from __future__ import annotations

from .. import io


class DummyIter(io.DataIter):
    """Give the first batch of another iterator over and over."""

    def __init__(self, real_iter):
        super().__init__()
        self.real_iter = real_iter
        self.provide_data = real_iter.provide_data
        self.provide_label = real_iter.provide_label
        self.batch_size = real_iter.batch_size
        self.the_batch = next(real_iter)

    def __iter__(self):
        return self

    def next(self):
        """Return that batch; StopIteration never comes."""
        return self.the_batch
