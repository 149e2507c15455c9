"""Linear equations whose unknowns and right sides are arrays of any rank."""

from __future__ import annotations

from .._core.errors import check_failed, mxnet_error
from .._core.params import Int, OrEmpty, Shape
from .._core.registry import op
from .._core.shapes import ShapeT, size
from .linalg import inverse, turned
from .linalg_factors import solve
from .np_eigen import refuse_half, widened


def _halves(a: ShapeT, ind: int) -> tuple[ShapeT, ShapeT]:
    """Split a shape in front of axis ``ind``; MXNetError unless both parts are of one size."""
    if ind <= 0:
        raise check_failed(f"ind > 0 ({ind} vs. 0) ", "Invalid ind argument.")
    front, back = a[:ind], a[ind:]
    if not size(back):
        raise check_failed("prod_back > 0 (0 vs. 0) ", "can not reshape array of size 0 into shape")
    if size(front) != size(back):
        raise check_failed(
            f"prod_front == prod_back ({size(front)} vs. {size(back)}) ",
            "a shape must be square, i. e., prod(a.shape[:ind]) == prod(a.shape[ind:]).",
        )
    return front, back


@op("_npi_tensorinv")
def tensorinv(xp, a, *, ind: Int() = 2):
    """Invert an array as a linear map from its axes from ``ind`` on to those before."""
    front, back = _halves(a.shape, ind)
    refuse_half(a)
    if a.dtype.kind != "f":
        raise check_failed(
            f"inv_a_tblob.type_flag_ == a_tblob.type_flag_ (1 vs. {_CODES[a.dtype.name]}) ",
            "Binary function only support input/output with the same type.",
            f"tensorinv needs float32 or float64, got {a.dtype}",
        )
    side = size(front)
    return inverse.forward(xp, a.reshape(side, side)).reshape(back + front)


_CODES = {"uint8": 3, "int32": 4, "int8": 5, "int64": 6, "bool": 7}


@tensorinv.shape
def _(a, *, ind=2):
    front, back = _halves(a, ind)
    return (a,), back + front


@tensorinv.vjp("a")
def _(xp, ct, out, a, *, ind):
    side = size(a.shape[:ind])
    across = turned(xp, xp.reshape(out, (side, side)))
    middle = xp.matmul(xp.reshape(ct, (side, side)), across)
    return xp.reshape(-xp.matmul(across, middle), a.shape)


def _order(rank: int, axes: ShapeT) -> ShapeT:
    """Return the order of axes in which those of ``axes`` come last."""
    last = [axis + rank if axis < 0 else axis for axis in axes]
    if len({*last}) < len(last) or any(not 0 <= axis < rank for axis in last):
        raise mxnet_error(f"Check failed: axes {axes} of an array with {rank} axes")
    return (*(axis for axis in range(rank) if axis not in last), *last)


def _unknowns(a: ShapeT, b: ShapeT) -> ShapeT:
    """Return the shape of the solution; ``a`` has its axes in order."""
    front, back = a[: len(b)], a[len(b) :]
    if size(front) != size(back):
        raise check_failed(
            f"prod_front == prod_back ({size(front)} vs. {size(back)}) ", "a shape must be square."
        )
    if size(b) != size(front):
        raise mxnet_error(
            f"Check failed: b of shape {b} does not fit the first axes of a, {front}",
            f"a of shape {a} maps to {size(front)} numbers, b of shape {b} holds {size(b)}",
        )
    return back


@op("_npi_tensorsolve")
def tensorsolve(xp, a, b, *, a_axes: OrEmpty(Shape()) = ()):
    """Solve ``tensordot(a, x, x.ndim) = b``; the axes ``a_axes`` of ``a`` are moved last first."""
    moved = a.transpose(_order(a.ndim, a_axes))
    unknowns = _unknowns(moved.shape, b.shape)
    matrix, right = widened(xp, moved), widened(xp, b, "b")
    side = b.size
    found = solve.forward(xp, matrix.reshape(side, side), right.reshape(side))
    return found.reshape(unknowns)


@tensorsolve.shape
def _(a, b, *, a_axes=()):
    return (a, b), _unknowns(tuple(a[axis] for axis in _order(len(a), a_axes)), b)


@tensorsolve.vjp("a", "b")
def _(xp, ct, out, a, b, *, a_axes):
    order = _order(a.ndim, a_axes)
    moved = xp.transpose(a, order)
    side = size(b.shape)
    matrix = xp.reshape(moved, (side, side)).astype(out.dtype)
    by_b = solve(xp, turned(xp, matrix), xp.reshape(ct, (side,)))
    by_matrix = -by_b[:, None] * xp.reshape(out, (1, side))
    back = tuple(order.index(axis) for axis in range(len(order)))
    by_a = xp.transpose(xp.reshape(by_matrix, moved.shape), back)
    return by_a, xp.reshape(by_b, b.shape)
