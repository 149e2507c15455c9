"""NumPy-only ways to rearrange elements: rolling, rotating, at-least-nd; memory and constraints."""

from __future__ import annotations

from typing import Any

from .._core.errors import check_failed, mxnet_error, shape_text
from .._core.params import Axis, Int
from .._core.registry import op
from .._core.shapes import ShapeT
from .reshape import outside


@op("_np_copy", shape=lambda a: ((a,), a))
def copy(xp, a):
    """Return a copy."""
    return a.copy()


@copy.vjp("a")
def _(xp, ct, out, a):
    return ct


@op("_np_roll", shape=lambda data, **params: ((data,), data))
def roll(xp, data, *, shift: Axis = None, axis: Axis = None):
    """Move elements along axes (None: of the flattened array); those that fall off come back."""
    shifts, axes = _rolls(data.shape, shift, axis)
    return xp.roll(data, shifts, axes)


def _rolls(shape: ShapeT, shift: ShapeT | None, axis: ShapeT | None) -> tuple[Any, Any]:
    if shift is None:
        raise mxnet_error("roll missing 1 required positional argument: 'shift'.")
    if axis is None:
        if len(shift) != 1:
            raise mxnet_error("shift must be an int.")
        return shift[0], None
    if len(shift) == 1:
        shift = shift * len(axis)
    if len(shift) != len(axis):
        raise mxnet_error("shift and `axis` must be a tuple of the same size.")
    rank = len(shape)
    worst = max((a + rank if a < 0 else a for a in axis), default=0)
    if worst >= rank or min((a + rank for a in axis), default=0) < 0:
        raise check_failed(
            f"axes[axes.ndim() - 1] < ndim ({worst} vs. {rank}) ",
            f"axis {worst} Exceeds input dimensions {shape_text(shape)}",
        )
    return shift, axis


@roll.vjp("data")
def _(xp, ct, out, data, *, shift, axis):
    shifts, axes = _rolls(data.shape, shift, axis)
    back = -shifts if axes is None else tuple(-s for s in shifts)
    return roll(xp, ct, shift=(back,) if axes is None else back, axis=axes)


@op("_npi_rot90")
def rot90(xp, data, *, k: int = 1, axes: Axis = None):
    """Rotate by ``k`` quarter turns in the plane of two axes, from the first towards the second."""
    return xp.rot90(data, k, _plane(data.shape, axes)).copy()


def _plane(shape: ShapeT, axes: ShapeT | None) -> tuple[int, int]:
    rank = len(shape)
    if axes is None or len(axes) != 2:
        raise check_failed("param.axes.value().ndim() == 2", "The length of axes must be 2.")
    first, second = (a + rank if a < 0 else a for a in axes)
    if first == second:
        raise check_failed(
            f"real_axes[0] != real_axes[1] ({first} vs. {second}) ",
            f"axes have duplicates {shape_text((first, second))}",
        )
    if rank < 2:
        raise outside(max(first, second), rank)
    if not (0 <= first < rank and 0 <= second < rank):
        raise mxnet_error("Axes out of range for array of ndim")
    return first, second


@rot90.shape
def _(data, *, k, axes):
    first, second = _plane(data, axes)
    out = list(data)
    if k % 2:
        out[first], out[second] = out[second], out[first]
    return (data,), tuple(out)


@rot90.vjp("data")
def _(xp, ct, out, data, *, k, axes):
    return rot90(xp, ct, k=k, axes=axes)  # mxnet: turns on instead of back, test_numpy[rot90]


def _raised(shape: ShapeT, rank: int) -> ShapeT:
    if len(shape) >= rank:
        return shape
    if rank < 3:
        return (1,) * (rank - len(shape)) + shape
    return (1, *(shape or (1,)), 1) if len(shape) < 2 else (*shape, 1)


def _at_least(rank: int) -> None:
    def forward(xp, *arys, num_args: Int(min=1)):
        return tuple([a.reshape(_raised(a.shape, rank)).copy() for a in arys])

    def rule(*arys, num_args):
        return arys, [_raised(a, rank) for a in arys]

    forward.__doc__ = f"Give each array at least {rank} axes."
    name = f"_np_atleast_{rank}d"
    # mxnet: the gradient is zero, test_atleast_gradient
    op(name, visible=lambda params: params["num_args"], shape=rule, flat=True)(forward)


for _rank in (1, 2, 3):
    _at_least(_rank)


@op("_npi_share_memory", flat=True, shape=lambda a, b: ((a, b), ()))
def share_memory(xp, a, b):
    """Tell whether two arrays may use the same memory."""
    return xp.asarray(xp.may_share_memory(a, b))


@op("_npx_constraint_check", flat=True, shape=lambda input, **_: ((input,), ()))
def constraint_check(xp, input, *, msg: str = "Constraint violated."):
    """Raise ValueError with ``msg`` unless all elements of a bool array are true."""
    if input.dtype.kind != "b":
        raise check_failed("in_attrs->at(0) == mshadow: :kBool")
    if not bool(input.all()):
        raise ValueError(f"ValueError: Check failed: red_output == true (0 vs. 1) : {msg}")
    return xp.asarray(True)
