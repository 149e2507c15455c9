"""Block: a tree of layers with named parameters."""

from __future__ import annotations

import json
import re
import warnings
from collections import OrderedDict

from .. import initializer, ndarray
from .. import numpy_extension as _mx_npx
from ..base import MXNetError
from ..util import is_np_array, np_array, np_shape
from ._scope import _BlockScope
from ._structure import HookHandle, brief_list, check_all_np, indent
from ._summary import print_summary
from .parameter import Parameter, ParameterDict


class Block:
    """Hold parameters and child blocks; subclasses override ``forward``.

    Blocks and parameters assigned to attributes are registered. ``prefix`` names the parameters,
    ``params`` is a dictionary to share them with.
    """

    __module__ = "mxshim.gluon.block"

    def __init__(self, prefix=None, params=None):
        self._empty_prefix = prefix == ""
        self._prefix, self._params = _BlockScope.create(prefix, params, self._alias())
        self._name = self._prefix.removesuffix("_")
        self._scope = _BlockScope(self)
        self._children = OrderedDict()
        self._reg_params = {}
        self._forward_hooks = OrderedDict()
        self._forward_pre_hooks = OrderedDict()

    def __repr__(self):
        children = [(k, v) for k, v in self.__dict__.items() if isinstance(v, Block)]
        return _tree_text(self, children)

    def __setattr__(self, name, value):
        existing = getattr(self, name, None)
        if isinstance(existing, (Parameter, Block)) and not isinstance(value, type(existing)):
            # mxnet: no blank before "is not allowed".
            raise TypeError(
                f"Changing attribute type for {name} from {type(existing)} to {type(value)}"
                "is not allowed."
            )
        if isinstance(value, Block):
            self.register_child(value, name)
        elif isinstance(value, Parameter):
            # mxnet: the attribute's name is never filled into the text.
            assert name not in self._reg_params, (
                "Overriding Parameter attribute %s is not allowed. If you want to share parameters "
                "between blocks, please set 'params' at Block construction instead."
            )
            self._reg_params[name] = value
        super().__setattr__(name, value)

    def _alias(self):
        """Return the hint that automatic names are made of."""
        return type(self).__name__.lower()

    # ---- names and parameters

    @property
    def prefix(self):
        """Give the prefix of this block's parameter names."""
        return self._prefix

    @property
    def name(self):
        """Give the prefix without its trailing underscore."""
        return self._name

    def name_scope(self):
        """Return the scope in which children are named after this block."""
        return self._scope

    @property
    def params(self):
        """Give the block's own parameters, children's left out."""
        return self._params

    def collect_params(self, select=None):
        """Return the parameters of the whole tree, those that match ``select`` if it is given."""
        self._check_container_with_block()
        found = ParameterDict(self._params.prefix)
        if select:
            pattern = re.compile(select)
            found.update({k: v for k, v in self.params.items() if pattern.match(k)})
        else:
            found.update(self.params)
        for child in self._children.values():
            found.update(child.collect_params(select=select))
        return found

    def _collect_params_with_prefix(self, prefix=""):
        """Return the tree's parameters by structure (``0.weight``), as files name them."""
        if prefix:
            prefix += "."
        found = {prefix + name: param for name, param in self._reg_params.items()}
        for name, child in self._children.items():
            found.update(child._collect_params_with_prefix(prefix + name))
        return found

    def _check_container_with_block(self):
        """Warn about blocks in plain lists, tuples and dicts: their parameters are not found."""
        children = None
        for key, value in self.__dict__.items():
            if not isinstance(value, (list, tuple, dict)) or not value:
                continue
            if key in ("_children", "_reg_params") or key.startswith("__"):
                continue
            if children is None:
                children = set(self._children.values())
            if _holds_stranger(value, children):
                warnings.warn(
                    f'"{type(self).__name__}.{key}" is an unregistered container with Blocks. '
                    "Note that Blocks inside the list, tuple or dict will not be registered "
                    "automatically. Make sure to register them using register_child() or "
                    "switching to nn.Sequential/nn.HybridSequential instead. ",
                    stacklevel=3,
                )

    def initialize(self, init=initializer.Uniform(), ctx=None, verbose=False, force_reinit=False):
        """Initialize the tree's parameters, by ``init`` unless they have their own initializer."""
        self.collect_params().initialize(init, ctx, verbose, force_reinit)

    def cast(self, dtype):
        """Change the dtype of the tree's parameters."""
        for child in self._children.values():
            child.cast(dtype)
        for param in self.params.values():
            param.cast(dtype)

    # ---- files

    def save_parameters(self, filename, deduplicate=False):
        """Write the parameters to a file by their place in the tree; shared ones once if asked."""
        params = self._collect_params_with_prefix()
        if deduplicate:
            params = {name: param for param, name in {p: n for n, p in params.items()}.items()}
        save = _mx_npx.save if is_np_array() else ndarray.save
        save(filename, {name: param._reduce() for name, param in params.items()})

    def load_parameters(
        self,
        filename,
        ctx=None,
        allow_missing=False,
        ignore_extra=False,
        cast_dtype=False,
        dtype_source="current",
    ):
        """Read parameters from a file of ``save_parameters`` (or one with full names)."""
        loaded = _load_arrays(filename)
        params = self._collect_params_with_prefix()
        if not loaded and not params:
            return
        how = {"cast_dtype": cast_dtype, "dtype_source": dtype_source}
        if not any("." in name for name in loaded):
            # Written by ParameterDict.save or export: full names instead of places in the tree.
            self.collect_params().load(
                filename, ctx, allow_missing, ignore_extra, self.prefix, **how
            )
            return
        if not allow_missing:
            given = {params[name] for name in loaded if name in params}
            for name, param in params.items():
                assert param in given, (
                    f"Parameter '{name}' is missing in file '{filename}', which contains "
                    f"parameters: {brief_list(loaded)}. "
                    "Set allow_missing=True to ignore missing parameters."
                )
        for name, value in loaded.items():
            if name in params:
                params[name]._load_init(value, ctx, **how)
            elif not ignore_extra:
                raise ValueError(
                    f"Parameter '{name}' loaded from file '{filename}' is not present in "
                    f"ParameterDict, which contains parameters {brief_list(self._params)}. "
                    "Set ignore_extra=True to ignore. "
                )

    def save_params(self, filename):
        """Write the parameters by full name; deprecated for ``save_parameters``."""
        warnings.warn(
            "save_params is deprecated. Please use save_parameters. Note that if you want load "
            "from SymbolBlock later, please use export instead. For details, see "
            "https://mxnet.apache.org/tutorials/gluon/save_load_params.html",
            stacklevel=2,
        )
        self.collect_params().save(filename, strip_prefix=self.prefix)

    def load_params(self, filename, ctx=None, allow_missing=False, ignore_extra=False):
        """Read parameters; deprecated for ``load_parameters``."""
        warnings.warn("load_params is deprecated. Please use load_parameters.", stacklevel=2)
        self.load_parameters(filename, ctx, allow_missing, ignore_extra)

    def save(self, prefix):
        """Write ``<prefix>-model.json`` (the tree's names) and ``<prefix>-model.params``."""
        from ._model_file import write_tree

        with open(prefix + "-model.json", "w") as out:
            json.dump(write_tree(self), out)
        self.save_parameters(prefix + "-model.params")

    def load(self, prefix):
        """Read what ``save`` wrote into a block of the same structure."""
        from ._model_file import read_tree

        with open(prefix + "-model.json") as src:
            read_tree(self, json.load(src))
        self.load_parameters(prefix + "-model.params")

    # ---- the tree

    def register_child(self, block, name=None):
        """Make ``block`` a child, named by its number when no name is given."""
        self._children[str(len(self._children)) if name is None else name] = block

    def apply(self, fn):
        """Call ``fn`` on every block of the tree, children first, and return this block."""
        for child in self._children.values():
            child.apply(fn)
        fn(self)
        return self

    def hybridize(self, active=True, **kwargs):
        """Pass the call on to the children: only HybridBlocks compile."""
        for child in self._children.values():
            child.hybridize(active, **kwargs)

    def register_forward_pre_hook(self, hook):
        """Call ``hook(block, inputs)`` before each forward; the handle detaches it."""
        return _attach(self._forward_pre_hooks, hook)

    def register_forward_hook(self, hook):
        """Call ``hook(block, inputs, outputs)`` after each forward; the handle detaches it."""
        return _attach(self._forward_hooks, hook)

    def register_op_hook(self, callback, monitor_all=False):
        """Pass an operator callback on to the children."""
        for child in self._children.values():
            child.register_op_hook(callback, monitor_all)

    # ---- running

    def __call__(self, *args):
        if self._forward_pre_hooks:
            for hook in self._forward_pre_hooks.values():
                hook(self, args)
        out = self.forward(*args)
        if self._forward_hooks:
            for hook in self._forward_hooks.values():
                hook(self, args, out)
        if is_np_array():
            check_all_np(out)
        return out

    def forward(self, *args):
        """Compute the output; subclasses override this."""
        raise NotImplementedError

    def summary(self, *inputs):
        """Run the block on ``inputs`` and print its layers, output shapes and parameter counts."""
        from .nn.basic_layers import HybridSequential, Sequential

        print_summary(self, inputs, (Sequential, HybridSequential))


def _tree_text(block, children):
    """Write a block with its children, one per line, indented."""
    lines = "\n".join(f"  ({key}): {indent(repr(child), 2)}" for key, child in children)
    return f"{type(block).__name__}(\n{lines}\n)"


def _holds_stranger(data, children):
    """Tell whether nested containers hold a block that is not among ``children``."""
    if isinstance(data, Block):
        return data not in children
    if isinstance(data, dict):
        data = data.values()
    elif not isinstance(data, (list, tuple)):
        return False
    return any(_holds_stranger(item, children) for item in data)


def _attach(hooks, hook):
    handle = HookHandle()
    handle.attach(hooks, hook)
    return handle


def _load_arrays(filename):
    """Read a parameter file as arrays of the kind in force, from files of either kind."""
    if not is_np_array():
        return ndarray.load(filename)
    try:
        return _mx_npx.load(filename)
    except MXNetError as error:
        if "is_np_shape" not in str(error):
            raise ValueError(str(error)) from error
    with np_array(False), np_shape(False):
        loaded = ndarray.load(filename)
    assert isinstance(loaded, dict), f"expecting a dict type, got {type(loaded)}"
    return {name: array.as_np_ndarray() for name, array in loaded.items()}
