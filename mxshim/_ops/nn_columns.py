"""The windows of an image as columns of a matrix, and adding columns up to an image again."""

from __future__ import annotations

from math import prod
from typing import Any

from .._core.errors import check_failed, shape_text
from .._core.params import Shape
from .._core.registry import op
from .kernels import conv
from .kernels.checks import not_floating
from .nn_conv import geometry_of


def _geometry(kernel, stride, dilate, pad, output_size=None) -> conv.Geometry:
    """Fill in the defaults; raise MXNet's error where the lengths do not agree."""
    rank = len(kernel)
    words = (("stride", "Stride", "stride", stride), ("dilate", "Dilate", "dilate", dilate),
             ("pad", "Padding", "padding", pad))  # fmt: skip
    if output_size is not None:
        words = (("output_size", "Output size", "output size", output_size), *words)
    for name, title, word, values in words:
        if values and len(values) != rank:
            raise check_failed(
                f"{_owner(name)}.kernel.ndim() == {_owner(name)}.{name}.ndim() "
                f"({rank} vs. {len(values)}) ",
                f"{title} must have the same number of dimensions with kernel_size,but kernel_size "
                f"is set to {shape_text(kernel)} while {word} is {shape_text(values)}",
            )
    for name, values in (("kernel", kernel), ("stride", stride), ("dilate", dilate)):
        if 0 in values:
            raise check_failed(
                f"param.{name}.Size() > 0U (0 vs. 0) ",
                f"incorrect {name} size: {shape_text(values)}",
            )
    return geometry_of(kernel, stride, dilate, pad)


def _owner(name: str) -> str:
    return "param" if name == "output_size" else "param_"


def _blocks(spatial: Any, geometry: conv.Geometry, what: str) -> tuple[int, ...]:
    """Return how many windows each axis has."""
    for n, k, d, p in zip(
        spatial, geometry.kernel, geometry.dilate, geometry.pad, strict=True
    ):  # fmt: skip
        if d * (k - 1) + 1 > n + 2 * p:
            raise check_failed(
                f"dilated_kernel_size <= pad_size ({d * (k - 1) + 1} vs. {n + 2 * p}) ",
                f"kernel size exceed {what}",
            )
    return conv.out_size(spatial, geometry)


def _columns_shape(data, **params):
    rank = len(params["kernel"])
    if len(data) < rank + 2:
        raise check_failed(
            "i >= 0 && i < ndim()", f"index = {len(data)} must be in range [0, {len(data)})"
        )
    geometry = _geometry(**params)
    if len(data) > rank + 2:
        raise check_failed(
            f"dshape.ndim() == param.kernel.ndim() + 2 ({len(data)} vs. {rank + 2}) ",
            f"the input has {len(data) - 2} spatial axes, the kernel {rank}",
        )
    out = _blocks(data[2:], geometry, "input")
    return (data,), (data[0], data[1] * prod(geometry.kernel), prod(out))


@op("im2col", shape=_columns_shape)
def im2col(xp, data, *, kernel: Shape, stride: Shape = (), dilate: Shape = (), pad: Shape = ()):
    """Lay every window of ``data`` (n, c, *spatial) out as a column: (n, c * kernel, windows)."""
    if data.dtype.kind != "f":
        raise not_floating(data.dtype)
    params = {"kernel": kernel, "stride": stride, "dilate": dilate, "pad": pad}
    _, out = _columns_shape(data.shape, **params)
    geometry = _geometry(**params)
    plan = conv.layout(data.shape, geometry)
    wide = xp.zeros(plan.wide, data.dtype)
    wide[plan.inside] = data
    view = xp.as_strided(wide, plan.view, tuple(s * data.dtype.itemsize for s in plan.steps))
    # (1, c, *kernel, n, *out) -> (n, c, *kernel, *out)
    return xp.moveaxis(view[0], 1 + len(kernel), 0).reshape(out)


@im2col.vjp("data")
def _(xp, ct, out, data, **params):
    return col2im(xp, ct, output_size=tuple(data.shape[2:]), **params)


def _image_shape(data, *, output_size, **params):
    kernel = params["kernel"]
    geometry = _geometry(output_size=output_size, **params)
    if data[1] % prod(kernel):
        raise check_failed(
            f"dshape[1] % param.kernel.Size() == 0 ({data[1] % prod(kernel)} vs. 0) ",
            "the second dim of input shape should be multiples of kernel size",
        )
    count = prod(_blocks(output_size, geometry, "output size"))
    if len(data) != 3 or data[2] != count:
        raise check_failed(
            f"dshape[2] == out_dim ({data[2]} vs. {count}) ",
            "output size does not match convolution parameters",
        )
    return (data,), (data[0], data[1] // prod(kernel), *output_size)


@op("col2im", shape=_image_shape)
def col2im(
    xp, data, *, output_size: Shape, kernel: Shape, stride: Shape = (), dilate: Shape = (),
    pad: Shape = (),
):  # fmt: skip
    """Add columns (n, c * kernel, windows) up to images (n, c, *output_size), where they overlap.

    It is the transpose of im2col.
    """
    if data.dtype.kind != "f":
        raise not_floating(data.dtype)
    params = {"kernel": kernel, "stride": stride, "dilate": dilate, "pad": pad}
    _, shape = _image_shape(data.shape, output_size=output_size, **params)
    geometry = _geometry(**params)
    out = conv.out_size(output_size, geometry)
    plan = conv.layout(shape, geometry)
    wide = xp.zeros(plan.wide, data.dtype)
    columns = data.reshape((*shape[:2], prod(kernel), *out))
    for number, place in enumerate(conv.places(geometry.kernel, out, geometry)):
        wide[(..., *place)] += columns[:, :, number]
    return xp.ascontiguousarray(wide[plan.inside])


@col2im.vjp("data")
def _(xp, ct, out, data, *, output_size, **params):
    return im2col(xp, ct, **params)
