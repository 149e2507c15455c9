"""Containers and the layers that are neither convolutions nor activations."""

from __future__ import annotations

import warnings

from ... import ndarray as nd
from ...util import is_np_array
from .._block import _tree_text
from .._structure import front
from ..block import Block, HybridBlock
from ._norm_layers import (
    BatchNorm,
    BatchNormReLU,
    GroupNorm,
    InstanceNorm,
    LayerNorm,
    _BatchNorm,  # noqa: F401  (other libraries derive from it)
)
from .activations import Activation

__all__ = [
    "Sequential",
    "HybridSequential",
    "Dense",
    "Dropout",
    "Embedding",
    "BatchNorm",
    "BatchNormReLU",
    "InstanceNorm",
    "LayerNorm",
    "GroupNorm",
    "Flatten",
    "Lambda",
    "HybridLambda",
]


class _Stack:
    """Share what both containers of blocks in a row do."""

    def add(self, *blocks):
        """Append blocks."""
        for block in blocks:
            self.register_child(block)

    def _run(self, x):
        for block in self._children.values():
            x = block(x)
        return x

    def __repr__(self):
        return _tree_text(self, self._children.items())

    def __getitem__(self, key):
        chosen = list(self._children.values())[key]
        if not isinstance(chosen, list):
            return chosen
        part = type(self)(prefix=self._prefix)
        with part.name_scope():
            part.add(*chosen)
        return part

    def __len__(self):
        return len(self._children)


class Sequential(_Stack, Block):
    """Run blocks one after the other; indexing gives a block, slicing a new container."""

    def __init__(self, prefix=None, params=None):
        super().__init__(prefix=prefix, params=params)

    def forward(self, x):
        """Return what the last block makes of ``x``."""
        return self._run(x)

    def hybridize(self, active=True, **kwargs):
        """Pass the call on; warn when a HybridSequential would do."""
        if self._children and all(isinstance(c, HybridBlock) for c in self._children.values()):
            warnings.warn(
                f"All children of this Sequential layer '{self.prefix}' are HybridBlocks. Consider "
                "using HybridSequential for the best performance.",
                stacklevel=2,
            )
        super().hybridize(active, **kwargs)


class HybridSequential(_Stack, HybridBlock):
    """Run HybridBlocks one after the other."""

    def __init__(self, prefix=None, params=None):
        super().__init__(prefix=prefix, params=params)

    def hybrid_forward(self, F, x):
        """Return what the last block makes of ``x``."""
        return self._run(x)


class Dense(HybridBlock):
    """Compute ``activation(x @ weight.T + bias)``; weight has the shape (units, in_units).

    With ``flatten`` all axes but the first are one, else the layer works on the last axis.
    """

    def __init__(
        self,
        units,
        activation=None,
        use_bias=True,
        flatten=True,
        dtype="float32",
        weight_initializer=None,
        bias_initializer="zeros",
        in_units=0,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self._flatten = flatten
        with self.name_scope():
            self._units = units
            self._in_units = in_units
            self.weight = self.params.get(
                "weight",
                shape=(units, in_units),
                init=weight_initializer,
                dtype=dtype,
                allow_deferred_init=True,
            )
            self.bias = None
            if use_bias:
                self.bias = self.params.get(
                    "bias",
                    shape=(units,),
                    init=bias_initializer,
                    dtype=dtype,
                    allow_deferred_init=True,
                )
            self.act = None
            if activation is not None:
                self.act = Activation(activation, prefix=activation + "_")

    def hybrid_forward(self, F, x, weight, bias=None):
        """Return the layer's output."""
        out = front(F, "FullyConnected", "fully_connected")(
            x,
            weight,
            bias,
            no_bias=bias is None,
            num_hidden=self._units,
            flatten=self._flatten,
            name="fwd",
        )
        return out if self.act is None else self.act(out)

    def __repr__(self):
        units, in_units = self.weight.shape
        return f"{type(self).__name__}({in_units or None} -> {units}, {self.act or 'linear'})"


class Dropout(HybridBlock):
    """Set a random share of the inputs to zero in training; the rest grows to make up for it."""

    def __init__(self, rate, axes=(), **kwargs):
        super().__init__(**kwargs)
        self._rate = rate
        self._axes = axes

    def hybrid_forward(self, F, x):
        """Return ``x`` with holes, or a copy when the rate is 0."""
        if self._rate > 0:
            dropout = front(F, "Dropout", "dropout")
            return dropout(x, p=self._rate, axes=self._axes, name="fwd", cudnn_off=False)
        return F.np.copy(x) if is_np_array() else F.identity(x)

    def __repr__(self):
        return f"{type(self).__name__}(p = {self._rate}, axes={self._axes})"


class Embedding(HybridBlock):
    """Look up a row of ``weight`` (input_dim, output_dim) for every index."""

    def __init__(
        self,
        input_dim,
        output_dim,
        dtype="float32",
        weight_initializer=None,
        sparse_grad=False,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self._kwargs = {
            "input_dim": input_dim,
            "output_dim": output_dim,
            "dtype": dtype,
            "sparse_grad": sparse_grad,
        }
        self.weight = self.params.get(
            "weight",
            shape=(input_dim, output_dim),
            init=weight_initializer,
            dtype=dtype,
            allow_deferred_init=True,
            grad_stype="row_sparse" if sparse_grad else "default",
        )

    def hybrid_forward(self, F, x, weight):
        """Return the rows, one more axis than ``x``."""
        return front(F, "Embedding", "embedding")(x, weight, name="fwd", **self._kwargs)

    def __repr__(self):
        return "{}({input_dim} -> {output_dim}, {dtype})".format(
            type(self).__name__, **self._kwargs
        )


class Flatten(HybridBlock):
    """Make all axes but the first one axis."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)

    def hybrid_forward(self, F, x):
        """Return ``x`` as a matrix."""
        return front(F, "flatten", "batch_flatten")(x)

    def __repr__(self):
        return type(self).__name__


class Lambda(Block):
    """Make a block of a function, or of the name of one in ``mx.nd``."""

    def __init__(self, function, prefix=None):
        super().__init__(prefix=prefix)
        if isinstance(function, str):
            assert hasattr(nd, function), f"Function name {function} is not found in ndarray."
            self._func_impl = getattr(nd, function)
        else:
            self._func_impl = _callable(function)

    def forward(self, *args):
        """Return what the function makes of the inputs."""
        return self._func_impl(*args)

    def __repr__(self):
        return f"{type(self).__name__}({self._func_impl.__name__})"


class HybridLambda(HybridBlock):
    """Make a hybrid block of ``function(F, x, ...)``, or of the name of an operator."""

    def __init__(self, function, prefix=None):
        super().__init__(prefix=prefix)
        if isinstance(function, str):
            assert hasattr(nd, function), (
                f"Function name {function} is not found in symbol/ndarray."
            )
            self._func = lambda F, *args: getattr(F, function)(*args)
            self._func_name = function
        else:
            self._func = _callable(function)
            self._func_name = function.__name__

    def hybrid_forward(self, F, x, *args):
        """Return what the function makes of the inputs."""
        return self._func(F, x, *args)

    def __repr__(self):
        return f"{type(self).__name__}({self._func_name})"


def _callable(function):
    if callable(function):
        return function
    raise ValueError(f"Unrecognized function in lambda: {function} of type {type(function)}")
