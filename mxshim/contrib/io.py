"""Iterators over Gluon's loaders, for modules."""

from __future__ import annotations

from .. import ndarray as nd
from .._core.missing import module_getattr
from ..io import DataDesc, DataIter


class DataLoaderIter(DataIter):
    """Iterate over a Gluon ``DataLoader`` of pairs as over a data iterator.

    The first batch tells the shapes; a short last one is filled up to them, ``getpad`` rows.
    Batches come as ``dtype``.
    """

    def __init__(self, loader, data_name="data", label_name="softmax_label", dtype="float32"):
        super().__init__()
        self._loader = loader
        data, label = next(iter(loader))
        self.batch_size = data.shape[0]
        self.dtype = dtype
        self.provide_data = [DataDesc(data_name, data.shape, dtype)]
        self.provide_label = [DataDesc(label_name, label.shape, dtype)]
        self._current_batch = None
        self.reset()

    def reset(self):
        """Begin a new round."""
        self._iter = iter(self._loader)

    def iter_next(self):
        """Go to the next batch; tell whether there is one."""
        self._current_batch = next(self._iter, None)
        return self._current_batch is not None

    def _part(self, position):
        part = self._current_batch[position].astype(self.dtype)
        if not self.getpad():
            return [part]
        # mxnet: what is filled up is float32 whatever the type, test_loader_iter
        whole = nd.zeros((self.batch_size, *part.shape[1:]))
        whole[: part.shape[0]] = part
        return [whole]

    def getdata(self):
        """Return the batch's data, a list of one array."""
        return self._part(0)

    def getlabel(self):
        """Return the batch's labels, a list of one array."""
        return self._part(1)

    def getpad(self):
        """Return how many rows at the end of the batch fill it up."""
        return self.batch_size - self._current_batch[0].shape[0]

    def getindex(self):
        """Return None: the loader does not tell."""


__getattr__ = module_getattr(__name__)
