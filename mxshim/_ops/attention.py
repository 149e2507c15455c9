"""Products of multi-head attention on projections that stand interleaved in one array.

Arrays are (length, batch, heads * parts * depth): for every head its query, key and value side by
side (three parts), or its key and value (two). Scores are (batch * heads, queries, keys).
"""

from __future__ import annotations

from math import sqrt
from typing import Any

from .._core.errors import check_failed
from .._core.params import Int
from .._core.registry import kernel, op

Heads = Int(doc="Set number of heads")


def _split(xp: Any, x: Any, heads: int, parts: int) -> list[Any]:
    """Return each part as (batch, heads, length, depth), without copying."""
    length, batch, width = x.shape
    shaped = x.reshape((length, batch, heads, parts, width // (heads * parts)))
    return [xp.transpose(shaped[:, :, :, part], (1, 2, 0, 3)) for part in range(parts)]


@kernel
def join(xp, *parts, heads: int, count: int, first: int):
    """Put parts (batch, heads, length, depth) side by side, from place ``first`` of ``count`` on.

    The other places are zero.
    """
    batch, heads, length, depth = parts[0].shape
    make = xp.empty if len(parts) == count else xp.zeros
    out = make((length, batch, heads, count, depth), parts[0].dtype)
    for place, part in enumerate(parts, first):
        out[:, :, :, place] = xp.transpose(part, (2, 0, 1, 3))
    return out.reshape((length, batch, heads * count * depth))


@join.vjp("parts")
def _(xp, ct, out, *parts, heads, count, first):
    return _split(xp, ct, heads, count)[first : first + len(parts)]


def _scores(x: Any) -> Any:
    """Join batch and heads."""
    return x.reshape((x.shape[0] * x.shape[1], *x.shape[2:]))


def _by_head(x: Any, heads: int) -> Any:
    """Undo :func:`_scores`."""
    return x.reshape((x.shape[0] // heads, heads, *x.shape[1:]))


def _turned(xp: Any, x: Any) -> Any:
    return xp.swapaxes(x, 2, 3)


def _require(*arrays: Any) -> None:
    if arrays[0].dtype.kind != "f":
        raise check_failed(
            f"inputs[0].type_flag_ == mshadow: :kFloat32 ({_CODE[arrays[0].dtype.name]} vs. 0) ",
            "Only FP32 is supported on CPU at the moment",
        )
    for position, array in enumerate(arrays[1:], 1):
        if array.dtype != arrays[0].dtype:
            raise check_failed(
                "assign(&dattr, vec.at(i))",
                f"Incompatible attr in node  at {position}-th input: expected "
                f"{arrays[0].dtype.name}, got {array.dtype.name}",
            )


_CODE = {"uint8": 3, "int32": 4, "int8": 5, "int64": 6, "bool": 7}


def _rank(condition: str, text: str, shape: Any) -> None:
    if len(shape) != 3:
        raise check_failed(f"{condition}.ndim() == 3U ({len(shape)} vs. 3) ", text)


def _self_rank(x: Any, width: str) -> None:
    _rank(
        "qkv_shape", f"Input queries_keys_values should be 3D in seq_length-batch-{width}, "
        f"currently is: {len(x)}D", x,
    )  # fmt: skip


def _attention_rank(attention: Any, colon: str) -> None:
    _rank(
        "att_shape", "Input attention should be 3D in batch-seq_length-seq_length, currently "
        f"is{colon} {len(attention)}D", attention,
    )  # fmt: skip


def _whole(width: int, heads: int, parts: int) -> None:
    if heads <= 0 or width % (heads * parts):  # MXNet drops the rest
        raise check_failed(
            f"proj_dim % ({parts} * heads) == 0",
            f"{width} features are no whole number of features for {heads} heads of {parts} parts",
        )


def _compared(xp, query, key):
    """Multiply scaled queries with keys."""
    return _scores(xp.matmul(query / sqrt(query.shape[3]), _turned(xp, key)))


def _compared_gradients(xp, ct, query, key, heads):
    head = _by_head(ct / sqrt(query.shape[3]), heads)
    return xp.matmul(head, key), xp.matmul(_turned(xp, head), query)


def _weighed(xp, packed, attention, heads, parts):
    """Weigh the values, the last of the parts that are packed together, by the attention."""
    value = _split(xp, packed, heads, parts)[-1]
    out = xp.matmul(_by_head(attention, heads), value)
    return join.forward(xp, out, heads=heads, count=1, first=0)


def _weighed_gradients(xp, ct, packed, attention, heads, parts):
    value = _split(xp, packed, heads, parts)[-1]
    (head,) = _split(xp, ct, heads, 1)
    part = xp.matmul(_turned(xp, _by_head(attention, heads)), head)
    return (
        join(xp, part, heads=heads, count=parts, first=parts - 1),
        _scores(xp.matmul(head, _turned(xp, value))),
    )


def _self_qk_shape(x, *, heads):
    _self_rank(x, "proj_dim")
    _whole(x[2], heads, 3)
    return (x,), (x[1] * heads, x[0], x[0])


@op("_contrib_interleaved_matmul_selfatt_qk", shape=_self_qk_shape)
def selfatt_qk(xp, queries_keys_values, *, heads: Heads):
    """Multiply the scaled queries with the keys of one interleaved projection: the scores."""
    _require(queries_keys_values)
    _self_qk_shape(queries_keys_values.shape, heads=heads)
    query, key, _ = _split(xp, queries_keys_values, heads, 3)
    return _compared(xp, query, key)


@selfatt_qk.vjp("queries_keys_values")
def _(xp, ct, out, queries_keys_values, *, heads):
    query, key, _ = _split(xp, queries_keys_values, heads, 3)
    parts = _compared_gradients(xp, ct, query, key, heads)
    return join(xp, *parts, heads=heads, count=3, first=0)


def _self_valatt_shape(x, attention=None, *, heads):
    _self_rank(x, "3*proj_dim")
    _whole(x[2], heads, 3)
    if attention is not None:
        _attention_rank(attention, ":")
        for axis in (1, 2):
            if x[0] != attention[axis]:
                raise check_failed(
                    f"qkv_shape[0] == att_shape[{axis}] ({x[0]} vs. {attention[axis]}) ",
                    f"queries_keys_values.shape[0] and attention.shape[{axis}] should be the same, "
                    f"currently are {x[0]} and {attention[axis]}",
                )
        if attention[0] != x[1] * heads:  # MXNet reads past the end
            raise check_failed(
                f"qkv_shape[1] * heads == att_shape[0] ({x[1] * heads} vs. {attention[0]}) ",
                "attention.shape[0] should be the batch size times the heads",
            )
    return (x, (x[1] * heads, x[0], x[0])), (x[0], x[1], x[2] // 3)


@op("_contrib_interleaved_matmul_selfatt_valatt", shape=_self_valatt_shape)
def selfatt_valatt(xp, queries_keys_values, attention, *, heads: Heads):
    """Weigh the values of one interleaved projection by the attention."""
    _require(queries_keys_values, attention)
    _self_valatt_shape(queries_keys_values.shape, attention.shape, heads=heads)
    return _weighed(xp, queries_keys_values, attention, heads, 3)


@selfatt_valatt.vjp("queries_keys_values", "attention")
def _(xp, ct, out, queries_keys_values, attention, *, heads):
    return _weighed_gradients(xp, ct, queries_keys_values, attention, heads, 3)


def _encdec_qk_shape(queries, keys_values=None, *, heads):
    _rank(
        "q_shape", "Input queries should be 3D in seq_length-batch-proj_dim, currently is "
        f"{len(queries)}D", queries,
    )  # fmt: skip
    if keys_values is None:
        return (queries, None), None
    _rank(
        "kv_shape", "Input queries should be 3D in seq_length-batch-2*proj_dim, currently is "
        f"{len(keys_values)}D", keys_values,
    )  # fmt: skip
    if queries[2] * 2 != keys_values[2]:
        raise check_failed(
            f"q_shape[2] * 2 == kv_shape[2] ({queries[2] * 2} vs. {keys_values[2]}) ",
            "keys_values.shape[2] should be equal to queries.shape[2] * 2, currently are: "
            f"{keys_values[2]} and {queries[2]}",
        )
    if queries[1] != keys_values[1]:
        raise check_failed(
            f"q_shape[1] == kv_shape[1] ({queries[1]} vs. {keys_values[1]}) ",
            "queries.shape[1] should be equal to keys_values.shape[1], currently are: "
            f"{queries[1]} and {keys_values[1]}",
        )
    _whole(queries[2], heads, 1)
    return (queries, keys_values), (queries[1] * heads, queries[0], keys_values[0])


@op("_contrib_interleaved_matmul_encdec_qk", shape=_encdec_qk_shape)
def encdec_qk(xp, queries, keys_values, *, heads: Heads):
    """Multiply the scaled queries with interleaved keys: the scores of a decoder."""
    _require(queries, keys_values)
    _encdec_qk_shape(queries.shape, keys_values.shape, heads=heads)
    (query,) = _split(xp, queries, heads, 1)
    key = _split(xp, keys_values, heads, 2)[0]
    return _compared(xp, query, key)


@encdec_qk.vjp("queries", "keys_values")
def _(xp, ct, out, queries, keys_values, *, heads):
    (query,) = _split(xp, queries, heads, 1)
    key = _split(xp, keys_values, heads, 2)[0]
    parts = _compared_gradients(xp, ct, query, key, heads)
    return tuple(
        join(xp, part, heads=heads, count=count, first=0) for count, part in enumerate(parts, 1)
    )


def _encdec_valatt_shape(keys_values, attention=None, *, heads):
    _rank(
        "kv_shape", "Input keys_values should be 3D in seq_length-batch-2*proj_dim, currently is "
        f"{len(keys_values)}D", keys_values,
    )  # fmt: skip
    if attention is None:
        return (keys_values, None), None
    _attention_rank(attention, "")
    if keys_values[0] != attention[2]:
        raise check_failed(
            f"kv_shape[0] == att_shape[2] ({keys_values[0]} vs. {attention[2]}) ",
            "keys_values.shape[0] should be equal to attention.shape[2], currently are "
            f"{keys_values[0]} and {attention[2]}",
        )
    if keys_values[1] * heads != attention[0]:
        raise check_failed(
            f"kv_shape[1] * params.heads == att_shape[0] ({keys_values[1] * heads} vs. "
            f"{attention[0]}) ",
            # mxnet: the second number is the batch size, test_attention_wrong
            "attention.shape[0] should be equal to keys_values.shape[1] * heads, currently are: "
            f"{keys_values[0]} and {keys_values[1]}",
        )
    _whole(keys_values[2], heads, 2)
    return (keys_values, attention), (attention[1], keys_values[1], keys_values[2] // 2)


@op("_contrib_interleaved_matmul_encdec_valatt", shape=_encdec_valatt_shape)
def encdec_valatt(xp, keys_values, attention, *, heads: Heads):
    """Weigh interleaved values by a decoder's attention."""
    _require(keys_values, attention)
    _encdec_valatt_shape(keys_values.shape, attention.shape, heads=heads)
    return _weighed(xp, keys_values, attention, heads, 2)


@encdec_valatt.vjp("keys_values", "attention")
def _(xp, ct, out, keys_values, attention, *, heads):
    return _weighed_gradients(xp, ct, keys_values, attention, heads, 2)
