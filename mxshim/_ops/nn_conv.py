"""Convolution and its transpose, in one to three dimensions."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from .._core.errors import check_failed, mxnet_error, shape_text
from .._core.params import Enum, Int, Optional, Shape
from .._core.registry import Op, op
from .kernels import conv
from .kernels.checks import not_floating, require_uniform

Layout = Optional(Enum("NCW", "NCHW", "NCDHW", "NHWC", "NDHWC"))
Tune = Optional(Enum("fastest", "limited_workspace", "off"))
COUNT = Int(kind="int (non-negative)")
FILTERS = Int(1, 100000, "int (non-negative)", "Convolution filter(channel) number")
SPACE = Int(kind="long (non-negative)")
PLANAR = {1: "NCW", 2: "NCHW", 3: "NCDHW"}
_AXES = {1: "x", 2: "y-x", 3: "d-y-x"}
_CODES = {"NCHW": 0, "NHWC": 1, "NCW": 8, "NCDHW": 32, "NDHWC": 33}


def _linear(name: str, forward: Any) -> Op:
    """Make an operator that only gradients call: it has no name in MXNet's registry."""
    return Op(forward, (name,))


def _convolve(xp, data, weight, *, geometry: object, spatial: object = None):
    return conv.forward(xp, data, weight, geometry)


def _data_grad(xp, ct, weight, *, geometry: object, spatial: object):
    return conv.data_grad(xp, ct, weight, spatial, geometry)


def _weight_grad(xp, ct, data, *, geometry: object, spatial: object = None):
    return conv.weight_grad(xp, ct, data, geometry)


convolve = _linear("_backward_Convolution", _convolve)
convolve_data = _linear("_backward_Convolution_data", _data_grad)
convolve_weight = _linear("_backward_Convolution_weight", _weight_grad)


@convolve.vjp("data")
def _(xp, ct, out, data, weight, *, geometry, **params):
    return convolve_data(xp, ct, weight, geometry=geometry, spatial=tuple(data.shape[2:]))


@convolve.vjp("weight")
def _(xp, ct, out, data, weight, *, geometry, **params):
    return convolve_weight(xp, ct, data, geometry=geometry)


@convolve_data.vjp("ct")
def _(xp, u, out, ct, weight, *, geometry, **params):
    return convolve(xp, u, weight, geometry=geometry)


@convolve_data.vjp("weight")
def _(xp, u, out, ct, weight, *, geometry, **params):
    return convolve_weight(xp, ct, u, geometry=geometry)


@convolve_weight.vjp("ct")
def _(xp, u, out, ct, data, *, geometry, **params):
    return convolve(xp, data, u, geometry=geometry)


@convolve_weight.vjp("data")
def _(xp, u, out, ct, data, *, geometry, **params):
    return convolve_data(xp, ct, u, geometry=geometry, spatial=tuple(data.shape[2:]))


def geometry_of(kernel, stride=(), dilate=(), pad=(), num_group=1, **params) -> conv.Geometry:
    """Fill in the defaults of the window parameters."""
    ones = (1,) * len(kernel)
    return conv.Geometry(
        kernel, stride or ones, dilate or ones, pad or (0,) * len(kernel), num_group
    )


def channel_sum(xp: Any, ct: Any) -> Any:
    """Sum over all axes but the second: the gradient of a bias."""
    return ct.reshape((ct.shape[0], ct.shape[1], -1)).sum(axis=(0, 2))


def _check_windows(data, kernel, stride, dilate, pad, layout, what="convolution"):
    """Raise MXNet's error for window parameters that do not go together."""
    rank = len(kernel)
    if rank not in (1, 2, 3):
        raise check_failed(
            f"param_.kernel.ndim() == 3U ({rank} vs. 3) ", f"{rank}D {what} not supported"
        )
    if len(data) != rank + 2:
        shape = "dshp" if what == "convolution" else "dshape"
        raise check_failed(
            f"{shape}.ndim() == {rank + 2}U ({len(data)} vs. {rank + 2}) ",
            f"Input data should be {rank + 2}D in batch-num_filter-{_AXES[rank]}".replace(
                "-d-", "-depth-"
            ),
        )
    if layout is not None and len(layout) != rank + 2:
        raise mxnet_error(f"Invalid layout for {rank + 2}d shape {_CODES[layout]}")
    for name, word, values in (("stride", "Stride", stride), ("pad", "Padding", pad)):
        if values and len(values) != rank:
            raise check_failed(
                f"param_.kernel.ndim() == param_.{name}.ndim() ({rank} vs. {len(values)}) ",
                f"{word} must have the same number of dimensions with kernel_size,but kernel_size "
                f"is set to {shape_text(kernel)} while {'padding' if name == 'pad' else name} is "
                f"{shape_text(values)}",
            )
    for name, values in (("stride", stride), ("dilate", dilate)):
        if 0 in values:
            raise check_failed(
                f"param_.{name}.Size() > 0U (0 vs. 0) ",
                f"incorrect {name} size: {shape_text(values)}",
            )


