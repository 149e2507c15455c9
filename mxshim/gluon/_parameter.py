"""One parameter of a block: data and gradient on one or several contexts, initialized late."""

from __future__ import annotations

import warnings

import numpy as np

from .. import autograd, context, initializer, ndarray
from .. import numpy as _mx_np
from ..base import MXNetError, mx_real_t
from ..context import Context
from ..util import is_np_array, is_np_shape
from ._structure import shape_is_known, unknown_dim

PUBLIC = "mxshim.gluon.parameter"  # where users, messages and pickles find these classes
_STYPES = ("default", "row_sparse", "csr")


class DeferredInitializationError(MXNetError):
    """Raise for a parameter whose values wait for the first forward pass to learn the shape."""

    __module__ = PUBLIC


class Parameter:
    """Hold a block's weights: one copy of data and gradient per context.

    An unknown dimension in ``shape`` is 0 (-1 under np shapes); with ``allow_deferred_init`` such a
    parameter waits for the first forward pass. ``grad_req`` is write, add or null.
    """

    __module__ = PUBLIC

    def __init__(
        self,
        name,
        grad_req="write",
        shape=None,
        dtype=mx_real_t,
        lr_mult=1.0,
        wd_mult=1.0,
        init=None,
        allow_deferred_init=False,
        differentiable=True,
        stype="default",
        grad_stype="default",
    ):
        self._var = None
        self._data = None  # list of arrays, one per context
        self._grad = None
        self._ctx_list = None
        self._trainer = None
        self._deferred_init = ()  # (init, contexts, default init, data or None)
        self._differentiable = differentiable
        self._allow_deferred_init = allow_deferred_init
        self._grad_req = None
        self._shape = (shape,) if isinstance(shape, int) else shape
        self.name = name
        self._dtype = dtype
        self.lr_mult = lr_mult
        self.wd_mult = wd_mult
        self.grad_req = grad_req
        self.init = init
        for what, given in (("grad_stype", grad_stype), ("stype", stype)):
            assert given in _STYPES, (
                f"{what} for Parameter '{name}' must be one of 'default', 'row_sparse', or 'csr', "
                f"but got '{given}'"
            )
        self._grad_stype = grad_stype
        self._stype = stype

    def __repr__(self):
        return f"Parameter {self.name} (shape={self.shape}, dtype={self.dtype})"

    @property
    def grad_req(self):
        """Say what backward does with the gradient: write, add or null."""
        return self._grad_req

    @grad_req.setter
    def grad_req(self, req):
        assert req in ("write", "add", "null"), (
            f"grad_req must be one of 'write', 'add', or 'null', but got '{req}'"
        )
        if not self._differentiable:
            req = "null"
        if self._grad_req == req:
            return
        self._grad_req = req
        if req == "null" and self._grad is not None:
            self._grad = None
            self._data = [array.detach() for array in self._data]
        elif self._data is not None:
            self._init_grad(self._data)

    @property
    def dtype(self):
        """Name the dtype of the data; setting it casts."""
        return self._dtype

    @dtype.setter
    def dtype(self, dtype):
        self.cast(dtype)

    @property
    def shape(self):
        """Give the shape; setting it may only fill in unknown dimensions."""
        if self._shape is None or not is_np_shape():
            return self._shape
        # mxnet: a dimension written as 0 reads as unknown under np shapes, even a real zero.
        return tuple(dim if dim != 0 else -1 for dim in self._shape)

    @shape.setter
    def shape(self, new_shape):
        if self._shape is not None:
            # mxnet: the text calls the new shape the expected one.
            assert len(self._shape) == len(new_shape) and all(
                old in (-1, 0, new) for new, old in zip(new_shape, self._shape)
            ), f"Expected shape {new_shape} is incompatible with given shape {self._shape}."
        self._shape = new_shape

    # ---- reading

    def data(self, ctx=None):
        """Return the array on ``ctx`` (default: the only one, else the current context's)."""
        data = self._data
        alone = data is not None and len(data) == 1
        if alone and (ctx is None or ctx is self._ctx_list[0]) and not data[0]._sparse:
            return data[0]
        if self._stype != "default":
            raise RuntimeError(
                f"Cannot return a copy of Parameter '{self.name}' on ctx {ctx} via data() because "
                f"its storage type is {self._stype}. Please use row_sparse_data() instead."
            )
        return self._check_and_get(data, ctx)

    def list_data(self):
        """Return the arrays on all contexts, in the order of creation."""
        if self._stype != "default":
            raise RuntimeError(
                f"Cannot return copies of Parameter '{self.name}' on all contexts via list_data() "
                f"because its storage type is {self._stype}. "
                "Please use row_sparse_data() instead."
            )
        return self._check_and_get(self._data, list)

    def grad(self, ctx=None):
        """Return the gradient buffer on ``ctx``."""
        self._check_has_grad()
        return self._check_and_get(self._grad, ctx)

    def list_grad(self):
        """Return the gradient buffers on all contexts."""
        self._check_has_grad()
        return self._check_and_get(self._grad, list)

    def list_ctx(self):
        """Return the contexts the parameter lives on, or will once its shape is known."""
        if self._data is None:
            if self._deferred_init:
                return self._deferred_init[1]
            raise RuntimeError(f"Parameter '{self.name}' has not been initialized")
        return self._ctx_list

    def row_sparse_data(self, row_id):
        """Fetch rows of a row_sparse parameter, by number, from the trainer's store.

        The array on the context of ``row_id`` then holds these rows and is returned.
        """
        if self._stype != "row_sparse":
            raise RuntimeError(
                f"Cannot return a copy of Parameter {self.name} via row_sparse_data() because its "
                f"storage type is {self._stype}. Please use data() instead."
            )
        return self._get_row_sparse(self._data, row_id.ctx, row_id)

    def list_row_sparse_data(self, row_id):
        """Fetch rows of a row_sparse parameter on all contexts; see :meth:`row_sparse_data`."""
        if self._stype != "row_sparse":
            raise RuntimeError(
                f"Cannot return copies of Parameter '{self.name}' on all contexts via "
                f"list_row_sparse_data() because its storage type is {self._stype}. "
                "Please use data() instead."
            )
        return self._get_row_sparse(self._data, list, row_id)

    def var(self):
        """Return the symbol that stands for this parameter in a graph."""
        if self._var is None:
            from .. import symbol  # here, because blocks run without symbols

            var = symbol.var(
                self.name,
                shape=self.shape,
                dtype=self.dtype,
                lr_mult=self.lr_mult,
                wd_mult=self.wd_mult,
                init=self.init,
                stype=self._stype,
            )
            self._var = var.as_np_ndarray() if is_np_array() else var
        return self._var

    # ---- writing

    def set_data(self, data):
        """Write ``data`` into the arrays of all contexts, or keep it for a deferred parameter."""
        self.shape = data.shape
        if self._data is None:
            assert self._deferred_init, f"Parameter '{self.name}' has not been initialized"
            self._deferred_init = (*self._deferred_init[:3], data)
            return
        if self._trainer and self._trainer._holds_copy_of(self):
            # The store's copy has to be made again from the new values.
            self._trainer._reset_kvstore()
        for array in self._check_and_get(self._data, list):
            array[:] = data

    def zero_grad(self):
        """Set the gradient buffers to zero; nothing happens without them."""
        for grad in self._grad or ():
            ndarray.zeros_like(grad, out=grad)

    def cast(self, dtype):
        """Change the dtype of data and gradient."""
        self._dtype = dtype
        if self._data is None:
            return
        with autograd.pause():
            self._data = [array.astype(dtype) for array in self._data]
            if self._grad is not None:
                self._grad = [array.astype(dtype) for array in self._grad]
                autograd.mark_variables(self._data, self._grad, self.grad_req)

    def initialize(
        self, init=None, ctx=None, default_init=initializer.Uniform(), force_reinit=False
    ):
        """Fill the parameter by ``init``, its own initializer or ``default_init``.

        A second call warns and does nothing unless ``force_reinit``; without a known shape the work
        waits for the first forward pass, or ValueError says that it may not.
        """
        if self._data is not None and not force_reinit:
            warnings.warn(
                f"Parameter '{self.name}' is already initialized, ignoring. "
                "Set force_reinit=True to re-initialize.",
                stacklevel=2,
            )
            return
        self._data = self._grad = None
        if init is None:
            init = default_init if self.init is None else self.init
        known = shape_is_known(self.shape)
        if not known and not self._allow_deferred_init:
            raise ValueError(
                f"Cannot initialize Parameter '{self.name}' because it has invalid shape: "
                f"{self.shape}."
            )
        self._deferred_init = (init, _context_list(ctx), default_init, None)
        if known:
            self._finish_deferred_init()

    def reset_ctx(self, ctx):
        """Move the parameter to other contexts; several copies are averaged first."""
        contexts = _context_list(ctx)
        if self._data:
            data = self._reduce()
            with autograd.pause():
                self._init_impl(data, contexts)
        elif self._deferred_init:
            init, _, default_init, data = self._deferred_init
            self._deferred_init = (init, contexts, default_init, data)
        else:
            raise ValueError(
                f"Cannot reset context for Parameter '{self.name}' "
                "because it has not been initialized."
            )

    # ---- inside (other libraries reach for some of these names)

    def _set_trainer(self, trainer):
        if self._stype != "default" and self._trainer and trainer not in (None, self._trainer):
            raise RuntimeError(
                f"Failed to set the trainer for Parameter '{self.name}' because it was already "
                f"set. More than one trainers for a {self._stype} Parameter is not supported."
            )
        self._trainer = trainer

    def _get_row_sparse(self, arrays, ctx, row_id):
        if not isinstance(row_id, ndarray.NDArray):
            raise TypeError(f"row_id must have NDArray type, but {type(row_id)} is given")
        if not self._trainer:
            raise RuntimeError(
                f"Cannot get row_sparse data for Parameter '{self.name}' when no Trainer is "
                "created with it."
            )
        results = self._check_and_get(arrays, ctx)
        self._trainer._row_sparse_pull(self, results, row_id)
        return results

    def _check_has_grad(self):
        if self._data is not None and self._grad is None:
            raise RuntimeError(
                f"Cannot get gradient array for Parameter '{self.name}' because grad_req='null'"
            )

    def _check_and_get(self, arrays, ctx):
        """Pick the array on ``ctx`` (``list``: all); say what is missing when there is none."""
        if arrays is not None:
            if ctx is list:
                return arrays
            if ctx is None:
                if len(arrays) == 1:
                    return arrays[0]
                ctx = context.current_context()
            return arrays[self._index_of(ctx)]
        if self._deferred_init:
            raise DeferredInitializationError(
                f"Parameter '{self.name}' has not been initialized yet because initialization was "
                "deferred. Actual initialization happens during the first forward pass. "
                "Please pass one batch of data through the network before accessing Parameters. "
                "You can also avoid deferred initialization by specifying in_units, num_features, "
                "etc., for network layers."
            )
        raise RuntimeError(
            f"Parameter '{self.name}' has not been initialized. Note that you should initialize "
            "parameters and create Trainer with Block.collect_params() instead of Block.params "
            "because the later does not include Parameters of nested child Blocks"
        )

    def _index_of(self, ctx):
        # mxnet: host contexts of one id (cpu, cpu_pinned, cpu_shared) share a slot.
        slot = (ctx.device_typeid & 1, ctx.device_id)
        for i in reversed(range(len(self._ctx_list))):
            own = self._ctx_list[i]
            if (own.device_typeid & 1, own.device_id) == slot:
                return i
        raise RuntimeError(
            f"Parameter '{self.name}' was not initialized on context {ctx}. "
            f"It was only initialized on {self._ctx_list}."
        )

    def _load_init(self, data, ctx, cast_dtype=False, dtype_source="current"):
        """Take over an array read from a file, on ``ctx`` or where the parameter lives already."""
        if cast_dtype:
            assert dtype_source in ("current", "saved")
        if self.shape:
            self._fit_shape(data.shape)
        if self.dtype:
            data = self._fit_dtype(data, cast_dtype, dtype_source)
        if self._stype != data.stype:
            data = data.tostype(self._stype)
        contexts = [ctx] if isinstance(ctx, Context) else ctx
        if self._data is None and not self._deferred_init:
            self._init_impl(data, [context.cpu()] if contexts is None else contexts)
            return
        where = self.list_ctx()
        assert contexts is None or set(contexts) == set(where), (
            f"Failed to load Parameter '{self.name}' on {contexts} because it was previous "
            f"initialized on {where}."
        )
        if self._data is None:
            self._init_impl(data, where)
        else:
            self.set_data(data)
        self._deferred_init = ()

    def _fit_shape(self, saved):
        unknown = unknown_dim()
        for own, dim in zip(self.shape, saved):
            assert own in (unknown, dim), (
                f"Failed loading Parameter '{self.name}' from saved params: shape incompatible "
                f"expected {self.shape} vs saved {saved}"
            )
        self.shape = tuple(own if own != unknown else dim for own, dim in zip(self.shape, saved))

    def _fit_dtype(self, data, cast_dtype, dtype_source):
        if np.dtype(self.dtype).type == data.dtype:
            return data
        assert cast_dtype, (
            f"Failed loading Parameter '{self.name}' from saved params: dtype incompatible "
            f"expected {self.dtype} vs saved {data.dtype}. "
            "Set cast_dtype=True to cast the dtype of saved params."
        )
        if dtype_source == "current":
            return data.astype(self.dtype, copy=False)
        self.dtype = data.dtype
        return data

    def _finish_deferred_init(self):
        """Make the arrays now that the shape is known; nothing happens when nothing waits."""
        if not self._deferred_init:
            return
        try:
            self._make_arrays(*self._deferred_init)
        finally:
            self._deferred_init = ()

    def _make_arrays(self, init, contexts, default_init, data):
        assert shape_is_known(self.shape), (
            f"Cannot initialize Parameter '{self.name}' because it has invalid shape: "
            f"{self.shape}. Please specify in_units, in_channels, etc for `Block`s."
        )
        with autograd.pause():
            if data is None:
                data = self._zeros(self.shape, self.dtype, context.cpu(), self._stype)
                desc = initializer.InitDesc(self.name, {"__init__": init})
                initializer.create(default_init)(desc, data)
            self._init_impl(data, contexts)

    def _init_impl(self, data, contexts):
        self._ctx_list = list(contexts)
        arrays = [data.copyto(ctx) for ctx in self._ctx_list]
        self._init_grad(arrays)
        self._data = arrays  # last, because other threads may use them from here on

    def _init_grad(self, arrays):
        if self.grad_req == "null":
            self._grad = None
            return
        self._grad = [
            self._zeros(array.shape, array.dtype, array.ctx, self._grad_stype) for array in arrays
        ]
        autograd.mark_variables(arrays, self._grad, self.grad_req)

    @staticmethod
    def _zeros(shape, dtype, ctx, stype):
        if stype != "default":
            if is_np_array():
                raise ValueError(f"mxnet.numpy.zeros does not support stype = {stype}")
            return ndarray.zeros(shape=shape, dtype=dtype, ctx=ctx, stype=stype)
        zeros = _mx_np.zeros if is_np_array() else ndarray.zeros
        return zeros(shape=shape, dtype=dtype, ctx=ctx)

    def _reduce(self):
        """Return the mean of the copies on all contexts, on the host.

        That of a row_sparse parameter is what the trainer's store keeps.
        """
        if self._stype != "default":
            every = ndarray.arange(0, self.shape[0], dtype="int64", ctx=context.cpu())
            data = ndarray.zeros(self.shape, stype="row_sparse", ctx=context.cpu())
            self._trainer._row_sparse_pull(self, data, every, full_idx=True)
            return data
        copies = [array.copyto(context.cpu()) for array in self.list_data()]
        if len(copies) == 1:
            return copies[0]
        total = copies[0]
        for copy in copies[1:]:
            total = total + copy
        return total / len(copies)


def _context_list(ctx):
    if ctx is None:
        return [context.current_context()]
    return [ctx] if isinstance(ctx, Context) else ctx
