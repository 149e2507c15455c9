"""Reductions over axes: sum, mean, prod, extremes, norm, moments, variance, cumulative sums.

Legacy reductions know ``exclude`` (reduce all axes but these), take an empty ``axis`` for all of
them, keep integer dtypes, and give shape ``(1,)`` where NumPy gives a 0-d array.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import prod as product
from typing import Any

from .._core.errors import check_failed, mxnet_error, shape_text
from .._core.flags import flags
from .._core.params import Axis, Bool, DType, Int, Optional, OptionalInt
from .._core.registry import op
from .._core.semantics import to_integer
from .elemwise_binary import quotient

Axes = tuple[int, ...] | None
Numeric = Optional(DType("float16", "float32", "float64", "int8", "int32", "int64"))
Accumulated = Optional(DType("float16", "float32", "float64", "int8", "int32", "int64", "bool"))


def normalized(axis: Axes, ndim: int, shape: tuple[int, ...] = ()) -> tuple[int, ...]:
    """Return axes as sorted positions; raise MXNet's error when they do not fit ``ndim``."""
    if axis is None:
        return tuple(range(ndim))
    if ndim == 0:
        return ()
    axes = sorted(a + ndim if a < 0 else a for a in axis)
    for before, after in pairwise(axes):
        if before == after:
            raise check_failed(
                f"axes[i-1] < axes[i] ({before} vs. {after}) ",
                f"Reduction axes have duplicates {shape_text(tuple(axes))}",
            )
    if axes and axes[-1] >= ndim:
        raise check_failed(
            f"axes[axes.ndim()-1] < ishape.ndim() ({axes[-1]} vs. {ndim}) ",
            f"Reduction axis {axes[-1]} Exceeds input dimensions {shape_text(shape)}",
        )
    if axes and axes[0] < 0:
        raise check_failed(
            f"axes[0] >= 0 ({axes[0]} vs. 0) ",
            f"Reduction axis {shape_text(axis)} Exceeds input dimensions {shape_text(shape)}",
        )
    return tuple(axes)


def chosen(data: Any, axis: Axes, exclude: bool) -> tuple[int, ...]:
    """Return the axes that a legacy reduction reduces."""
    if not axis:
        return tuple(range(data.ndim))
    axes = normalized(axis, data.ndim, data.shape)
    return tuple(a for a in range(data.ndim) if a not in axes) if exclude else axes


def kept(shape: tuple[int, ...], axes: tuple[int, ...]) -> tuple[int, ...]:
    """Return the shape after a reduction with ``keepdims``."""
    return tuple(1 if i in axes else n for i, n in enumerate(shape))


def spread(xp: Any, ct: Any, shape: tuple[int, ...], axes: tuple[int, ...]) -> Any:
    """Bring a reduced array back to the input's shape."""
    return xp.broadcast_to(ct.reshape(kept(shape, axes)), shape)


def settle(xp: Any, out: Any) -> Any:
    """Give a full legacy reduction its shape ``(1,)``."""
    return out if out.ndim or flags.np_shape else xp.asarray(out).reshape((1,))


def reduced(shape: Any, *, axis: Axes = None, keepdims: bool = False, exclude: bool = False,
            **params: Any) -> Any:  # fmt: skip
    """Apply the shape rule of legacy reductions."""
    axes = normalized(axis or None, len(shape), shape)
    if exclude and axis:
        axes = tuple(a for a in range(len(shape)) if a not in axes)
    return (shape,), _without(shape, axes, keepdims) or (() if flags.np_shape else (1,))


def numpy_reduced(shape: Any, *, axis: Axes = None, keepdims: bool = False, **params: Any) -> Any:
    """Apply the shape rule of NumPy reductions."""
    return (shape,), _without(shape, normalized(axis, len(shape), shape), keepdims)


def _without(shape: tuple[int, ...], axes: tuple[int, ...], keepdims: bool) -> tuple[int, ...]:
    if keepdims:
        return kept(shape, axes)
    return tuple(n for i, n in enumerate(shape) if i not in axes)


# Kernels: (xp, data, axes, keepdims) -> array or scalar, in data's dtype.


def total(xp: Any, data: Any, axis: Axes, keepdims: bool) -> Any:
    """Sum in the array's dtype; float16 accumulates in float32."""
    if data.dtype == xp.float16:
        return data.sum(axis=axis, keepdims=keepdims, dtype=xp.float32).astype(data.dtype)
    return xp.summed(data, axis, keepdims)


def multiplied(xp: Any, data: Any, axis: Axes, keepdims: bool) -> Any:
    """Multiply in the array's dtype; float16 accumulates in float32."""
    if data.dtype == xp.float16:
        return data.prod(axis=axis, keepdims=keepdims, dtype=xp.float32).astype(data.dtype)
    return data.prod(axis=axis, keepdims=keepdims, dtype=data.dtype)


