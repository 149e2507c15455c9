"""Operators of sparse arrays, as they are on dense ones, and products with csr matrices.

What they do with the parts of sparse arrays stands with those arrays (``mxshim.ndarray``).
"""

from __future__ import annotations

from .._core.errors import mxnet_error
from .._core.params import Enum, Float, OptionalInt
from .._core.registry import OPS, kernel, op
from .._core.shapes import same
from .optimizer_update import prepared, require_same
from .reduce import legacy, total


@op("cast_storage", "_sparse_cast_storage", shape=same)
def cast_storage(xp, data, *, stype: Enum("default", "row_sparse", "csr")):
    """Copy an array into another storage type."""
    return data.copy()


@cast_storage.vjp("data")
def _(xp, ct, out, data, **params):
    return ct


@op("_sparse_retain", shape=lambda data, indices: ((data, indices), data))
def retain(xp, data, indices):
    """Keep the rows whose numbers are in ``indices``; the others become zero."""
    rows = xp.arange(data.shape[0], dtype=xp.int64)
    kept = (rows[:, None] == indices.astype(xp.int64)[None, :]).any(axis=1)
    return data * kept.reshape((-1,) + (1,) * (data.ndim - 1))


@retain.vjp("data")
def _(xp, ct, out, data, indices):
    return retain(xp, ct, indices)


def _count_shape(data, *, axis):
    return (data,), (1,) if axis is None else data[:1]


@op("_contrib_getnnz", flat=True, shape=_count_shape)
def getnnz(xp, data, *, axis: OptionalInt = None):
    """Count the elements that are not zero, in all or (``axis=1``) in every row."""
    if axis not in (None, 1):
        raise mxnet_error(f"getnnz with axis = {axis} is not supported yet")
    found = (data != 0).sum(axis=axis)
    return (found.reshape((1,)) if axis is None else found).astype(xp.int64)


legacy("_square_sum", lambda xp, x, axis, keepdims: total(xp, x * x, axis, keepdims),
       lambda xp, ct, out, x, n: 2 * ct * x, "Sum the squares over axes.")  # fmt: skip


@op("_sparse_adagrad_update", mutates=("history",), shape=same)
def adagrad_update(
    xp, weight, grad, history, *, lr: Float, epsilon: Float = 1e-7, wd: Float = 0.0,
    rescale_grad: Float = 1.0, clip_gradient: Float = -1.0,
):  # fmt: skip
    """Take a step of AdaGrad; ``history`` sums the squared gradients."""
    require_same(weight, grad)
    grad = prepared(xp, grad, rescale_grad, clip_gradient)
    if wd:
        grad += wd * weight
    history += grad * grad
    return weight - lr * grad / xp.sqrt(history + epsilon)


def _group_shape(weight, grad, history=None, **params):
    return (weight, weight, (weight[0], 1)), weight


@op("_contrib_group_adagrad_update", mutates=("history",), shape=_group_shape)
def group_adagrad_update(
    xp, weight, grad, history, *, lr: Float, rescale_grad: Float = 1.0,
    clip_gradient: Float = -1.0, epsilon: Float = 1e-5,
):  # fmt: skip
    """Take a step of AdaGrad with one sum of mean squares, ``history`` (n, 1), for every row."""
    require_same(weight, grad)
    grad = prepared(xp, grad, rescale_grad, clip_gradient)
    history += (grad * grad).mean(axis=1, keepdims=True)
    return weight - lr * grad / xp.sqrt(history + epsilon)


@kernel
def csr_dot(xp, dense, values, columns, offsets, *, shape: object, transposed: bool):
    """Multiply a csr matrix of ``shape``, or its transpose, by a dense matrix."""
    return xp.csr_matmul(values, columns, offsets, shape, dense, transposed)


@csr_dot.vjp("dense")
def _(xp, ct, out, dense, values, columns, offsets, *, shape, transposed):
    if transposed:
        return xp.csr_matmul(values, columns, offsets, shape, ct, False)
    kept, place = xp.unique(columns, return_inverse=True)
    narrow = (shape[0], kept.shape[0])
    rows = xp.csr_matmul(values, place.reshape(-1), offsets, narrow, ct, True)
    return xp.row_gradient(kept, rows, dense.shape)


for _declared in (cast_storage, retain, getnnz, OPS["_square_sum"], adagrad_update):
    _declared.by_storage = True
