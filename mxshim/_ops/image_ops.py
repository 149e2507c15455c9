"""Image operators behind gluon's vision transforms: (H, W, C) images, or batches of them."""

from __future__ import annotations

from contextlib import suppress

from .._core.dtypes import float32
from .._core.errors import check_failed, mxnet_error, shape_text
from .._core.params import Bool, Int, Random, Shape, Tuple
from .._core.registry import op
from .image_files import BLENDED, resized
from .kernels import resize as _resize
from .slicing import pasted


def _need_image(shape):
    if len(shape) not in (3, 4):
        raise check_failed(
            "(shp.ndim() == 3) || (shp.ndim() == 4)",
            "Input image must have shape (height, width, channels), or (N, height, width, "
            f"channels) but got {shape_text(shape)}",
        )


@op("_image_to_tensor", "_npx__image_to_tensor", order=1)
def to_tensor(xp, data):
    """Turn an image in 0-255, (..., H, W, C), into a tensor in 0-1, (..., C, H, W), as float32."""
    _need_image(data.shape)
    kept = data.dtype.type if data.dtype == "float16" else xp.float32
    scaled = data.astype(kept) / kept(255)
    return xp.ascontiguousarray(xp.moveaxis(scaled, -1, -3)).astype("float32")


@to_tensor.shape
def _(data):
    _need_image(data)
    return (data,), (*data[:-3], data[-1], *data[-3:-1])


to_tensor.type_rule = lambda inputs: (inputs, [float32])


@op("_image_normalize", "_npx__image_normalize")
def normalize(
    xp, data, *, mean: Tuple() = (0.0, 0.0, 0.0, 0.0), std: Tuple() = (1.0, 1.0, 1.0, 1.0)
):
    """Subtract ``mean`` and divide by ``std``, given per channel or once, from (..., C, H, W)."""
    _need_tensor(data.shape, mean, std)
    return (data - _per_channel(xp, mean, data)) / _per_channel(xp, std, data)


@normalize.shape
def _(data, *, mean, std):
    _need_tensor(data, mean, std)
    return (data,), data


def _need_tensor(shape, mean, std):
    if len(shape) not in (3, 4):
        raise check_failed(
            "(dshape.ndim() == 3) || (dshape.ndim() == 4)",
            "Input tensor must have shape (channels, height, width), or "
            f"(N, channels, height, width), but got {shape_text(shape)}",
        )
    channels = shape[-3]
    if channels not in (1, 3):
        raise check_failed(
            "nchannels == 3 || nchannels == 1",
            "The first dimension of input tensor must be the channel dimension with either 1 or 3 "
            f"elements, but got input with shape {shape_text(shape)}",
        )
    for name, given in (("mean", mean), ("std", std)):
        if len(given) not in (1, channels):
            values = ",".join(f"{value:g}" for value in given)
            raise check_failed(
                f"(param.{name}.ndim() == 1) || (param.{name}.ndim() == nchannels)",
                f"Invalid {name} for input with shape {shape_text(shape)}. {name} must have either "
                f"1 or {channels} elements, but got [{values}]",
            )


def _per_channel(xp, values, data):
    return xp.asarray(values, dtype=data.dtype)[:, None, None]


@normalize.vjp("data")
def _(xp, ct, out, data, *, std, **params):
    return ct / _per_channel(xp, std, data)


@op("_image_resize", "_npx__image_resize", order=1)
def resize(xp, data, *, size: Shape = (), keep_ratio: Bool = False, interp: Int = 1):
    """Resize images to ``size``, (width, height) or one number for both, as OpenCV does.

    With ``keep_ratio``, one number is the length of the shorter edge. ``interp`` is 0 (nearest), 1
    (bilinear), or 2 (bicubic), 3 (by area), 4 (Lanczos), which take OpenCV, the extra ``image``.
    """
    width, height = _new_size(data.shape, size, keep_ratio)
    if data.dtype == "float16":
        raise check_failed(
            "inputs[0].type_flag_ != mshadow: :kFloat16 (2 vs. 2) ",
            "opencv image mat doesn't support fp16",
        )
    if interp == 0:
        return _resize.nearest(xp, data, width, height)
    if interp == 1 and data.dtype in BLENDED:
        if data.dtype == "uint8" and data.size:
            with suppress(ImportError):  # the same bits, several times as fast
                return resized(xp, data, width, height, interp)
        return _resize.bilinear(xp, data, width, height)
    return resized(xp, data, width, height, interp)


@resize.shape
def _(data, *, size, keep_ratio, interp):
    width, height = _new_size(data, size, keep_ratio)
    return (data,), (*data[:-3], height, width, data[-1])


