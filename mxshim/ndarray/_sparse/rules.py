"""Which operators know sparse arrays, and what they make of the parts.

A rule gets (operator, arrays, parameters) and returns the result, or None where MXNet makes the
arrays dense first; :func:`invoke` does that then.  Results are put on the tape with dense arrays,
so an operator's own gradient serves sparse arrays too.
"""

from __future__ import annotations

from typing import Any

import numpy

from ... import _ops  # noqa: F401  fills the registry
from ..._core.errors import check_failed
from ..._core.invoke import call, misfit, recover
from ..._core.registry import OPS, Op
from ..._core.tape import refuse_write, state
from ..._core.tensor import make
from ..ndarray import NDArray
from .errors import refused
from .filing import RULES, fallback, kinds, rule
from .kinds import built, offsets, taped
from .lazy import LAZY, lazily


def invoke(op: Op, tensors: Any, params: Any, out: Any = None) -> Any:
    """Run an operator on arrays some of which are sparse; ``out`` may be sparse too."""
    tensors = list(tensors)
    if op.name in LAZY:
        done = lazily(op, tensors, params, out)
        if done is not None:
            return done
    rule = RULES.get(op.name, _elementwise)
    made = rule(op, tensors, params)
    if made is None:
        return fallback(op, tensors, params, out)
    targets = out if isinstance(out, (list, tuple)) else [out]
    if not isinstance(made, list):
        return made if out is None else _stored(op, tensors, params, made, targets[0])
    if out is not None:
        made[: len(targets)] = [
            _stored(op, tensors, params, *pair) for pair in zip(made, targets, strict=False)
        ]
    return made[0] if len(made) == 1 else made


def _stored(op: Op, tensors: Any, params: Any, made: Any, target: Any) -> Any:
    """Copy a result into what ``out`` names for it; return that."""
    if state.recording:
        refuse_write(target, False)
    if made.shape != target.shape or made.dtype != target.dtype:
        raise misfit(op, made._buf, target._buf)
    if made._sparse and target._sparse and made.stype != target.stype:
        raise refused(op, tensors, params, target.stype)
    return made.copyto(target)


# ---- one array, element by element


def _elementwise(op: Op, tensors: Any, params: Any) -> Any:
    """Run on the values alone where MXNet has the operator for sparse arrays and 0 stays 0."""
    known = any(name.startswith("_sparse_") for name in op.names)
    if len(tensors) != 1 or op.params or not known:
        return None
    return on_values(op, tensors[0], params) if keeps_zero(op, tensors[0], params) else None


def keeps_zero(op: Op, tensor: Any, params: Any) -> bool:
    """Tell whether an operator makes 0 of 0."""
    zero = tensor._ctx.xp.zeros((1,), tensor._values.dtype)
    with numpy.errstate(all="ignore"):
        return bool((op.forward(tensor._ctx.xp, zero, **params) == 0).all())


def on_values(op: Op, tensor: Any, params: Any) -> Any:
    """Run an element-wise operator on the values of a sparse array."""
    xp = tensor._ctx.xp
    values = tensor._values
    try:
        with numpy.errstate(all="ignore"):
            result = op.forward(xp, values, **params)
    except Exception as error:
        result = recover(op, error, xp, [values], params)
    return taped(tensor._like(xp.asarray(result)), op, [tensor], params)


@rule("_mul_scalar", "_div_scalar", "_copy", "BlockGrad", "make_loss")
def _(op: Op, tensors: Any, params: Any) -> Any:
    return on_values(op, tensors[0], params)


@rule("_plus_scalar", "_minus_scalar", "_equal_scalar", "_not_equal_scalar", "_greater_scalar",
      "_greater_equal_scalar", "_lesser_scalar", "_lesser_equal_scalar")  # fmt: skip
def _(op: Op, tensors: Any, params: Any) -> Any:
    return on_values(op, tensors[0], params) if keeps_zero(op, tensors[0], params) else None


@rule("clip")
def _(op: Op, tensors: Any, params: Any) -> Any:
    if not keeps_zero(op, tensors[0], params):
        raise refused(op, tensors, params, "default")
    return on_values(op, tensors[0], params)


@rule("zeros_like")
def _(op: Op, tensors: Any, params: Any) -> Any:
    from .make import zeros

    (tensor,) = tensors
    return zeros(tensor.stype, tensor.shape, tensor._ctx, tensor.dtype)


@rule("cast_storage")
def _(op: Op, tensors: Any, params: Any) -> Any:
    tensor, stype = tensors[0], params["stype"]
    if stype not in ("default", tensor.stype) and tensor._sparse:
        raise refused(op, tensors, params)
    return cast_storage(tensor, stype)


