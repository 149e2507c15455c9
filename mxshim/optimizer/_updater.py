"""The Updater: call an optimizer by index and keep the states, in files too."""

from __future__ import annotations

from ..ndarray import NDArray
from ..numpy import ndarray as np_ndarray
from ..util import is_np_array
from . import _states

PUBLIC = "mxshim.optimizer.optimizer"


class Updater:
    """Update weights by index with one optimizer: ``updater(index, grad, weight)``.

    Index, gradient and weight may be lists. States are made on first use.
    """

    __module__ = PUBLIC

    def __init__(self, optimizer):
        self.optimizer = optimizer
        self.states = {}
        self.states_synced = {}
        self.aggregate_updates = optimizer.aggregate_num > 0

    def __call__(self, index, grad, weight):
        """Update the weights in place."""
        many = isinstance(index, (list, tuple))
        indices = list(index) if many else [index]
        allow_np = getattr(self.optimizer, "allow_np_array", is_np_array())
        grads = _as_legacy(grad if many else [grad], allow_np)
        weights = _as_legacy(weight if many else [weight], allow_np)
        if weights:
            self.optimizer._set_current_context(weights[0].context.device_id)
        for i, array in zip(indices, weights):
            self._ready_state(i, array)
        if not self.aggregate_updates:
            for i, w, g in zip(indices, weights, grads):
                self.optimizer.update_multi_precision(i, w, g, self.states[i])
            return
        for group in _batches(indices, weights, grads, self.optimizer.aggregate_num):
            some, ws, gs = zip(*group)
            states = [self.states[i] for i in some]
            self.optimizer.update_multi_precision(some, ws, gs, states)

    def _ready_state(self, index, weight):
        if index not in self.states:
            self.states[index] = self.optimizer.create_state_multi_precision(index, weight)
        elif not self.states_synced[index]:
            self.states[index] = self.sync_state_context(self.states[index], weight.context)
        self.states_synced[index] = True

    def sync_state_context(self, state, context):
        """Return the state with its arrays on ``context``."""
        if isinstance(state, NDArray):
            return state.as_in_context(context)
        if isinstance(state, (tuple, list)):
            return type(state)(self.sync_state_context(part, context) for part in state)
        return state

    def set_states(self, states):
        """Take over states (and perhaps the optimizer) from the bytes of ``get_states``."""
        self.states, optimizer = _states.loads_states(states)
        if optimizer is not None:
            self.optimizer = optimizer
        self.states_synced = dict.fromkeys(self.states, False)

    def get_states(self, dump_optimizer=False):
        """Return the states as bytes that MXNet reads too, with the optimizer if asked."""
        return _states.dumps((self.states, self.optimizer) if dump_optimizer else self.states)


def get_updater(optimizer):
    """Return an Updater for ``optimizer``."""
    return Updater(optimizer)


def _as_legacy(arrays, allow_np):
    """Return the legacy views of arrays; ValueError for np arrays the optimizer may not take."""
    if not any(isinstance(array, np_ndarray) for array in arrays):
        return list(arrays)
    if not allow_np:
        raise ValueError("Converting np.ndarray to mx.nd.NDArray is not allowed")
    return [array.as_nd_ndarray() for array in arrays]


def _batches(indices, weights, grads, size):
    """Group updates by the weights' dtype, at most ``size`` to a group, in order."""
    by_dtype = {}
    for item in zip(indices, weights, grads):
        by_dtype.setdefault(item[1].dtype, []).append(item)
    for items in by_dtype.values():
        for start in range(0, len(items), size):
            yield items[start : start + size]
