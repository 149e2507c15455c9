"""Arrays made from parameters, or in the likeness of another array."""

from __future__ import annotations

from math import ceil, pi
from typing import Any

from .._core.dtypes import float32, int32
from .._core.errors import check_failed
from .._core.params import DType, Float, Int, Optional, OptionalFloat, OptionalInt, Shape
from .._core.registry import op
from .._core.shapes import ShapeT, same

FULL = DType("bfloat16", *DType().words)
NUMERIC = DType("bfloat16", "float16", "float32", "float64", "int32", "int64", "int8", "uint8")
EYE = DType("float16", "float32", "float64", "int32", "int64", "int8", "uint8")
DOUBLE = Float("double")
LONG = Int(kind="long")


def _given_shape(*, shape, **params):
    return (), shape


@op("_zeros", shape=_given_shape)
def zeros(xp, *, shape: Shape = (), ctx: str = "", dtype: FULL = float32):
    """Make an array of zeros."""
    return xp.zeros(shape, dtype)


@op("_zeros_without_dtype", shape=_given_shape)
def zeros_without_dtype(xp, *, shape: Shape = (), ctx: str = "", dtype: int = -1):
    """Make zeros whose element type follows from where they are used; here float32."""
    return xp.zeros(shape, float32)


@op("_ones", shape=_given_shape)
def ones(xp, *, shape: Shape = (), ctx: str = "", dtype: FULL = float32):
    """Make an array of ones."""
    return xp.ones(shape, dtype)


op("_npi_zeros", shape=_given_shape)(zeros.forward)
op("_npi_ones", shape=_given_shape)(ones.forward)


@op("_full", "_npi_full", shape=_given_shape)
def full(xp, *, shape: Shape = (), ctx: str = "", dtype: FULL = float32, value: DOUBLE):
    """Make an array filled with one value."""
    return filled(xp, shape, value, dtype)


def filled(xp: Any, shape: ShapeT, value: float, dtype: Any) -> Any:
    """Fill an array with a double that is cast to ``dtype`` as C casts it."""
    return xp.full(shape, xp.asarray(value, xp.float64).astype(dtype))


@op("_npi_identity", shape=_given_shape)
def identity(xp, *, shape: Shape = (), ctx: str = "", dtype: FULL = float32):
    """Make an identity matrix."""
    return xp.eye(shape[0], dtype=dtype)


def _eye_shape(*, N, M, **params):
    return (), (N, M or N)


@op("_eye", shape=_eye_shape)
def eye(xp, *, N: LONG, M: LONG = 0, k: LONG = 0, ctx: str = "", dtype: EYE = float32):
    """Make a matrix with ones on diagonal ``k``; ``M=0`` means square."""
    return xp.eye(N, M or N, k, dtype=dtype)


def _np_eye_shape(*, N, M, **params):
    for name, length in (("N", N), ("M", N if M is None else M)):
        if length < 0:
            raise check_failed(
                f"param.{name} >= 0", f"negative dimensions are not allowed. {name} is {length}"
            )
    return (), (N, N if M is None else M)


@op("_npi_eye", shape=_np_eye_shape)
def np_eye(
    xp, *, N: LONG, M: OptionalInt = None, k: LONG = 0, ctx: str = "", dtype: NUMERIC = float32
):
    """Make a matrix with ones on diagonal ``k``; ``M=None`` means square."""
    return xp.eye(N, N if M is None else M, k, dtype=dtype)


def _range(*, start, stop, step, repeat, **params):
    if stop is None:
        start, stop = 0.0, start
    if step == 0:
        raise check_failed("param.step != 0 (0 vs. 0) ", "Range does not support step=0")
    if repeat <= 0:
        raise check_failed(f"param.repeat > 0 ({repeat} vs. 0) ", "repeat must be positive")
    return start, ceil((stop - start) / step) * repeat


def _legacy_range(**params):
    start, stop, step = params["start"], params["stop"], params["step"]
    low, high = (0.0, start) if stop is None else (start, stop)
    text = f"({low:g},{high:g},{step:g})"
    if step > 0 and low >= high:
        raise check_failed(
            "param.start < param.stop.value()", f"Invalid range (start, stop, step) = {text}"
        )
    if step < 0 and low <= high:
        raise check_failed(
            "param.start > param.stop.value()", f"Invalid range (start, stop, step)= {text}"
        )
    return (), (_range(**params)[1],)


def _np_range(**params):
    return (), (max(_range(**params)[1], 0),)


def _count_up(
    xp, *, start: DOUBLE, stop: OptionalFloat = None, step: DOUBLE = 1.0, repeat: int = 1,
    infer_range: bool = False, ctx: str = "", dtype: NUMERIC = float32,
):  # fmt: skip
    first, count = _range(start=start, stop=stop, step=step, repeat=repeat)
    return steps(xp, first, step, count, repeat, dtype)


def steps(xp: Any, start: float, step: float, count: int, repeat: int, dtype: Any) -> Any:
    """Count up in the arithmetic of ``dtype``, start and step cut to it first (as MXNet does)."""
    if repeat == 1 and step == 1 and start.is_integer() and dtype.name != "float16":
        return xp.arange(start, start + max(count, 0), dtype=dtype)
    numbers = xp.arange(max(count, 0))
    if repeat != 1:
        numbers = numbers // repeat
    if dtype.name == "float16":
        start, step = int(start), int(step)  # mxnet: test_legacy[float16-arange_half]
    first, each = xp.asarray([start, step], xp.float64).astype(dtype)
    return numbers.astype(dtype) * each + first


