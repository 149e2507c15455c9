"""The first forms of convolution and pooling, kept by name for old models."""

from __future__ import annotations

from math import prod

from .._core.errors import MXNetError, check_failed, mxnet_error, shape_text
from .._core.params import Enum, Optional, Shape
from .._core.registry import kernel as recorded
from .._core.registry import op
from .kernels import pool
from .kernels.checks import not_floating, require_uniform
from .nn_conv import COUNT, FILTERS, SPACE, Tune, convolution, mismatch
from .nn_pool import _window, spread

Layout = Optional(Enum("NCHW", "NHWC", "NCDHW", "NDHWC"))


def _convolution_shape(data, weight=None, bias=None, *, kernel, stride, dilate, pad, num_filter,
                       num_group, no_bias, layout=None, **params):  # fmt: skip
    if len(kernel) not in (2, 3):
        raise check_failed(
            f"param_.kernel.ndim() == 3U ({len(kernel)} vs. 3) ",
            f"{len(kernel)}D convolution not supported",
        )
    if len(kernel) == 3:
        raise mxnet_error("Volume convolution is not implmented in mshadow")
    if len(data) != 4:
        raise check_failed(
            f"dshp.ndim() == 4U ({len(data)} vs. 4) ",
            "Input data should be 4D in batch-num_filter-y-x",
        )
    expected = (num_filter // num_group * num_group, data[1] // num_group, *kernel)
    for given, wanted in ((weight, expected), (bias, (num_filter,))):
        if given is not None and given != wanted:
            raise mismatch(given, wanted)
    for name, values in (("stride", stride), ("dilate", dilate)):
        if 0 in values:
            raise check_failed(
                f"param_.{name}.Size() > 0 (0 vs. 0) ",
                f"incorrect {name} size: {shape_text(values)}",
            )
    ones, zeros = (1, 1), (0, 0)
    wide = [d * (k - 1) + 1 for d, k in zip(dilate or ones, kernel, strict=True)]
    room = [n + 2 * p for n, p in zip(data[2:], pad or zeros, strict=True)]
    if wide[0] > room[0] or wide[1] > room[1]:
        raise check_failed(
            "ksize_y <= dshape[2] + 2 * param_.pad[0] && ksize_x <= dshape[3] + 2 * param_.pad[1]",
            "kernel size exceed input",
        )
    size = [(r - w) // s + 1 for r, w, s in zip(room, wide, stride or ones, strict=True)]
    return (data, expected, None if no_bias else (num_filter,)), (data[0], num_filter, *size)


@op("Convolution_v1", shape=_convolution_shape, arity=lambda no_bias, **_: 3 - no_bias)
def convolution_v1(
    xp, data, weight, bias=None, *, kernel: Shape, stride: Shape = (), dilate: Shape = (),
    pad: Shape = (), num_filter: FILTERS, num_group: COUNT = 1, workspace: SPACE = 1024,
    no_bias: bool = False, cudnn_tune: Tune = None, cudnn_off: bool = False, layout: Layout = None,
):  # fmt: skip
    """Convolve images (n, c, h, w); see Convolution."""
    if data.dtype.kind != "f":
        raise not_floating(data.dtype)
    require_uniform(data.dtype, weight=weight, bias=bias)
    params = {
        "kernel": kernel, "stride": stride, "dilate": dilate, "pad": pad,
        "num_filter": num_filter, "num_group": num_group, "no_bias": no_bias,
    }  # fmt: skip
    shapes = [None if a is None else tuple(a.shape) for a in (data, weight, bias)]
    _convolution_shape(*shapes, **params)
    return convolution(xp, data, weight, bias, **params)


for _position, _gradient in convolution.pulls:
    convolution_v1.vjp(convolution.inputs[_position])(_gradient)


def _pooling_shape(data, *, kernel, pool_type, global_pool, pooling_convention, stride, pad):
    if len(data) not in (4, 5):
        raise MXNetError(
            f"Pooling: Check failed: dshape.ndim() >= 4 ({len(data)} vs. 4) : Input data should be "
            "4D in (batch, channel, y, x) Or 5D in (batch, channel, d, y, x)"
        )
    if len(data) == 5 or (not global_pool and len(kernel) != 2):
        raise mxnet_error("3D kernel not implemented")
    if not global_pool:
        for axis, (n, k, p) in enumerate(zip(data[2:], kernel, pad or (0, 0), strict=True)):
            if k > n + 2 * p:
                raise check_failed(
                    f"param_.kernel[{axis}] <= dshape[{axis + 2}] + 2 * param_.pad[{axis}]",
                    f"kernel size ({k}) exceeds input ({n} padded to {n + 2 * p})",
                )
    window = _window(data, kernel, stride, pad, global_pool, pooling_convention, None)
    return (data,), (*data[:2], *window.out)


@recorded
def share(xp, y, data, *, window: object):
    """Add ``y`` to the largest elements of the windows of ``data``."""
    return pool.scatter(xp, y, data, window, every=True)


@recorded
def collect(xp, u, data, *, window: object):
    """Add ``u`` up over the largest elements of the windows of ``data``."""
    return pool.gather(xp, u, data, window, every=True)


@share.vjp("y")
def _(xp, ct, out, y, data, *, window):
    return collect(xp, ct, data, window=window)


@collect.vjp("u")
def _(xp, ct, out, u, data, *, window):
    return share(xp, ct, data, window=window)


@share.vjp("data")
@collect.vjp("data")
def _(xp, ct, out, first, data, **params):
    return xp.zeros_like(data)


@op("Pooling_v1", shape=_pooling_shape)
def pooling_v1(
    xp, data, *, kernel: Shape = (), pool_type: Enum("max", "avg", "sum") = "max",
    global_pool: bool = False, pooling_convention: Enum("full", "valid") = "valid",
    stride: Shape = (), pad: Shape = (),
):  # fmt: skip
    """Take the maximum, mean or sum of every window of images (n, c, h, w).

    Unlike Pooling's, the padding is zeros, which win against negative numbers, and a mean is always
    over the whole window.
    """
    if data.dtype.kind != "f":
        raise not_floating(data.dtype)
    _pooling_shape(
        data.shape, kernel=kernel, pool_type=pool_type, global_pool=global_pool,
        pooling_convention=pooling_convention, stride=stride, pad=pad,
    )  # fmt: skip
    window, padded = _padded(xp, data, kernel, stride, pad, global_pool, pooling_convention)
    if pool_type == "max":
        return pool.largest(xp, padded, window)
    out = pool.total(xp, padded, window)
    return out / prod(window.kernel) if pool_type == "avg" else out


def _padded(xp, data, kernel, stride, pad, global_pool, convention):
    """Surround the data with zeros; return the windows on the result too."""
    window = _window(data.shape, kernel, stride, pad, global_pool, convention, None)
    for axis, width in enumerate(window.pad, 2):
        if width:
            shape = list(data.shape)
            shape[axis] = width
            border = xp.zeros(tuple(shape), data.dtype)
            data = xp.concatenate([border, data, border], axis=axis)
    return window._replace(pad=(0, 0), size=tuple(data.shape[2:])), data


@pooling_v1.vjp("data")
def _(xp, ct, out, data, *, kernel, pool_type, global_pool, pooling_convention, stride, pad):
    window, padded = _padded(xp, data, kernel, stride, pad, global_pool, pooling_convention)
    if pool_type == "max":
        # mxnet: all of equally large elements get the gradient, test_ties
        grad = share(xp, ct, padded, window=window)
    else:
        grad = spread(xp, ct / prod(window.kernel) if pool_type == "avg" else ct, window=window)
    above, left = ((padded.shape[axis] - data.shape[axis]) // 2 for axis in (2, 3))
    return grad[:, :, above : above + data.shape[2], left : left + data.shape[3]]