def cast_storage(tensor: Any, stype: str) -> Any:
    """Return a copy of an array in another storage type."""
    from .make import CLASSES

    op = OPS["cast_storage"]
    params = op.bind({"stype": stype})
    if stype == tensor.stype:
        return tensor.copy()
    if stype == "default":
        return taped(make(NDArray, tensor._dense(), tensor._ctx), op, [tensor], params)
    cls = CLASSES[stype]
    made = built(cls, tensor._ctx, tensor.shape, *cls._split(tensor._buf, tensor._ctx.xp))
    return taped(made, op, [tensor], params)


# ---- two arrays


@rule("elemwise_add", "elemwise_sub")
def _(op: Op, tensors: Any, params: Any) -> Any:
    return _paired(op, tensors) if kinds(tensors) in ("rr", "cc") else None


@rule("elemwise_mul")
def _(op: Op, tensors: Any, params: Any) -> Any:
    letters = kinds(tensors)
    if letters in ("rr", "cc"):
        return _paired(op, tensors)
    if letters in ("rd", "cd"):
        return _patterned(op, tensors[0], tensors[1], tensors)
    return _patterned(op, tensors[1], tensors[0], tensors) if letters in ("dr", "dc") else None


@rule("broadcast_mul", "broadcast_div")
def _(op: Op, tensors: Any, params: Any) -> Any:
    if kinds(tensors) != "cd":
        return None
    sparse, dense = tensors
    if dense.shape == sparse.shape and op.name == "broadcast_div":
        raise check_failed(
            "supported_op",
            "Please use elemwise_div for division between csr and dense of the same shape",
        )
    return _patterned(op, sparse, dense, tensors)


def _checked(op: Op, tensors: Any) -> None:
    """Raise the operator's own error for shapes or dtypes that do not go together."""
    first, second = tensors
    if first.shape != second.shape or first.dtype != second.dtype:
        call(op, NDArray, tensors, op.defaults)


def _paired(op: Op, tensors: Any) -> Any:
    """Combine two arrays of one kind where either of them stores something."""
    _checked(op, tensors)
    first, second = tensors
    xp = first._ctx.xp
    if first.stype == "row_sparse":
        rows = xp.unique(xp.concatenate((first._indices, second._indices)))
        values = op.forward(xp, first._rows_at(rows), second._rows_at(rows))
        return taped(first._like(values, rows), op, tensors, op.defaults)
    width = first.shape[1]
    places = [t._rows() * width + t._indices for t in tensors]
    if op.name == "elemwise_mul":
        every = places[0][xp.isin(places[0], places[1])]
    else:
        every = xp.unique(xp.concatenate(places))
    found = []
    for tensor, own in zip(tensors, places, strict=True):
        full = xp.zeros(every.shape, tensor._values.dtype)
        mine = xp.isin(own, every)
        full[xp.searchsorted(every, own[mine])] = tensor._values[mine]
        found.append(full)
    values = op.forward(xp, *found)
    if op.name != "elemwise_mul":
        every, values = every[values != 0], values[values != 0]
    starts = offsets(xp, every // max(width, 1), first.shape[0])
    return taped(first._like(values, every % max(width, 1), starts), op, tensors, op.defaults)


def _patterned(op: Op, sparse: Any, dense: Any, tensors: Any) -> Any:
    """Combine a sparse array with a dense one where the sparse one stores something."""
    if sparse is tensors[0] and op.name.startswith("broadcast"):
        other = _stretched(op, sparse, dense)
    else:
        _checked(op, tensors)
        other = dense._buf
    xp = sparse._ctx.xp
    if sparse.stype == "csr":
        other = other[sparse._rows(), sparse._indices]
    else:
        other = other[sparse._indices]
    operands = (sparse._values, other) if sparse is tensors[0] else (other, sparse._values)
    values = op.forward(xp, *operands)
    return taped(sparse._like(values), op, tensors, op.defaults)


def _stretched(op: Op, sparse: Any, dense: Any) -> Any:
    try:
        return sparse._ctx.xp.broadcast_to(dense._buf, sparse.shape)
    except ValueError:
        call(op, NDArray, [sparse, dense], op.defaults)
        raise


@rule("add_n")
def _(op: Op, tensors: Any, params: Any) -> Any:
    if set(kinds(tensors)) != {"r"}:
        return None
    total = tensors[0].copy()
    for tensor in tensors[1:]:
        total = _paired(OPS["elemwise_add"], (total, tensor))
    total._node = None
    return taped(total, op, tensors, params)


from . import graphs, parts  # noqa: E402, F401  (they file their rules)

__all__ = ["cast_storage", "fallback", "invoke"]