@op("_arange", shape=_legacy_range)
def arange(
    xp, *, start: DOUBLE, stop: OptionalFloat = None, step: DOUBLE = 1.0, repeat: int = 1,
    infer_range: bool = False, ctx: str = "", dtype: NUMERIC = float32,
):  # fmt: skip
    """Count from ``start`` to below ``stop``, each number ``repeat`` times.

    ``start`` and ``step`` are cast to ``dtype`` first.  An empty range is an error.
    """
    given = {"start": start, "stop": stop, "step": step, "repeat": repeat}
    (count,) = _legacy_range(**given)[1]
    return steps(xp, 0.0 if stop is None else start, step, count, repeat, dtype)


np_arange = op("_npi_arange", shape=_np_range)(_count_up)


def _numbered(*, num, **params):
    if num < 0:
        raise check_failed(
            f"param.num >= 0 ({num} vs. 0) ",
            f"Number of sequence should be non-negative, received {num}",
        )
    return (), (num,)


@op("_linspace", "_npi_linspace", shape=_numbered)
def linspace(
    xp, *, start: DOUBLE, stop: DOUBLE, num: int, endpoint: bool = True, ctx: str = "",
    dtype: NUMERIC = float32,
):  # fmt: skip
    """Space ``num`` numbers evenly from ``start`` to ``stop``."""
    return spaced(xp, start, stop, num, endpoint).astype(dtype)


def spaced(xp: Any, start: float, stop: float, num: int, endpoint: bool) -> Any:
    """Space numbers in double precision; the last one is exactly ``stop``."""
    _numbered(num=num)
    pieces = num - 1 if endpoint else num
    out = xp.arange(num) * ((stop - start) / pieces if pieces > 0 else 0.0) + start
    if endpoint and num > 1:
        out[-1] = stop
    return out


@op("_npi_logspace", shape=_numbered)
def logspace(
    xp, *, start: DOUBLE, stop: DOUBLE, num: int, endpoint: bool = True, base: DOUBLE = 10.0,
    ctx: str = "", dtype: NUMERIC = float32,
):  # fmt: skip
    """Space ``num`` numbers evenly on a log scale, from ``base**start`` to ``base**stop``."""
    return (base ** spaced(xp, start, stop, num, endpoint)).astype(dtype)


@op("_npi_indices", shape=lambda *, dimensions, **_: ((), (len(dimensions), *dimensions)))
def indices(xp, *, dimensions: Shape(), dtype: NUMERIC = int32, ctx: str = ""):
    """Make the index grid of a shape: one array of coordinates an axis, stacked."""
    return xp.indices(dimensions).astype(dtype)


def _window(name: str, doc: str, constant: float, first: float, second: float) -> None:
    """Declare a window: ``constant - first * cos(t) + second * cos(2t)``, t from 0 to 2 pi."""

    def forward(xp, *, M: OptionalInt = None, ctx: str = "", dtype: NUMERIC = float32):
        count = max(M or 0, 0)
        if count == 1:
            return xp.ones(1, dtype)
        # mxnet: angles in single precision, constants in the window's type, test_windows
        turn = xp.arange(count, dtype=float32) * xp.asarray(2 * pi, float32) / (count - 1)
        turn = turn.astype(float32).astype(xp.float64)
        a, b, c = xp.asarray([constant, first, second], xp.float64).astype(dtype)
        once, twice = xp.cos(turn).astype(dtype), xp.cos(2 * turn).astype(dtype)
        return a - b * once + c * twice

    forward.__doc__ = doc
    op(f"_npi_{name}", shape=lambda *, M, **_: ((), (max(M or 0, 0),)))(forward)


_window("hanning", "Make a Hann window of ``M`` points.", 0.5, 0.5, 0.0)
_window("hamming", "Make a Hamming window of ``M`` points.", 0.54, 0.46, 0.0)
_window("blackman", "Make a Blackman window of ``M`` points.", 0.42, 0.5, 0.08)


@op("zeros_like", "_sparse_zeros_like", shape=same, flat=True)
def zeros_like(xp, data):
    """Make zeros of the input's shape and type."""
    return xp.zeros(data.shape, data.dtype)


@op("ones_like", shape=same, flat=True)
def ones_like(xp, data):
    """Make ones of the input's shape and type."""
    return xp.ones(data.shape, data.dtype)


@op("_npi_full_like", shape=lambda a, **params: ((a,), a), flat=True)
def full_like(xp, a, *, fill_value: DOUBLE, ctx: str = "", dtype: Optional(FULL) = None):
    """Fill an array of the input's shape with one value."""
    return filled(xp, a.shape, fill_value, a.dtype if dtype is None else dtype)


def _like_shape(data, *, axis, **params):
    return (data,), data if axis is None else (data[axis],)


@op("_contrib_arange_like", "_npx_arange_like", shape=_like_shape, flat=True)
def arange_like(
    xp, data, *, start: DOUBLE = 0.0, step: DOUBLE = 1.0, repeat: int = 1, ctx: str = "",
    axis: OptionalInt = None,
):  # fmt: skip
    """Count up over the input's shape, or along one axis of it."""
    shape = data.shape if axis is None else (data.shape[axis],)
    count = data.size if axis is None else shape[0]
    return steps(xp, start, step, count, repeat, data.dtype).reshape(shape)


@op("shape_array", "_npx_shape_array", shape=lambda data: ((data,), (len(data),)), flat=True)
def shape_array(xp, data):
    """Return the shape as an int64 array."""
    return xp.asarray(data.shape, xp.int64)


@op("size_array", shape=lambda data: ((data,), (1,)), flat=True)
def size_array(xp, data):
    """Return the number of elements as an int64 array."""
    return xp.asarray([data.size], xp.int64)
