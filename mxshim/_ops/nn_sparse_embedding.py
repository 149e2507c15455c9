"""The embedding for huge vocabularies, which Embedding with ``sparse_grad`` has replaced."""

from __future__ import annotations

from .._core.dtypes import float32
from .._core.params import Int
from .._core.registry import op
from .nn_embedding import NUMERIC, embedding


@op("_contrib_SparseEmbedding", shape=embedding.shape_rule)
def sparse_embedding(
    xp, data, weight, *, input_dim: Int(kind="int"), output_dim: Int(kind="int"),
    dtype: NUMERIC = float32, sparse_grad: bool = False,
):  # fmt: skip
    """Look up rows of ``weight`` (input_dim, output_dim); indices out of range are clipped."""
    return embedding.forward(
        xp, data, weight, input_dim=input_dim, output_dim=output_dim, dtype=dtype
    )  # fmt: skip


for _position, _gradient in embedding.pulls:
    sparse_embedding.vjp(embedding.inputs[_position])(_gradient)
