"""Wrap the operator functions of a module so that they cast what they are given."""

from __future__ import annotations

import functools
import logging

import numpy as np

from ... import ndarray, symbol
from ...ndarray import NDArray
from ...symbol import Symbol

_FLOATS = (np.float16, np.float32)
_PREFIXES = ("_contrib_", "_linalg_", "_sparse_", "_image_", "_random_")
#: (module, name, function) of what has been replaced.
_replaced = []


def wrap(module, low, low_ops, fp32_ops, conditional, widest):
    """Replace functions of ``mx.nd`` or ``mx.sym``: those of ``low_ops`` cast to ``low``, etc."""
    casting = _symbol_wrapper if module is symbol else _array_wrapper
    for name in low_ops:
        _replace(module, name, lambda function: casting(function, low))
    for name in fp32_ops:
        _replace(module, name, lambda function: casting(function, np.float32))
    for name, key, values in conditional:
        _replace(module, name, functools.partial(_when, casting, key, tuple(values)))
    for name in widest:
        _replace(module, name, lambda function: _widest_wrapper(function, low))


def wrap_losses(module, names, scaler):
    """Have output layers scale their gradient too; symbols cannot, and warn."""

    def scaled(function):
        @functools.wraps(function)
        def call(*args, **kwargs):
            if module is ndarray:
                kwargs["grad_scale"] = kwargs.get("grad_scale", 1.0) * scaler.loss_scale
            else:
                logging.warning(
                    "%s does not support dynamic loss scaling in symbolic and hybridized "
                    "execution.",
                    function.__name__,
                )
            return function(*args, **kwargs)

        return call

    for name in names:
        _replace(module, name, scaled)


def restore():
    """Take all replacements back (MXNet has no way to)."""
    while _replaced:
        module, name, function = _replaced.pop()
        setattr(module, name, function)


def _replace(module, op_name, wrapper):
    """Replace the function of an operator where it stands; operators that are not there are not."""
    place, name = _place(module, op_name)
    function = getattr(place, name, None)
    if function is not None:
        _replaced.append((place, name, function))
        setattr(place, name, wrapper(function))


def _place(module, op_name):
    """Return the module of an operator's function and its name there."""
    for prefix in _PREFIXES:
        if op_name.startswith(prefix) and (prefix != "_random_" or op_name.endswith("_like")):
            return getattr(module, prefix[1:-1]), op_name[len(prefix) :]
    return (module._internal if op_name.startswith("_") else module), op_name


def _cast(value, dtype):
    if isinstance(value, NDArray) and value.dtype in _FLOATS and value.dtype != dtype:
        return ndarray.amp_cast(value, dtype=np.dtype(dtype).name)
    return value


def _array_wrapper(function, dtype):
    @functools.wraps(function)
    def call(*args, **kwargs):
        args = [_cast(each, dtype) for each in args]
        return function(*args, **{key: _cast(value, dtype) for key, value in kwargs.items()})

    return call


def _symbol_wrapper(function, dtype):
    """Cast the inputs of the node that the function makes: also variables that it makes itself."""

    @functools.wraps(function)
    def call(*args, **kwargs):
        made = function(*args, **kwargs)
        node = made._entries[0][0]
        states = node.mutated()
        for position, entry in enumerate(node.inputs):
            if position not in states:
                cast = symbol.amp_cast(Symbol([entry]), dtype=np.dtype(dtype).name)
                node.inputs[position] = cast._entries[0]
        return made

    return call


def _when(casting, key, values, function):
    """Cast only when a parameter has one of these values."""
    cast = casting(function, np.float32)

    @functools.wraps(function)
    def call(*args, **kwargs):
        return (cast if kwargs.get(key) in values else function)(*args, **kwargs)

    return call


def _widest_wrapper(function, low):
    @functools.wraps(function)
    def call(*args, **kwargs):
        args = list(args)
        places = [(args, i) for i, value in enumerate(args) if isinstance(value, (Symbol, NDArray))]
        places += [(kwargs, k) for k, v in kwargs.items() if isinstance(v, (Symbol, NDArray))]
        values = [holder[key] for holder, key in places]
        if any(isinstance(value, Symbol) for value in values):
            values = list(symbol.amp_multicast(*values, num_outputs=len(values)))
        elif any(value.dtype == np.float32 for value in values):
            values = [_cast(value, np.float32) if value.dtype == low else value for value in values]
        for (holder, key), value in zip(places, values):
            holder[key] = value
        return function(*args, **kwargs)

    return call
