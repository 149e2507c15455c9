"""NumPy's reductions: dtype=, 0-d results, bool sums in int64, variance, average, all, any."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .._core.errors import check_failed, mxnet_error
from .._core.params import Axis, Bool, Int, OptionalFloat
from .._core.registry import op
from .._core.semantics import to_integer
from .elemwise_unary import refuse_bool
from .reduce import (
    Accumulated,
    Axes,
    Numeric,
    average,
    count,
    multiplied,
    normalized,
    numpy_reduced,
    of_extreme,
    of_mean,
    of_product,
    of_sum,
    pulled,
    spread,
    total,
)


def refuse_for_bool(data: Any, dtype: Any) -> None:
    """Refuse the result dtypes that sums and products of bools do not give."""
    if data.dtype.kind == "b" and dtype.name not in ("int32", "int64", "float32", "float64"):
        kinds = ("kInt32", "kInt64", "kFloat32", "kFloat64")
        tests = " || ".join(f"param.dtype.value() == mshadow::{kind}" for kind in kinds)
        raise check_failed(
            tests.replace("mshadow::", "mshadow: :", 1),
            "Only support the following output dtypes when input dtype is bool: int32, int64, "
            "float32, float64.",
        )


def with_dtype(
    names: str, kernel: Callable[..., Any], pull: Callable[..., Any], whole: str, doc: str
) -> None:
    """Register a reduction that takes ``dtype``; integers without one become ``whole``."""
    every = whole == "float32"

    def forward(
        xp: Any, a: Any, *, axis: Axis = None, dtype: Accumulated = None, keepdims: Bool = False,
        initial: OptionalFloat = None,
    ) -> Any:  # fmt: skip
        if initial is not None:
            raise mxnet_error("initial is not supported yet")
        axis = axis if a.ndim else None
        if dtype is None:
            if a.dtype.kind != "f" and (every or a.dtype.kind == "b"):
                a = a.astype(whole)
            return kernel(xp, a, axis, keepdims)
        if not every:
            refuse_for_bool(a, dtype)
        if dtype.kind != "f" and (every or a.dtype.kind == "f"):
            out = kernel(xp, a.astype(xp.float64), axis, keepdims)
            return out != 0 if dtype.kind == "b" else to_integer(xp, out, dtype)
        return kernel(xp, a.astype(dtype, copy=False), axis, keepdims)

    forward.__doc__ = doc
    declared = op(*names.split(), shape=numpy_reduced, inconsistent=("shape",))(forward)

    @declared.vjp("a")
    def gradient(xp: Any, ct: Any, out: Any, a: Any, *, axis: Axes, **params: Any) -> Any:
        return pulled(pull, xp, ct, out, a, normalized(axis, a.ndim))


def product_or_zero(xp: Any, a: Any, axis: Axes, keepdims: bool) -> Any:
    """Multiply; the product of nothing is 0."""
    out = multiplied(xp, a, axis, keepdims)
    return out * 0 if not a.size else out  # mxnet: test_product_of_nothing


with_dtype("_np_sum", total, of_sum, "int64", "Sum over axes.")
with_dtype("_np_prod _np_product", product_or_zero, of_product, "int64", "Multiply over axes.")
with_dtype("_npi_mean", average, of_mean, "float32", "Average over axes; integers give float32.")


def extreme(names: str, kernel: Callable[..., Any]) -> None:
    """Register maximum or minimum."""

    @op(*names.split(), inconsistent=("shape",))
    def forward(xp, a, *, axis: Axis = None, keepdims: Bool = False, initial: OptionalFloat = None):
        """Take the maximum or minimum over axes."""
        if initial is not None:
            raise mxnet_error("initial is not supported yet")
        return kernel(a, axis if a.ndim else None, keepdims)

    @forward.shape
    def rule(a, *, axis, keepdims, initial):
        axes = axis or ()
        for position in axes:
            if position >= max(len(a), 1):
                raise check_failed(
                    "i >= 0 && i < ndim()", f"index = {position} must be in range [0, {len(a)})"
                )
        inferred = numpy_reduced(a, axis=axis, keepdims=keepdims)
        if any(a[i] == 0 for i in normalized(axis, len(a))):
            raise check_failed(
                "is_all_reducded_axes_not_zero",
                "zero-size array to reduction operation maximum which has no identity",
            )
        return inferred

    @forward.vjp("a")
    def gradient(xp, ct, out, a, *, axis, **params):
        axes = normalized(axis, a.ndim)
        ct, out = spread(xp, ct, a.shape, axes), spread(xp, out, a.shape, axes)
        return of_extreme(xp, ct, out, a, 0)


extreme("_np_max _np_amax", lambda a, axis, k: a.max(axis=axis, keepdims=k))
extreme("_np_min _np_amin", lambda a, axis, k: a.min(axis=axis, keepdims=k))


def logical(names: str, word: str) -> None:
    """Register ``all`` or ``any``."""

    @op(*names.split(), shape=numpy_reduced, flat=True, inconsistent=("shape",))
    def forward(xp, data, *, axis: Axis = None, keepdims: Bool = False):
        """Tell whether all (or any) elements over axes are true."""
        return getattr(xp, word)(data, axis=axis if data.ndim else None, keepdims=keepdims)


logical("_np_all", "all")
logical("_np_any _np_sometrue", "any")


def spread_of(names: str, root: bool) -> None:
    """Register variance or standard deviation."""

    # mxnet: no gradient passes (test_no_gradient_of_spread)
    @op(names, shape=numpy_reduced, flat=True, inconsistent=("shape",))
    def forward(
        xp, a, *, axis: Axis = None, dtype: Numeric = None, ddof: Int() = 0,
        keepdims: Bool = False,
    ):  # fmt: skip
        """Compute the variance (or its root) over axes, divided by ``count - ddof``.

        The mean is taken in the input's dtype, so integers deviate from a whole number.
        """
        refuse_bool(a)
        axes = normalized(axis, a.ndim, a.shape) if axis is not None and a.ndim else None
        dtype = dtype or a.dtype
        wide = xp.float32 if dtype == xp.float16 else dtype if dtype.kind == "f" else xp.float64
        mean = average(xp, a, axes, True)  # mxnet: whole for integers (test_std_of_ints)
        apart = a - mean if a.dtype == wide else a.astype(wide) - mean.astype(wide)
        # mxnet: the divisor is unsigned (test_var_ddof_too_large)
        divisor = float((count(a.shape, axes) - ddof) % 2**64)
        out = xp.summed(apart, axes, keepdims, squared=True)
        out = xp.divide(out, xp.constant(out.dtype, divisor))
        out = xp.sqrt(out) if root else out
        if dtype.kind in "iu":
            return to_integer(xp, out, dtype)
        return out if out.dtype == dtype else out.astype(dtype)


spread_of("_npi_var", False)
spread_of("_npi_std", True)


@op("_npi_average", arity=lambda weighted, **_: 2 if weighted else 1,
    visible=lambda params: 2 if params["returned"] else 1)  # fmt: skip
def weighted_average(
    xp, a, weights=None, *, axis: Axis = None, returned: Bool = False, weighted: Bool = True
):
    """Average over axes with weights; also give the sum of the weights."""
    axes = normalized(axis, a.ndim, a.shape)
    if not weighted:
        scale = xp.asarray(count(a.shape, axes), a.dtype)
        return average(xp, a, axes, False), scale
    w = aligned(weights, a, axis)
    scale = w.sum(axis=axes, dtype=a.dtype) if w.shape == a.shape else w.sum(dtype=a.dtype)
    mean = (a * w).sum(axis=axes, dtype=a.dtype)
    if a.dtype.kind != "f":
        return to_integer(xp, mean / scale, a.dtype), scale
    return mean / scale, scale


def aligned(weights: Any, a: Any, axis: Axes) -> Any:
    """Shape 1-d weights so that they broadcast along ``axis``."""
    if weights.shape == a.shape:
        return weights
    if axis is None:
        raise check_failed(
            "param.axis.has_value() == true (0 vs. 1) ",
            "Axis must be specified when shapes of a and weights differ.",
        )
    position = normalized(axis, a.ndim, a.shape)[0]
    if weights.shape[0] != a.shape[position]:
        raise check_failed(
            f"a_shape[red_axis] == w_shape[0] ({a.shape[position]} vs. {weights.shape[0]}) ",
            "Length of weights not compatible with specified axis.",
        )
    return weights.reshape(tuple(-1 if i == position else 1 for i in range(a.ndim)))


@weighted_average.shape
def _(a, weights=None, *, axis, returned, weighted):
    _, out = numpy_reduced(a, axis=axis)
    full = weights is not None and weights == a
    return (a, weights), [out, out if full and weighted else ()]


@weighted_average.vjp("a")
def _(xp, ct, out, a, weights=None, *, axis, weighted, **params):
    axes = normalized(axis, a.ndim)
    by_mean = spread(xp, ct[0], a.shape, axes)
    if not weighted:
        return by_mean / count(a.shape, axes)
    w = aligned(weights, a, axis)
    scale = spread(xp, out[1], a.shape, axes) if w.shape == a.shape else out[1]
    return by_mean * w / scale


@weighted_average.vjp("weights")
def _(xp, ct, out, a, weights, *, axis, **params):
    axes = normalized(axis, a.ndim)
    by_mean, mean = spread(xp, ct[0], a.shape, axes), spread(xp, out[0], a.shape, axes)
    w = aligned(weights, a, axis)
    full = w.shape == a.shape
    scale = spread(xp, out[1], a.shape, axes) if full else out[1]
    gradient = by_mean * (a - mean) / scale
    if full:
        return gradient + spread(xp, ct[1], a.shape, axes)
    others = tuple(i for i in range(a.ndim) if w.shape[i] == 1)
    return xp.sum(gradient, axis=others) + ct[1]
