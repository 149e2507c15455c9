"""Pooling of regions of interest: the largest value of every bin, or bilinear averages."""

from __future__ import annotations

from math import ceil, floor

from .._core.dtypes import float32
from .._core.errors import check_failed, mxnet_error
from .._core.params import Shape
from .._core.registry import op
from .index import add_at


def _check_ranks(data, rois, size, unsigned=""):
    """Raise unless the shapes are those of images and regions; texts say ``4U`` or ``4``."""
    if data is not None and len(data) != 4:
        raise check_failed(
            f"dshape.ndim() == 4{unsigned} ({len(data)} vs. 4) ", "data should be a 4D tensor"
        )
    rank = "bbox should be a 2D tensor of shape [batch, 5]"
    if rois is not None and len(rois) != 2:
        raise check_failed(f"bshape.ndim() == 2{unsigned} ({len(rois)} vs. 2) ", rank)
    if rois is not None and rois[1] != 5:
        raise check_failed(f"bshape[1] == 5{unsigned} ({rois[1]} vs. 5) ", rank)
    if len(size) != 2:
        raise check_failed(
            f"param.pooled_size.ndim() == 2 ({len(size)} vs. 2) ",
            "pooled_size should be (height, width)",
        )


def _regions(xp, rois, images):
    """Return the regions as rows of numbers; MXNetError for an image that there is not."""
    rows = xp.to_host(rois).tolist()
    for row in rows:
        if row[0] >= images:
            raise mxnet_error(
                f"region {row} lies on image {row[0]:g} of {images}",
                "the first number of a region is the number of its image",
            )
    return rows


def _pooling_shape(data, rois, *, pooled_size, **params):
    _check_ranks(data, rois, pooled_size, "U")
    out = (rois[0], data[1], *pooled_size)
    return (data, rois), [out, out]


