"""What the normalizing layers share: moments, and the gradient through them."""

from __future__ import annotations

from math import prod
from typing import Any


def wide(xp: Any, data: Any) -> Any:
    """Return the data in at least single precision."""
    return data.astype(xp.float32) if data.dtype.itemsize == 2 else data


def moments(xp: Any, data: Any, axes: tuple[int, ...]) -> tuple[Any, Any, Any]:
    """Return mean, variance (over all elements, kept axes of length 1) and the centred data."""
    # not an int: NumPy 1.26 turns the statistics into float64 where that is large
    count = float(prod([data.shape[axis] for axis in axes]))
    mean = data.sum(axis=axes, keepdims=True) / count
    centred = data - mean
    return mean, (centred * centred).sum(axis=axes, keepdims=True) / count, centred


def along(vector: Any, axis: int, ndim: int) -> Any:
    """Reshape a vector so that it broadcasts along one axis."""
    return vector.reshape((1,) * axis + (-1,) + (1,) * (ndim - axis - 1))


def others(axis: int, ndim: int) -> tuple[int, ...]:
    """List all axes but one."""
    return tuple(i for i in range(ndim) if i != axis)


def pull(xp: Any, ct: Any, normal: Any, inverse: Any, axes: tuple[int, ...]) -> Any:
    """Carry the gradient of ``normal = (data - mean) * inverse`` back to the data.

    ``inverse`` is one over the standard deviation; mean and deviation were taken over ``axes``.
    """
    count = float(prod(ct.shape[axis] for axis in axes))
    share = ct.sum(axis=axes, keepdims=True) / count
    slope = (ct * normal).sum(axis=axes, keepdims=True) / count
    return (ct - share - normal * slope) * inverse
