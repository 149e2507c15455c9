"""Pooling and interpolation to a wanted size: products with one small matrix for each axis."""

from __future__ import annotations

from functools import lru_cache
from math import ceil, floor
from typing import Any

from .._core.errors import check_failed
from .._core.params import Enum, Float, Int, Optional, Shape
from .._core.registry import op
from .kernels.checks import not_floating

Rows = list[list[float]]
Mode = Enum("size", "odd_scale", "like", "to_even_down", "to_even_up", "to_odd_down", "to_odd_up")
Scale = Optional(Float())


@lru_cache(maxsize=256)
def averages(size: int, wanted: int) -> Rows:
    """Return the matrix that averages ``size`` elements to ``wanted``, in overlapping windows."""
    rows = []
    for i in range(wanted):
        start, stop = floor(i * size / wanted), ceil((i + 1) * size / wanted)
        rows.append([1 / (stop - start) if start <= j < stop else 0.0 for j in range(size)])
    return rows


@lru_cache(maxsize=256)
def weights(size: int, wanted: int, align_corners: bool) -> Rows:
    """Return the matrix that interpolates ``size`` elements to ``wanted``."""
    if align_corners:
        step = (size - 1) / (wanted - 1) if wanted > 1 else 0.0
    else:
        step = size / wanted if wanted > 1 else 0.0  # mxnet: one element is the first
    rows = []
    for i in range(wanted):
        place = i * step if align_corners else max((i + 0.5) * step - 0.5, 0.0)
        low = min(int(place), size - 1)
        part = place - low
        row = [0.0] * size
        row[low] += 1 - part
        row[min(low + 1, size - 1)] += part
        rows.append(row)
    return rows


def _along(xp: Any, x: Any, rows: Rows, columns: Rows, back: bool = False) -> Any:
    """Multiply both spatial axes; ``back`` applies the transposed matrices."""
    high, wide = xp.asarray(rows, dtype=x.dtype), xp.asarray(columns, dtype=x.dtype)
    if back:
        return xp.matmul(xp.matmul(xp.swapaxes(high, 0, 1), x), wide)
    return xp.matmul(xp.matmul(high, x), xp.swapaxes(wide, 0, 1))


def _check(shape: tuple[int, ...]) -> None:
    if len(shape) != 4:
        raise check_failed(
            "i >= 0 && i < ndim()", f"index = 3 must be in range [0, {len(shape)})",
            f"the input has {len(shape)} axes, needed are 4",
        )  # fmt: skip


def _single(xp: Any, x: Any) -> Any:
    return x.astype(xp.float32) if x.dtype.itemsize == 2 else x


def _pooled(output_size: tuple[int, ...]) -> tuple[int, int]:
    """Return the height and width that ``output_size`` asks for."""
    if len(output_size) == 1:
        return output_size[0], output_size[0]
    # mxnet: no size, and more than two, pool everything into one
    return output_size if len(output_size) == 2 else (1, 1)  # type: ignore[return-value]


def _adaptive_shape(data, *, output_size):
    _check(data)
    return (data,), (*data[:2], *_pooled(output_size))


@op("_contrib_AdaptiveAvgPooling2D", shape=_adaptive_shape)
def adaptive_average(xp, data, *, output_size: Shape = ()):
    """Average to a height and width of ``output_size`` (one number for both, none for 1)."""
    if data.dtype.kind != "f":
        raise not_floating(data.dtype)
    _check(data.shape)
    height, width = _pooled(output_size)
    rows, columns = averages(data.shape[2], height), averages(data.shape[3], width)
    return _along(xp, _single(xp, data), rows, columns).astype(data.dtype, copy=False)


@adaptive_average.vjp("data")
def _(xp, ct, out, data, *, output_size):
    height, width = _pooled(output_size)
    rows, columns = averages(data.shape[2], height), averages(data.shape[3], width)
    return _along(xp, ct, rows, columns, back=True)


def _nearest(n: int, mode: str) -> int:
    """Round to an even or odd length, up or down."""
    _, parity, direction = mode.split("_")
    if n % 2 == (parity == "odd"):
        return n
    return n + 1 if direction == "up" else n - 1


def _wanted(data, like, height, width, scale_height, scale_width, mode):
    if mode == "like":
        return like[2], like[3]
    if mode == "odd_scale":
        return tuple(
            int(n * scale) if n % 2 == 0 else int((n - 1) * scale) + 1
            for n, scale in zip(data[2:], (scale_height, scale_width), strict=True)
        )
    if mode != "size":
        return tuple(_nearest(n, mode) for n in data[2:])
    if scale_height is not None and scale_width is not None:
        return int(data[2] * scale_height), int(data[3] * scale_width)
    return height, width


def _bilinear_shape(data, like=None, *, align_corners, **params):
    _check(data)
    out = (*data[:2], *_wanted(data, like, **params))
    return (data, like), out


@op("_contrib_BilinearResize2D", shape=_bilinear_shape,
    arity=lambda mode, **_: 2 if mode == "like" else 1)  # fmt: skip
def bilinear_resize(
    xp, data, like=None, *, height: Int() = 1, width: Int() = 1, scale_height: Scale = None,
    scale_width: Scale = None, mode: Mode = "size", align_corners: bool = True,
):  # fmt: skip
    """Interpolate height and width linearly.

    The size is ``height`` and ``width``, or the input's times the scales, or that of ``like``, or
    the nearest even or odd one, as ``mode`` says.
    """
    if data.dtype.kind != "f":
        raise not_floating(data.dtype)
    _check(data.shape)
    shape = None if like is None else like.shape
    tall, wide = _wanted(data.shape, shape, height, width, scale_height, scale_width, mode)
    rows = weights(data.shape[2], tall, align_corners)
    columns = weights(data.shape[3], wide, align_corners)
    return _along(xp, _single(xp, data), rows, columns).astype(data.dtype, copy=False)


@bilinear_resize.vjp("data")
def _(xp, ct, out, data, like=None, *, align_corners, **params):
    rows = weights(data.shape[2], ct.shape[2], align_corners)
    columns = weights(data.shape[3], ct.shape[3], align_corners)
    return _along(xp, ct, rows, columns, back=True)


@bilinear_resize.vjp("like")
def _(xp, ct, out, data, like=None, **params):
    return None if like is None else xp.zeros_like(like)
