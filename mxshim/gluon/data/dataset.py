"""Data sets: anything with ``len()`` and ``[]``, and what can be made of one."""

from __future__ import annotations

import os

from ... import recordio
from ..._core.missing import module_getattr
from ...ndarray import NDArray
from .sampler import FilterSampler, Sampler, SequentialSampler

__all__ = ["ArrayDataset", "Dataset", "RecordFileDataset", "SimpleDataset"]


class Dataset:
    """Hold samples; subclasses define ``__getitem__`` and ``__len__``.

    Arrays and lists serve as data sets too, where only those two are needed.
    """

    def __getitem__(self, idx):
        raise NotImplementedError

    def __len__(self):
        raise NotImplementedError

    def filter(self, fn):
        """Return the samples for which ``fn(sample)`` is true; ``fn`` runs once on each, now."""
        return _SampledDataset(self, FilterSampler(fn, self))

    def shard(self, num_shards, index):
        """Return the ``index``-th of ``num_shards`` runs; the first ones are longer by one."""
        assert index < num_shards, f"Shard index of out bound: {index} out of {num_shards}"
        assert num_shards > 0, "Number of shards must be greater than 0"
        assert index >= 0, "Index must be non-negative"
        each, rest = divmod(len(self), num_shards)
        start = each * index + min(index, rest)
        return _SampledDataset(self, SequentialSampler(each + (index < rest), start))

    def take(self, count):
        """Return the first ``count`` samples; all of them for None or a larger number."""
        if count is None or count > len(self):
            count = len(self)
        return _SampledDataset(self, SequentialSampler(count))

    def sample(self, sampler):
        """Return the samples whose indices ``sampler`` gives; it is run through once, now."""
        if not isinstance(sampler, Sampler):
            raise TypeError(
                f"Invalid sampler type: {type(sampler)}. Expected gluon.data.Sampler instead."
            )
        return _SampledDataset(self, sampler)

    def transform(self, fn, lazy=True):
        """Return the data set of ``fn(*sample)`` (``fn(sample)`` where a sample is no tuple).

        ``fn`` runs whenever a sample is read, or with ``lazy=False`` once on each, now.
        """
        transformed = _LazyTransformDataset(self, fn)
        return transformed if lazy else SimpleDataset([transformed[i] for i in range(len(self))])

    def transform_first(self, fn, lazy=True):
        """Return the data set in which ``fn`` is applied to the first element of each sample."""
        return self.transform(_TransformFirstClosure(fn), lazy)


class SimpleDataset(Dataset):
    """Make a data set of anything with ``len()`` and ``[]``."""

    def __init__(self, data):
        self._data = data

    def __len__(self):
        return len(self._data)

    def __getitem__(self, idx):
        return self._data[idx]


class _LazyTransformDataset(Dataset):
    """Apply a function whenever a sample is read."""

    def __init__(self, data, fn):
        self._data = data
        self._fn = fn

    def __len__(self):
        return len(self._data)

    def __getitem__(self, idx):
        item = self._data[idx]
        return self._fn(*item) if isinstance(item, tuple) else self._fn(item)


class _TransformFirstClosure:
    """Apply a function to the first argument; a class, because it can be pickled."""

    def __init__(self, fn):
        self._fn = fn

    def __call__(self, x, *args):
        return (self._fn(x), *args) if args else self._fn(x)


class _SampledDataset(Dataset):
    """Read another data set at the indices of a sampler."""

    def __init__(self, dataset, sampler):
        self._dataset = dataset
        self._sampler = sampler
        self._indices = list(sampler)

    def __len__(self):
        return len(self._sampler)

    def __getitem__(self, idx):
        return self._dataset[self._indices[idx]]


class ArrayDataset(Dataset):
    """Zip arrays, lists or data sets of one length: sample i is ``(x[i], y[i], ...)``.

    A single one gives ``x[i]``. A one-dimensional array gives NumPy scalars, as labels mostly are.
    """

    def __init__(self, *args):
        assert len(args) > 0, "Needs at least 1 arrays"
        self._length = len(args[0])
        self._data = []
        for position, data in enumerate(args, 1):
            # mxnet: the text counts the second array from one.
            assert len(data) == self._length, (
                "All arrays must have the same length; "
                f"array[0] has length {self._length} while array[{position}] has {len(data)}."
            )
            if isinstance(data, NDArray) and len(data.shape) == 1:
                data = data.asnumpy()
            self._data.append(data)

    def __getitem__(self, idx):
        if len(self._data) == 1:
            return self._data[0][idx]
        return tuple(data[idx] for data in self._data)

    def __len__(self):
        return self._length


class RecordFileDataset(Dataset):
    """Read the records of a RecordIO file by its index file; a sample is the record's bytes."""

    def __init__(self, filename):
        self.idx_file = os.path.splitext(filename)[0] + ".idx"
        self.filename = filename
        self._record = recordio.MXIndexedRecordIO(self.idx_file, self.filename, "r")

    def __getitem__(self, idx):
        return self._record.read_idx(self._record.keys[idx])

    def __len__(self):
        return len(self._record.keys)


class _DownloadedDataset(Dataset):
    """Hold a downloaded set of data and labels; subclasses define ``_get_data``."""

    def __init__(self, root, transform):
        super().__init__()
        self._transform = transform
        self._data = None
        self._label = None
        self._root = os.path.expanduser(root)
        os.makedirs(self._root, exist_ok=True)
        self._get_data()

    def __getitem__(self, idx):
        if self._transform is not None:
            return self._transform(self._data[idx], self._label[idx])
        return self._data[idx], self._label[idx]

    def __len__(self):
        return len(self._label)

    def _get_data(self):
        raise NotImplementedError


__getattr__ = module_getattr(__name__)
