"""Graphs of blocks: tracing ``hybrid_forward`` with symbols, inferring, writing them."""

from __future__ import annotations

import os
import traceback
import warnings
from itertools import zip_longest

from .. import ndarray, numpy_extension, symbol
from ..base import mx_real_t
from ..ndarray import NDArray
from ..numpy import ndarray as np_ndarray
from ..util import is_np_array


def flatten(values, inout="input"):
    """Return the leaves of nested lists and tuples, and their form: a number stands for leaves.

    The form of one value is 0, of None -1, of a symbol with n > 1 outputs n, of a list a list of
    forms. ValueError for anything else; ``inout`` says in it what is at fault.
    """
    if isinstance(values, NDArray):
        return [values], 0
    if isinstance(values, symbol.Symbol):
        count = len(values.list_outputs())
        return (list(values), count) if count > 1 else ([values], 0)
    if values is None:
        return [None], -1
    if not isinstance(values, (list, tuple)):
        raise ValueError(
            f"When hybridized, the input of HybridBlock {inout} must be (nested) list of Symbol or "
            f"NDArray, but got {values} of type {type(values)}"
        )
    leaves, forms = [], []
    for value in values:
        below, form = flatten(value, inout)
        leaves += below
        forms.append(form)
    return leaves, forms


def regroup(leaves, form):
    """Nest leaves as ``form`` says; the iterator is used up as far as needed."""
    if isinstance(form, list):
        return [regroup(leaves, each) for each in form]
    if form > 0:
        return [next(leaves) for _ in range(form)]
    return next(leaves)


def fits(form, stored):
    """Tell whether arguments of ``form`` may stand for traced ones: Nones may be left out."""
    shared = min(len(form), len(stored))
    rest = form[shared:] + stored[shared:]
    return form[:shared] == stored[:shared] and all(each == -1 for each in rest)


def kinds(args):
    """Tell whether nested arguments hold symbols, and give the contexts of the arrays in them."""
    symbols, contexts = False, []
    for arg in args:
        if isinstance(arg, NDArray):
            contexts.append(arg.ctx)
        elif isinstance(arg, symbol.Symbol):
            symbols = True
        elif isinstance(arg, (list, tuple)):
            below, more = kinds(arg)
            symbols = symbols or below
            contexts += more
    return symbols, contexts


def trace(block, args):
    """Run ``hybrid_forward`` on variables for ``args``.

    Return (variables, the outputs' symbol) and the forms of arguments and outputs. An error says in
    its first line where in ``hybrid_forward`` it arose.
    """
    leaves, form = flatten(args)
    count = sum(leaf is not None for leaf in leaves)
    if not count:
        raise ValueError(
            f"All args are None and we do not support such a case. Received args={tuple(args)}"
        )
    inputs, placed = [], []
    for leaf in leaves:
        made = None
        if leaf is not None:
            made = symbol.var(f"data{len(inputs)}" if count > 1 else "data")
            made = made.as_np_ndarray() if isinstance(leaf, np_ndarray) else made
            inputs.append(made)
        placed.append(made)
    grouped = regroup(iter(placed), form)
    try:
        out = apply(block, grouped)
    except Exception as error:
        _say_where(error, block)
        raise
    outputs, out_form = flatten(out, "output")
    kind = _one_kind(outputs)
    return (inputs, symbol.Group(outputs, kind)), form, out_form


def _one_kind(outputs):
    """Return the class of the symbols; TypeError when legacy and NumPy-like ones are mixed."""
    numpy_like = [getattr(each, "_is_np", None) for each in outputs]
    if any(each is not numpy_like[0] for each in numpy_like) and None not in numpy_like:
        raise TypeError(_MIXED)
    return type(outputs[0])


_MIXED = (
    "Found both classic symbol (mx.sym.Symbol) and numpy symbol (mx.sym.np._Symbol) in outputs. "
    "This will prevent you from building a computation graph by grouping them since different "
    "types of symbols are not allowed to be grouped in Gluon to form a computation graph. You will "
    "need to convert them to the same type of symbols, either classic or numpy following this "
    "rule: if you want numpy ndarray output(s) from the computation graph, please convert all the "
    "classic symbols in the list to numpy symbols by calling `as_np_ndarray()` on each of them; if "
    "you want classic ndarray output(s) from the computation graph, please convert all the numpy "
    "symbols in the list to classic symbols by calling `as_nd_ndarray()` on each of them."
)
_HOME = os.path.dirname(os.path.dirname(__file__)) + os.sep


def _say_where(error, block):
    """Put the line of the user's code that failed while being traced before an error's text."""
    frames = traceback.extract_tb(error.__traceback__)
    user = [frame for frame in frames if not frame.filename.startswith(_HOME)]
    if not user or getattr(error, "traced_at", None):
        return
    frame = user[-1]
    where = (
        f"{frame.filename}:{frame.lineno}: {frame.line}\n"
        f"(in {frame.name}, while {type(block).__name__} {block.name!r} was traced: its inputs are "
        "symbols, which have no values, shape or dtype yet)"
    )
    error.traced_at = where
    if error.args and error.args[0] == str(error):
        error.args = (f"{where}\n{error.args[0]}", *error.args[1:])


def apply(block, args):
    """Run ``hybrid_forward`` on symbols, with the block's parameters as variables."""
    params = {name: param.var() for name, param in block._reg_params.items()}
    with block.name_scope():
        return block.hybrid_forward(symbol, *args, **params)


def check_use(inputs, out, params):
    """Check what a graph reads: an unknown variable is an error, unused ones bring a warning."""
    read = out.list_inputs()
    data = [each.name for each in inputs]
    for name in read:
        assert name in params or name in data, f"Unknown input to HybridBlock: {name}"
    read = set(read)
    idle = ", ".join(f"{i}-th" for i, name in enumerate(data) if name not in read)
    if idle:
        warnings.warn(
            f"The {idle} input to HybridBlock is not used by any computation. Is this intended?",
            stacklevel=6,
        )
    idle = ", ".join(name for name in params if name not in read)
    if idle:
        warnings.warn(
            f"Parameter {idle} is not used by any computation. Is this intended?", stacklevel=6
        )


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


def common_prefix(names):
    """Count the characters with which all names begin."""
    low, high = min(names, default=""), max(names, default="")
    pairs = enumerate(zip(low, high))
    return next((i for i, (a, b) in pairs if a != b), min(len(low), len(high)))


def normalization(names):
    """Return the names among ``names`` that belong to batch normalization."""
    names = set(names)
    for marks in (("running_var", "running_mean"), ("moving_var", "moving_mean")):
        for name in sorted(names):
            if name.endswith(marks[0]):
                stem = name[: -len(marks[0])]
                group = {name, *(stem + part for part in (marks[1], "gamma", "beta"))}
                if group <= names:
                    yield from sorted(group)


def check_one_context(contexts):
    """Raise ValueError unless all arrays lie in one context."""
    found = set(contexts)
    if len(found) > 1:
        raise ValueError(
            "Find multiple contexts in the input, After hybridized, the HybridBlock only supports "
            "one input context. You can print the ele.ctx in the input arguments to inspect their "
            f"contexts. Find all contexts = {found}"
        )
