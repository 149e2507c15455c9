"""Parameters and constants of blocks and the dictionary that collects them by full name."""

from __future__ import annotations

import warnings
from collections import OrderedDict

import numpy as np

from .. import initializer, ndarray
from .. import numpy as _mx_np
from ..util import is_np_array
from ._parameter import DeferredInitializationError, Parameter
from ._structure import brief_list, indent

__all__ = [
    "DeferredInitializationError",
    "Parameter",
    "Constant",
    "ParameterDict",
    "tensor_types",
]

# Symbol joins this tuple when mxshim.symbol has one.
tensor_types = (ndarray.NDArray,)

_NAMING = (
    "For more info on naming, please see "
    "https://mxnet.io/api/python/docs/tutorials/packages/gluon/blocks/naming.html"
)


class _Value(initializer.Initializer):
    """Fill a constant with its value.

    MXNet registers such a class under a name for every constant, and so keeps all values for good.
    """

    def __init__(self, value):
        super().__init__()
        self._value = value

    def _init_weight(self, _, arr):
        self._value.copyto(arr)


class Constant(Parameter):
    """Hold a value that is part of the network and never trained."""

    def __init__(self, name, value):
        if not isinstance(value, ndarray.NDArray):
            value = (_mx_np.array if is_np_array() else ndarray.array)(value)
        self.value = value
        super().__init__(
            name, grad_req="null", shape=value.shape, dtype=value.dtype, init=_Value(value)
        )

    def __repr__(self):
        return f"Constant {self.name} (shape={self.shape}, dtype={self.dtype})"

    @property
    def grad_req(self):
        """Say null: constants have no gradient."""
        return "null"

    @grad_req.setter
    def grad_req(self, req):
        if req != "null":
            warnings.warn(
                f'Constant parameter "{self.name}" does not support grad_req other than "null", '
                f'and new value "{req}" is ignored.',
                stacklevel=2,
            )


