"""Rules of sparse arrays that are no element by element: products, parts, reductions."""

from __future__ import annotations

from typing import Any

import numpy

from ..._core.errors import check_failed, shapes_unknown
from ..._core.flags import flags
from ..._core.invoke import call
from ..._core.registry import Op
from ..._core.tensor import make
from ..._ops.sparse_ops import csr_dot
from ..ndarray import NDArray
from .errors import refused
from .filing import fallback, kinds, rule
from .kinds import CSRNDArray, RowSparseNDArray, built, offsets, taped

# ---- products


@rule("dot")
def _(op: Op, tensors: Any, params: Any) -> Any:
    lhs, rhs = tensors
    asked = params.get("forward_stype")
    if lhs.stype == "csr" and rhs.stype != "csr":
        if rhs.ndim != 2:
            raise check_failed(
                f"inputs[1].shape().ndim() == 2 ({rhs.ndim} vs. 2) ",
                "sparse dot only supports 2 dimensional rhs",
            )
        made = _csr_product(op, lhs, rhs, params)
        natural = "row_sparse" if params.get("transpose_a") else "default"
    elif rhs.stype == "csr" and lhs.stype == "default":
        made = fallback(op, tensors, params)
        natural = "default" if params.get("transpose_a") else "csr"
    else:
        made, natural = fallback(op, tensors, params), "default"
    return made if (asked or natural) == made.stype else made.tostype(asked or natural)


def _csr_product(op: Op, lhs: Any, rhs: Any, params: Any) -> Any:
    """Multiply a csr matrix by a dense one; a csr matrix on the tape is made dense for it."""
    turned, other = params.get("transpose_a", False), params.get("transpose_b", False)
    shape = lhs.shape[::-1] if turned else lhs.shape
    inner = rhs.shape[1] if other else rhs.shape[0]
    half = lhs.dtype == numpy.float16
    if shape[1] != inner or lhs.dtype != rhs.dtype or half or lhs._node is not None or other:
        return fallback(op, (lhs, rhs), params)
    parts = [make(NDArray, p, lhs._ctx) for p in (lhs._values, lhs._indices, lhs._indptr)]
    own = {"shape": lhs.shape, "transposed": turned}
    return call(csr_dot, NDArray, [rhs, *parts], own)


@rule("Embedding", "_contrib_SparseEmbedding")
def _(op: Op, tensors: Any, params: Any) -> Any:
    if "c" in kinds(tensors):
        raise refused(op, tensors, params)
    return None


# ---- parts of arrays


@rule("_sparse_retain")
def _(op: Op, tensors: Any, params: Any) -> Any:
    data, indices = tensors
    if data.stype != "row_sparse":
        raise refused(op, tensors, params)
    rows = indices._buf.reshape(-1).astype(data._ctx.xp.int64)
    if bool(((rows < 0) | (rows >= data.shape[0])).any()):
        raise check_failed("is_valid", f"rows to retain must be from 0 to {data.shape[0] - 1}")
    return taped(data._like(data._rows_at(rows), rows), op, tensors, params)


@rule("slice")
def _(op: Op, tensors: Any, params: Any) -> Any:
    (data,) = tensors
    if data.stype != "csr" or any(step not in (None, 1) for step in params["step"]):
        return None
    _, shape = op.shape_rule(data.shape, **params)  # type: ignore[misc]
    if 0 in shape and not flags.np_shape:
        unknown = [tuple(n or -1 for n in shape)]
        raise shapes_unknown("cast_storage", unknown, unknown, {"stype": "default"})
    ends = zip(params["begin"], params["end"], strict=True)
    cuts = [slice(*each) for each in ends] + [slice(None)] * 2
    (top, bottom, _), (left, right, _) = (
        cut.indices(length) for cut, length in zip(cuts, data.shape, strict=False)
    )
    return taped(_cut(data, top, bottom, left, right, shape), op, tensors, params)