def count(shape: tuple[int, ...], axis: Axes) -> int:
    """Count the elements that are reduced to one."""
    if axis is None:
        return product(shape)
    if len(axis) == 1:
        try:
            return shape[axis[0]]
        except IndexError:
            pass  # the error below says what is wrong
    return product(shape[a] for a in normalized(axis, len(shape), shape))


def average(xp: Any, data: Any, axis: Axes, keepdims: bool) -> Any:
    """Divide the sum by the count, in the array's dtype; no elements give 0."""
    dtype = data.dtype
    if dtype.kind == "f":
        if dtype == xp.float16:
            data = data.astype(xp.float32)
        n = count(data.shape, axis) or 1  # mxnet: the mean of nothing is 0
        out = xp.divide(xp.summed(data, axis, keepdims), xp.constant(data.dtype, n))
        return out if out.dtype == dtype else out.astype(dtype)
    out = xp.asarray(total(xp, data, axis, keepdims))
    if dtype.kind == "b":
        return out
    return quotient(xp, out, xp.constant(dtype, count(data.shape, axis) or 1))


def without_nan(xp: Any, data: Any, value: int) -> Any:
    """Replace nan by a number."""
    return xp.where(xp.isnan(data), xp.constant(data.dtype, value), data)


def legacy(
    names: str, kernel: Callable[..., Any], pull: Callable[..., Any], doc: str, lifts: str = ""
) -> None:
    """Register a legacy reduction with its gradient for :func:`pulled`."""

    def forward(
        xp: Any, data: Any, *, axis: Axis = None, keepdims: Bool = False, exclude: Bool = False
    ) -> Any:
        if axis is not None and (exclude or not axis):
            axis = chosen(data, axis, exclude)
        out = kernel(xp, data, axis, keepdims)
        return out if out.ndim or flags.np_shape else xp.asarray(out).reshape((1,))

    forward.__doc__ = doc
    declared = op(*names.split(), shape=reduced, terse=True, inconsistent=("shape",))(forward)

    @declared.vjp("data")
    def gradient(
        xp: Any, ct: Any, out: Any, data: Any, *, axis: Axes, exclude: bool, **p: Any
    ) -> Any:
        axes = chosen(data, axis, exclude)
        return pulled(pull, xp, ct, out, data, axes)


def pulled(pull: Any, xp: Any, ct: Any, out: Any, data: Any, axes: tuple[int, ...]) -> Any:
    """Carry the gradient of a reduction back with ``pull(xp, ct, out, data, n)``.

    ``ct`` and ``out`` broadcast to the data; so may what ``pull`` gives.
    """
    shape = kept(data.shape, axes)
    made = pull(xp, ct.reshape(shape), out.reshape(shape), data, count(data.shape, axes))
    return made if made.shape == data.shape else xp.broadcast_to(made, data.shape)


def of_sum(xp: Any, ct: Any, out: Any, data: Any, n: int) -> Any:
    """Differentiate a sum."""
    return ct


def of_mean(xp: Any, ct: Any, out: Any, data: Any, n: int) -> Any:
    """Differentiate a mean."""
    return ct / n


def of_product(xp: Any, ct: Any, out: Any, data: Any, n: int) -> Any:
    """Differentiate a product; a zero factor gives nan."""
    return ct * out / data  # mxnet: test_prod_gradient_at_zero


def of_extreme(xp: Any, ct: Any, out: Any, data: Any, n: int) -> Any:
    """Differentiate a maximum or minimum; every tie gets the whole gradient."""
    return ct * (data == out)  # mxnet: test_extreme_gradient_ties


legacy("sum sum_axis _sparse_sum", total, of_sum, "Sum over axes.")
legacy("mean _sparse_mean", average, of_mean, "Average over axes.")
legacy("prod", multiplied, of_product, "Multiply over axes.")
legacy("nansum", lambda xp, x, a, k: total(xp, without_nan(xp, x, 0), a, k),
       lambda xp, ct, out, x, n: xp.where(xp.isnan(x), 0, ct),
       "Sum over axes, nan counted as 0.")  # fmt: skip
legacy("nanprod", lambda xp, x, a, k: multiplied(xp, without_nan(xp, x, 1), a, k),
       lambda xp, ct, out, x, n: xp.where(xp.isnan(x), 0, ct * out / x),
       "Multiply over axes, nan counted as 1.")  # fmt: skip
legacy("max max_axis", lambda xp, x, a, k: x.max(axis=a, keepdims=k), of_extreme,
       "Take the maximum over axes.")  # fmt: skip
legacy("min min_axis", lambda xp, x, a, k: x.min(axis=a, keepdims=k), of_extreme,
       "Take the minimum over axes.")  # fmt: skip


