"""NumPy's choice between two arrays, or an array and a number, by a condition."""

from __future__ import annotations

from typing import Any

from .._core.errors import check_failed
from .._core.params import Float, Int
from .._core.registry import op
from .._core.shapes import ShapeT

DOUBLE = Float("double")


def true(condition: Any) -> Any:
    """Return the truth of each element."""
    return condition if condition.dtype.kind == "b" else condition != 0


def scalar_like(xp: Any, value: float, array: Any) -> Any:
    """Return a double as a 0-d array of another array's type, cut as C cuts it."""
    return xp.asarray(value, xp.float64).astype(array.dtype)


def broadcast3(*shapes: ShapeT) -> ShapeT:
    """Broadcast the three shapes of a ``where``."""
    rank = max(map(len, shapes))
    out = []
    for s1, s2, s3 in zip(*((1,) * (rank - len(s)) + s for s in shapes), strict=True):
        sizes = {s1, s2, s3} - {1}
        if len(sizes) > 1:
            pairs = (
                "(s1 == 1 && s2 == 1) || (s1 == 1 && s3 == 1) || (s2 == 1 && s3 == 1) || "
                "(s1 == 1 && s2 == s3) || (s2 == 1 && s1 == s3) || (s3 == 1 && s1 == s2)"
            )
            raise check_failed(pairs, "Operands could not be broadcast together.")
        out.append(sizes.pop() if sizes else 1)
    return tuple(out)


@op("_npi_where")
def where(xp, condition, x, y):
    """Choose from ``x`` where ``condition`` is not zero, else from ``y``; all three broadcast."""
    if x.dtype != y.dtype:
        raise check_failed(
            "assign(&dattr, vec.at(i))",
            "Incompatible attr in node  at 1-th input: "
            f"expected {x.dtype.name}, got {y.dtype.name}",
            f"where: dtypes {x.dtype} and {y.dtype} do not mix; use astype on one of them",
        )
    return xp.where(true(condition), x, y)


@where.shape
def _(condition, x, y):
    return (condition, x, y), broadcast3(condition, x, y)


@where.vjp("x")
def _(xp, ct, out, condition, x, y):
    return xp.where(true(condition), ct, 0)


@where.vjp("y")
def _(xp, ct, out, condition, x, y):
    return xp.where(true(condition), 0, ct)


@op(
    "_npi_where_lscalar",
    shape=lambda condition, x, **_: ((condition, x), broadcast3(condition, x, ())),
)
def where_lscalar(xp, condition, x, *, scalar: DOUBLE = 0.0):
    """Choose the scalar where ``condition`` is not zero, else from ``x``."""
    return xp.where(true(condition), scalar_like(xp, scalar, x), x)


@where_lscalar.vjp("x")
def _(xp, ct, out, condition, x, *, scalar):
    return xp.where(true(condition), ct, 0)  # mxnet: the wrong half, test_where_scalar


@op(
    "_npi_where_rscalar",
    shape=lambda condition, y, **_: ((condition, y), broadcast3(condition, y, ())),
)
def where_rscalar(xp, condition, y, *, scalar: DOUBLE = 0.0):
    """Choose from ``y`` where ``condition`` is not zero, else the scalar."""
    return xp.where(true(condition), y, scalar_like(xp, scalar, y))


@where_rscalar.vjp("y")
def _(xp, ct, out, condition, y, *, scalar):
    return xp.where(true(condition), 0, ct)  # mxnet: the wrong half, test_where_scalar


@op("_npi_where_scalar2", flat=True, shape=lambda condition, **_: ((condition,), condition))
def where_scalar2(xp, condition, *, x: DOUBLE = 0.0, y: DOUBLE = 0.0):
    """Choose one of two scalars by each element; the result is float32."""
    one, other = xp.asarray([x, y], xp.float32)
    return xp.where(true(condition), one, other)


@op("_npi_boolean_mask_assign_scalar", shape=lambda data, mask, **_: ((data, mask), data))
def mask_assign_scalar(xp, data, mask, *, value: Float() = 0.0, start_axis: Int() = 0):
    """Return ``data`` with a number where ``mask`` (over axes from ``start_axis``) is not zero."""
    out = data.copy()
    out[(slice(None),) * start_axis + (true(mask),)] = scalar_like(xp, value, data)
    return out


@op(
    "_npi_boolean_mask_assign_tensor",
    shape=lambda data, mask, value, **_: ((data, mask, value), data),
)
def mask_assign_tensor(xp, data, mask, value, *, start_axis: Int() = 0):
    """Return ``data`` with values where ``mask`` (over axes from ``start_axis``) is not zero."""
    out = data.copy()
    out[(slice(None),) * start_axis + (true(mask),)] = value
    return out
