"""Blocks: ``Block`` runs Python, ``HybridBlock`` can be compiled, ``SymbolBlock`` runs a graph."""

from __future__ import annotations

import threading
import warnings

import numpy

from .. import ndarray, symbol
from .._core.errors import NotImplementedInShim, not_implemented
from ..context import current_context
from ..numpy import ndarray as np_ndarray
from ..util import is_np_array
from . import _graph
from ._block import Block
from ._scope import _BlockScope  # noqa: F401  (other libraries reach for it here)
from ._structure import MIXED, NO_ARRAY
from .parameter import DeferredInitializationError, ParameterDict

__all__ = ["Block", "HybridBlock", "SymbolBlock"]

_ARRAYS = (ndarray.NDArray, np_ndarray)
#: Held while a block learns shapes, makes parameters or is traced: threads may share blocks.
_FIRST_CALLS = threading.RLock()


class HybridBlock(Block):
    """Write the computation once, in ``hybrid_forward(F, x, ...)``, for arrays and symbols.

    The block's own parameters arrive as keyword arguments by attribute name; ``F`` is ``mx.nd`` (in
    np mode too: its operators are under ``F.np`` and ``F.npx``). Children must be HybridBlocks.
    """

    def __init__(self, prefix=None, params=None):
        super().__init__(prefix=prefix, params=params)
        self._active = False
        self._flags = []
        self._in_format = None
        self._out_format = None
        self._callback = None
        self._monitor_all = False
        self._backend = None
        self._backend_opts = {}
        self._clear_cached_op()

    def __setattr__(self, name, value):
        super().__setattr__(name, value)
        if isinstance(value, HybridBlock):
            self._clear_cached_op()

    def _clear_cached_op(self):
        self._cached_graph = ()
        self._cached_op = None
        self._cached_op_args = []
        self._flat = 0  # how many arguments there are, if each is one array

    def register_child(self, block, name=None):
        """Make ``block`` a child; ValueError unless it is a HybridBlock."""
        if not isinstance(block, HybridBlock):
            raise ValueError(
                f"Children of HybridBlock must also be HybridBlock, but {block} has type "
                f"{type(block)}. If you are using Sequential, please try HybridSequential instead."
            )
        super().register_child(block, name)
        self._clear_cached_op()

    def cast(self, dtype):
        """Change the dtype of the tree's parameters."""
        self._clear_cached_op()
        super().cast(dtype)

    # ---- compiling

    def hybridize(
        self,
        active=True,
        backend=None,
        clear=True,
        static_alloc=False,
        static_shape=False,
        inline_limit=2,
        forward_bulk_size=None,
        backward_bulk_size=None,
        **kwargs,
    ):
        """Switch compilation of this block and its children on or off."""
        if kwargs:
            self._backend_opts = kwargs
        self._backend = backend
        self._active = active
        flags = {
            "static_alloc": static_alloc,
            "static_shape": static_shape,
            "inline_limit": inline_limit,
            "forward_bulk_size": forward_bulk_size,
            "backward_bulk_size": backward_bulk_size,
        }
        self._flags = [(k, v) for k, v in flags.items() if v is not None]
        if clear:
            self._clear_cached_op()
        # mxnet: a pre-hook brings the warning even when compilation is switched off.
        if (active and self._forward_hooks) or self._forward_pre_hooks:
            warnings.warn(
                f'"{self}" is being hybridized while still having forward hook/pre-hook. '
                f'If "{self}" is a child of HybridBlock, the hooks will not take effect.',
                stacklevel=2,
            )
        super().hybridize(active, **flags)

    def optimize_for(
        self,
        x,
        *args,
        backend=None,
        clear=False,
        static_alloc=False,
        static_shape=False,
        inline_limit=2,
        forward_bulk_size=None,
        backward_bulk_size=None,
        **kwargs,
    ):
        """Rewrite the graph for a backend library; mxshim has none."""
        if not backend:
            raise ValueError('Must specify "backend" to optimize_for')
        raise not_implemented(f"HybridBlock.optimize_for(backend={backend!r})")

    def register_op_hook(self, callback, monitor_all=False):
        """Call ``callback`` for every operator of the compiled graph."""
        self._callback = callback
        self._monitor_all = monitor_all
        for child in self._children.values():
            child._callback = callback
            child._monitor_all = monitor_all

    def export(self, path, epoch=0, remove_amp_cast=True):
        """Write the compiled graph and the parameters for other programs.

        Makes ``path-symbol.json`` and ``path-0000.params`` (the number is ``epoch``). RuntimeError
        before the hybridized block has run.
        """
        if not self._cached_graph:
            raise RuntimeError(
                "Please first call block.hybridize() and then run forward with this block at "
                "least once before calling export."
            )
        out = self._cached_graph[1]
        _graph.export(out, self.collect_params(), path, epoch, remove_amp_cast)

    # ---- shapes that wait for the first input

    def infer_shape(self, *args):
        """Set the parameters' shapes from the inputs; blocks may override it."""
        self._infer("shape", args)

    def _infer(self, attribute, args):
        """Trace the block and set an attribute of the parameters from that of the inputs."""
        inputs, out = self._get_graph(args)
        arrays = [leaf for leaf in _graph.flatten(args)[0] if leaf is not None]
        method = "infer_shape" if attribute == "shape" else "infer_type"
        _graph.infer(inputs, out, self.collect_params(), arrays, method, attribute)

    def infer_type(self, *args):
        """Set the dtypes of the parameters from the inputs."""
        self._infer("dtype", args)

    def _deferred_infer_shape(self, *args):
        try:
            self.infer_shape(*args)
        except NotImplementedInShim:
            raise
        except Exception as error:
            hint, mark, text = str(error).rpartition("MXNetError: ")
            raise ValueError(
                f"{hint}Deferred initialization failed because shape cannot be inferred. "
                f"{mark}{text}"
            ) from error

    # ---- running

    def forward(self, x, *args):
        """Run ``hybrid_forward`` on the context of the first array, compiled when hybridized."""
        args = (x, *args)
        if self._active and self._flat and (made := self._call_flat(args)) is not None:
            return made
        symbols, contexts = _graph.kinds(args)
        if symbols:
            if contexts:
                raise ValueError(MIXED)
            return _graph.apply(self, args)
        if not contexts:
            raise ValueError(NO_ARRAY)
        ctx = contexts[0]
        run = self._forward_eager
        if self._active:
            _graph.check_one_context(contexts)
            run = self._call_cached_op
        if ctx == current_context():
            return run(ctx, args)
        with ctx:
            return run(ctx, args)

    def _call_flat(self, args):
        """Run the compiled graph on arrays of the current context; None: take the long way."""
        cached = self._cached_op
        if cached is None or self._callback or len(args) != self._flat:
            return None
        ctx = current_context()
        for arg in args:
            if arg.__class__ not in _ARRAYS or arg._ctx is not ctx:
                return None
        data = [args[each] if given else each.data(ctx) for given, each in self._cached_op_args]
        made = cached.run(data, ctx)
        return made[0] if self._out_format == 0 else _graph.regroup(iter(made), self._out_format)

    def _forward_eager(self, ctx, args):
        if not self._reg_params:
            return self.hybrid_forward(ndarray, *args)
        try:
            params = self._own_data(ctx)
        except RuntimeError:  # they wait for this call, or another thread is just making them
            params = None
        if params is None:
            params = self._awaited_data(ctx, args)
        return self.hybrid_forward(ndarray, *args, **params)

    def _own_data(self, ctx):
        return {name: param.data(ctx) for name, param in self._reg_params.items()}

    def _awaited_data(self, ctx, args):
        """Return the parameters' arrays, made now when they waited for the first input."""
        with _FIRST_CALLS:
            try:
                return self._own_data(ctx)
            except DeferredInitializationError:
                self._deferred_infer_shape(*args)
                for param in self.params.values():
                    param._finish_deferred_init()
            return self._own_data(ctx)

    def _get_graph(self, args):
        """Return the traced graph (variables, outputs), traced for ``args`` when there is none."""
        if not self._cached_graph:
            self._cached_graph, self._in_format, self._out_format = _graph.trace(self, args)
        return self._cached_graph

    def _build_cache(self, args):
        """Trace, initialize waiting parameters in the order of the graph's inputs, and compile."""
        inputs, out = self._get_graph(args)
        params = self.collect_params()
        _graph.check_use(inputs, out, params)
        place = {each.name: i for i, each in enumerate(inputs)}
        used = [name for name in out.list_inputs() if name not in place]
        try:
            for name in used:
                params[name].data()
        except DeferredInitializationError:
            self._deferred_infer_shape(*args)
            for name in used:
                params[name]._finish_deferred_init()
        self._cached_op_args = [
            (True, place[name]) if name in place else (False, params[name])
            for name in out.list_inputs()
        ]
        self._cached_op = ndarray.CachedOp(out, self._flags)
        if all(form == 0 for form in self._in_format):
            self._flat = len(self._in_format)

    def _call_cached_op(self, ctx, args):
        """Run the compiled graph, compiled when it is not there yet."""
        if self._cached_op is None:
            with _FIRST_CALLS:
                if self._cached_op is None:
                    self._build_cache(args)
        if self._callback:
            self._cached_op._register_op_hook(self._callback, self._monitor_all)
            if self._flags:
                # mxnet: it warns whatever the flags are; test_op_hook
                warnings.warn(
                    "register_op_hook is experimental when static_alloc=True / static_shape=True "
                    " and may not work correctly",
                    stacklevel=5,
                )
        leaves, form = _graph.flatten(args)
        if form != self._in_format and not _graph.fits(form, self._in_format):
            # mxnet: the two formats stand in each other's place.
            raise ValueError(
                "The argument structure of HybridBlock does not match the cached version. Stored "
                f"format = {form}, input format = {self._in_format}"
            )
        data = [leaf for leaf in leaves if leaf is not None]
        out = self._cached_op(
            *[data[each] if given else each.data(ctx) for given, each in self._cached_op_args]
        )
        return _graph.regroup(iter(out if isinstance(out, list) else [out]), self._out_format)

    def hybrid_forward(self, F, x, *args, **kwargs):
        """Compute the output from inputs and parameters; subclasses override this."""
        raise NotImplementedError


