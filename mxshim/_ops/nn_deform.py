"""Deformable convolution: every window reads the data at learned positions."""

from __future__ import annotations

from typing import Any

from .._core.errors import check_failed, mxnet_error, shape_text
from .._core.params import Enum, Int, Optional, Shape
from .._core.registry import op
from .kernels import conv, deform
from .kernels.checks import not_floating, require_uniform
from .nn_conv import COUNT, SPACE, channel_sum, geometry_of, mismatch

Layout = Optional(Enum("NCW", "NCHW", "NCDHW"))
FILTERS = Int(1, 100000, doc="Convolution filter(channel) number")


def _check_rank(name: str, shape: Any, what: str) -> None:
    if shape is None or len(shape) != 4:
        raise check_failed(
            f"{name}.ndim() == 4U ({-1 if shape is None else len(shape)} vs. 4) ",
            f"Input {what} should be 4D in batch-num_filter-y-x",
        )


def _check_groups(channels: int, num_filter: int, num_group: int, deformable: int) -> None:
    for left, text, condition, what in (
        (channels % num_group, "input num_filter must divide group size", "dshape[1]", "num_group"),
        (channels % deformable, "input num_filter must divide deformable group size", "dshape[1]",
         "num_deformable_group"),
        (num_filter % num_group, "output num_filter must divide group size", "param_.num_filter",
         "num_group"),
    ):  # fmt: skip
        if left:
            raise check_failed(f"{condition} % param_.{what} == 0U ({left} vs. 0) ", text)


def _check_map(name: str, shape: Any, batch: int, taps: int, groups: int, out: Any) -> None:
    """Check the offsets or the mask: ``taps`` channels for every deformable group."""
    divides = "offset filter must divide deformable group size"
    window, factor = ("(param_.kernel[0] * param_.kernel[1])", "") if name == "mask" else (
        "(2 * param_.kernel[0] * param_.kernel[1])", "2 * ")  # fmt: skip
    plain = taps // 2 if factor else taps
    if shape[1] % plain:
        raise check_failed(
            f"{name}shape[1] % (param_.kernel[0] * param_.kernel[1]) == 0U "
            f"({shape[1] % plain} vs. 0) ", divides,
        )  # fmt: skip
    if shape[1] // taps != groups:
        raise check_failed(
            f"{name}shape[1] / {window} == param_.num_deformable_group "
            f"({shape[1] // taps} vs. {groups}) ", divides,
        )  # fmt: skip
    for axis, word in ((0, "height"), (1, "width")):
        if shape[2 + axis] != out[axis]:
            raise check_failed(
                f"oshape[{2 + axis}] == {name}shape[{2 + axis}] "
                f"({out[axis]} vs. {shape[2 + axis]}) ",
                f"output {word} must equal to {name} map {word}",
            )
    if shape[0] != batch:  # MXNet reads past the end
        raise mismatch(shape, (batch, *shape[1:]))