@op("ROIPooling", "_npx_roi_pooling", visible=1, shape=_pooling_shape)
def roi_pooling(xp, data, rois, *, pooled_size: Shape(), spatial_scale: float):
    """Return the largest value in every bin of every region (regions, channels, height, width).

    ``rois`` (regions, 5) holds the image's number and the corners (x1, y1, x2, y2), both included,
    in pixels of the input; ``spatial_scale`` takes them to those of ``data``. Empty bins give 0.
    The hidden second output says where each value lies in its plane, -1 where the bin is empty.
    """
    _check_ranks(data.shape, rois.shape, pooled_size, "U")
    images, channels, high, wide = data.shape
    bins_y, bins_x = pooled_size
    out = xp.zeros((rois.shape[0], channels, bins_y, bins_x), data.dtype)
    where = xp.full(out.shape, -1, data.dtype)
    for at, (image, *box) in enumerate(_regions(xp, rois, images)):
        left, top, right, bottom = (_rounded(value, spatial_scale) for value in box)
        rows = _bins(top, bottom, bins_y, high)
        columns = _bins(left, right, bins_x, wide)
        for y, (first_y, last_y) in enumerate(rows):
            for x, (first_x, last_x) in enumerate(columns):
                width = last_x - first_x
                if last_y <= first_y or width <= 0:
                    continue
                part = data[int(image), :, first_y:last_y, first_x:last_x].reshape((channels, -1))
                best = part.argmax(axis=1)
                out[at, :, y, x] = part.max(axis=1)
                where[at, :, y, x] = (first_y + best // width) * wide + first_x + best % width
    return out, where


def _rounded(value, scale):
    """Round a scaled coordinate half away from zero, in single precision."""
    scaled = float(float32.type(value) * float32.type(scale))
    return floor(scaled + 0.5) if scaled >= 0 else -floor(-scaled + 0.5)


def _bins(start, end, number, limit):
    """Cut [start, end] into bins; return where each begins and ends within [0, limit)."""
    length = float32.type(max(end - start + 1, 1)) / float32.type(number)
    edges = []
    for i in range(number):
        first = floor(float(float32.type(i) * length)) + start
        last = ceil(float(float32.type(i + 1) * length)) + start
        edges.append((min(max(first, 0), limit), min(max(last, 0), limit)))
    return edges


@roi_pooling.vjp("data")
def _(xp, ct, out, data, rois, *, pooled_size, spatial_scale):
    where = xp.stop(out[1]) if hasattr(xp, "record") else out[1]
    kept = where >= 0
    images, channels, high, wide = data.shape
    image = xp.broadcast_to(rois[:, 0].reshape((-1, 1, 1, 1)), where.shape)
    channel = xp.broadcast_to(xp.arange(channels).reshape((1, -1, 1, 1)), where.shape)
    places = [part.reshape((1, -1)).astype("int64") for part in (image, channel, where)]
    places = xp.concatenate(places, axis=0)
    flat = xp.where(kept, ct[0], 0).reshape((-1,))
    places = xp.where(kept.reshape((1, -1)), places, 0)
    return add_at(xp, flat, places, shape=(images, channels, high * wide)).reshape(data.shape)


@roi_pooling.vjp("rois")
def _(xp, ct, out, data, rois, **params):
    return xp.zeros_like(rois)


def _align_shape(data, rois, *, pooled_size, position_sensitive, **params):
    _check_ranks(data, rois, pooled_size)
    channels, bins = data[1], pooled_size[0] * pooled_size[1]
    if position_sensitive:
        if channels % bins:
            raise check_failed(
                "dshape[1] % (param.pooled_size[0]*param.pooled_size[1]) == 0 "
                f"({channels % bins} vs. 0) ",
                "Input channels should be divided by pooled_size[0]*pooled_size[1]when "
                "position_sensitive is true.",
            )
        channels //= bins
    return (data, rois), (rois[0], channels, *pooled_size)


@op("_contrib_ROIAlign", shape=_align_shape)
def roi_align(
    xp, data, rois, *, pooled_size: Shape(), spatial_scale: float, sample_ratio: int = -1,
    position_sensitive: bool = False, aligned: bool = False,
):  # fmt: skip
    """Return the mean of bilinear samples in every bin of every region.

    ``rois`` is as in ROIPooling, with fractions; a region of image -1 gives 0. A bin has
    ``sample_ratio`` x ``sample_ratio`` samples (not positive: as many as it has pixels). With
    ``position_sensitive`` every bin reads channels of its own. ``aligned`` shifts by half a pixel
    (He et al., Mask R-CNN).
    """
    _align_shape(
        data.shape, rois.shape, pooled_size=pooled_size, position_sensitive=position_sensitive
    )
    parts = []
    for image, tall, broad in _weights(
        xp, data, rois, pooled_size, spatial_scale, sample_ratio, aligned
    ):
        if position_sensitive:
            split = data[image].reshape((-1, *pooled_size, *data.shape[2:]))
            weight = tall[:, None, :, None] * broad[None, :, None, :]
            parts.append((split * weight[None]).sum(axis=(3, 4)))
        else:
            parts.append(xp.matmul(xp.matmul(tall, data[image]), broad.T))
    if not parts:
        shape = (0, data.shape[1], *pooled_size)
        return xp.zeros(shape, data.dtype)
    return xp.stack(parts, axis=0).astype(data.dtype, copy=False)


def _weights(xp, data, rois, pooled_size, spatial_scale, sample_ratio, aligned):
    """Give for each region its image and how much each row, each column counts in each bin."""
    high, wide = data.shape[2:]
    shift = 0.5 if aligned else 0.0
    for image, *box in _regions(xp, rois, data.shape[0]):
        left, top, right, bottom = (value * spatial_scale - shift for value in box)
        on_image = float(image >= 0)
        tall = _hats(xp, data, top, bottom, pooled_size[0], sample_ratio, high, aligned)
        broad = _hats(xp, data, left, right, pooled_size[1], sample_ratio, wide, aligned)
        yield int(max(image, 0)), tall * on_image, broad


def _hats(xp, data, start, end, bins, samples, limit, aligned):
    """Return the weights (bins, limit) of pixels along one side of a region.

    A sample between two pixels takes from both; samples off the image take nothing.
    """
    length = end - start if aligned else max(end - start, 1.0)
    number = samples if samples > 0 else max(ceil(length / bins), 0)
    if number <= 0:
        return xp.zeros((bins, limit), data.dtype)
    step = length / bins / number
    at = start + (xp.arange(bins * number, dtype="float64") + 0.5) * step
    inside = (at >= -1.0) & (at <= limit)
    near = xp.minimum(xp.maximum(at, 0.0), limit - 1.0)
    hats = xp.maximum(1.0 - xp.abs(near[:, None] - xp.arange(limit)), 0.0) * inside[:, None]
    return hats.reshape((bins, number, limit)).mean(axis=1).astype(data.dtype)


@roi_align.vjp("data")
def _(
    xp, ct, out, data, rois, *, pooled_size, spatial_scale, sample_ratio, position_sensitive,
    aligned,
):  # fmt: skip
    planes = [None] * data.shape[0]
    weights = _weights(xp, data, rois, pooled_size, spatial_scale, sample_ratio, aligned)
    for at, (image, tall, broad) in enumerate(weights):
        if position_sensitive:
            weight = tall[:, None, :, None] * broad[None, :, None, :]
            part = (ct[at][:, :, :, None, None] * weight[None]).reshape(data.shape[1:])
        else:
            part = xp.matmul(xp.matmul(tall.T, ct[at]), broad)
        planes[image] = part if planes[image] is None else planes[image] + part
    empty = xp.zeros(data.shape[1:], ct.dtype)
    return xp.stack([empty if plane is None else plane for plane in planes], axis=0)


@roi_align.vjp("rois")
def _(xp, ct, out, data, rois, **params):
    return xp.zeros_like(rois)
