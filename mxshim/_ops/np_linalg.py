"""NumPy's norms."""

from __future__ import annotations

from typing import Any

from .._core.errors import mxnet_error, not_implemented
from .._core.params import Axis, Bool, Float, Int
from .._core.registry import op
from .._core.semantics import to_integer
from .reduce import kept, normalized, numpy_reduced, spread, whole_norm

Double = Float("double")


def singular(xp: Any, x: Any, axes: tuple[int, ...]) -> tuple[Any, Any, Any]:
    """Factor the matrices in two axes; the axes go last."""
    return xp.linalg.svd(xp.moveaxis(x, axes, (-2, -1)), full_matrices=False)


def vector_axes(x: Any, ord: float, axis: Any, flag: int) -> tuple[int, ...]:
    """Return the axes that are reduced; matrix norms without ``axis`` take the first two.

    ``flag`` says which kind is meant: -2 all elements, -1 by ``ord``, 0 spectral, 1 Frobenius,
    2 nuclear.
    """
    if axis is None and flag == -1 and x.ndim > 2:
        return (x.ndim - 2, x.ndim - 1) if ord in _MATRIX else (x.ndim - 1,)
    return normalized(axis, x.ndim, x.shape)


_MATRIX = (1, -1, 2, -2)


@op("_npi_norm", shape=numpy_reduced)
def norm(
    xp, data, *, ord: Double = 2.0, axis: Axis = None, keepdims: Bool = False, flag: Int() = -1
):
    """Compute a vector norm over ``axis`` or a matrix norm over two axes; see :func:`kind`."""
    x = data if data.dtype.kind == "f" else data.astype(xp.float64)
    if x.dtype == xp.float16:
        x = x.astype(xp.float32)
    axes = vector_axes(x, ord, axis, flag)
    word = kind(x, ord, axes, axis, flag)
    if word == "power":
        out = powered(xp, x, ord, axes, data.dtype.kind in "iu", flag)
    elif word == "column":
        sums = xp.abs(x).sum(axis=axes[0], keepdims=True)
        out = (sums.max if ord > 0 else sums.min)(axis=axes[1], keepdims=True)
    else:
        values = singular(xp, x, axes)[1]
        picked = {"nuclear": values.sum, "largest": values.max, "smallest": values.min}
        out = picked[word](axis=-1)
    out = xp.asarray(out).reshape(numpy_reduced(x.shape, axis=axes, keepdims=keepdims)[1])
    return to_integer(xp, out, data.dtype) if data.dtype.kind in "iu" else out.astype(data.dtype)


def kind(x: Any, ord: float, axes: tuple[int, ...], axis: Any, flag: int) -> str:
    """Name the computation: ``power``, ``column`` sums, or by singular values."""
    if flag == 2:
        if len(axes) != 2:
            raise mxnet_error("Invalid norm order for inputs.")
        return "nuclear"
    if ord in (float("inf"), -float("inf")):
        raise mxnet_error(f"{'-' if ord < 0 else ''}inf norm handled in front-end.")
    if flag in (-2, 1) or len(axes) != 2 or (axis is not None and len(axis) != 2):
        return "power"
    if ord in (1, -1):
        return "column"
    if ord in (2, -2):
        return "largest" if ord > 0 else "smallest"
    return "power"


def powered(xp: Any, x: Any, ord: float, axes: tuple[int, ...], whole: bool, flag: int) -> Any:
    """Compute ``sum(|x|**ord) ** (1/ord)``, with the count of non-zeros for order 0."""
    if whole and ord > 1:
        return whole_norm(xp, x, axes, True, None if flag == -2 else ord)
    if ord == 2:
        return xp.sqrt(xp.summed(x, axes, True, squared=True))
    size = xp.abs(x)
    if ord == 0:
        return (size != 0).sum(axis=axes, keepdims=True).astype(x.dtype)
    if ord == 1:
        return size.sum(axis=axes, keepdims=True)
    return (size**ord).sum(axis=axes, keepdims=True) ** (1 / ord)


@norm.vjp("data")
def _(xp, ct, out, data, *, ord, axis, keepdims, flag):
    axes = vector_axes(data, ord, axis, flag)
    word = kind(data, ord, axes, axis, flag)
    ct_all, out_all = spread(xp, ct, data.shape, axes), spread(xp, out, data.shape, axes)
    if word == "power":
        if ord == 0:
            return ct_all * 0
        if ord == 2:
            return ct_all * data / out_all
        return ct_all * xp.sign(data) * (xp.abs(data) / out_all) ** (ord - 1)
    if word == "column":
        sums = xp.sum(xp.abs(data), axis=axes[0], keepdims=True)
        reduced_out = out.reshape(kept(data.shape, axes))
        return xp.where(sums == reduced_out, ct_all, 0) * xp.sign(data)
    if hasattr(xp, "record"):
        raise not_implemented("the second derivative of a norm by singular values")
    u, _, v = singular(xp, data, axes)
    if word == "nuclear":
        gradient = u @ v
    else:
        at = 0 if word == "largest" else -1
        gradient = u[..., :, at, None] * v[..., at, None, :]
    return ct_all * xp.moveaxis(gradient, (-2, -1), axes)