class ParameterDict:
    """Keep parameters by full name; ``get`` makes them, ``shared`` lends those of another dict."""

    def __init__(self, prefix="", shared=None):
        self._prefix = prefix
        self._params = OrderedDict()
        self._shared = shared

    def __repr__(self):
        name = self._prefix + " " if self._prefix else ""
        content = "\n".join(indent(f"  {param}", 2) for param in self.values())
        return f"{name}(\n{content}\n)"

    def __getitem__(self, key):
        return self._params[key]

    def __iter__(self):
        return iter(self._params)

    def items(self):
        """View the (name, parameter) pairs."""
        return self._params.items()

    def keys(self):
        """View the names."""
        return self._params.keys()

    def values(self):
        """View the parameters."""
        return self._params.values()

    @property
    def prefix(self):
        """Give the prefix of the names that ``get`` makes."""
        return self._prefix

    def get(self, name, **kwargs):
        """Return the parameter ``prefix + name``, made from ``kwargs`` when it is new.

        An existing one must agree with ``kwargs``; unknown dimensions are filled in from either
        side, and attributes that are still None are set.
        """
        name = self.prefix + name
        param = self._find(name)
        if param is None:
            param = self._params[name] = Parameter(name, **kwargs)
            return param
        for key, wanted in kwargs.items():
            stored = getattr(param, key, None)
            if stored is None:
                setattr(param, key, wanted)
                continue
            if key == "shape" and len(wanted) == len(stored):
                merged = _merge_shapes(wanted, stored)
                if merged is not None:
                    param._shape = merged
                    continue
            elif key == "dtype" and np.dtype(wanted) == np.dtype(stored):
                continue
            assert wanted is None or wanted == stored, (
                f"Cannot retrieve Parameter '{name}' because desired attribute does not match with "
                f"stored for attribute '{key}': desired '{wanted}' vs stored '{stored}'."
            )
        return param

    def get_constant(self, name, value=None):
        """Return the constant ``prefix + name``, made from ``value`` when it is new."""
        name = self.prefix + name
        param = self._find(name)
        if param is None:
            if value is None:
                raise KeyError(
                    f"No constant named '{name}'. Please specify value "
                    "if you want to create a new constant."
                )
            param = self._params[name] = Constant(name, value)
        elif value is not None:
            assert isinstance(param, Constant), (
                f"Parameter '{name}' already exists but it is not a constant."
            )
            if isinstance(value, ndarray.NDArray):
                value = value.asnumpy()
            # mxnet: only arrays can be compared; a list fails on its missing ``shape``.
            same = param.shape == value.shape and (param.value.asnumpy() == value).all()
            assert same, f"Constant '{name}' already exists but it's value doesn't match new value"
        return param

    def update(self, other):
        """Take over all parameters of ``other``; one name must mean one parameter."""
        for name, param in other.items():
            assert self._params.get(name, param) is param, (
                "Cannot update self with other because they have different Parameters with the "
                f"same name '{name}'"
            )
        self._params.update(other.items())

    def initialize(self, init=initializer.Uniform(), ctx=None, verbose=False, force_reinit=False):
        """Initialize every parameter, those without an initializer of their own by ``init``."""
        if verbose:
            init.set_verbosity(verbose=verbose)
        for param in self.values():
            param.initialize(None, ctx, init, force_reinit=force_reinit)

    def zero_grad(self):
        """Set all gradient buffers to zero."""
        for param in self.values():
            if param.grad_req == "null" or param._grad is None:
                continue
            for grad in param.list_grad():
                if grad.stype == "row_sparse":
                    ndarray.zeros_like(grad, out=grad)
                elif is_np_array():
                    grad[()] = 0
                else:
                    grad[:] = 0

    def reset_ctx(self, ctx):
        """Move every parameter to other contexts."""
        for param in self.values():
            param.reset_ctx(ctx)

    def list_ctx(self):
        """List all contexts that hold a parameter, each once, in no order."""
        return list({ctx for param in self.values() for ctx in param.list_ctx()})

    def setattr(self, name, value):
        """Set an attribute, say ``grad_req`` or ``lr_mult``, on every parameter."""
        for param in self.values():
            setattr(param, name, value)

    def save(self, filename, strip_prefix=""):
        """Write all values to a .params file, names without ``strip_prefix``."""
        arrays = {}
        for param in self.values():
            value = param._reduce()
            if not param.name.startswith(strip_prefix):
                raise ValueError(
                    f"Prefix '{strip_prefix}' is to be striped before saving, but Parameter's name "
                    f"'{param.name}' does not start with '{strip_prefix}'. "
                    "this may be due to your Block shares parameters from other Blocks or you "
                    f"forgot to use 'with name_scope()' when creating child blocks. {_NAMING}"
                )
            arrays[param.name[len(strip_prefix) :]] = value
        ndarray.save(filename, arrays)

    def load(
        self,
        filename,
        ctx=None,
        allow_missing=False,
        ignore_extra=False,
        restore_prefix="",
        cast_dtype=False,
        dtype_source="current",
    ):
        """Read values from a .params file whose names lack ``restore_prefix``."""
        if restore_prefix:
            for name in self.keys():
                assert name.startswith(restore_prefix), (
                    f"restore_prefix is '{restore_prefix}' but Parameters name '{name}' does not "
                    f"start with '{restore_prefix}'. {_NAMING}"
                )
        self.load_dict(
            ndarray.load(filename),
            ctx,
            allow_missing,
            ignore_extra,
            restore_prefix,
            filename,
            cast_dtype,
            dtype_source,
        )

    def load_dict(
        self,
        param_dict,
        ctx=None,
        allow_missing=False,
        ignore_extra=False,
        restore_prefix="",
        filename=None,
        cast_dtype=False,
        dtype_source="current",
    ):
        """Take values out of a dict of arrays; ``arg:`` and ``aux:`` before a name are dropped."""
        if isinstance(param_dict, dict):
            param_dict = [(_without_kind(name), value) for name, value in param_dict.items()]
        saved = {restore_prefix + name: value for name, value in param_dict}
        source = f"file: {filename}" if filename else "param_dict"
        skip = len(restore_prefix)
        # mxnet: neither text has a blank before "For more info".
        advice = f"Please make sure source and target networks have the same prefix.{_NAMING}"
        if not allow_missing:
            for name in self.keys():
                assert name in saved, (
                    f"Parameter '{name[skip:]}' is missing in {source}, which contains parameters: "
                    f"{brief_list(saved)}. {advice}"
                )
        for name, value in saved.items():
            if name not in self._params:
                assert ignore_extra, (
                    f"Parameter '{name[skip:]}' loaded from {source} is not present in "
                    f"ParameterDict, choices are: {brief_list(self.keys())}. "
                    f"Set ignore_extra to True to ignore. {advice}"
                )
                continue
            self[name]._load_init(value, ctx, cast_dtype=cast_dtype, dtype_source=dtype_source)

    def _find(self, name):
        """Return the parameter of that full name, borrowed from ``shared`` if need be, or None."""
        lender = self._shared._params if self._shared is not None else {}
        if name not in self._params and name in lender:
            self._params[name] = lender[name]
        return self._params.get(name)


def _merge_shapes(wanted, stored):
    """Fill the unknown dimensions of each shape from the other; None when they contradict."""
    merged = []
    for new, old in zip(wanted, stored):
        if new != old and new > 0 and old > 0:
            return None
        merged.append(old if new in (0, -1) else new)
    return tuple(merged)


def _without_kind(name):
    return name[4:] if name.startswith(("arg:", "aux:")) else name
