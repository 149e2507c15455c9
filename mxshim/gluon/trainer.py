"""The Trainer: sum gradients over contexts and update parameters by an optimizer."""

from __future__ import annotations

import os

from .. import optimizer as opt
from ..kvstore import KVStore, KVStoreBase
from ..kvstore import create as create_kvstore
from ..optimizer._states import naming_file
from .parameter import Parameter, ParameterDict

__all__ = ["Trainer"]

_BIG = 1024 * 1024 * 16  # elements; a "local" store does not update parameters beyond this


class Trainer:
    """Train parameters: ``step(batch_size)`` after every backward.

    ``params`` is a ParameterDict (sorted by name), a dict or a list. Copies on several contexts go
    through the key-value store ``kvstore``; with one context there is none.
    """

    def __init__(
        self,
        params,
        optimizer,
        optimizer_params=None,
        kvstore="device",
        compression_params=None,
        update_on_kvstore=None,
    ):
        if isinstance(params, (dict, ParameterDict)):
            params = [params[name] for name in sorted(params.keys())]
        if not isinstance(params, (list, tuple)):
            raise ValueError(
                f"First argument must be a list or dict of Parameters, got {type(params)}."
            )
        self._params = []
        self._param2idx = {}
        for i, param in enumerate(params):
            if not isinstance(param, Parameter):
                raise ValueError(
                    "First argument must be a list or dict of Parameters, got list of "
                    f"{type(param)}."
                )
            self._param2idx[param.name] = i
            self._params.append(param)
            param._set_trainer(self)
        self._compression_params = compression_params
        self._contexts = self._check_contexts()
        self._init_optimizer(optimizer, optimizer_params or {})
        self._scale = self._optimizer.rescale_grad
        self._kvstore_params = {"kvstore": kvstore, "update_on_kvstore": update_on_kvstore}
        self._kvstore = None
        self._reset_kvstore()

    # ---- setting up

    def _check_contexts(self):
        contexts = None
        for param in self._params:
            own = param.list_ctx()
            assert contexts is None or contexts == own, (
                "All Parameters must be initialized on the same set of contexts, but Parameter "
                f"{param.name} is initialized on {own} while previous Parameters are initialized "
                f"on {contexts}."
            )
            contexts = own
        return contexts

    def _init_optimizer(self, optimizer, optimizer_params):
        params = dict(enumerate(self._params))
        if isinstance(optimizer, opt.Optimizer):
            assert not optimizer_params, (
                "optimizer_params must be None if optimizer is an instance of Optimizer instead "
                "of str"
            )
            self._optimizer = optimizer
            self._optimizer.param_dict = params
        else:
            self._optimizer = opt.create(optimizer, param_dict=params, **optimizer_params)
        # mxnet: no parameters means no contexts, and this loop fails on None.
        self._updaters = [opt.get_updater(self._optimizer) for _ in self._contexts]

    def _reset_kvstore(self):
        """Forget the store; the next step makes one anew from the parameters."""
        if self._kvstore and "dist" in self._kvstore.type:
            raise RuntimeError("Cannot reset distributed KVStore.")
        self._kv_initialized = False
        self._kvstore = None
        self._distributed = None
        self._update_on_kvstore = None
        self._params_to_init = list(self._params)

    def _init_kvstore(self):
        """Decide whether there is a store and who updates; parameters must have their values."""
        wanted = self._kvstore_params["update_on_kvstore"]
        sparse_weight = any(param._stype != "default" for param in self._params)
        sparse_grad = any(param._grad_stype != "default" for param in self._params)
        if sparse_weight:
            store, updates = _make_sparse_store(self._kvstore_params["kvstore"]), True
        else:
            sizes = [param.data(self._contexts[0]).size for param in self._params]
            kvstore = self._kvstore_params["kvstore"]
            store, updates = _make_store(kvstore, len(self._contexts), sizes)
        self._distributed = store is not None and "dist" in store.type
        if sparse_weight and wanted is False:
            raise ValueError("Cannot set update_on_kvstore=False when sparse weights are present.")
        if sparse_grad and not sparse_weight:
            updates = self._distributed
            if store is not None and not isinstance(store, KVStore):
                raise ValueError(
                    f"Cannot use {type(store)} for multi-device training with sparse gradients"
                )
        if wanted is not None:
            updates = wanted
        if updates and not (sparse_weight or sparse_grad) and not store.is_capable("optimizer"):
            if wanted:
                raise ValueError(
                    f"Please set update_on_kvstore=False when training with {type(store)}"
                )
            updates = False
        if store is not None:
            if self._compression_params:
                store.set_gradient_compression(self._compression_params)
            if updates:
                store.set_optimizer(self._optimizer)
        self._kvstore = store
        self._update_on_kvstore = updates if store is not None else None
        self._kv_initialized = True

    def _init_params(self):
        """Give the store the values of parameters that have got theirs since the last look."""
        assert self._kv_initialized, (
            "Cannot initialize parameters in KVStore when KVStore is not initialized."
        )
        waiting = []
        for param in self._params_to_init if self._kvstore else ():
            if param._deferred_init:
                waiting.append(param)
            else:
                arrays = param._check_and_get(param._data, list)
                index = self._param2idx[param.name]
                if param._stype != "default":
                    self._kvstore.init(index, arrays[0])
                else:
                    self._kvstore.broadcast(index, arrays[0], arrays)
        self._params_to_init = waiting

    def _holds_copy_of(self, param):
        """Tell whether the store updates a copy of ``param``, which then must not go stale."""
        return (
            self._kv_initialized and self._update_on_kvstore and param not in self._params_to_init
        )

    def _make_ready(self):
        if not self._kv_initialized:
            self._init_kvstore()
        if self._params_to_init:
            self._init_params()

    def _row_sparse_pull(self, parameter, out, row_id, full_idx=False):
        """Fetch rows of a row_sparse parameter into ``out``, all of them with ``full_idx``."""
        self._make_ready()
        index = self._param2idx[parameter.name]
        if full_idx:
            assert row_id.size == out.shape[0]
            self._kvstore.pull(index, out=out, priority=-index, ignore_sparse=False)
        else:
            self._kvstore.row_sparse_pull(index, out=out, row_ids=row_id, priority=-index)

    # ---- learning rate

    @property
    def learning_rate(self):
        """Give the optimizer's current learning rate."""
        return self._optimizer.learning_rate

    @property
    def optimizer(self):
        """Give the optimizer."""
        return self._optimizer

    def set_learning_rate(self, lr):
        """Set the learning rate; UserWarning (an error here) when a scheduler decides it."""
        self._optimizer.set_learning_rate(lr)

    # ---- training

    def step(self, batch_size, ignore_stale_grad=False):
        """Sum gradients over contexts, divide by ``batch_size`` and update every parameter.

        UserWarning (an error here) for a parameter whose gradient backward has not touched since
        the last step, unless ``ignore_stale_grad``, which leaves such parameters as they are.
        """
        self._check_and_rescale_grad(self._scale / batch_size)
        self._make_ready()
        self._allreduce_grads()
        self._update(ignore_stale_grad)

    def allreduce_grads(self):
        """Sum gradients over contexts only; ``update`` does the rest."""
        self._make_ready()
        self._refuse_on_kvstore("allreduce_grads")
        self._allreduce_grads()

    def update(self, batch_size, ignore_stale_grad=False):
        """Update every parameter from gradients that are summed already."""
        self._make_ready()
        self._refuse_on_kvstore("update")
        self._check_and_rescale_grad(self._scale / batch_size)
        self._update(ignore_stale_grad)

    def _refuse_on_kvstore(self, what):
        assert not (self._kvstore and self._update_on_kvstore), (
            f"{what}() when parameters are updated on kvstore is not supported. Try setting "
            "`update_on_kvstore` to False when creating trainer."
        )

    def _check_and_rescale_grad(self, scale):
        fixed = self._update_on_kvstore and self._distributed and self._kv_initialized
        if fixed and self._optimizer.rescale_grad != scale:
            raise UserWarning(
                "Possible change in the `batch_size` from previous `step` detected. "
                "Optimizer gradient normalizing factor will not change w.r.t new batch_size "
                "when update_on_kvstore=True and when distributed kvstore is used."
            )
        self._optimizer.rescale_grad = scale

    def _allreduce_grads(self):
        if not self._kvstore:
            return
        for i, param in enumerate(self._params):
            if param.grad_req == "null":
                continue
            grads = param.list_grad()
            if grads[0].stype == "default":
                out = param.list_data() if self._update_on_kvstore else None
                self._kvstore.pushpull(i, grads, out=out, priority=-i)
                continue
            self._kvstore.push(i, grads, priority=-i)
            if param._stype == "default":
                out = param.list_data() if self._update_on_kvstore else grads
                self._kvstore.pull(i, out, priority=-i, ignore_sparse=self._distributed)

    def _update(self, ignore_stale_grad=False):
        scaler = getattr(self, "_amp_loss_scaler", None)
        if scaler is not None and scaler.has_overflow(self._params):
            return
        updates = [[] for _ in self._updaters]
        for i, param in enumerate(self._params):
            if param.grad_req == "null":
                continue
            if not ignore_stale_grad:
                _check_fresh(param)
            if self._kvstore and self._update_on_kvstore:
                continue
            for mine, array, grad in zip(updates, param.list_data(), param.list_grad()):
                if not ignore_stale_grad or array._fresh_grad:
                    mine.append((i, grad, array))
                    array._fresh_grad = False
        for updater, mine in zip(self._updaters, updates):
            if mine:
                indices, grads, arrays = zip(*mine)
                updater(indices, grads, arrays)

    # ---- files

    def save_states(self, fname):
        """Write the optimizer and its states to a file that MXNet reads too."""
        self._make_ready()
        if self._update_on_kvstore:
            assert not self._params_to_init, (
                "Cannot save trainer states when some parameters are not yet initialized in "
                "kvstore."
            )
            self._kvstore.save_optimizer_states(fname, dump_optimizer=True)
            return
        with open(fname, "wb") as out:
            out.write(self._updaters[0].get_states(dump_optimizer=True))

    def load_states(self, fname):
        """Read the optimizer and its states from a file of ours or of MXNet's."""
        self._make_ready()
        if self._update_on_kvstore:
            self._kvstore.load_optimizer_states(fname)
            self._optimizer = self._kvstore._updater.optimizer
        else:
            with open(fname, "rb") as src:
                states = src.read()
            for updater in self._updaters:
                with naming_file(fname):
                    updater.set_states(states)
                updater.optimizer = self._updaters[0].optimizer
            self._optimizer = self._updaters[0].optimizer
        self._optimizer.param_dict = dict(enumerate(self._params))


