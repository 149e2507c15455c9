"""Reductions of ``mx.np``."""

from __future__ import annotations

from typing import Any

import numpy

from ._arguments import NUMBERS, invoke


def _dtype(dtype: Any) -> Any:
    return None if dtype is None else numpy.dtype(dtype).name


def _given(**passed: Any) -> dict[str, Any]:
    """Keep the parameters that differ from their defaults."""
    return {key: value for key, value in passed.items() if value is not None and value is not False}


def sum(
    a: Any, axis: Any = None, dtype: Any = None, keepdims: bool = False, initial: Any = None,
    out: Any = None,
) -> Any:  # fmt: skip
    """Sum over ``axis``; bools count in int64, other integers in their own dtype."""
    if dtype is None and initial is None:
        return _plain("_np_sum", "sum", a, axis, keepdims, out)
    given = _given(axis=axis, dtype=_dtype(dtype), keepdims=keepdims, initial=initial)
    return invoke("_np_sum", "sum", [a], given, out)


def mean(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False
) -> Any:
    """Average over ``axis``; integers give float32."""
    given = {"axis": axis, "keepdims": keepdims}
    if dtype is not None:
        given["dtype"] = _dtype(dtype)
    return invoke("_npi_mean", "mean", [a], given, out)


def prod(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False
) -> Any:
    """Multiply over ``axis``."""
    given = _given(axis=axis, dtype=_dtype(dtype), keepdims=keepdims)
    return invoke("_np_prod", "prod", [a], given, out)


def product(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False
) -> Any:
    """Multiply over ``axis``; another name of :func:`prod`."""
    given = _given(axis=axis, dtype=_dtype(dtype), keepdims=keepdims)
    return invoke("_np_prod", "product", [a], given, out)


def std(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: int = 0,
    keepdims: bool = False,
) -> Any:  # fmt: skip
    """Compute the standard deviation over ``axis``; no gradient passes."""
    given = {"axis": axis, "ddof": ddof, **_given(dtype=_dtype(dtype)), "keepdims": keepdims}
    return invoke("_npi_std", "std", [a], given, out)


def var(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: int = 0,
    keepdims: bool = False,
) -> Any:  # fmt: skip
    """Compute the variance over ``axis``; no gradient passes."""
    given = {"axis": axis, "ddof": ddof, **_given(dtype=_dtype(dtype)), "keepdims": keepdims}
    return invoke("_npi_var", "var", [a], given, out)


def _plain(registered: str, name: str, a: Any, axis: Any, keepdims: Any, out: Any) -> Any:
    given = {} if axis is None else {"axis": axis}
    if keepdims is not None and keepdims is not False:
        given["keepdims"] = keepdims
    return invoke(registered, name, (a,), given, out)


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
    return invoke("_np_cumsum", "cumsum", [a], _given(axis=axis, dtype=_dtype(dtype)), out)


def average(
    a: Any, axis: Any = None, weights: Any = None, returned: bool = False, out: Any = None
) -> Any:
    """Average over ``axis`` with weights; ``returned`` also gives the sum of the weights."""
    given = {"axis": axis, "returned": returned}
    if weights is None:
        return invoke("_npi_average", "average", [a], {**given, "weighted": False}, out)
    return invoke("_npi_average", "average", [a, weights], given, out)


def percentile(
    a: Any, q: Any, axis: Any = None, out: Any = None, overwrite_input: Any = None,
    interpolation: str = "linear", keepdims: bool = False,
) -> Any:  # fmt: skip
    """Compute percentiles (0 to 100) over ``axis``; ``q`` is a number or a vector of them."""
    if overwrite_input is not None:
        raise NotImplementedError("overwrite_input is not supported yet")
    given = {"axis": axis, "interpolation": interpolation, "keepdims": keepdims}
    if isinstance(q, NUMBERS):
        return invoke("_npi_percentile", "percentile", [a], {**given, "q_scalar": q}, out)
    return invoke("_npi_percentile", "percentile", [a, q], {**given, "q_scalar": None}, out)


def quantile(
    a: Any, q: Any, axis: Any = None, out: Any = None, overwrite_input: Any = None,
    interpolation: str = "linear", keepdims: bool = False,
) -> Any:  # fmt: skip
    """Compute quantiles (0 to 1) over ``axis``; ``q`` is a number or a vector of them."""
    if overwrite_input is not None:
        raise NotImplementedError("overwrite_input is not supported yet")
    return percentile(a, q * 100, axis, out, None, interpolation, keepdims)


__all__ = [
    "all", "amax", "amin", "any", "average", "cumsum", "max", "mean", "min", "percentile", "prod",
    "product", "quantile", "sometrue", "std", "sum", "var",
]  # fmt: skip
