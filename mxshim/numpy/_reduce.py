"""Reductions of ``mx.np``."""

from __future__ import annotations

from typing import Any

import numpy

from .._core.invoke import call, check_class
from .._core.registry import Op, get
from .multiarray import ndarray


def _checked(op: Op, name: str, a: Any) -> list[Any]:
    if a.__class__ is not ndarray:
        check_class(op, name, op.inputs[0], a, ndarray)
    return [a]


def _dtype(dtype: Any) -> Any:
    return None if dtype is None else numpy.dtype(dtype).name


def _typed(
    registered: str, name: str, a: Any, axis: Any, dtype: Any, keepdims: Any, out: Any, **more: Any
) -> Any:
    op = get(registered)
    arrays = _checked(op, name, a)
    if dtype is not None or axis is not None or keepdims is not False or more:
        given = {"axis": axis, "dtype": _dtype(dtype), "keepdims": keepdims, **more}
        return call(op, ndarray, arrays, op.bind(given), out)
    return call(op, ndarray, arrays, op.defaults, out)


def sum(
    a: Any, axis: Any = None, dtype: Any = None, keepdims: bool = False, initial: Any = None,
    out: Any = None,
) -> Any:  # fmt: skip
    """Sum over ``axis``; bools count in int64, other integers in their own dtype."""
    more = {} if initial is None else {"initial": initial}
    return _typed("_np_sum", "sum", a, axis, dtype, keepdims, out, **more)


def mean(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False
) -> Any:
    """Average over ``axis``; integers give float32."""
    return _typed("_npi_mean", "mean", a, axis, dtype, keepdims, out)


def prod(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False
) -> Any:
    """Multiply over ``axis``."""
    return _typed("_np_prod", "prod", a, axis, dtype, keepdims, out)


def product(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False
) -> Any:
    """Multiply over ``axis``; another name of :func:`prod`."""
    return _typed("_np_prod", "product", a, axis, dtype, keepdims, out)


def std(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: int = 0,
    keepdims: bool = False,
) -> Any:  # fmt: skip
    """Compute the standard deviation over ``axis``; no gradient passes."""
    return _typed("_npi_std", "std", a, axis, dtype, keepdims, out, ddof=ddof)


def var(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: int = 0,
    keepdims: bool = False,
) -> Any:  # fmt: skip
    """Compute the variance over ``axis``; no gradient passes."""
    return _typed("_npi_var", "var", a, axis, dtype, keepdims, out, ddof=ddof)


def _plain(registered: str, name: str, a: Any, axis: Any, keepdims: Any, out: Any) -> Any:
    op = get(registered)
    arrays = _checked(op, name, a)
    if axis is None and keepdims is False:
        return call(op, ndarray, arrays, op.defaults, out)
    return call(op, ndarray, arrays, op.bind({"axis": axis, "keepdims": keepdims}), out)


def max(a: Any, axis: Any = None, keepdims: bool = False, out: Any = None) -> Any:
    """Take the maximum over ``axis``."""
    return _plain("_np_max", "max", a, axis, keepdims, out)


def min(a: Any, axis: Any = None, keepdims: bool = False, out: Any = None) -> Any:
    """Take the minimum over ``axis``."""
    return _plain("_np_min", "min", a, axis, keepdims, out)


def amax(a: Any, axis: Any = None, keepdims: bool = False, out: Any = None) -> Any:
    """Take the maximum over ``axis``."""
    return _plain("_np_max", "amax", a, axis, keepdims, out)


def amin(a: Any, axis: Any = None, keepdims: bool = False, out: Any = None) -> Any:
    """Take the minimum over ``axis``."""
    return _plain("_np_min", "amin", a, axis, keepdims, out)


def all(a: Any, axis: Any = None, keepdims: bool = False, out: Any = None) -> Any:
    """Tell whether all elements over ``axis`` are true."""
    return _plain("_np_all", "all", a, axis, keepdims, out)


def any(a: Any, axis: Any = None, keepdims: bool = False, out: Any = None) -> Any:
    """Tell whether any element over ``axis`` is true."""
    return _plain("_np_any", "any", a, axis, keepdims, out)


def sometrue(a: Any, axis: Any = None, keepdims: bool = False, out: Any = None) -> Any:
    """Tell whether any element over ``axis`` is true."""
    return _plain("_np_any", "sometrue", a, axis, keepdims, out)


def cumsum(a: Any, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
    """Sum cumulatively along ``axis``, or over the flattened array."""
    op = get("_np_cumsum")
    given = {"axis": axis, "dtype": _dtype(dtype)}
    return call(op, ndarray, _checked(op, "cumsum", a), op.bind(given), out)


def average(
    a: Any, axis: Any = None, weights: Any = None, returned: bool = False, out: Any = None
) -> Any:
    """Average over ``axis`` with weights; ``returned`` also gives the sum of the weights."""
    op = get("_npi_average")
    arrays = _checked(op, "average", a)
    if weights is not None:
        check_class(op, "average", "weights", weights, ndarray)
        arrays.append(weights)
    given = {"axis": axis, "returned": returned, "weighted": weights is not None}
    return call(op, ndarray, arrays, op.bind(given), out)


__all__ = [
    "all", "amax", "amin", "any", "average", "cumsum", "max", "mean", "min", "prod", "product",
    "sometrue", "std", "sum", "var",
]  # fmt: skip
