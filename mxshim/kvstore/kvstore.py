"""The store in this process: values on the host, sums over the arrays pushed."""

from __future__ import annotations

import numpy as np

from .. import autograd
from .. import ndarray as nd
from .. import optimizer as opt
from .._core.errors import not_implemented
from ..base import MXNetError
from ..ndarray import NDArray
from ..optimizer._states import naming_file
from .base import KVStoreBase

__all__ = ["KVStore"]


class KVStore(KVStoreBase):
    """Keep one array per key. A push replaces it by the sum, or hands the sum to the updater."""

    def __init__(self, handle):
        self._type = handle
        self._values = {}
        self._updater = None
        self._has_string_keys = None

    def init(self, key, value):
        """Keep a first value under each key; a key may be initialized once."""
        for one, arrays in self._pairs(key, value):
            if one in self._values:
                raise MXNetError(
                    "MXNetError: Check failed: local_.find(keys[i]) == local_.end(): duplicate "
                    f"init of key {one}. Please double check if you called kv.init or kv.broadcast "
                    "with this key multiple times"
                )
            self._values[one] = arrays[0].copy()

    def push(self, key, value, priority=0):
        """Sum the arrays given for each key and update or replace the value kept."""
        for one, arrays in self._pairs(key, value):
            kept = self._kept(one, "!is_none(): ")
            total = _sum(arrays, kept.context)
            if self._updater is None:
                self._values[one] = total
            else:
                self._updater(one, total, kept)

    def pull(self, key, out=None, priority=0, ignore_sparse=True):
        """Copy the value kept under each key to every array of ``out``.

        ``ignore_sparse`` leaves sparse arrays as they are; see :meth:`row_sparse_pull`.
        """
        assert out is not None
        for one, arrays in self._pairs(key, out):
            kept = self._kept(one, f"!local.is_none(): key {one} has not been inited")
            for array in arrays:
                if not (ignore_sparse and array.stype != "default"):
                    kept.copyto(array)

    def pushpull(self, key, value, out=None, priority=0):
        """Push, then pull into ``out`` (default: ``value``)."""
        self.push(key, value, priority)
        self.pull(key, value if out is None else out, priority)

    def broadcast(self, key, value, out, priority=0):
        """Initialize each key and copy its value to every array of ``out``."""
        self.init(key, value)
        self.pull(key, out, priority)

    def row_sparse_pull(self, key, out=None, priority=0, row_ids=None):
        """Copy rows, by number, of the row_sparse value kept under each key to ``out``.

        ``row_ids`` is an array of row numbers or a list of them, one for every array of ``out``;
        they may repeat and come in any order.  A single one serves all arrays.
        """
        assert out is not None
        assert row_ids is not None
        row_ids = [row_ids] if isinstance(row_ids, NDArray) else row_ids
        assert isinstance(row_ids, list), "row_ids should be NDArray or list of NDArray"
        shared = len(row_ids) == 1 and isinstance(out, list)
        targets, rows = self._pairs(key, out[:1] if shared else out), self._pairs(key, row_ids)
        for (one, arrays), (_, wanted) in zip(targets, rows, strict=True):
            assert len(wanted) == len(arrays), (
                "the number of row_ids doesn't match the number of values"
            )
            complaint = f"!local.is_none(): key {one} has not been inited"
            if isinstance(one, str):
                complaint = (
                    "str_key_dict_.find(str_key) != str_key_dict_.end(): "
                    f"key {one} doesn't exist. Did you init?"
                )
            kept = self._kept(one, complaint)
            for array, numbers in zip(arrays, wanted):
                if array.stype != "row_sparse":
                    raise MXNetError(
                        "MXNetError: Check failed: val_stype == kRowSparseStorage (0 vs. 1) : "
                        "Expected row_sparse storage type for row_sparse_pull values, but detected "
                        "storage type 0"
                    )
                numbers = np.unique(numbers.asnumpy().astype("int64"))
                numbers = nd.array(numbers, dtype="int64", ctx=kept.context)
                with autograd.pause(autograd.is_training()):  # layers pull while they are recorded
                    nd.sparse.retain(kept, numbers).copyto(array)
        if shared:
            for array in out[1:]:
                out[0].copyto(array)

    def set_gradient_compression(self, compression_params):
        """Compress pushed gradients; not there yet."""
        if "device" not in self.type:
            raise Exception("Gradient compression is not supported for this type of kvstore")
        raise not_implemented("KVStore.set_gradient_compression")

    def set_optimizer(self, optimizer):
        """Update the values kept by an optimizer from now on."""
        self._set_updater(opt.get_updater(optimizer))

    def _set_updater(self, updater):
        """Call ``updater(key, pushed, kept)`` for every push from now on."""
        self._updater = updater

    def is_capable(self, capability):
        """Tell that the store can update by an optimizer."""
        if capability.lower() == KVStoreBase.OPTIMIZER:
            return True
        raise ValueError(f"Unknown capability: {capability}")

    @property
    def type(self):
        """Name the kind of store."""
        return self._type

    @property
    def rank(self):
        """Number this worker: 0."""
        return 0

    @property
    def num_workers(self):
        """Count the workers: 1."""
        return 1

    def save_optimizer_states(self, fname, dump_optimizer=False):
        """Write the optimizer's states to a file."""
        assert self._updater is not None, "Cannot save states for distributed training"
        with open(fname, "wb") as out:
            out.write(self._updater.get_states(dump_optimizer))

    def load_optimizer_states(self, fname):
        """Read the optimizer's states from a file."""
        assert self._updater is not None, "Cannot load states for distributed training"
        with open(fname, "rb") as src, naming_file(fname):
            self._updater.set_states(src.read())

    def _barrier(self):
        """Wait for the other workers; there are none."""

    def _kept(self, key, complaint):
        if key not in self._values:
            raise MXNetError(f"MXNetError: Check failed: {complaint}")
        return self._values[key]

    def _pairs(self, keys, values):
        """Yield each key with the legacy views of its arrays; keys are all numbers or strings."""
        if not isinstance(keys, (tuple, list)):
            keys, values = [keys], [values]
        assert len(keys) == len(values)
        for key in keys:
            assert isinstance(key, (int, str)), f"unexpected type for keys: {type(key)}"
        kinds = {isinstance(key, str) for key in keys}
        assert len(kinds) == 1, "inconsistent types of keys detected."
        self._check_key_type(*kinds)
        grouped = {}
        for key, arrays in zip(keys, values):
            arrays = [arrays] if isinstance(arrays, NDArray) else arrays
            assert all(isinstance(array, NDArray) for array in arrays)
            grouped.setdefault(key, []).extend(array.as_nd_ndarray() for array in arrays)
        return grouped.items()

    def _check_key_type(self, is_string):
        if self._has_string_keys is None:
            self._has_string_keys = is_string
        elif self._has_string_keys != is_string:
            # MXNet numbers the kinds: 0 for strings, 1 for integers.
            raise MXNetError(
                "MXNetError: Check failed: key_type_ == key_type "
                f"({int(not self._has_string_keys)} vs. {int(not is_string)}) : "
                "Mixed key types are not allowed"
            )


def _sum(arrays, ctx):
    """Return a new array on ``ctx`` with the sum of arrays from several contexts."""
    total = arrays[0].copyto(ctx)
    for array in arrays[1:]:
        if array.stype == "default":
            total += array.as_in_context(ctx)
        else:
            total = total + array.as_in_context(ctx)
    return total