def _cut(data: Any, top: int, bottom: int, left: int, right: int, shape: Any) -> Any:
    starts = data._indptr[top : max(bottom, top) + 1]
    first, last = int(starts[0]), int(starts[-1])
    columns = data._indices[first:last]
    inside = (columns >= left) & (columns < right)
    rows = data._rows()[first:last][inside] - top
    values = data._values[first:last][inside]
    starts = offsets(data._ctx.xp, rows, shape[0])
    return built(CSRNDArray, data._ctx, shape, values, columns[inside] - left, starts)


@rule("take")
def _(op: Op, tensors: Any, params: Any) -> Any:
    data, indices = tensors
    if data.stype != "csr" or params["axis"] != 0:
        return None
    if indices.ndim != 1:
        raise check_failed(
            f"idx.shape_.ndim() == 1U ({indices.ndim} vs. 1) ",
            "Take with CSR array only supports one-dimensional indices. "
            f"{indices.ndim} dimensional input is given instead",
        )
    return fallback(op, tensors, params).tostype("csr")


@rule("Concat")
def _(op: Op, tensors: Any, params: Any) -> Any:
    if set(kinds(tensors)) != {"c"} or params["dim"] != 0:
        return None
    _, shape = op.shape_rule(*[t.shape for t in tensors], **params)  # type: ignore[misc]
    xp = tensors[0]._ctx.xp
    sizes = [t._values.shape[0] for t in tensors]
    starts = [t._indptr[1:] + sum(sizes[:i]) for i, t in enumerate(tensors)]
    parts = (
        xp.concatenate([t._values for t in tensors]),
        xp.concatenate([t._indices for t in tensors]),
        xp.concatenate([tensors[0]._indptr[:1], *starts]),
    )
    return taped(built(CSRNDArray, tensors[0]._ctx, shape, *parts), op, tensors, params)


# ---- reductions


@rule("_contrib_getnnz")
def _(op: Op, tensors: Any, params: Any) -> Any:
    (data,) = tensors
    if data.stype != "csr":
        raise refused(op, tensors, params)
    if params["axis"] == 0:
        return None
    starts = data._indptr
    counts = starts[-1:] - starts[:1] if params["axis"] is None else starts[1:] - starts[:-1]
    return make(NDArray, counts, data._ctx)


@rule("_square_sum")
def _(op: Op, tensors: Any, params: Any) -> Any:
    (data,) = tensors
    if data.stype != "row_sparse" or params["axis"] not in ((0,), (1,)) or data.ndim != 2:
        raise refused(op, tensors, params)
    made = fallback(op, tensors, params)
    if params["axis"] == (1,) and params["keepdims"]:
        summed = built(
            RowSparseNDArray, data._ctx, made.shape, made._buf[data._indices], data._indices.copy()
        )
        summed._node = made._node
        return summed
    return made


@rule("sum")
def _(op: Op, tensors: Any, params: Any) -> Any:
    """Sum all of a sparse array, or the rows or columns of a csr matrix, by its values."""
    (data,) = tensors
    if data._node is not None or params["exclude"]:
        return None
    if params["axis"] is None:
        return _whole(op, data, params)
    if data.stype != "csr" or params["axis"] not in ((0,), (1,)):
        return None
    xp = data._ctx.xp
    axis = params["axis"][0]
    places = data._indices if axis == 0 else data._rows()
    total = xp.row_sum(places, data._values.reshape((-1, 1)), data.shape[1 - axis])
    shape = (1, data.shape[1]) if axis == 0 else (data.shape[0], 1)
    return make(NDArray, total.reshape(shape if params["keepdims"] else (-1,)), data._ctx)


@rule("norm")
def _(op: Op, tensors: Any, params: Any) -> Any:
    (data,) = tensors
    plain = params["axis"] is None and params["out_dtype"] is None
    return _whole(op, data, params) if plain and data._node is None else None


def _whole(op: Op, data: Any, params: Any) -> Any:
    """Reduce all values, to which zeros add nothing; None where that needs the dense array."""
    if params["keepdims"] or not data._values.shape[0]:
        return None
    result = op.forward(data._ctx.xp, data._values.reshape(-1), **params)
    return make(NDArray, result, data._ctx)
