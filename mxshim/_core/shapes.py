"""Shape rules that whole families of operators share.

A rule takes the input shapes (a tuple, or None where unknown; unknown dimensions are -1) and the
parameters, and returns ``(input_shapes, output_shape)``; where several outputs exist the second is
a list.  It raises MXNet's error when shapes do not fit; the engine asks it only after a kernel has
failed, or to infer shapes.
"""

from __future__ import annotations

from math import prod
from typing import Any

from .errors import check_failed, incompatible, shape_text
from .flags import flags

ShapeT = tuple[int, ...]
#: What a rule returns.
Inferred = tuple[tuple[ShapeT | None, ...], Any]


def size(shape: ShapeT) -> int:
    """Count the elements of a shape."""
    return prod(shape)


def same(*shapes: ShapeT | None, **params: Any) -> Inferred:
    """Apply the rule of element-wise operators: all inputs and the output have one shape."""
    known = next((s for s in shapes if s is not None), None)
    for position, shape in enumerate(shapes):
        if shape is not None and shape != known:
            raise incompatible("input", position, shape_text(known), shape_text(shape))
    return (known,) * len(shapes), known


def broadcast(lhs: ShapeT, rhs: ShapeT, **params: Any) -> Inferred:
    """Apply NumPy's broadcasting rule to two shapes."""
    rank = max(len(lhs), len(rhs))
    padded = [(1,) * (rank - len(s)) + s for s in (lhs, rhs)]
    for left, right in zip(*padded, strict=True):
        if left != right and left != 1 and right != 1:
            raise check_failed(
                "l == 1 || r == 1",
                "operands could not be broadcast together with shapes "
                f"{shape_text(lhs)} {shape_text(rhs)}",
                f"shapes {lhs} and {rhs} do not broadcast: {left} against {right}",
            )
    return (lhs, rhs), tuple(r if left == 1 else left for left, r in zip(*padded, strict=True))


def legacy(shape: ShapeT) -> ShapeT:
    """Return the shape, but (1,) instead of () unless NumPy shapes are on."""
    return shape or (() if flags.np_shape else (1,))


def normalize_axis(axis: int, ndim: int) -> int:
    """Map a negative axis to its position; return it unchanged when it is out of range."""
    return axis + ndim if axis < 0 else axis
