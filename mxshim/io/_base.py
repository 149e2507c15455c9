"""What every data iterator speaks in: descriptions, batches and the iterator's own methods."""

from __future__ import annotations

from collections import namedtuple

import numpy as np

PUBLIC = "mxshim.io.io"
"""Where programs and pickles find the classes."""


class DataDesc(namedtuple("DataDesc", ["name", "shape"])):
    """Describe an array that an iterator gives: a pair (name, shape) with ``dtype`` and ``layout``.

    >>> mx.io.DataDesc("data", (8, 3, 4, 4))
    DataDesc[data,(8, 3, 4, 4),<class 'numpy.float32'>,NCHW]
    """

    __module__ = PUBLIC

    def __new__(cls, name, shape, dtype=np.float32, layout="NCHW"):
        made = super().__new__(cls, name, shape)
        made.dtype = dtype
        made.layout = layout
        return made

    def __repr__(self):
        return f"DataDesc[{self.name},{self.shape},{self.dtype},{self.layout}]"

    @staticmethod
    def get_batch_axis(layout):
        """Return where ``N`` stands in a layout: 0 without a layout, -1 where there is no N."""
        return 0 if layout is None else layout.find("N")

    @staticmethod
    def get_list(shapes, types):
        """Describe the (name, shape) pairs; ``types`` holds (name, dtype) pairs, or is None."""
        if types is None:
            return [DataDesc(pair[0], pair[1]) for pair in shapes]
        dtypes = dict(types)
        return [DataDesc(pair[0], pair[1], dtypes[pair[0]]) for pair in shapes]


class DataBatch:
    """Hold one batch: lists of arrays in ``data`` and ``label``, and what goes with them.

    ``pad`` tells how many examples at the end only fill the batch up, ``index`` which examples
    these are, ``bucket_key``, ``provide_data`` and ``provide_label`` serve a bucketing module.
    """

    __module__ = PUBLIC

    def __init__(
        self,
        data,
        label=None,
        pad=None,
        index=None,
        bucket_key=None,
        provide_data=None,
        provide_label=None,
    ):
        assert data is None or isinstance(data, (list, tuple)), "Data must be list of NDArrays"
        assert label is None or isinstance(label, (list, tuple)), "Label must be list of NDArrays"
        self.data = data
        self.label = label
        self.pad = pad
        self.index = index
        self.bucket_key = bucket_key
        self.provide_data = provide_data
        self.provide_label = provide_label

    def __str__(self):
        shapes = [array.shape for array in self.data]
        labels = [array.shape for array in self.label] if self.label else None
        return f"{type(self).__name__}: data shapes: {shapes} label shapes: {labels}"


class DataIter:
    """Base class of the data iterators.

    A subclass says what it gives (``provide_data``, ``provide_label``, lists of
    :class:`DataDesc`) and defines either ``next`` or ``iter_next`` with ``getdata`` and so on.
    """

    __module__ = PUBLIC

    def __init__(self, batch_size=0):
        self.batch_size = batch_size

    def __iter__(self):
        return self

    def reset(self):
        """Go back to the beginning."""

    def next(self):
        """Return the next :class:`DataBatch`; raises StopIteration behind the last one."""
        if not self.iter_next():
            raise StopIteration
        return DataBatch(
            data=self.getdata(), label=self.getlabel(), pad=self.getpad(), index=self.getindex()
        )

    def __next__(self):
        return self.next()

    def iter_next(self):
        """Go to the next batch and tell whether there is one."""

    def getdata(self):
        """Return the current batch's data, a list of arrays."""

    def getlabel(self):
        """Return the current batch's labels, a list of arrays."""

    def getindex(self):
        """Return the numbers of the examples in the current batch, None if not known."""
        return None

    def getpad(self):
        """Return how many examples at the current batch's end only fill it up."""
