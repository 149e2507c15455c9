"""Pooling over windows."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from .._core.errors import MXNetError, check_failed, mxnet_error, shape_text
from .._core.params import Enum, Optional, OptionalBool, OptionalInt, Shape
from .._core.registry import Op, op
from .kernels import pool
from .kernels.checks import not_floating

Layout = Optional(Enum("NCW", "NCHW", "NCDHW", "NWC", "NHWC", "NDHWC"))
Kind = Enum("max", "avg", "sum", "lp")
Convention = Enum("valid", "full", "same")
_INPUT = {1: "3D in (batch, channel, x)", 2: "4D in (batch, channel, y, x)",
          3: "5D in (batch, channel, d, y, x)"}  # fmt: skip


def _total(xp, x, *, window: object):
    return pool.total(xp, x, window)


def _spread(xp, y, *, window: object):
    return pool.spread(xp, y, window)


def _gather(xp, u, data, *, window: object):
    return pool.gather(xp, u, data, window)


def _scatter(xp, y, data, *, window: object):
    return pool.scatter(xp, y, data, window)


total = Op(_total, ("_backward_Pooling_total",))
spread = Op(_spread, ("_backward_Pooling",))
gather = Op(_gather, ("_backward_Pooling_gather",))
scatter = Op(_scatter, ("_backward_Pooling_max",))


@total.vjp("x")
def _(xp, ct, out, x, *, window):
    return spread(xp, ct, window=window)


@spread.vjp("y")
def _(xp, ct, out, y, *, window):
    return total(xp, ct, window=window)


@gather.vjp("u")
def _(xp, ct, out, u, data, *, window):
    return scatter(xp, ct, data, window=window)


@scatter.vjp("y")
def _(xp, ct, out, y, data, *, window):
    return gather(xp, ct, data, window=window)


@gather.vjp("data")
@scatter.vjp("data")
def _(xp, ct, out, values, data, *, window):
    return xp.zeros_like(data)


def _plain_error(line: str) -> MXNetError:
    """Build the errors that MXNet ends with the operator's name instead of ``MXNetError``."""
    return MXNetError(line)


