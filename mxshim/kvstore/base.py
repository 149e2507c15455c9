"""The interface of key-value stores, their registry and ``create``."""

from __future__ import annotations

import warnings

from .._core.errors import not_implemented
from ..ndarray import NDArray

__all__ = ["create", "KVStoreBase"]


class KVStoreBase:
    """Say what the Trainer needs of a store; register subclasses to ``create`` them by name."""

    OPTIMIZER = "optimizer"
    kv_registry = {}

    def broadcast(self, key, value, out, priority=0):
        """Keep ``value`` under ``key`` and copy it to every array of ``out``."""
        raise NotImplementedError()

    def pushpull(self, key, value, out=None, priority=0):
        """Sum the arrays of ``value`` and write the sum to ``out`` (default: ``value``)."""
        raise NotImplementedError()

    def set_optimizer(self, optimizer):
        """Let the store update its values by an optimizer."""
        raise NotImplementedError()

    def is_capable(self, capability):
        """Tell whether the store has a capability, such as ``"optimizer"``."""
        raise NotImplementedError()

    def save_optimizer_states(self, fname, dump_optimizer=False):
        """Write the optimizer's states to a file."""
        raise NotImplementedError()

    def load_optimizer_states(self, fname):
        """Read the optimizer's states from a file."""
        raise NotImplementedError()

    @property
    def type(self):
        """Name the kind of store."""
        raise NotImplementedError()

    @property
    def rank(self):
        """Number this worker among the workers."""
        raise NotImplementedError()

    @property
    def num_workers(self):
        """Count the workers."""
        raise NotImplementedError()

    @staticmethod
    def register(klass):
        """Register a class under its lower-case name; warn when that replaces another."""
        assert isinstance(klass, type)
        name = klass.__name__.lower()
        known = KVStoreBase.kv_registry.get(name)
        if known is not None:
            warnings.warn(
                f"WARNING: New kvstore {klass.__module__}.{klass.__name__} is overriding "
                f"existing kvstore {known.__module__}.{known.__name__}",
                stacklevel=2,
            )
        KVStoreBase.kv_registry[name] = klass
        return klass


@KVStoreBase.register
class TestStore(KVStoreBase):
    """Copy and sum on the spot and keep nothing; for tests."""

    def broadcast(self, key, value, out, priority=0):
        """Copy ``value`` to every array of ``out``."""
        for array in _as_list(out):
            array[:] = value

    def pushpull(self, key, value, out=None, priority=0):
        """Sum the arrays of ``value`` and write the sum to ``out`` (default: ``value``)."""
        if isinstance(value, NDArray):
            total, targets = value, _as_list(out) if out is not None else []
        else:
            total = sum(array.as_in_context(value[0].context) for array in value)
            targets = value if out is None else _as_list(out)
        for array in targets:
            array[:] = total

    @staticmethod
    def is_capable(capability):
        """Tell that the store has no optimizer."""
        if capability.lower() == KVStoreBase.OPTIMIZER:
            return False
        raise ValueError(f"Unknown capability: {capability}")

    @property
    def type(self):
        """Name the kind of store."""
        return "teststore"

    @property
    def rank(self):
        """Number this worker: 0."""
        return 0

    @property
    def num_workers(self):
        """Count the workers: 1."""
        return 1


def create(name="local"):
    """Create a store: local or device (both in this process), or one registered by name."""
    if not isinstance(name, str):
        raise TypeError("name must be a string")
    name = name.lower()
    if name in KVStoreBase.kv_registry:
        return KVStoreBase.kv_registry[name]()
    if "dist" in name or name in ("nccl", "horovod", "byteps"):
        raise not_implemented(f"The kvstore {name}")
    # mxnet: any other name makes a local store that answers to that name.
    from .kvstore import KVStore  # here, because it derives from the class above

    return KVStore(name)


def _as_list(arrays):
    return arrays if isinstance(arrays, list) else [arrays]