def _inferred(data, offset, mask, weight, bias, *, modulated, kernel, stride, dilate, pad,
              num_filter, num_group, num_deformable_group, no_bias, im2col_step=1,
              **params):  # fmt: skip
    if len(kernel) != 2:
        raise mxnet_error("not implemented")
    _check_rank("dshp", data, "data")
    _check_rank("oshp", offset, "offset")
    if modulated:
        _check_rank("mshp", mask, "offset")  # mxnet: so it calls the mask, test_deformable_wrong
    geometry = geometry_of(kernel, stride, dilate, pad, num_group)
    filters = (num_filter // num_group * num_group, data[1] // num_group, *kernel)
    for given, wanted in ((weight, filters), (bias, (num_filter,))):
        if given is not None and given != wanted:
            raise mismatch(given, wanted)
    _check_groups(data[1], num_filter, num_group, num_deformable_group)
    for name, values in (("stride", stride), ("dilate", dilate)):
        if 0 in values:
            raise check_failed(
                f"param_.{name}.Size() > 0U (0 vs. 0) ",
                f"incorrect {name} size: {shape_text(values)}",
            )
    out = conv.out_size(data[2:], geometry)
    taps = kernel[0] * kernel[1]
    _check_map("offset", offset, data[0], 2 * taps, num_deformable_group, out)
    if modulated:
        _check_map("mask", mask, data[0], taps, num_deformable_group, out)
        left = data[0] % min(im2col_step, data[0]) if data[0] else 0
        if left:
            raise check_failed(
                f"dshape[0] % param_.im2col_step == 0U ({left} vs. 0) ",
                "input batchsize must be smaller than or divide im2col_step",
            )
    middle = (offset, mask) if modulated else (offset,)
    last = None if no_bias else (num_filter,)
    return (data, *middle, filters, last), (data[0], num_filter, *out)


def _shape(data, offset=None, weight=None, bias=None, **params):
    return _inferred(data, offset, None, weight, bias, modulated=False, **params)


def _modulated_shape(data, offset=None, mask=None, weight=None, bias=None, **params):
    return _inferred(data, offset, mask, weight, bias, modulated=True, **params)


def _require(rule, *arrays, **params) -> conv.Geometry:
    """Check types and shapes; return the windows' geometry."""
    if arrays[0].dtype.kind != "f":
        raise not_floating(arrays[0].dtype)
    names = ("offset", "weight", "bias") if len(arrays) == 4 else (
        "offset", "mask", "weight", "bias")  # fmt: skip
    require_uniform(arrays[0].dtype, **dict(zip(names, arrays[1:], strict=True)))
    rule(*(None if a is None else tuple(a.shape) for a in arrays), **params)
    return geometry_of(**params)


def _forward(xp, data, offset, mask, weight, bias, geometry, groups):
    dtype = data.dtype
    if dtype.itemsize == 2:
        data, offset, weight = (a.astype(xp.float32) for a in (data, offset, weight))
    places = deform.find_places(xp, offset, geometry, data.shape[2:], groups, mask is None)
    windows = deform.read_windows(xp, data, places, groups, geometry.kernel)
    if mask is not None:
        windows = windows * _shares(xp, mask, groups)
    result = deform.product(xp, windows, weight, geometry.groups, offset.shape[2:])
    if bias is not None:
        result = result + bias.reshape((-1, 1, 1))
    return xp.ascontiguousarray(result.astype(dtype, copy=False))


def _shares(xp, mask, groups):
    """Bring the mask (n, groups * kernel, h, w) to the windows' shape, one channel wide."""
    n, taps, height, width = mask.shape
    flat = mask.reshape((n, groups, taps // groups, height * width))
    return xp.swapaxes(flat, 2, 3)[..., None]


@op("_contrib_DeformableConvolution", shape=_shape, arity=lambda no_bias, **_: 4 - no_bias)
def deformable_convolution(
    xp, data, offset, weight, bias=None, *, kernel: Shape, stride: Shape = (), dilate: Shape = (),
    pad: Shape = (), num_filter: FILTERS, num_group: int = 1,
    num_deformable_group: int = 1, workspace: SPACE = 1024, no_bias: bool = False,
    layout: Layout = None,
):  # fmt: skip
    """Convolve ``data`` (n, c, h, w) at windows whose elements are moved by ``offset``.

    ``offset`` is (n, 2 * num_deformable_group * kernel_h * kernel_w, out_h, out_w): row and column
    shifts in turn. Positions before the first row or behind the image read zero.
    """
    params = {
        "kernel": kernel, "stride": stride, "dilate": dilate, "pad": pad,
        "num_filter": num_filter, "num_group": num_group,
        "num_deformable_group": num_deformable_group, "no_bias": no_bias,
    }  # fmt: skip
    geometry = _require(_shape, data, offset, weight, bias, **params)
    return _forward(xp, data, offset, None, weight, bias, geometry, num_deformable_group)


@deformable_convolution.vjp("data", "offset", "weight", "bias")
def _(xp, ct, out, data, offset, weight, bias=None, *, num_deformable_group, **params):
    geometry, groups = geometry_of(**params), num_deformable_group
    places = deform.find_places(xp, offset, geometry, data.shape[2:], groups, True)
    windows = deform.read_windows(xp, data, places, groups, geometry.kernel)
    back = deform.windows_grad(xp, ct, weight, geometry.groups, windows.shape)
    return (
        deform.data_grad(xp, back, data, places, groups),
        deform.offset_grad(xp, back, data, places, groups, offset.shape, geometry.kernel),
        deform.weight_grad(xp, ct, windows, weight, geometry.groups),
        None if bias is None else channel_sum(xp, ct),
    )


@op("_contrib_ModulatedDeformableConvolution", shape=_modulated_shape,
    arity=lambda no_bias, **_: 5 - no_bias)  # fmt: skip
def modulated_deformable_convolution(
    xp, data, offset, mask, weight, bias=None, *, kernel: Shape, stride: Shape = (),
    dilate: Shape = (), pad: Shape = (), num_filter: COUNT, num_group: COUNT = 1,
    num_deformable_group: COUNT = 1, workspace: SPACE = 1024, no_bias: bool = False,
    im2col_step: COUNT = 64, layout: Layout = None,
):  # fmt: skip
    """Do a deformable convolution in which ``mask`` scales every element of every window.

    ``mask`` is (n, num_deformable_group * kernel_h * kernel_w, out_h, out_w). Positions up to one
    row outside the image fade to zero.
    """
    params = {
        "kernel": kernel, "stride": stride, "dilate": dilate, "pad": pad,
        "num_filter": num_filter, "num_group": num_group,
        "num_deformable_group": num_deformable_group, "no_bias": no_bias,
        "im2col_step": im2col_step,
    }  # fmt: skip
    geometry = _require(_modulated_shape, data, offset, mask, weight, bias, **params)
    return _forward(xp, data, offset, mask, weight, bias, geometry, num_deformable_group)


@modulated_deformable_convolution.vjp("data", "offset", "mask", "weight", "bias")
def _(xp, ct, out, data, offset, mask, weight, bias=None, *, num_deformable_group, **params):
    geometry, groups = geometry_of(**params), num_deformable_group
    places = deform.find_places(xp, offset, geometry, data.shape[2:], groups, False)
    windows = deform.read_windows(xp, data, places, groups, geometry.kernel)
    shares = _shares(xp, mask, groups)
    back = deform.windows_grad(xp, ct, weight, geometry.groups, windows.shape)
    read = back * shares
    return (
        deform.data_grad(xp, read, data, places, groups),
        deform.offset_grad(xp, read, data, places, groups, offset.shape, geometry.kernel),
        xp.swapaxes((back * windows).sum(axis=4), 2, 3).reshape(mask.shape),
        deform.weight_grad(xp, ct, windows * shares, weight, geometry.groups),
        None if bias is None else channel_sum(xp, ct),
    )
