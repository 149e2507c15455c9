"""Blocks: ``Block`` runs Python, ``HybridBlock`` can be compiled, ``SymbolBlock`` runs a graph."""

from __future__ import annotations

import warnings

from .. import ndarray
from .._core.errors import NotImplementedInShim, not_implemented
from ..context import current_context
from ._block import Block
from ._scope import _BlockScope  # noqa: F401  (other libraries reach for it here)
from ._structure import NO_ARRAY, arrays_in
from .parameter import DeferredInitializationError

__all__ = ["Block", "HybridBlock", "SymbolBlock"]


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
        """Write the compiled graph and the parameters for other programs."""
        if not self._active:
            raise RuntimeError(
                "Please first call block.hybridize() and then run forward with this block at "
                "least once before calling export."
            )
        raise not_implemented("HybridBlock.export")

    # ---- shapes that wait for the first input

    def infer_shape(self, *args):
        """Set the parameters' shapes from the inputs; the layers of ``gluon.nn`` override it."""
        raise not_implemented(
            f"Inferring the shapes of the parameters that {type(self).__name__} itself holds, from "
            "its inputs (give them whole, or override infer_shape(self, *args) and set "
            "``self.weight.shape``),"
        )

    def infer_type(self, *args):
        """Set the dtypes of the parameters from the inputs."""
        raise not_implemented("HybridBlock.infer_type")

    def _deferred_infer_shape(self, *args):
        try:
            self.infer_shape(*args)
        except NotImplementedInShim:
            raise
        except Exception as error:
            raise ValueError(
                f"Deferred initialization failed because shape cannot be inferred. {error}"
            ) from error

    # ---- running

    def forward(self, x, *args):
        """Run ``hybrid_forward`` on the context of the first array, compiled when hybridized."""
        first = x if isinstance(x, ndarray.NDArray) else next(arrays_in((x, *args)), None)
        if first is None:
            raise ValueError(NO_ARRAY)
        ctx = first.ctx
        run = self._forward_eager
        if self._active:
            _check_one_context(x, args)
            run = self._call_cached_op
        if ctx == current_context():
            return run(ctx, x, args)
        with ctx:
            return run(ctx, x, args)

    def _forward_eager(self, ctx, x, args):
        if not self._reg_params:
            return self.hybrid_forward(ndarray, x, *args)
        try:
            params = {name: param.data(ctx) for name, param in self._reg_params.items()}
        except DeferredInitializationError:
            self._deferred_infer_shape(x, *args)
            for param in self.params.values():
                param._finish_deferred_init()
            params = {name: param.data(ctx) for name, param in self._reg_params.items()}
        return self.hybrid_forward(ndarray, x, *args, **params)

    def _call_cached_op(self, ctx, x, args):
        """Run a hybridized block: the place for the traced graph, until then the same as eager."""
        return self._forward_eager(ctx, x, args)

    def hybrid_forward(self, F, x, *args, **kwargs):
        """Compute the output from inputs and parameters; subclasses override this."""
        raise NotImplementedError


class SymbolBlock(HybridBlock):
    """Run a symbol as a block; symbols are not there yet."""

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
        raise not_implemented("gluon.SymbolBlock.imports")

    def __init__(self, outputs, inputs, params=None):
        raise not_implemented("gluon.SymbolBlock")


def _check_one_context(x, args):
    contexts = {array.ctx for array in arrays_in((x, *args))}
    if len(contexts) > 1:
        raise ValueError(
            "Find multiple contexts in the input, After hybridized, the HybridBlock only supports "
            "one input context. You can print the ele.ctx in the input arguments to inspect their "
            f"contexts. Find all contexts = {contexts}"
        )
