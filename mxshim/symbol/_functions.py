"""Functions of ``mx.sym`` that stand above operators: numbers beside symbols, constant arrays."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Number
from typing import Any

import numpy

from ._operators import internal
from .symbol import Symbol


def _mixed(
    left: Any, right: Any, names: tuple[str, str, str], plain: Callable[[Any, Any], Any]
) -> Any:
    """Choose the operator by which of the two is a number."""
    both, scalar, reflected = names
    if isinstance(left, Symbol) and isinstance(right, Symbol):
        return internal(both)(left, right)
    if isinstance(left, Symbol) and isinstance(right, Number):
        return internal(scalar)(left, scalar=right)
    if isinstance(left, Number) and isinstance(right, Symbol):
        return internal(reflected)(right, scalar=left)
    if isinstance(left, Number) and isinstance(right, Number):
        return plain(left, right)
    raise TypeError(f"types ({type(left)}, {type(right)}) not supported")


def pow(base: Any, exp: Any) -> Any:
    """Raise ``base`` to ``exp``; either may be a number."""
    return _mixed(base, exp, ("_Power", "_PowerScalar", "_RPowerScalar"), lambda a, b: a**b)


def power(base: Any, exp: Any) -> Any:
    """Raise ``base`` to ``exp``; another name of :func:`pow`."""
    return pow(base, exp)


def maximum(left: Any, right: Any) -> Any:
    """Take the larger of each pair; either may be a number."""
    names = ("_Maximum", "_MaximumScalar", "_MaximumScalar")
    return _mixed(left, right, names, lambda a, b: a if a > b else b)


def minimum(left: Any, right: Any) -> Any:
    """Take the smaller of each pair; either may be a number."""
    names = ("_Minimum", "_MinimumScalar", "_MinimumScalar")
    return _mixed(left, right, names, lambda a, b: a if a < b else b)


def hypot(left: Any, right: Any) -> Any:
    """Compute the hypotenuse of each pair; either may be a number."""
    return _mixed(left, right, ("_Hypot", "_HypotScalar", "_HypotScalar"), numpy.hypot)


def _single(dtype: Any) -> Any:
    return numpy.float32 if dtype is None else dtype


def eye(N: Any, M: Any = 0, k: Any = 0, dtype: Any = None, **kwargs: Any) -> Any:
    """Make a matrix with ones on a diagonal."""
    return internal("_eye")(N, M, k, dtype=_single(dtype), **kwargs)


def zeros(shape: Any, dtype: Any = None, **kwargs: Any) -> Any:
    """Make an array of zeros."""
    return internal("_zeros")(shape=shape, dtype=_single(dtype), **kwargs)


def ones(shape: Any, dtype: Any = None, **kwargs: Any) -> Any:
    """Make an array of ones."""
    return internal("_ones")(shape=shape, dtype=_single(dtype), **kwargs)


def full(shape: Any, val: Any, dtype: Any = None, **kwargs: Any) -> Any:
    """Make an array of one value."""
    return internal("_full")(shape=shape, dtype=_single(dtype), value=float(val), **kwargs)


def arange(
    start: Any, stop: Any = None, step: Any = 1.0, repeat: Any = 1, infer_range: Any = False,
    name: Any = None, dtype: Any = None,
) -> Any:  # fmt: skip
    """Make evenly spaced values of a half-open interval."""
    return internal("_arange")(
        start=start, stop=stop, step=step, repeat=repeat, infer_range=infer_range, name=name,
        dtype=_single(dtype),
    )  # fmt: skip


def linspace(
    start: Any, stop: Any, num: Any, endpoint: Any = True, name: Any = None, dtype: Any = None
) -> Any:
    """Make ``num`` evenly spaced values of an interval."""
    return internal("_linspace")(
        start=start, stop=stop, num=num, endpoint=endpoint, name=name, dtype=_single(dtype)
    )


def histogram(a: Any, bins: Any = 10, range: Any = None, **kwargs: Any) -> Any:
    """Count values per bin; ``bins`` is a number (with ``range``) or a symbol of edges."""
    if isinstance(bins, Symbol):
        return internal("_histogram")(data=a, bins=bins, **kwargs)
    if isinstance(bins, (int, numpy.integer)):
        if range is None:
            raise ValueError("null range is not supported in symbol mode")
        return internal("_histogram")(data=a, bin_cnt=bins, range=range, **kwargs)
    raise ValueError("bins argument should be either an integer or an NDArray")


def split_v2(ary: Any, indices_or_sections: Any, axis: Any = 0, squeeze_axis: Any = False) -> Any:
    """Split an array at places, or into a number of equal parts."""
    places: list[int] = []
    sections = 0
    if isinstance(indices_or_sections, int):
        sections = indices_or_sections
    elif isinstance(indices_or_sections, tuple):
        places = [0, *indices_or_sections]
    else:
        raise ValueError("indices_or_sections must either int or tuple of ints")
    return internal("_split_v2")(ary, places, axis, squeeze_axis, sections)


__all__ = [
    "arange", "eye", "full", "histogram", "hypot", "linspace", "maximum", "minimum", "ones", "pow",
    "power", "split_v2", "zeros",
]  # fmt: skip