def _check_fresh(param):
    for array in param._check_and_get(param._data, list):
        if not array._fresh_grad:
            raise UserWarning(
                f"Gradient of Parameter `{param.name}` on context {array.context} has not been "
                "updated by backward since last `step`. This could mean a bug in your model that "
                "made it only use a subset of the Parameters (Blocks) for this iteration. If you "
                "are intentionally only using a subset, call step with ignore_stale_grad=True to "
                "suppress this warning and skip updating of Parameters with stale gradient"
            )


def _make_sparse_store(kvstore):
    """Return the store that keeps row_sparse parameters; there must be one."""
    if isinstance(kvstore, str):
        kvstore = create_kvstore(kvstore)
    elif not isinstance(kvstore, KVStore):
        raise TypeError(
            f"Cannot create '{kvstore}' KVStore with row_sparse parameters. "
            "The type must be KVStore or str."
        )
    assert kvstore.is_capable(KVStoreBase.OPTIMIZER), (
        "KVStore with sparse weight requires optimizer support. "
        "However, type(kv) does not support optimizer. "
        "Please consider other kvstore backends (e.g. dist_device) instead."
    )
    return kvstore


def _make_store(kvstore, num_contexts, sizes):
    """Return the store (None for one context or none wanted) and whether it should update."""
    updates = bool(int(os.getenv("MXNET_UPDATE_ON_KVSTORE", "1")))
    if kvstore is None:
        store = None
    elif isinstance(kvstore, KVStoreBase):
        store = kvstore
    elif not isinstance(kvstore, str):
        raise TypeError("kvstore must be KVStore, str or None")
    elif num_contexts == 1 and "dist" not in kvstore:
        store = None
    else:
        store = create_kvstore(kvstore)
        if kvstore == "local" and max(sizes) > _BIG:
            updates = False
    if store is None:
        return None, False
    return store, updates and store.is_capable(KVStoreBase.OPTIMIZER)
