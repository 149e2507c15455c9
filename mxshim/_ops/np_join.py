"""NumPy's ways to join arrays; each shapes its inputs and concatenates them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .._core.errors import mxnet_error, shape_text, shapes_unknown
from .._core.params import Int, OptionalInt
from .._core.registry import op
from .._core.shapes import ShapeT, size
from .join_split import cut, joined


def one_type(parts: Any) -> None:
    """Refuse parts of different types, in the words of NumPy's operators."""
    dtype = parts[0].dtype
    for part in parts:
        if part.dtype != dtype:
            raise mxnet_error(
                f"Type inconsistent, Provided = {part.dtype.name}, inferred type = {dtype.name}",
                "arrays of different types do not join; use astype",
            )


@op("_npi_concatenate")
def concatenate(xp, *data, num_args: Int(min=1), axis: OptionalInt = 0):
    """Join arrays along an axis, or flattened when it is None."""
    one_type(data)
    if axis is None:
        return xp.concatenate([part.reshape(-1) for part in data])
    return xp.concatenate(data, axis=axis)


@concatenate.shape
def _(*data, num_args, axis):
    if axis is None:
        return data, (sum(size(part) for part in data),)
    if not all(data):
        attributes = {"num_args": num_args, "axis": axis}
        raise shapes_unknown("_npi_concatenate", data, [None], attributes)
    return data, joined(data, axis)


@concatenate.vjp("data")
def _(xp, ct, out, *data, num_args, axis):
    if axis is None:
        pieces = cut(ct, [part.size for part in data], 0)
        return [piece.reshape(part.shape) for piece, part in zip(pieces, data, strict=True)]
    return cut(ct, [part.shape[axis] for part in data], axis % data[0].ndim)


Raise = Callable[[ShapeT], ShapeT]


def _rows(shape: ShapeT) -> ShapeT:
    return (1, *(shape or (1,))) if len(shape) < 2 else shape


def _columns(shape: ShapeT) -> ShapeT:
    return (size(shape), 1) if len(shape) < 2 else shape


def _depths(shape: ShapeT) -> ShapeT:
    return (*_rows(shape), 1) if len(shape) < 3 else shape


def _join(name: str, raised: Raise, axis: Callable[[ShapeT], int], doc: str) -> None:
    def forward(xp, *data, num_args: Int(min=1)):
        one_type(data)
        parts = [part.reshape(raised(part.shape)) for part in data]
        return xp.concatenate(parts, axis=axis(parts[0].shape))

    def pull(xp, ct, out, *data, num_args):
        at = axis(ct.shape)
        pieces = cut(ct, [raised(part.shape)[at] for part in data], at)
        return [piece.reshape(part.shape) for piece, part in zip(pieces, data, strict=True)]

    def rule(*data, num_args):
        parts = tuple(raised(part) for part in data)
        at = axis(parts[0])
        for part in parts[1:]:
            hole = (*parts[0][:at], -1, *parts[0][at + 1 :])
            if len(part) != len(hole) or (*part[:at], -1, *part[at + 1 :]) != hole:
                raise mxnet_error(
                    f"Shape inconsistent, Provided = {shape_text(part)}, "
                    f"inferred shape={shape_text(hole)}"
                )
        return data, joined(parts, at)

    forward.__doc__ = doc
    op(f"_npi_{name}", shape=rule)(forward).vjp("data")(pull)


_join("vstack", _rows, lambda shape: 0, "Stack arrays on top of each other; vectors become rows.")
_join(
    "hstack", lambda shape: shape or (1,), lambda shape: int(len(shape) > 1),
    "Put arrays beside each other: along axis 1, or axis 0 for vectors.",
)  # fmt: skip
_join(
    "dstack", _depths, lambda shape: 2,
    "Stack arrays along a third axis; (n,) counts as (1, n, 1), (m, n) as (m, n, 1).",
)  # fmt: skip
_join(
    "column_stack", _columns, lambda shape: 1,
    "Put columns beside each other; vectors become columns.",
)  # fmt: skip