class SymbolBlock(HybridBlock):
    """Run a symbol as a block: its variables are parameters, but for the inputs named.

    ``outputs`` is a symbol or a list of them, ``inputs`` are variables, ``params`` a dictionary of
    parameters to share.
    """

    @staticmethod
    def imports(
        symbol_file,
        input_names,
        param_file=None,
        ctx=None,
        allow_missing=False,
        ignore_extra=False,
    ):
        """Make a block from a symbol file and a parameter file."""
        sym = symbol.load(symbol_file)
        if isinstance(input_names, str):
            input_names = [input_names]
        inputs = [symbol.var(n, dtype=None if param_file else "float32") for n in input_names]
        if is_np_array():
            sym, inputs = sym.as_np_ndarray(), [each.as_np_ndarray() for each in inputs]
        made = SymbolBlock(sym, inputs)
        if param_file is not None:
            made.collect_params().load(
                param_file, ctx, allow_missing, ignore_extra, cast_dtype=True, dtype_source="saved"
            )
        return made

    def __init__(self, outputs, inputs, params=None):
        super().__init__(prefix=None, params=None)
        self._prefix = ""
        self._params = ParameterDict("", params)
        if isinstance(inputs, symbol.Symbol) and len(inputs.list_outputs()) == 1:
            inputs = [inputs]
        if isinstance(outputs, (list, tuple)) and len(outputs) == 1:
            outputs = outputs[0]
        variables, self._in_format = _graph.flatten(inputs)
        heads, self._out_format = _graph.flatten(outputs)
        for each in variables:
            assert len(each.get_internals().list_outputs()) == 1, (
                f"Input symbols must be variable, but {each} is an output of operators"
            )
        out = symbol.Group(heads, type(heads[0])) if len(heads) > 1 else heads[0]
        names = {each.name for each in variables}
        arguments, states = _graph.types(variables, out)
        for name, dtype in arguments.items():
            if name not in names:
                self.params.get(name, allow_deferred_init=True, dtype=dtype)
        for name, dtype in states.items():
            if name not in names:
                self.params.get(name, grad_req="null", allow_deferred_init=True, dtype=dtype)
        self._cached_graph = variables, out
        common = _graph.common_prefix(list(self._params.keys()))
        self._reg_params = {name[common:]: param for name, param in self._params.items()}

    def __repr__(self):
        variables, out = self._cached_graph
        return f"{type(self).__name__}(\n{out} : {len(variables)} -> {len(out.list_outputs())}\n)"

    def _clear_cached_op(self):
        kept = self.__dict__.get("_cached_graph", ())
        super()._clear_cached_op()
        self._cached_graph = kept

    def forward(self, x, *args):
        """Run the graph on arrays, or put it together with symbols."""
        if isinstance(x, ndarray.NDArray):
            with x.ctx:
                return self._call_cached_op(x.ctx, (x, *args))
        assert isinstance(x, symbol.Symbol), (
            "HybridBlock requires the first argument to forward be either Symbol or NDArray, but "
            f"got {type(x)}"
        )
        leaves, form = _graph.flatten([x, *args])
        assert form == self._in_format, "Invalid input format"
        variables, out = self._cached_graph
        made = out(**{old.name: new for old, new in zip(variables, leaves)})
        return _graph.regroup(iter(made), self._out_format)

    def cast(self, dtype):
        """Change the dtype of the parameters; to float16, those of batch normalization stay."""
        super().cast(dtype)
        if numpy.dtype(dtype) == numpy.float16:
            for name in _graph.normalization(self.params.keys()):
                self.params.get(name).cast("float32")

    def reset_ctx(self, ctx):
        """Move the parameters to other contexts."""
        self.collect_params().reset_ctx(ctx)

    def hybrid_forward(self, F, x, *args, **kwargs):
        """Refuse: the graph is run by ``forward``."""
        raise NotImplementedError