def mismatch(given, inferred):
    """Build the error for an input shape that is not the inferred one."""
    text = ",".join(map(str, inferred)) + ("," if len(inferred) == 1 else "")
    return mxnet_error(
        f"Shape inconsistent, Provided = {shape_text(given)}, inferred shape=({text})",
        f"got shape {given}, needed {tuple(inferred)}",
    )


def _shape(data, weight=None, bias=None, *, kernel, stride, dilate, pad, num_filter, num_group,
           no_bias, layout, **params):  # fmt: skip
    _check_windows(data, kernel, stride, dilate, pad, layout)
    geometry = geometry_of(kernel, stride, dilate, pad, num_group)
    if data[1] > 0 and data[1] % num_group:
        raise check_failed(
            f"dshape[1] % param_.num_group == 0U ({data[1] % num_group} vs. 0) ",
            "input num_filter must divide group size",
        )
    expected = (num_filter // num_group * num_group, data[1] // num_group, *kernel)
    if weight is not None and weight != expected:
        raise mismatch(weight, expected)
    if not no_bias and bias is not None and bias != (num_filter,):
        raise mismatch(bias, (num_filter,))
    for position, axis in enumerate(_AXES[len(kernel)].split("-")):
        wide = geometry.dilate[position] * (kernel[position] - 1) + 1
        room = data[2 + position] + 2 * geometry.pad[position]
        if wide > room:
            raise check_failed(
                f"dilated_ksize_{axis} <= AddPad(dshape[{2 + position}], param_.pad[{position}]) "
                f"({wide} vs. {room}) ",
                "kernel size exceed input",
            )
    out = (data[0], num_filter, *conv.out_size(data[2:], geometry))
    return (data, expected, None if no_bias else (num_filter,)), out


def _check_input(data, weight, bias, kernel, layout):
    if data.dtype.kind != "f":
        raise not_floating(data.dtype)
    require_uniform(data.dtype, weight=weight, bias=bias)
    if layout not in (None, PLANAR.get(len(kernel))):
        if len(layout) == data.ndim and layout.endswith("C"):
            raise mxnet_error(
                "could not create a descriptor for a dilated convolution forward propagation "
                "primitive",
                f"layout {layout} is not available, transpose to {PLANAR[len(kernel)]}",
            )
        raise ValueError("layout")


@lru_cache(maxsize=1024)
def _plan(data, weight, kernel, stride, dilate, pad, num_group, num_filter):
    """Return the geometry, or None when :func:`_shape` has something to say."""
    geometry = geometry_of(kernel, stride, dilate, pad, num_group)
    fits = (
        len(data) == len(kernel) + 2
        and num_group > 0
        and weight == (num_filter, data[1] // num_group, *kernel)
        and data[1] % num_group == 0
        and num_filter % num_group == 0
        and len(kernel) == len(geometry.stride) == len(geometry.dilate) == len(geometry.pad)
        and 0 not in geometry.stride + geometry.dilate
        and min(conv.out_size(data[2:], geometry)) > 0
    )
    return geometry if fits else None


@op("Convolution", "_npx_convolution", shape=_shape, arity=lambda no_bias, **_: 3 - no_bias)
def convolution(
    xp, data, weight, bias=None, *, kernel: Shape, stride: Shape = (), dilate: Shape = (),
    pad: Shape = (), num_filter: FILTERS, num_group: COUNT = 1, workspace: SPACE = 1024,
    no_bias: bool = False, cudnn_tune: Tune = None, cudnn_off: bool = False, layout: Layout = None,
):  # fmt: skip
    """Convolve ``data`` (n, c, *spatial) with ``weight`` (num_filter, c // num_group, *kernel).

    ``kernel`` has one to three entries; ``stride``, ``dilate`` and ``pad`` have as many. Layouts
    are NCW, NCHW and NCDHW. Floating-point types only.
    """
    _check_input(data, weight, bias, kernel, layout)
    geometry = _plan(data.shape, weight.shape, kernel, stride, dilate, pad, num_group, num_filter)
    if geometry is None:
        raise ValueError("shapes or window parameters do not go together")
    out = conv.forward(xp, data, weight, geometry)
    if bias is not None:
        if bias.shape != (num_filter,):
            raise ValueError("bias")
        out += bias.reshape((num_filter,) + (1,) * len(kernel))
    return out


@convolution.vjp("data")
def _(xp, ct, out, data, weight, bias=None, **params):
    return convolve_data(
        xp, ct, weight, geometry=geometry_of(**params), spatial=tuple(data.shape[2:])
    )


@convolution.vjp("weight")
def _(xp, ct, out, data, weight, bias=None, **params):
    return convolve_weight(xp, ct, data, geometry=geometry_of(**params))


@convolution.vjp("bias")
def _(xp, ct, out, data, weight, bias=None, **params):
    return channel_sum(xp, ct)


def _transposed_shape(data, weight=None, bias=None, *, kernel, stride, dilate, pad, adj,
                      target_shape, num_filter, num_group, no_bias, layout, **params):  # fmt: skip
    _check_windows(data, kernel, stride, dilate, pad, layout, "deconvolution")
    _, size = _transposed(data[2:], kernel, stride, dilate, pad, adj, target_shape, num_group)
    expected = (data[1], num_filter // num_group, *kernel)
    if weight is not None and weight != expected:
        raise mismatch(weight, expected)
    if not no_bias and bias is not None and bias != (num_filter,):
        raise mismatch(bias, (num_filter,))
    return (data, expected, None if no_bias else (num_filter,)), (data[0], num_filter, *size)


def _transposed(spatial, kernel, stride, dilate, pad, adj, target_shape, num_group):
    """Return the geometry of the convolution to transpose and the spatial shape of the result."""
    geometry = geometry_of(kernel, stride, dilate, pad, num_group)
    full = [
        (n - 1) * s + d * (k - 1) + 1
        for n, k, s, d in zip(spatial, kernel, geometry.stride, geometry.dilate, strict=True)
    ]
    if any(target_shape):
        pads = []
        for size, target in zip(full, target_shape, strict=True):
            if size < target:
                raise check_failed(
                    f"o_pad[i] >= target_shape[i] ({size} vs. {target}) ", "too big target shape"
                )
            pads.append((size - target + 1) // 2)
        return geometry._replace(pad=tuple(pads)), tuple(target_shape)
    extra = adj or (0,) * len(kernel)
    for position, (a, s) in enumerate(zip(extra, geometry.stride, strict=True)):
        if a > s - 1:
            axis = _AXES[len(kernel)].split("-")[position]
            raise check_failed(
                f"param_.stride[{position}]-1 >= o_adj[{position}] ({s - 1} vs. {a}) ",
                f"adj({axis}) must be samller than stride[{position}]",
            )
    size = tuple(f - 2 * p + a for f, p, a in zip(full, geometry.pad, extra, strict=True))
    return geometry, size


@op("Deconvolution", "_npx_deconvolution", shape=_transposed_shape,
    arity=lambda no_bias, **_: 3 - no_bias)  # fmt: skip
def deconvolution(
    xp, data, weight, bias=None, *, kernel: Shape, stride: Shape = (), dilate: Shape = (),
    pad: Shape = (), adj: Shape = (), target_shape: Shape = (), num_filter: FILTERS,
    num_group: COUNT = 1, workspace: SPACE = 512, no_bias: bool = True, cudnn_tune: Tune = None,
    cudnn_off: bool = False, layout: Layout = None,
):  # fmt: skip
    """Apply the transpose of a convolution: the result is what the convolution would take.

    ``weight`` is (c, num_filter // num_group, *kernel). ``adj`` adds to the end of each axis;
    ``target_shape`` asks for a spatial shape and replaces ``pad`` and ``adj``.
    """
    _check_input(data, weight, bias, kernel, layout)
    shapes = [None if a is None else tuple(a.shape) for a in (data, weight, bias)]
    _, out = _transposed_shape(
        *shapes, kernel=kernel, stride=stride, dilate=dilate, pad=pad, adj=adj,
        target_shape=target_shape, num_filter=num_filter, num_group=num_group, no_bias=no_bias,
        layout=layout,
    )  # fmt: skip
    geometry, _ = _transposed(
        data.shape[2:], kernel, stride, dilate, pad, adj, target_shape, num_group
    )
    result = convolve_data(xp, data, weight, geometry=geometry, spatial=tuple(out[2:]))
    if bias is not None:
        result = result + bias.reshape((num_filter,) + (1,) * len(kernel))
    return xp.ascontiguousarray(result)


def _of(data, params):
    names = ("kernel", "stride", "dilate", "pad", "adj", "target_shape", "num_group")
    return _transposed(data.shape[2:], *(params[name] for name in names))[0]


@deconvolution.vjp("data")
def _(xp, ct, out, data, weight, bias=None, **params):
    return convolve(xp, ct, weight, geometry=_of(data, params))


@deconvolution.vjp("weight")
def _(xp, ct, out, data, weight, bias=None, **params):
    return convolve_weight(xp, data, ct, geometry=_of(data, params))


@deconvolution.vjp("bias")
def _(xp, ct, out, data, weight, bias=None, **params):
    return channel_sum(xp, ct)
