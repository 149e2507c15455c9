"""Choosing elements or rows by a condition."""

from __future__ import annotations

from typing import Any

from .._core.errors import check_failed, shapes_unknown
from .._core.registry import kernel, op
from .._core.shapes import ShapeT
from .index import no_gradient


@op("where", "_sparse_where")
def where(xp, condition, x, y):
    """Choose from ``x`` where ``condition`` is not zero, else from ``y``.

    All three have one shape, or the condition is a vector that chooses whole rows.
    """
    if condition.shape != x.shape or x.shape != y.shape or x.dtype != y.dtype:
        if x.dtype != y.dtype:
            raise check_failed(
                "infer_type_success", "Operator where is missing FInferType attribute"
            )
        _chosen(condition.shape, x.shape, y.shape)
    return xp.where(_rows(condition, x), x, y)


def _rows(condition: Any, x: Any) -> Any:
    """Return the truth of the condition, shaped to choose from ``x``."""
    if condition.ndim != x.ndim:
        condition = condition.reshape(condition.shape + (1,) * (x.ndim - 1))
    return condition if condition.dtype.kind == "b" else condition != 0


def _chosen(condition: ShapeT, x: ShapeT, y: ShapeT) -> ShapeT:
    if x != y or (condition != x and len(condition) != 1):
        raise shapes_unknown("where", (condition, x, y), (None,), {})
    if condition != x and condition[0] != x[0]:
        raise check_failed(
            f"(*in_attrs)[0].Size() == static_cast<size_t>(tshape[0]) ({condition[0]} vs. {x[0]}) "
        )
    return x


@where.shape
def _(condition, x, y):
    x, y = (y if x is None else x), (x if y is None else y)  # one tells the other
    return (condition, x, y), x if condition is None else _chosen(condition, x, y)


@where.vjp("x")
def _(xp, ct, out, condition, x, y):
    return xp.where(_rows(condition, x), ct, 0)


@where.vjp("y")
def _(xp, ct, out, condition, x, y):
    return xp.where(_rows(condition, x), 0, ct)


@op("_contrib_boolean_mask", "_npi_boolean_mask")
def boolean_mask(xp, data, index, *, axis: int = 0):
    """Keep the slices of axis 0 where ``index`` is not zero."""
    _masked(data.shape, index.shape, axis)
    return data[index if index.dtype.kind == "b" else index != 0]


def _masked(data: ShapeT, index: ShapeT, axis: int) -> None:
    if axis != 0:
        raise check_failed(f"axis == 0 ({axis} vs. 0) ", "Not supported yet")
    if len(index) == 1 and data[:1] != index:
        raise check_failed(f"data.shape()[axis] == idx.shape()[0] ({data[0]} vs. {index[0]}) ")


@boolean_mask.shape
def _(data, index, *, axis):
    _masked(data, index, axis)
    return (data, index), (-1, *data[len(index) :])


@boolean_mask.vjp("data")
def _(xp, ct, out, data, index, **params):
    return unmask(xp, ct, index, shape=data.shape)


@kernel
def unmask(xp, ct, index, *, shape: object):
    """Put the slices that a mask kept back into zeros of ``shape``."""
    total = xp.zeros(shape, ct.dtype)
    total[index != 0] = ct
    return total


@unmask.vjp("ct")
def _(xp, ct, out, first, index, *, shape):
    return boolean_mask(xp, ct, index)


where.vjp("condition")(no_gradient(0))
boolean_mask.vjp("index")(no_gradient(1))
