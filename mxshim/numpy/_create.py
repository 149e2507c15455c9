"""Functions of ``mx.np`` that make arrays."""

from __future__ import annotations

from typing import Any

import numpy

from .._core.device import current, parse
from .._core.errors import mxnet_error, shapes_unknown
from .._core.tensor import Tensor, make
from ..ndarray._create import DTYPES, counted
from ..ndarray.ndarray import known_dtype
from ._arguments import ARRAY, INTEGERS, WORDS, create, invoke, placed
from .multiarray import ndarray

DEFAULT = numpy.float32


def _c_order(order: str) -> None:
    if order != "C":
        raise NotImplementedError


def zeros(shape: Any, dtype: Any = None, order: str = "C", ctx: Any = None) -> Any:
    """Make an array of zeros, float32 unless ``dtype`` says otherwise."""
    _c_order(order)
    sizes = (shape,) if isinstance(shape, INTEGERS) else shape
    if not isinstance(sizes, (tuple, list, Tensor)):
        code = 2 if isinstance(shape, float) else 11
        raise mxnet_error(
            f"Check failed: type_code_ == kObjectHandle ({code} vs. 8) : expected ObjectCell but "
            f"get {type(shape).__name__}"
        )
    name = dtype if dtype is None or isinstance(dtype, str) else numpy.dtype(dtype).name
    if name is not None and name not in _KNOWN:
        raise mxnet_error(f"unknown type {name}")
    sizes = tuple(int(n) for n in sizes)
    if sizes and min(sizes) < 0:
        raise shapes_unknown("_npi_zeros", [], [sizes], {"ctx": parse(ctx)})
    context = current() if ctx is None else parse(ctx)
    return make(ndarray, context.xp.zeros(sizes, name or DEFAULT), context)


_KNOWN = {"float16", "float32", "float64", "uint8", "int8", "int32", "int64", "bool"}


def ones(shape: Any, dtype: Any = DEFAULT, order: str = "C", ctx: Any = None) -> Any:
    """Make an array of ones, float32 unless ``dtype`` says otherwise."""
    _c_order(order)
    known = DTYPES.get(dtype)
    if known is not None and shape.__class__ is tuple and min(shape, default=0) >= 0:
        context = current() if ctx is None else parse(ctx)
        return make(ndarray, context.xp.ones(shape, known), context)
    return create("_npi_ones", ctx, {"shape": shape, "dtype": dtype or DEFAULT})


def full(
    shape: Any, fill_value: Any, dtype: Any = None, order: str = "C", ctx: Any = None,
    out: Any = None,
) -> Any:  # fmt: skip
    """Make an array filled with one value; an array as value is broadcast to the shape."""
    _c_order(order)
    if isinstance(fill_value, ARRAY):
        filled = invoke("_npi_broadcast_to", "broadcast_to", [fill_value], {"shape": shape})
        return filled if dtype is None else filled.astype(dtype)
    if isinstance(fill_value, bool):
        fill_value = int(fill_value)
        dtype = "bool" if dtype is None else dtype
    given = {"shape": shape, "value": fill_value, "dtype": DEFAULT if dtype is None else dtype}
    return create("_npi_full", ctx, given, out)


def _like(a: Any, value: Any, dtype: Any, order: str, ctx: Any, out: Any) -> Any:
    _c_order(order)
    number = int(value) if isinstance(value, bool) else value
    given: dict[str, Any] = {"fill_value": number, **placed(ctx)}
    if dtype is not None:
        given["dtype"] = numpy.dtype(dtype).name
    return invoke("_npi_full_like", "full_like", [a], given, out)


def full_like(
    a: Any, fill_value: Any, dtype: Any = None, order: str = "C", ctx: Any = None, out: Any = None
) -> Any:
    """Fill an array of another array's shape (and type) with one value."""
    return _like(a, fill_value, dtype, order, ctx, out)


def zeros_like(
    a: Any, dtype: Any = None, order: str = "C", ctx: Any = None, out: Any = None
) -> Any:
    """Make zeros of another array's shape (and type)."""
    return _like(a, 0, dtype, order, ctx, out)


def ones_like(a: Any, dtype: Any = None, order: str = "C", ctx: Any = None, out: Any = None) -> Any:
    """Make ones of another array's shape (and type)."""
    return _like(a, 1, dtype, order, ctx, out)


def empty(shape: Any, dtype: Any = DEFAULT, order: str = "C", ctx: Any = None) -> Any:
    """Make an array whose elements are not set (here they are zeros)."""
    if order != "C":
        raise NotImplementedError(
            f"`empty` only supports order equal to `C`, while received {order}"
        )
    context = current() if ctx is None else parse(ctx)
    sizes = (shape,) if isinstance(shape, int) else tuple(shape)
    named = known_dtype(DEFAULT if dtype is None else dtype)
    return make(ndarray, context.xp.zeros(sizes, named), context)


