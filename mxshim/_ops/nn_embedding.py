"""Embedding: rows of a matrix looked up by index."""

from __future__ import annotations

from .._core.dtypes import float32
from .._core.errors import mxnet_error, shape_text
from .._core.params import DType, Int
from .._core.registry import op
from .index import add_rows, whole

NUMERIC = DType("bfloat16", "float16", "float32", "float64", "int32", "int64", "int8", "uint8")


@op("Embedding", "_npx_embedding", "_sparse_Embedding")
def embedding(
    xp, data, weight, *, input_dim: Int(kind="int"), output_dim: Int(kind="int"),
    dtype: NUMERIC = float32, sparse_grad: bool = False,
):  # fmt: skip
    """Look up rows of ``weight`` (input_dim, output_dim); indices out of range are clipped."""
    if weight.shape != (input_dim, output_dim):
        _check(weight.shape, input_dim, output_dim)
    return xp.take_clipped(weight, whole(xp, data), 0)


def _check(weight, input_dim, output_dim):
    if weight is not None and weight != (input_dim, output_dim):
        raise mxnet_error(
            f"Shape inconsistent, Provided = {shape_text(weight)}, inferred shape="
            f"({input_dim},{output_dim})"
        )


@embedding.shape
def _(data, weight=None, *, input_dim, output_dim, **params):
    _check(weight, input_dim, output_dim)
    return (data, (input_dim, output_dim)), (*data, output_dim)


@embedding.vjp("weight")
def _(xp, ct, out, data, weight, *, sparse_grad=False, **params):
    if sparse_grad:
        rows = whole(xp, data).reshape(-1)
        return xp.row_gradient(rows, ct.reshape((rows.shape[0], weight.shape[1])), weight.shape)
    return add_rows(xp, ct, data, shape=weight.shape, axis=0, mode="clip")