def _out_size(n: int, k: int, s: int, p: int, convention: str) -> int:
    reach = n + 2 * p - k
    return (-(-reach // s) if convention == "full" else reach // s) + 1


def channels_last(layout: str | None) -> bool:
    """Tell whether the channel axis is the last one."""
    return layout is not None and layout.endswith("C")


def _window(data, kernel, stride, pad, global_pool, convention, layout) -> pool.Window:
    size = tuple(data[1:-1] if channels_last(layout) else data[2:])
    ones = (1,) * len(size)
    if global_pool:
        return pool.Window(size, ones, (0,) * len(size), size, ones)
    stride, pad = stride or ones, pad or (0,) * len(size)
    out = tuple(
        _out_size(n, k, s, p, convention)
        for n, k, s, p in zip(size, kernel, stride, pad, strict=True)
    )
    return pool.Window(kernel, stride, pad, size, out)


def _check_rank(data, kernel, pool_type, global_pool, convention, layout):
    rank = len(data) - 2
    if rank < 1 or rank > 3:
        limit = "<= 5" if rank > 3 else ">= 3"
        raise _plain_error(
            f"Pooling: Check failed: dshape.ndim() {limit} ({len(data)} vs. {limit[-1]}) : Input "
            "data should be "
            " 3D in (batch, channel, x) Or 4D in (batch, channel, y, x)  Or 5D in (batch, channel, "
            "d, y, x)"
        )
    if layout is not None and len(layout) != len(data):
        allowed = " || ".join(
            f"layout == mshadow{'::' if i else ': :'}{name}"
            for i, name in enumerate(_LAYOUTS[rank])
        )
        raise mxnet_error(f"Check failed: {allowed}: Need {rank}D layout")
    if global_pool:
        return
    if len(kernel) not in (1, 2, 3):
        raise check_failed(
            f"param.kernel.ndim() == 3U ({len(kernel)} vs. 3) ",
            f"{len(kernel)}D pooling not supported",
        )
    if rank != len(kernel) or (convention == "same" and rank != 1):
        need = 3 if convention == "same" else len(kernel) + 2
        extra = ". Currently 'same' supports Max Pooling 1-D" if convention == "same" else ""
        raise _plain_error(
            f"Pooling: Check failed: dshape.ndim() == {need}U ({len(data)} vs. {need}) : Input "
            f"data should be {_INPUT[need - 2]}{extra}"
        )


_LAYOUTS = {1: ("kNCW", "kNWC"), 2: ("kNCHW", "kNHWC"), 3: ("kNCDHW", "kNDHWC")}


def _shape(data, *, kernel, pool_type, global_pool, pooling_convention, stride, pad, p_value,
           layout, **params):  # fmt: skip
    _check_rank(data, kernel, pool_type, global_pool, pooling_convention, layout)
    if pooling_convention == "same" and not global_pool:  # mxnet: never works, test_pooling_same
        raise check_failed(
            "i >= 0 && i < ndim()", "index = 1 must be in range [0, 1)",
            "the convention 'same' is broken in MXNet",
        )  # fmt: skip
    if pool_type == "lp" and p_value is None:
        raise check_failed("param.p_value.has_value()", hint="pool_type='lp' needs p_value")
    if pool_type == "lp" and p_value not in (1, 2, 3):
        raise mxnet_error(f"p value of {p_value} is not supported yet...")
    if not global_pool:
        _check_sizes(data, kernel, stride, pad, layout)
    window = _window(data, kernel, stride, pad, global_pool, pooling_convention, layout)
    if channels_last(layout):
        return (data,), (data[0], *window.out, data[-1])
    return (data,), (*data[:2], *window.out)


def _check_sizes(data, kernel, stride, pad, layout):
    size = data[1:-1] if channels_last(layout) else data[2:]
    if 0 in stride:
        raise mxnet_error(
            f"value {shape_text(stride)}for Parameter stride is invalid, the input shape must be "
            "nonzero in all dimensions"
        )
    for position, (n, k, p) in enumerate(zip(size, kernel, pad or (0,) * len(kernel), strict=True)):
        if k > n + 2 * p:
            raise check_failed(
                f"param.kernel[{position}] <= dshape_nchw[{position + 2}] + 2 * "
                f"param.pad[{position}]",
                f"kernel size ({k}) exceeds input ({n} padded to {n + 2 * p})",
            )
        if p >= k:
            raise check_failed(f"pad_l[{position}] < kernel[{position}] ({p} vs. {k}) ")


@lru_cache(maxsize=1024)
def _plan(data, kernel, pool_type, global_pool, convention, stride, pad, p_value, layout):
    """Return the windows, or None when :func:`_shape` has something to say."""
    if not _valid(data, kernel, pool_type, global_pool, convention, stride, pad, p_value, layout):
        return None
    return _window(data, kernel, stride, pad, global_pool, convention, layout)


def _valid(data, kernel, pool_type, global_pool, convention, stride, pad, p_value, layout) -> bool:
    """Check cheaply what :func:`_shape` explains."""
    rank = len(data) - 2
    if not 1 <= rank <= 3 or (layout is not None and len(layout) != len(data)):
        return False
    if pool_type == "lp" and p_value not in (1, 2, 3):
        return False
    if global_pool:
        return True
    size = data[1:-1] if channels_last(layout) else data[2:]
    return (
        len(kernel) == rank
        and len(stride) in (0, rank)
        and len(pad) in (0, rank)
        and convention != "same"
        and 0 not in stride
        and all(
            p < k <= n + 2 * p for n, k, p in zip(size, kernel, pad or (0,) * rank, strict=True)
        )
    )


@op("Pooling", "_npx_pooling", shape=_shape, terse=True)
def pooling(
    xp, data, *, kernel: Shape = (), pool_type: Kind = "max", global_pool: bool = False,
    cudnn_off: bool = False, pooling_convention: Convention = "valid", stride: Shape = (),
    pad: Shape = (), p_value: OptionalInt = None, count_include_pad: OptionalBool = None,
    layout: Layout = None,
):  # fmt: skip
    """Take the maximum, mean, sum or p-norm of every window.

    ``kernel`` has one to three entries. ``pooling_convention`` ``valid`` rounds the number of
    windows down, ``full`` up. ``global_pool`` makes one window of everything. Floating point only.
    """
    if data.dtype.kind != "f":
        raise not_floating(data.dtype)
    window = _plan(
        data.shape, kernel, pool_type, global_pool, pooling_convention, stride, pad, p_value, layout
    )
    if window is None:
        raise ValueError("shapes or window parameters do not go together")
    x = xp.moveaxis(data, -1, 1) if channels_last(layout) else data
    out = _apply(xp, x, window, pool_type, p_value, count_include_pad)
    return xp.ascontiguousarray(xp.moveaxis(out, 1, -1)) if channels_last(layout) else out


def _apply(xp, x, window, pool_type, p_value, include_pad):
    if pool_type == "max":
        return pool.largest(xp, x, window)
    dtype = x.dtype
    if dtype.itemsize == 2:
        x = x.astype(xp.float32)
    if pool_type == "lp":
        out = pool.total(xp, x if p_value == 1 else x**p_value, window)
        out = {1: lambda y: y, 2: xp.sqrt, 3: xp.cbrt}[p_value](out)
    else:
        out = pool.total(xp, x, window)
        if pool_type == "avg":
            out = out / pool.divisor(xp, window, include_pad is not False, x.dtype)
    return out.astype(dtype, copy=False)


@pooling.vjp("data")
def _(xp, ct, out, data, *, kernel, pool_type, global_pool, pooling_convention, stride, pad,
      p_value, count_include_pad, layout, **params):  # fmt: skip
    window = _window(data.shape, kernel, stride, pad, global_pool, pooling_convention, layout)
    last = channels_last(layout)
    if last:
        ct, out, data = (xp.moveaxis(a, -1, 1) for a in (ct, out, data))
    grad = _pull(xp, ct, out, data, window, pool_type, p_value, count_include_pad)
    return xp.moveaxis(grad, 1, -1) if last else grad


def _pull(xp, ct, out, data, window, pool_type, p_value, include_pad) -> Any:
    if pool_type == "max":
        return scatter(xp, ct, data, window=window)
    if pool_type == "avg":
        ct = ct / pool.divisor(xp, window, include_pad is not False, data.dtype)
    elif pool_type == "lp" and p_value != 1:
        scaled = ct / out ** (p_value - 1)
        return spread(xp, scaled, window=window) * data ** (p_value - 1)
    return spread(xp, ct, window=window)
