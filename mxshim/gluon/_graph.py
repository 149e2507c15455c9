"""Graphs of blocks: tracing ``hybrid_forward`` with symbols, inferring, writing, running them."""

from __future__ import annotations

import warnings
from itertools import zip_longest

from .. import ndarray, numpy_extension, symbol
from .._core.graph import Plan
from ..base import mx_real_t
from ..numpy import ndarray as np_ndarray
from ..symbol import Symbol
from ..util import is_np_array


def flatten(values):
    """Return the leaves of nested lists and tuples, and their form: a number stands for leaves.

    The form of one value is 0, of None -1, of a list a list of forms.
    """
    if isinstance(values, Symbol) and len(values) > 1:
        return list(values), len(values)
    if values is None:
        return [None], -1
    if isinstance(values, (list, tuple)):
        leaves, forms = [], []
        for value in values:
            below, form = flatten(value)
            leaves += below
            forms.append(form)
        return leaves, forms
    return [values], 0


def regroup(leaves, form):
    """Nest leaves as ``form`` says; the iterator is used up as far as needed."""
    if isinstance(form, list):
        return [regroup(leaves, each) for each in form]
    if form > 0:
        return [next(leaves) for _ in range(form)]
    return next(leaves)


def has_symbol(args):
    """Tell whether nested arguments hold a symbol."""
    return any(isinstance(leaf, Symbol) for leaf in flatten(list(args))[0])


def blanks(args):
    """Return what tracing needs to know of arguments: per leaf None or whether np, and the form."""
    leaves, form = flatten(list(args))
    if all(leaf is None for leaf in leaves):
        raise ValueError(
            f"All args are None and we do not support such a case. Received args={tuple(args)}"
        )
    return [None if leaf is None else isinstance(leaf, np_ndarray) for leaf in leaves], form


def trace(block, kinds, form):
    """Run ``hybrid_forward`` on variables; return them, the outputs' symbol and their form."""
    count = sum(kind is not None for kind in kinds)
    inputs, placed = [], []
    for kind in kinds:
        made = None
        if kind is not None:
            made = symbol.var(f"data{len(inputs)}" if count > 1 else "data")
            made = made.as_np_ndarray() if kind else made
            inputs.append(made)
        placed.append(made)
    outputs, out_form = flatten(apply(block, regroup(iter(placed), form)))
    return inputs, symbol.Group(outputs, type(outputs[0])), out_form


def apply(block, args):
    """Run ``hybrid_forward`` on symbols, with the block's parameters as variables."""
    params = {name: param.var() for name, param in block._reg_params.items()}
    with block.name_scope():
        return block.hybrid_forward(symbol, *args, **params)


def infer(inputs, out, params, arrays, method, attribute):
    """Set an attribute (``shape``, ``dtype``) of the parameters from that of the arrays."""
    given = {one.name: getattr(array, attribute) for one, array in zip(inputs, arrays)}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        arguments, _, states = getattr(out, method)(**given)
    if arguments is None:
        raise ValueError(caught[0].message)
    known = dict(zip(out.list_arguments(), arguments))
    known.update(zip(out.list_auxiliary_states(), states))
    for param in params.values():
        if param.name in known:
            setattr(param, attribute, known[param.name])


def export(out, params, path, epoch, remove_amp_cast):
    """Write ``path-symbol.json`` and ``path-0000.params``."""
    out.save(f"{path}-symbol.json", remove_amp_cast=remove_amp_cast)
    arguments, states = set(out.list_arguments()), set(out.list_auxiliary_states())
    held = {}
    for name in out.list_inputs():
        if name in params:
            kind = "arg" if name in arguments else "aux"
            held[f"{kind}:{name}"] = params[name]._reduce()
    for name in params:
        if name not in arguments and name not in states:
            warnings.warn(f'Parameter "{name}" is not found in the graph. ', stacklevel=4)
    if is_np_array():
        numpy_extension.save(f"{path}-{epoch:04d}.params", held)
    else:
        ndarray.save(f"{path}-{epoch:04d}.params", held)


def types(inputs, out):
    """Return the dtypes of the arguments and of the states by name, float32 where unknown."""
    given = {}
    for one in inputs:
        known = one.infer_type()[0]
        if not known:
            break
        given[one.name] = known[0]
    found = out.infer_type_partial(**given) if len(given) == len(inputs) else ([], (), [])
    listed = (out.list_arguments(), found[0]), (out.list_auxiliary_states(), found[2])
    return [
        {name: dtype or mx_real_t for name, dtype in zip_longest(names, dtypes)}
        for names, dtypes in listed
    ]


def listed(out):
    """Return nested tuples as lists, as a compiled graph gives them."""
    return [listed(each) for each in out] if isinstance(out, (list, tuple)) else out


def common_prefix(names):
    """Count the characters with which all names begin."""
    low, high = min(names, default=""), max(names, default="")
    pairs = enumerate(zip(low, high))
    return next((i for i, (a, b) in pairs if a != b), min(len(low), len(high)))


class Program:
    """A graph with its plan, run on arrays by the names of its variables."""

    def __init__(self, out):
        self.plan = Plan(out._entries)
        self.numpy = out._is_np

    def run(self, held, ctx):
        """Return the outputs; every operator is recorded on the tape as if called by hand."""
        free = (*self.plan.arguments, *self.plan.states)
        values = {id(node): held[node.name] for node in free}
        cls = np_ndarray if self.numpy else ndarray.NDArray
        return self.plan.run(values, lambda node: cls, ctx)
