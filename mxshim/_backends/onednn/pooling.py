"""Maxima and means over windows by oneDNN, on float32 arrays channels last."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy

from ..numpy_kernels.conv import PLANAR
from ..numpy_kernels.pool import whole, window_of
from ..numpy_kernels.windows import Ints
from ..override import DECLINED, override
from . import library as dnn
from .arrays import channels_last, empty_last, in_order, last_strides, memory, per_thread

#: Elements below which NumPy is done sooner.
SMALL = 1 << 13
_MAX, _MEAN_WITH_PAD, _MEAN = 0x1FF, 0x2FF, 0x3FF


def _after(window: Any) -> list[int]:
    """Return the padding that the windows meet at the end of each axis."""
    return [max((m - 1) * s + k - n - p, 0) for k, s, p, n, m in zip(*window, strict=True)]


def _described(shape: Ints, window: Any, kind: int) -> tuple[Any, Any, list[Any], Any]:
    """Describe data, result, windows and the forward primitive of a pooling."""
    out = (*shape[:2], *window.out)
    data = dnn.strided(shape, last_strides(shape))
    result = dnn.strided(out, last_strides(out))
    after = _after(window)
    none = (0,) * len(window.kernel)
    windows = [
        dnn.dims(values) for values in (window.stride, window.kernel, none, window.pad, after)
    ]
    return data, result, windows, dnn.made(
        "pooling_forward_primitive_desc_create", dnn.engine(), dnn.TRAINING, kind, data, result,
        *windows, None,
    )  # fmt: skip


@per_thread
def _forward(shape: Ints, window: Any, kind: int) -> tuple[dnn.Primitive, Any]:
    *_, made = _described(shape, window, kind)
    names = (dnn.SRC, dnn.DST, dnn.WORKSPACE) if kind == _MAX else (dnn.SRC, dnn.DST)
    layouts = {name: dnn.chosen(made, name) for name in names}
    return dnn.Primitive(made, layouts), layouts.get(dnn.WORKSPACE)


@per_thread
def _backward(shape: Ints, window: Any, kind: int) -> dnn.Primitive:
    data, result, windows, forward = _described(shape, window, kind)
    made = dnn.made(
        "pooling_backward_primitive_desc_create", dnn.engine(), kind, data, result, *windows,
        forward, None,
    )  # fmt: skip
    names = (dnn.DIFF_DST, dnn.DIFF_SRC, dnn.WORKSPACE)[: 3 if kind == _MAX else 2]
    return dnn.primitive(made, *names)


def usable(window: Any, *arrays: Any) -> bool:
    """Tell whether oneDNN pools these arrays (n, c, *spatial) as MXNet does."""
    return (
        dnn.load() is not None
        and all(a.dtype == numpy.float32 and a.size for a in arrays)
        and arrays[0].size >= SMALL
        and arrays[0].ndim == len(window.kernel) + 2
        # windows that reach beyond the padding count otherwise
        and all(
            (m - 1) * s + k <= n + 2 * p and p < k for k, s, p, n, m in zip(*window, strict=True)
        )
    )


def _by_numpy(xp: Any, window: Any, kind: str) -> bool:
    """Tell whether NumPy is faster: at means of all of arrays in order, which are a product."""
    return kind == "avg" and whole(window) and not xp.any_layout


def _spread(xp: Any, ct: Any, shape: Ints, window: Any, kind: int, places: Any = None) -> Any:
    made = empty_last(shape)
    arrays = (channels_last(ct), made, *([] if places is None else [places]))
    _backward(shape, window, kind).run(*arrays)
    return made if xp.any_layout else in_order(made)


@override("Pooling")
def pooling(
    xp, data, *, kernel, pool_type, global_pool, pooling_convention, stride, pad,
    count_include_pad, layout, **params,
):  # fmt: skip
    """Pool; see the operator's body."""
    if (
        pool_type not in ("max", "avg")
        or pooling_convention == "same"
        or data.ndim not in PLANAR
        or layout not in (None, PLANAR[data.ndim])
    ):
        return DECLINED
    full = pooling_convention == "full"
    window = window_of(data.shape[2:], kernel, stride, pad, full, global_pool)
    if window is None or not usable(window, data) or _by_numpy(xp, window, pool_type):
        return DECLINED
    mean = _MEAN if count_include_pad is False else _MEAN_WITH_PAD
    primitive, layout = _forward(data.shape, window, _MAX if pool_type == "max" else mean)
    data, out = channels_last(data), empty_last((*data.shape[:2], *window.out))
    places = [] if layout is None else [memory(layout)]
    primitive.run(data, out, *places)
    return out if xp.any_layout else in_order(out)


@override("_backward_Pooling_max")
def scatter(xp, y, data, *, window):
    """Add every element to the first largest element of its window."""
    if not usable(window, y, data):
        return DECLINED
    primitive, layout = _forward(data.shape, window, _MAX)
    best, places = empty_last(y.shape), memory(layout)
    primitive.run(channels_last(data), best, places)
    return _spread(xp, y, data.shape, window, _MAX, places)


@override("_backward_Pooling")
def spread(xp, y, *, window):
    """Add every element to all elements of its window."""
    shape = (*y.shape[:2], *window.size)
    if not usable(window, y) or y.ndim != len(shape) or _by_numpy(xp, window, "avg"):
        return DECLINED
    sums = y * numpy.float32(prod(window.kernel))
    return _spread(xp, sums, shape, window, _MEAN_WITH_PAD)
