"""Batches from arrays in memory."""

from __future__ import annotations

import numpy as np

from ..ndarray import NDArray, array, concat, tile
from ..ndarray.sparse import CSRNDArray
from ._base import PUBLIC, DataBatch, DataDesc, DataIter
from .utils import _getdata_by_idx, _has_instance, _init_data, _slice_along_batch_axis


class NDArrayIter(DataIter):
    """Give batches of arrays: NDArray, NumPy's, CSR matrices, SciPy's, data sets of h5py.

    ``data`` and ``label`` are an array, a list of them (their names get numbers) or a dict; arrays
    come in the order of their names. ``shuffle`` draws from NumPy's global generator, now and at
    each reset. ``last_batch_handle`` tells what becomes of examples that fill no batch: "pad" fills
    up from the beginning, "discard" drops them, "roll_over" puts them before the next epoch's.
    CSR matrices take "discard". ``layout`` tells, by its N, which axis counts the examples.

    >>> it = mx.io.NDArrayIter(np.arange(5), batch_size=2)
    >>> [(batch.data[0].asnumpy().tolist(), batch.pad) for batch in it]
    [([0.0, 1.0], 0), ([2.0, 3.0], 0), ([4.0, 0.0], 1)]
    """

    __module__ = PUBLIC

    def __init__(
        self,
        data,
        label=None,
        batch_size=1,
        shuffle=False,
        last_batch_handle="pad",
        data_name="data",
        label_name="softmax_label",
        layout="NCHW",
    ):
        super().__init__(batch_size)
        self.data = _init_data(data, allow_empty=False, default_name=data_name)
        self.label = _init_data(label, allow_empty=True, default_name=label_name)
        if last_batch_handle != "discard" and _has_instance(self.data + self.label, CSRNDArray):
            raise NotImplementedError(
                "`NDArrayIter` only supports ``CSRNDArray``"
                " with `last_batch_handle` set to `discard`."
            )
        self.idx = np.arange(self.data[0][1].shape[0])
        self._order = self.idx.copy()
        self.shuffle = shuffle
        self.last_batch_handle = last_batch_handle
        self.cursor = -batch_size
        self.num_data = len(self.idx)
        self.reset()
        self.data_list = [value for _, value in self.data + self.label]
        self.num_source = len(self.data_list)
        self.layout = layout
        self._cache_data = self._cache_label = None

    @property
    def provide_data(self):
        """Describe the data arrays."""
        return self._describe(self.data)

    @property
    def provide_label(self):
        """Describe the label arrays."""
        return self._describe(self.label)

    def _describe(self, source):
        axis = self.layout.find("N")
        return [
            DataDesc(
                name,
                (*value.shape[:axis], self.batch_size, *value.shape[axis + 1 :]),
                value.dtype,
                layout=self.layout,
            )
            for name, value in source
        ]

    def hard_reset(self):
        """Go back to the beginning; examples that were to roll over are dropped."""
        if self.shuffle:
            self._shuffle_data()
        self.cursor = -self.batch_size
        self._cache_data = self._cache_label = None

    def reset(self):
        """Go back to the beginning, or before it by the examples that roll over."""
        if self.shuffle:
            self._shuffle_data()
        left = self.num_data - self.cursor
        rolls = self.last_batch_handle == "roll_over" and 0 < left < self.batch_size
        self.cursor = -self.batch_size - (left if rolls else 0)

    def iter_next(self):
        """Go to the next batch and tell whether there is one, be it incomplete."""
        self.cursor += self.batch_size
        if self.cursor >= 0:
            self._cache_data = self._cache_label = None
        return self.cursor < self.num_data

    def next(self):
        """Return the next batch; raises StopIteration where there is no complete one."""
        if not self.iter_next():
            raise StopIteration
        data, label = self.getdata(), self.getlabel()
        if data[0].shape[self.layout.find("N")] != self.batch_size:
            self._cache_data, self._cache_label = data, label
            raise StopIteration
        return DataBatch(data=data, label=label, pad=self.getpad(), index=None)

    def getdata(self):
        """Return the current batch's data; the last batch may be incomplete unless it is padded."""
        return self._batch(self.data, self._cache_data)

    def getlabel(self):
        """Return the current batch's labels."""
        return self._batch(self.label, self._cache_label)

    def getpad(self):
        """Return how many examples were filled in: behind the last, or before the first."""
        if self._pads():
            return self.cursor + self.batch_size - self.num_data
        return -self.cursor if self._begins_rolled() else 0

    def _pads(self):
        return self.last_batch_handle == "pad" and self.cursor + self.batch_size > self.num_data

    def _begins_rolled(self):
        """Tell whether the current batch begins with examples of the epoch before."""
        return self.last_batch_handle == "roll_over" and -self.batch_size < self.cursor < 0

    def _batch(self, source, rolled):
        assert self.cursor < self.num_data, "DataIter needs reset."
        end = self.cursor + self.batch_size
        if self._begins_rolled():
            assert rolled is not None, "next epoch should have cached data"
            return self._join(rolled, self._slice(source, 0, end))
        rows = self._slice(source, self.cursor, min(end, self.num_data))
        if not self._pads():
            return rows
        rounds, rest = divmod(end - self.num_data, self.num_data)
        if rounds:
            whole = self._slice(source, 0, self.num_data)
            rows = self._join(rows, [_repeated(value, rounds) for value in whole])
        return self._join(rows, self._slice(source, 0, rest)) if rest else rows

    def _slice(self, source, start, end):
        axis = self.layout.find("N")
        return [
            _slice_along_batch_axis(value, slice(start, end), axis)
            if isinstance(value, NDArray)
            else self._rows_of_file(value, start, end)
            for _, value in source
        ]

    def _rows_of_file(self, dataset, start, end):
        """Read rows of an HDF5 data set, which takes row numbers in rising order only."""
        numbers, places = np.unique(self._order[start:end], return_inverse=True)
        return array(dataset[numbers][places])

    def _join(self, first, second):
        axis = self.layout.find("N")
        return [concat(a, b, dim=axis) for a, b in zip(first, second)]

    def _shuffle_data(self):
        """Put the rows, as they stand now, in a new order."""
        np.random.shuffle(self.idx)
        self._order = self._order[self.idx]
        self.data = _getdata_by_idx(self.data, self.idx)
        self.label = _getdata_by_idx(self.label, self.idx)


def _repeated(value, rounds):
    return tile(value, (rounds, *[1] * (value.ndim - 1)))
