"""The class of the iterators that MXNet has in C++: over text files and records."""

from __future__ import annotations

import logging

from ._base import PUBLIC, DataBatch, DataDesc, DataIter


class MXDataIter(DataIter):
    """Give the batches of a source of this package; ``mx.io.CSVIter`` and others make these.

    ``handle`` is the source (see ``mxshim/io/_source.py``). The first batch is read at once, for
    its shapes. ``reset`` goes back to the beginning; ``iter_next`` does not move while that first
    batch has not been taken by ``next``.
    """

    __module__ = PUBLIC

    def __init__(self, handle, data_name="data", label_name="softmax_label", **_):
        super().__init__()
        self.handle = handle
        self._debug_skip_load = False
        self.first_batch = None
        self.first_batch = self.next()
        data, label = self.first_batch.data[0], self.first_batch.label[0]
        self.provide_data = [DataDesc(data_name, data.shape, data.dtype)]
        self.provide_label = [DataDesc(label_name, label.shape, label.dtype)]
        self.batch_size = data.shape[0]

    def __del__(self):
        handle = self.__dict__.get("handle")
        if handle is not None:
            handle.close()

    def debug_skip_load(self):
        """Give the same batch from now on, to see how fast a program is without its input."""
        self._debug_skip_load = True
        logging.info("Set debug_skip_load to be true, will simply return first batch")

    def reset(self):
        """Go back to the beginning."""
        self._debug_at_begin = True
        self.first_batch = None
        self.handle.before_first()

    def next(self):
        """Return the next batch; raises StopIteration behind the last one."""
        if self._debug_skip_load and not self._debug_at_begin:
            return self._batch()
        if self.first_batch is not None:
            batch, self.first_batch = self.first_batch, None
            return batch
        self._debug_at_begin = False
        if not self.handle.next():
            raise StopIteration
        return self._batch()

    def _batch(self):
        return DataBatch(
            data=[self.getdata()],
            label=[self.getlabel()],
            pad=self.getpad(),
            index=self.getindex(),
        )

    def iter_next(self):
        """Go to the next batch and tell whether there is one: 1 or 0, or True as above."""
        # mxnet: the batch read at first is not left behind (io/test_csv_iter.py::test_iter_next)
        if self.first_batch is not None:
            return True
        return int(self.handle.next())

    def getdata(self):
        """Return the current batch's data, one array."""
        return self.handle.data()

    def getlabel(self):
        """Return the current batch's labels, one array."""
        return self.handle.label()

    def getindex(self):
        """Return the numbers of the examples as uint64, None where the source has none."""
        return self.handle.index()

    def getpad(self):
        """Return how many examples at the current batch's end only fill it up."""
        return self.handle.pad()
