"""Joining arrays along an axis and splitting them."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from .._core.errors import MXNetError, check_failed, incompatible, mxnet_error, shape_text
from .._core.params import Int, Shape
from .._core.registry import op
from .._core.shapes import ShapeT, size


def axis_in(axis: int, rank: int) -> int:
    """Return the position of ``axis`` among ``rank`` axes, in MXNet's words when there is none."""
    if not -rank <= axis < rank:
        raise check_failed(
            "axis < ndim && axis >= -ndim", f"axis {axis} exceeds the input dimension of {rank}"
        )
    return axis + rank if axis < 0 else axis


def same_dtype(parts: Any, expected: Any) -> MXNetError:
    """Build the error for parts of different types."""
    at = next(i for i, part in enumerate(parts) if part.dtype != expected)
    return check_failed(
        "in_type->at(i) == dtype || in_type->at(i) == -1",
        f"Non-uniform data type in Concat, expected data type {expected.name}, got data type "
        f"{parts[at].dtype.name} for input {at}",
    )


def joined(parts: tuple[ShapeT, ...], dim: int) -> ShapeT:
    """Return the shape of the concatenation; raise when the other axes differ."""
    if not parts:
        raise mxnet_error(
            "value 0 for Parameter num_args should be greater equal to 1", "nothing to join"
        )
    axis = axis_in(dim, len(parts[0]))
    hole = (*parts[0][:axis], -1, *parts[0][axis + 1 :])
    for part in parts[1:]:
        if len(part) != len(hole) or (*part[:axis], -1, *part[axis + 1 :]) != hole:
            raise check_failed(
                "shape_assign(&(*in_shape)[i], dshape)",
                f"Incompatible input shape: expected {shape_text(hole)}, got {shape_text(part)}",
            )
    lengths = [part[axis] for part in parts]
    return (*hole[:axis], -1 if -1 in lengths else sum(lengths), *hole[axis + 1 :])


@op("Concat", "concat", "_sparse_concat", "_rnn_param_concat", "_npi_rnn_param_concat")
def concat(xp, *data, num_args: Int(min=1), dim: int = 1):
    """Join arrays along axis ``dim``; the other axes and the element types must agree."""
    dtype = data[0].dtype
    for part in data:
        if part.dtype != dtype:
            raise same_dtype(data, dtype)
    return xp.concatenate(data, axis=dim)


@concat.shape
def _(*data, num_args, dim):
    return data, joined(data, dim)


@concat.vjp("data")
def _(xp, ct, out, *data, num_args, dim):
    return cut(ct, [part.shape[dim] for part in data], dim % data[0].ndim)


def cut(ct: Any, lengths: list[int], axis: int) -> list[Any]:
    """Cut ``ct`` along ``axis`` into pieces of the given lengths."""
    start, pieces, lead = 0, [], (slice(None),) * axis
    for length in lengths:
        pieces.append(ct[(*lead, slice(start, start + length))])
        start += length
    return pieces


def _stack(xp, *data, axis: int = 0, num_args: Int(min=1)):
    """Join arrays of one shape along a new axis."""
    dtype = data[0].dtype
    for position, part in enumerate(data):
        if part.dtype != dtype:
            raise incompatible("input", position, dtype.name, part.dtype.name)
    return xp.stack(data, axis=axis)


def _stack_shape(*data, axis, num_args):
    at = axis_in(axis, len(data[0]) + 1)
    for position, part in enumerate(data):
        if part != data[0]:
            raise MXNetError(
                f"stack: input {position} has shape {part}, the first {data[0]}\n"
                "TBlob.get_with_shape: Check failed: this->shape_.Size() == static_cast<size_t>("
                f"shape.Size()) ({size(part)} vs. {size(data[0])}) : new and old shape do not "
                "match total elements"
            )
    return data, (*data[0][:at], len(data), *data[0][at:])


def _stack_pull(xp, ct, out, *data, axis, num_args):
    lead = (slice(None),) * (axis % ct.ndim)
    return [ct[(*lead, i)] for i in range(len(data))]


for _name in ("stack", "_npi_stack"):  # two records, because errors name them
    _declared = op(_name, shape=_stack_shape)(_stack)
    _declared.vjp("data")(_stack_pull)


@op("SliceChannel", "split", visible=lambda params: params["num_outputs"])
def split(xp, data, *, num_outputs: Int(min=1), axis: int = 1, squeeze_axis: bool = False):
    """Cut an array into equal parts; ``squeeze_axis`` drops the axis, whose length became 1."""
    at, _ = _equal_parts(data.shape, num_outputs, axis, squeeze_axis)
    return pieces(xp, data, num_outputs, at, squeeze_axis)


def pieces(xp: Any, data: Any, parts: int, axis: int, squeeze: bool) -> tuple[Any, ...]:
    """Copy ``parts`` equal stretches of ``axis``."""
    length, lead = data.shape[axis] // parts, (slice(None),) * axis
    if squeeze:
        return tuple([xp.packed(data[(*lead, i)]) for i in range(parts)])
    keys = [slice(i * length, (i + 1) * length) for i in range(parts)]
    return tuple([xp.packed(data[(*lead, key)]) for key in keys])