def _new_size(shape, size, keep_ratio):
    if len(shape) not in (3, 4):
        raise check_failed(
            "(in_attrs->at(0).ndim() == 3U) || (in_attrs->at(0).ndim() == 4U)",
            f"Input image dimension should be 3 or 4 but got {len(shape)}",
        )
    if len(size) not in (1, 2):
        raise check_failed(
            "(param.size.ndim() == 1) || (param.size.ndim() == 2)",
            f"Input size dimension must be 1 or 2, but got {len(size)}",
        )
    for position, edge in enumerate(size):
        if edge <= 0:
            raise check_failed(
                f"param.size[{position}] > 0 ({edge} vs. 0) ",
                f"Input size should be greater than 0, but got {edge}",
            )
    if len(size) == 2:
        return size
    height, width = shape[-3:-1]
    if not keep_ratio:
        return size * 2
    edge = size[0]
    return (edge * width // height, edge) if height <= width else (edge, edge * height // width)


@op("_image_crop", "_npx__image_crop")
def crop(xp, data, *, x: Int, y: Int, width: Int, height: Int):
    """Cut out ``width`` columns from ``x`` on and ``height`` rows from ``y`` on."""
    _check_crop(data.shape, x, y, width, height)
    return data[..., y : y + height, x : x + width, :].copy()


@crop.shape
def _(data, *, x, y, width, height):
    _check_crop(data, x, y, width, height)
    return (data,), (*data[:-3], height, width, data[-1])


def _check_crop(shape, x, y, width, height):
    if len(shape) not in (3, 4):
        raise mxnet_error(
            f"Image Crop expects inputs of 3D (h, w, c) or 4D (n, h, w, c). But got {len(shape)}"
        )
    if height <= 0 or width <= 0:
        raise check_failed(
            "(param.height > 0) && (param.width > 0)",
            "Input height and width must be greater than 0",
        )
    if x < 0 or y < 0:
        raise check_failed(
            "(param.x >= 0) && (param.y >= 0)", f"x {x} and y {y} must not be negative"
        )
    for name, edge, begin, length, axis in (
        ("x", "width", x, width, 2),
        ("y", "height", y, height, 3),
    ):
        if begin + length > shape[-axis]:
            raise check_failed(
                f"param.{name} + param.{edge} <= ishape[ishape.ndim() - {axis}]",
                f"{name} + {edge} should not be greater than input {edge}",
            )


@crop.vjp("data")
def _(xp, ct, out, data, *, x, y, width, height):
    lead = (0,) * (data.ndim - 3)
    begin, end = (*lead, y, x, 0), (*data.shape[:-3], y + height, x + width, data.shape[-1])
    return pasted(xp, ct, shape=data.shape, begin=begin, end=end)


def _flip_shape(data, **params):
    if len(data) != 3:
        raise check_failed(
            f"dshape.ndim() == 3 ({len(data)} vs. 3) ",
            f"Input image must have shape (height, width, channels), but got {shape_text(data)}",
        )
    return (data,), data


def _flipped(xp, data, axis):
    _flip_shape(data.shape)
    return xp.flip(data, axis).copy()


def _same_gradient(xp, ct, out, data, **params):
    # mxnet: the gradient comes back unflipped (compat_tests/ops/test_image_ops.py::test_flip).
    return ct


@op("_image_flip_left_right", "_npx__image_flip_left_right")
def flip_left_right(xp, data):
    """Mirror an image (H, W, C) left to right."""
    return _flipped(xp, data, 1)


@op("_image_flip_top_bottom", "_npx__image_flip_top_bottom")
def flip_top_bottom(xp, data):
    """Mirror an image (H, W, C) top to bottom."""
    return _flipped(xp, data, 0)


def _heads(random):
    return bool(random.single.units((), "float64") >= 0.5)


@op("_image_random_flip_left_right", "_npx__image_random_flip_left_right")
def random_flip_left_right(xp, data, *, random: Random):
    """Mirror an image (H, W, C) left to right with probability one half."""
    return _flipped(xp, data, 1) if _heads(random) else data.copy()


@op("_image_random_flip_top_bottom", "_npx__image_random_flip_top_bottom")
def random_flip_top_bottom(xp, data, *, random: Random):
    """Mirror an image (H, W, C) top to bottom with probability one half."""
    return _flipped(xp, data, 0) if _heads(random) else data.copy()


for _flip in (flip_left_right, flip_top_bottom, random_flip_left_right, random_flip_top_bottom):
    _flip.vjp("data")(_same_gradient)
    _flip.shape(_flip_shape)