def whole_norm(
    xp: Any, values: Any, axes: tuple[int, ...], keepdims: bool, ord: float | None = None
) -> Any:
    """Compute the norm of integers: only the largest elements count.

    MXNet scales by the largest element, and the quotients lose their fraction; with ``ord`` the
    root of their number does, too.
    """
    size = xp.abs(values)
    largest = size.max(axis=axes, keepdims=True)  # mxnet: test_legacy_dtypes
    many = (size == largest).sum(axis=axes, keepdims=keepdims)
    root = xp.sqrt(many) if ord is None else xp.floor(many ** (1 / ord))
    return largest.reshape(many.shape) * root


@op("norm", "_sparse_norm", shape=reduced, inconsistent=("shape",))
def norm(
    xp, data, *, ord: Int() = 2, axis: Axis = None,
    out_dtype: Optional(DType("float16", "float32", "float64", "int8", "int32", "int64")) = None,
    keepdims: Bool = False,
):  # fmt: skip
    """Compute the 1-norm or 2-norm over axes (over all elements without ``axis``)."""
    if ord not in (1, 2):
        raise check_failed("param.ord == 1 || param.ord == 2", "norm only supports ord=1 and ord=2")
    axes = chosen(data, axis, False) if axis or data.dtype.kind in "iu" else None
    values = data
    if data.dtype.kind != "f":
        values = data.astype(xp.float64)
    elif data.dtype == xp.float16:
        values = data.astype(xp.float32)
    if ord == 2 and data.dtype.kind in "iu":
        out = whole_norm(xp, values, axes, keepdims)
    elif ord == 2:
        out = xp.sqrt(xp.summed(values, axes, keepdims, squared=True))
    else:
        out = xp.summed(xp.abs(values), axes, keepdims)
    dtype = out_dtype or data.dtype
    if dtype.kind in "iu":
        out = to_integer(xp, out, dtype)
    return settle(xp, out if out.dtype == dtype else out.astype(dtype))


@norm.vjp("data")
def _(xp, ct, out, data, *, ord, axis, **params):
    axes = chosen(data, axis, False)
    ct = spread(xp, ct, data.shape, axes)
    if ord == 1:
        return ct * xp.sign(data)
    return ct * data / spread(xp, out, data.shape, axes)


@op("moments", visible=2)
def moments(xp, data, *, axes: Axis = None, keepdims: Bool = False):
    """Compute mean and variance over axes."""
    if not axes:
        raise mxnet_error(
            "Empty axes is not supported, if you would like to do global moments, please pass all "
            "axes to axes argument"
        )
    axes = normalized(axes, data.ndim, data.shape)
    mean = average(xp, data, axes, True)
    apart = data - mean
    variance = average(xp, apart * apart, axes, keepdims)
    mean = xp.asarray(mean).reshape(variance.shape)
    return settle(xp, mean), settle(xp, variance)


@moments.shape
def _(data, *, axes, keepdims):
    _, out = reduced(data, axis=axes, keepdims=keepdims)
    return (data,), [out, out]


@moments.vjp("data")
def _(xp, ct, out, data, *, axes, **params):
    axes = normalized(axes, data.ndim)
    by_mean, by_variance, mean = (
        spread(xp, part, data.shape, axes) for part in (ct[0], ct[1], out[0])
    )
    return (by_mean + 2 * (data - mean) * by_variance) / count(data.shape, axes)


@op("_np_cumsum", "cumsum")
def cumsum(xp, a, *, axis: OptionalInt = None, dtype: Numeric = None):
    """Sum cumulatively along an axis, or over the flattened array."""
    if axis is not None and not 0 <= axis < a.ndim:
        cumsum.shape_rule(a.shape, axis=axis)
        raise check_failed(  # mxnet: test_cumsum_of_negative_axis
            "i >= 0 && i < ndim()", f"index = {axis} must be in range [0, {a.ndim})",
            "cumsum takes no negative axis",
        )  # fmt: skip
    dtype = dtype or (xp.int64 if a.dtype.kind == "b" else a.dtype)
    if a.dtype == xp.float16:
        return xp.cumsum(a, axis=axis, dtype=xp.float32).astype(dtype)
    return xp.cumsum(a, axis=axis, dtype=dtype)


@cumsum.shape
def _(a, *, axis=None, dtype=None):
    if axis is None:
        return (a,), (product(a),)
    if not -len(a) <= axis < len(a):
        raise check_failed(
            "!axis.has_value() || ((axis.value() >= -out.shape_.ndim()) && axis.value() < "
            "out.shape_.ndim())",
            f"axis value {axis} out of range",
        )
    return (a,), a


@cumsum.vjp("a")
def _(xp, ct, out, a, *, axis, dtype):
    along = 0 if axis is None else axis
    return xp.flip(xp.cumsum(xp.flip(ct, along), axis=along), along).reshape(a.shape)