def empty_like(
    prototype: Any, dtype: Any = None, order: str = "C", subok: bool = False, shape: Any = None
) -> Any:
    """Make an array of another array's shape (and type) whose elements are not set."""
    if order != "C":
        raise NotImplementedError("Only support C-order at this moment")
    if subok:
        raise NotImplementedError(
            "Creating array by using sub-class is not supported at this moment"
        )
    if shape is not None:
        raise NotImplementedError("Assigning new shape is not supported at this moment")
    return _like(prototype, 0, dtype, "C", None, None)


def arange(start: Any, stop: Any = None, step: Any = 1, dtype: Any = None, ctx: Any = None) -> Any:
    """Count from ``start`` (0 with one bound) to below ``stop``, in float32 by default."""
    if stop is None:
        start, stop = 0, start
    if step is None:
        step = 1
    if start is None and stop is None:
        raise ValueError("start and stop cannot be both None")
    if step == 0:
        raise ZeroDivisionError("step cannot be 0")
    if step == 1:
        context = current() if ctx is None else parse(ctx)
        quick = counted(context.xp, start, stop, dtype)
        if quick is not None:
            return make(ndarray, quick, context)
    given = {"start": start, "stop": stop, "step": step, "dtype": dtype or "float32"}
    return create("_npi_arange", ctx, given)


def identity(n: int, dtype: Any = None, ctx: Any = None) -> Any:
    """Make the identity matrix (n, n)."""
    if not isinstance(n, int):
        raise TypeError("Input 'n' should be an integer")
    if n < 0:
        raise ValueError("Input 'n' cannot be negative")
    return create("_npi_identity", ctx, {"shape": (n, n), "dtype": dtype or DEFAULT})


def eye(N: int, M: Any = None, k: int = 0, dtype: Any = DEFAULT, **kwargs: Any) -> Any:
    """Make a matrix (N, M) with ones on diagonal ``k``; ``M=None`` means square."""
    if "order" in kwargs:
        raise NotImplementedError("function eye does not support parameter order")
    ctx = kwargs.pop("ctx", None)
    return create("_npi_eye", ctx, {"N": N, "M": M, "k": k, "dtype": dtype})


def _number(bound: Any, refusal: str) -> None:
    if isinstance(bound, (list, numpy.ndarray, ARRAY)):
        raise NotImplementedError(refusal)


def linspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, retstep: bool = False,
    dtype: Any = None, axis: int = 0, ctx: Any = None,
) -> Any:  # fmt: skip
    """Space ``num`` numbers evenly; with ``retstep`` return their distance too."""
    for bound in (start, stop):
        _number(bound, "start and stop only support int")
    if axis != 0:
        raise NotImplementedError("the function only support axis 0")
    given = {"start": start, "stop": stop, "num": num, "endpoint": endpoint, "dtype": dtype}
    made = create("_npi_linspace", ctx, given)
    return (made, (stop - start) / (num - 1)) if retstep else made


def logspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, base: float = 10.0,
    dtype: Any = None, axis: int = 0, ctx: Any = None,
) -> Any:  # fmt: skip
    """Space ``num`` numbers evenly on a log scale, from ``base**start`` to ``base**stop``."""
    for bound in (start, stop):
        _number(list(bound) if isinstance(bound, tuple) else bound, WORDS["range of logarithms"])
    if axis != 0:
        raise NotImplementedError("the function only support axis 0")
    given = {"start": start, "stop": stop, "num": num, "endpoint": endpoint, "base": base}
    return create("_npi_logspace", ctx, {**given, "dtype": dtype})


def indices(dimensions: Any, dtype: Any = numpy.int32, ctx: Any = None) -> Any:
    """Make the index grid of a shape: one array of coordinates an axis, stacked."""
    if not isinstance(dimensions, (tuple, list)):
        raise ValueError("The dimensions must be sequence of ints")
    return create("_npi_indices", ctx, {"dimensions": dimensions, "dtype": dtype})


def hanning(M: int, dtype: Any = DEFAULT, ctx: Any = None) -> Any:
    """Make a Hann window of ``M`` points."""
    return create("_npi_hanning", ctx, {"M": M, "dtype": dtype})


def hamming(M: int, dtype: Any = DEFAULT, ctx: Any = None) -> Any:
    """Make a Hamming window of ``M`` points."""
    return create("_npi_hamming", ctx, {"M": M, "dtype": dtype})


def blackman(M: int, dtype: Any = DEFAULT, ctx: Any = None) -> Any:
    """Make a Blackman window of ``M`` points."""
    return create("_npi_blackman", ctx, {"M": M, "dtype": dtype})


__all__ = [
    "arange", "blackman", "empty", "empty_like", "eye", "full", "full_like", "hamming", "hanning",
    "identity", "indices", "linspace", "logspace", "ones", "ones_like", "zeros", "zeros_like",
]  # fmt: skip
