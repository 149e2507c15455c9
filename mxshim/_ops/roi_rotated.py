"""Pooling of rotated regions of interest."""

from __future__ import annotations

from math import ceil, cos, pi, sin

from .._core.dtypes import CODES
from .._core.errors import InvalidParam, check_failed, mxnet_error, shape_text
from .._core.params import Float, Shape
from .._core.registry import op
from .kernels.checks import not_floating
from .kernels.sample import images_grad, interpolate

SCALE = Float(
    min=0.0, max=1.0,
    doc="Ratio of input feature map height (or width) to raw image height (or width). Equals the "
    "reciprocal of total stride in convolutional layers",
)  # fmt: skip


class Pair(Shape):
    """A tuple of two integers."""

    def parse(self, name, value):
        """Convert ``value``; raise InvalidParam for any other number of integers."""
        pair = super().parse(name, value)
        if len(pair) != 2:
            raise InvalidParam(
                f"MXNetError: value {shape_text(pair)}for Parameter {name} has wrong dimensions, "
                "expected dimension=2"
            )
        return pair


def _shape(data, rois, *, pooled_size, **params):
    if len(data) != 4:
        raise check_failed(
            f"dshape.ndim() == 4U ({len(data)} vs. 4) ", "data should be a 4D tensor"
        )
    rank = "bbox should be a 2D tensor of shape [batch, 6]"
    if len(rois) != 2:
        raise check_failed(f"bshape.ndim() == 2U ({len(rois)} vs. 2) ", rank)
    if rois[1] != 6:
        raise check_failed(f"bshape[1] == 6U ({rois[1]} vs. 6) ", rank)
    return (data, rois), (rois[0], data[1], *pooled_size)


@op("_contrib_RROIAlign", shape=_shape)
def rroi_align(
    xp, data, rois, *, pooled_size: Pair, spatial_scale: SCALE, sampling_ratio: int = -1
):
    """Return the mean of bilinear samples in every bin of every rotated region.

    ``rois`` (regions, 6) holds the image's number, the center x and y, width, height and the angle
    in degrees, counterclockwise. A bin has ``sampling_ratio`` ** 2 samples (not positive: as many
    as it has pixels).
    """
    _shape(data.shape, rois.shape, pooled_size=pooled_size)
    if data.dtype != rois.dtype:
        raise check_failed(
            f"dtype == (*in_type)[1] ({CODES[data.dtype]} vs. {CODES[rois.dtype]}) ",
            "",
            f"data has dtype {data.dtype}, rois {rois.dtype}",
        )
    if data.dtype.kind != "f":
        raise not_floating(data.dtype)
    out = xp.zeros((rois.shape[0], data.shape[1], *pooled_size), data.dtype)
    # channels last in memory, so that no region copies its image to have them so
    data = xp.moveaxis(xp.ascontiguousarray(xp.moveaxis(data, 1, 3)), 3, 1)
    for at, (image, *places) in enumerate(
        _places(xp, data, rois, pooled_size, spatial_scale, sampling_ratio)
    ):
        read = interpolate(xp, data[image : image + 1], *places)[0]
        bins = read.reshape((*pooled_size, -1, data.shape[1])).mean(axis=2)
        out[at] = xp.moveaxis(bins, 2, 0)
    return out


def _places(xp, data, rois, size, scale, ratio):
    """Give for each region its image and its samples: rows, columns, which lie on the image."""
    high, wide = data.shape[2:]
    for image, *box in xp.to_host(rois).astype("float64").tolist():
        if not 0 <= image < data.shape[0]:
            raise mxnet_error(f"a region lies on image {image:g} of {data.shape[0]}")
        x, y, width, height = (side * scale for side in box[:4])
        angle = box[4] * pi / 180
        down = _along(xp, max(height, 1.0), size[0], ratio)[:, None, :, None]
        right = _along(xp, max(width, 1.0), size[1], ratio)[None, :, None, :]
        columns = (right * cos(angle) + down * sin(angle) + x).reshape((1, -1))
        rows = (down * cos(angle) - right * sin(angle) + y).reshape((1, -1))
        valid = (rows >= -1) & (rows <= high) & (columns >= -1) & (columns <= wide)
        rows = xp.minimum(xp.maximum(rows, 0), high - 1).astype(data.dtype)
        columns = xp.minimum(xp.maximum(columns, 0), wide - 1).astype(data.dtype)
        yield int(image), rows, columns, valid


def _along(xp, length, bins, ratio):
    """Return the samples of all bins along a side, from the center, (bins, samples)."""
    number = ratio if ratio > 0 else ceil(length / bins)
    places = (xp.arange(bins * number, dtype="float64") + 0.5) * (length / (bins * number))
    return (places - length / 2).reshape((bins, number))


@rroi_align.vjp("data")
def _(xp, ct, out, data, rois, *, pooled_size, spatial_scale, sampling_ratio):
    planes = [None] * data.shape[0]
    shape = (1, *data.shape[1:])
    for at, (image, *places) in enumerate(
        _places(xp, data, rois, pooled_size, spatial_scale, sampling_ratio)
    ):
        head = xp.moveaxis(ct[at], 0, 2).reshape((-1, 1, data.shape[1]))
        number = places[0].shape[1] // head.shape[0]
        head = xp.broadcast_to(head / number, (head.shape[0], number, head.shape[2]))
        part = images_grad(xp, head.reshape((1, -1, head.shape[2])), *places[:2], shape, places[2])
        planes[image] = part if planes[image] is None else planes[image] + part
    empty = xp.zeros(shape, ct.dtype)
    return xp.concatenate([empty if plane is None else plane for plane in planes], axis=0)


@rroi_align.vjp("rois")
def _(xp, ct, out, data, rois, **params):
    return xp.zeros_like(rois)