def _equal_parts(shape: ShapeT, parts: int, axis: int, squeeze: bool) -> tuple[int, ShapeT]:
    rank = len(shape)
    if axis >= rank:
        raise check_failed(f"param_.axis < dshape.ndim() ({axis} vs. {rank}) ")
    at = axis + rank if axis < 0 else axis
    if at < 0:
        raise check_failed(f"real_axis >= 0 ({at} vs. 0) ")
    length = shape[at]
    if squeeze and length != parts:
        raise check_failed(
            f"ishape[real_axis] == param_.num_outputs ({length} vs. {parts}) ",
            "If squeeze axis is True, the size of the sliced axis must be the same as "
            f"num_outputs. Input shape={shape_text(shape)}, axis={at}, num_outputs={parts}.",
        )
    if length % parts:
        raise check_failed(
            f"dshape[real_axis] % param_.num_outputs == 0U ({length % parts} vs. 0) ",
            f"You are trying to split the {at}-th axis of input tensor with shape "
            f"{shape_text(shape)} into num_outputs={parts} evenly sized chunks, but this is not "
            f"possible because {parts} does not evenly divide {length}",
        )
    kept = () if squeeze else (length // parts,)
    return at, (*shape[:at], *kept, *shape[at + 1 :])


@split.shape
def _(data, *, num_outputs, axis, squeeze_axis):
    return (data,), [_equal_parts(data, num_outputs, axis, squeeze_axis)[1]] * num_outputs


@split.vjp("data")
def _(xp, ct, out, data, *, num_outputs, axis, squeeze_axis):
    return (xp.stack if squeeze_axis else xp.concatenate)(ct, axis=axis % data.ndim)


def _bounds(length: int, indices: ShapeT, sections: int) -> list[tuple[int, int]]:
    """Return the stretches that ``sections`` or the cut positions ``indices`` describe."""
    if sections > 0:
        each, longer = divmod(length, sections)
        ends = [i * each + min(i, longer) for i in range(sections + 1)]
        return list(pairwise(ends))
    stretches = list(pairwise((*indices, length)))
    for position, (start, end) in enumerate(stretches):
        if end > length:
            raise check_failed(
                "end <= ishape[real_axis]",
                f"end {end} is no less than the size of the axis {length}",
            )
        if start > end and not (start == length == 0):
            raise check_failed(
                "start <= end",
                f"start {start} is not less than end {end}for subarray {position}",
            )
    return stretches


def _count(params: dict[str, Any]) -> int:
    return params["sections"] or len(params["indices"])


def _split_at(
    xp, data, *, indices: Shape(), axis: int = 1, squeeze_axis: bool = False, sections: int = 0
):
    """Cut an array at ``indices`` (the first is 0), or into ``sections`` equal parts."""
    at = axis_in(axis, data.ndim)
    lead = (slice(None),) * at
    parts = [data[(*lead, slice(a, b))] for a, b in _bounds(data.shape[at], indices, sections)]
    if squeeze_axis:
        return tuple([xp.packed(xp.squeeze(part, at)) for part in parts])
    return tuple([xp.packed(part) for part in parts])


def _split_shape(data, *, indices, axis, squeeze_axis, sections):
    at = axis_in(axis, len(data))
    lengths = [b - a for a, b in _bounds(data[at], indices, sections)]
    kept = [() if squeeze_axis else (n,) for n in lengths]
    return (data,), [(*data[:at], *n, *data[at + 1 :]) for n in kept]


def _split_pull(xp, ct, out, data, *, indices, axis, squeeze_axis, sections):
    if squeeze_axis:
        return xp.stack(ct, axis=axis % data.ndim)
    return xp.concatenate(ct, axis=axis % data.ndim)


for _names in (("_split_v2", "_npi_split"), ("_npi_dsplit",)):
    _declared = op(*_names, visible=_count, shape=_split_shape)(_split_at)
    _declared.vjp("data")(_split_pull)


def _beside(rank: int) -> int:
    return int(rank > 1)


@op("_npi_hsplit", visible=_count)
def hsplit(
    xp, data, *, indices: Shape(), axis: int = 1, squeeze_axis: bool = False, sections: int = 0
):
    """Cut an array along axis 1, or a vector along axis 0."""
    at = _beside(data.ndim)
    return _split_at(xp, data, indices=indices, axis=at, sections=sections)


@hsplit.shape
def _(data, *, indices, axis, squeeze_axis, sections):
    at = _beside(len(data))
    return _split_shape(data, indices=indices, axis=at, squeeze_axis=False, sections=sections)


@hsplit.vjp("data")
def _(xp, ct, out, data, **params):
    return xp.concatenate(ct, axis=_beside(data.ndim))
