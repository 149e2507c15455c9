"""Position-sensitive pooling: every bin of a region reads channels of its own.

Dai et al., R-FCN (2016); with bins that are moved: Dai et al., Deformable Convolutional Networks.
Channels are ordered by output channel, then by row and column of a ``group_size`` x ``group_size``
grid that is laid over the bins.
"""

from __future__ import annotations

from .._core.dtypes import CODES
from .._core.errors import check_failed, mxnet_error
from .._core.params import Float
from .._core.registry import op
from .index import add_at, add_rows, take
from .kernels.checks import not_floating
from .kernels.sample import corners

SCALE = Float(
    min=0.0, max=1.0,
    doc="Ratio of input feature map height (or w) to raw image height (or w). Equals the "
    "reciprocal of total stride in convolutional layers",
)  # fmt: skip
SPREAD = Float(min=0.0, max=1.0, doc="fix transition std")


def _check(data, rois, channels, trans=None):
    """Raise unless these are the shapes of images and regions, with enough channels."""
    if trans is not None and len(trans) != 4:
        raise check_failed(
            f"tshape.ndim() == 4 ({len(trans)} vs. 4) ", "trans should be a 4D tensor of shape"
        )
    if len(data) != 4:
        raise check_failed(f"dshape.ndim() == 4 ({len(data)} vs. 4) ", "data should be a 4D tensor")
    rank = "bbox should be a 2D tensor of shape [batch, 5]"
    if len(rois) != 2:
        raise check_failed(f"bshape.ndim() == 2 ({len(rois)} vs. 2) ", rank)
    if rois[1] != 5:
        raise check_failed(f"bshape[1] == 5 ({rois[1]} vs. 5) ", rank)
    if data[1] < channels:  # MXNet reads past the end
        raise mxnet_error(f"data needs {channels} channels for these regions, it has {data[1]}")


def _check_types(data, rois):
    if data.dtype != rois.dtype:
        raise check_failed(
            f"dtype == (*in_type)[1] ({CODES[data.dtype]} vs. {CODES[rois.dtype]}) ",
            "",
            f"data has dtype {data.dtype}, rois {rois.dtype}",
        )
    if data.dtype.kind != "f":
        raise not_floating(data.dtype)


def _image_numbers(xp, rois, images):
    """Return the image of every region; MXNetError for one that there is not."""
    numbers = xp.to_host(rois[:, 0]).astype("int64")
    if ((numbers < 0) | (numbers >= images)).any():
        raise mxnet_error(f"the regions lie on images {sorted(set(numbers.tolist()))} of {images}")
    return numbers


def _sides(xp, rois, scale, shift):
    """Return where regions start and how long they are, each (regions, 2): x and y."""
    box = rois[:, 1:]
    whole = xp.floor(xp.abs(box) + 0.5) * xp.sign(box)  # halves away from zero
    start = whole[:, :2] * scale - shift
    end = (whole[:, 2:] + 1) * scale - shift
    return start, xp.maximum(end - start, 0.1)


def _channels(xp, output_dim, bins, group):
    """Return which channel each output channel reads in each bin, (output_dim, bins, bins)."""
    at = xp.arange(bins) * group // bins
    plane = at[:, None] * group + at[None, :]
    return xp.arange(output_dim)[:, None, None] * (group * group) + plane


def _pooling_shape(data, rois, *, output_dim, pooled_size, group_size, **params):
    group = group_size or pooled_size
    _check(data, rois, output_dim * group * group)
    return (data, rois), (rois[0], output_dim, pooled_size, pooled_size)


@op("_contrib_PSROIPooling", shape=_pooling_shape)
def psroi_pooling(
    xp, data, rois, *, spatial_scale: SCALE, output_dim: int, pooled_size: int, group_size: int = 0
):
    """Return the mean of every bin of every region (regions, output_dim, pooled_size, pooled_size).

    ``data`` (images, output_dim * group_size ** 2, height, width); ``rois`` (regions, 5) holds the
    image's number and the corners (x1, y1, x2, y2), both included, in pixels of the image.
    ``group_size`` 0: ``pooled_size``. Bins off the image give 0.
    """
    group = group_size or pooled_size
    _check(data.shape, rois.shape, output_dim * group * group)
    _check_types(data, rois)
    out = xp.zeros((rois.shape[0], output_dim, pooled_size, pooled_size), data.dtype)
    images = _image_numbers(xp, rois, data.shape[0]).tolist()
    edges = [xp.to_host(e).tolist() for e in _edges(xp, data, rois, pooled_size, spatial_scale)]
    for at, (image, *sides) in enumerate(zip(images, *edges, strict=True)):
        columns, rows = (list(zip(*side, strict=True)) for side in zip(*sides, strict=True))
        for y, (top, bottom) in enumerate(rows):
            for x, (left, right) in enumerate(columns):
                if bottom > top and right > left:
                    plane = (y * group // pooled_size) * group + x * group // pooled_size
                    planes = slice(plane, output_dim * group * group, group * group)
                    part = data[image, planes, top:bottom, left:right]
                    out[at, :, y, x] = part.mean(axis=(1, 2))
    return out


def _edges(xp, data, rois, bins, scale):
    """Return the first pixels of all bins and those behind the last, (regions, x and y, bins)."""
    start, length = _sides(xp, rois, scale, 0)
    number = xp.arange(bins, dtype=data.dtype)
    step = length[:, :, None] / bins
    limit = xp.asarray([[data.shape[3]], [data.shape[2]]])
    return [
        xp.clip(whole(at * step + start[:, :, None]).astype("int64"), 0, limit)
        for whole, at in ((xp.floor, number), (xp.ceil, number + 1))
    ]


def _bins(xp, data, rois, bins, scale):
    """Give for each region its image and how much every pixel counts in every bin.

    The weights are (bins, bins, height, width).
    """
    first, last = _edges(xp, data, rois, bins, scale)
    masks = []  # columns, rows: (regions, bins, pixels)
    for axis, limit in enumerate((data.shape[3], data.shape[2])):
        pixels = xp.arange(limit)
        inside = (pixels >= first[:, axis, :, None]) & (pixels < last[:, axis, :, None])
        masks.append(inside.astype(data.dtype))
    broad, tall = (mask / xp.maximum(mask.sum(axis=2, keepdims=True), 1) for mask in masks)
    for at, image in enumerate(_image_numbers(xp, rois, data.shape[0]).tolist()):
        yield image, tall[at][:, None, :, None] * broad[at][None, :, None, :]


@psroi_pooling.vjp("data")
def _(xp, ct, out, data, rois, *, spatial_scale, output_dim, pooled_size, group_size):
    plan = _channels(xp, output_dim, pooled_size, group_size or pooled_size).reshape((1, -1))
    shape = data.shape[1:]
    planes = [None] * data.shape[0]
    for at, (image, weight) in enumerate(_bins(xp, data, rois, pooled_size, spatial_scale)):
        spread = (ct[at][:, :, :, None, None] * weight).reshape((-1, *shape[1:]))
        part = add_at(xp, spread, plan, shape=shape)
        planes[image] = part if planes[image] is None else planes[image] + part
    empty = xp.zeros(shape, ct.dtype)
    return xp.stack([empty if plane is None else plane for plane in planes], axis=0)


@psroi_pooling.vjp("rois")
def _(xp, ct, out, data, rois, **params):
    return xp.zeros_like(rois)


def _deformable_shape(data, rois, trans=None, *, output_dim, group_size, pooled_size, no_trans,
                      **params):  # fmt: skip
    _check(data, rois, output_dim * group_size * group_size, trans)
    out = (rois[0], output_dim, pooled_size, pooled_size)
    return (data, rois) if no_trans else (data, rois, trans), [out, out]


@op("_contrib_DeformablePSROIPooling", visible=1, shape=_deformable_shape,
    arity=lambda no_trans, **_: 2 if no_trans else 3)  # fmt: skip
def deformable_psroi_pooling(
    xp, data, rois, trans=None, *, spatial_scale: SCALE, output_dim: int, group_size: int,
    pooled_size: int, part_size: int = 0, sample_per_part: int = 1, trans_std: SPREAD = 0.0,
    no_trans: bool = False,
):  # fmt: skip
    """Return the mean of bilinear samples in every bin, each moved by ``trans``.

    See PSROIPooling. ``trans`` (regions, 2 * classes, part_size, part_size) holds shifts in x and
    y, in units of ``trans_std`` of the region's sides, for each class of output channels; bins
    share those of a part. Of ``sample_per_part`` ** 2 samples those off the image do not count. The
    hidden second output counts the others.
    """
    places = _Places(xp, data, rois, trans, spatial_scale, output_dim, group_size, pooled_size,
                     part_size or pooled_size, sample_per_part, trans_std)  # fmt: skip
    flat, total = data.reshape((-1,)), 0
    for index, corner in places.corners():
        total = total + take(xp, flat, index, axis=0, mode="clip") * corner.weight
    counts = places.counts()
    out = total.sum(axis=5).reshape(counts.shape) / xp.maximum(counts, 1)
    return out.astype(data.dtype, copy=False), counts


deformable_psroi_pooling.outputs = ("output", "top_count")


@deformable_psroi_pooling.vjp("data", "rois", "trans")
def _(xp, ct, out, data, rois, trans=None, *, spatial_scale, output_dim, group_size, pooled_size,
      part_size, sample_per_part, trans_std, no_trans):  # fmt: skip
    places = _Places(xp, data, rois, trans, spatial_scale, output_dim, group_size, pooled_size,
                     part_size or pooled_size, sample_per_part, trans_std)  # fmt: skip
    flat = data.reshape((-1,))
    head = (ct[0] / xp.maximum(out[1], 1)).reshape((*places.planes.shape[:5], 1))
    by_data = by_column = by_row = 0
    for index, corner in places.corners():
        spread = (head * corner.weight).reshape((-1,))
        by_data = by_data + add_rows(
            xp, spread, index.reshape((-1,)), shape=flat.shape, axis=0, mode="clip"
        )
        if trans is not None:
            slope = (take(xp, flat, index, axis=0, mode="clip") * head).sum(axis=2, keepdims=True)
            by_column = by_column + slope * corner.right
            by_row = by_row + slope * corner.down
    by_trans = None if trans is None else places.shifts_grad(by_column, by_row)
    return by_data.reshape(data.shape), xp.zeros_like(rois), by_trans


class _Places:
    """Where the samples lie.

    Arrays are (regions, classes, channels of a class, bins, bins, samples).
    """

    def __init__(self, xp, data, rois, trans, scale, output_dim, group, bins, parts, side, spread):
        trans_shape = None if trans is None else trans.shape
        _check(data.shape, rois.shape, output_dim * group * group, trans_shape)
        _check_types(data, rois)
        classes = 1 if trans is None else max(trans.shape[1] // 2, 1)
        if output_dim % classes:
            raise mxnet_error(f"{output_dim} output channels are not of {classes} classes")
        self.xp, self.data, self.dtype = xp, data, rois.dtype
        self.start, self.length = _sides(xp, rois, scale, 0.5)
        self.part = xp.arange(bins) * parts // bins
        self.spread = spread
        self.trans = trans
        self._place(classes, bins, side)
        plan = _channels(xp, output_dim, bins, group).reshape((classes, -1, bins, bins))
        images = xp.from_host(_image_numbers(xp, rois, data.shape[0]))
        planes = images.reshape((-1, 1, 1, 1, 1)) * data.shape[1] + plan
        self.planes = planes[..., None] * (data.shape[2] * data.shape[3])

    def _place(self, classes, bins, side):
        """Set ``columns``, ``rows`` and which of them lie on the image, ``valid``."""
        xp, count = self.xp, self.start.shape[0]
        bin_, sub = xp.arange(bins, dtype=self.dtype), xp.arange(side, dtype=self.dtype)
        found, valid = [], None
        for axis, limit in enumerate((self.data.shape[3], self.data.shape[2])):
            length = self.length[:, axis].reshape((-1, 1, 1, 1, 1))
            first = bin_ * length / bins + self.start[:, axis].reshape((-1, 1, 1, 1, 1))
            step = sub * length / (bins * side)
            if axis == 0:
                at = first[..., None] + step[..., None, :]
                at = at.reshape((count, 1, 1, 1, bins, 1, side))
            else:
                at = first.reshape((count, 1, 1, bins, 1, 1, 1)) + step.reshape(
                    (count, 1, 1, 1, 1, side, 1)
                )
            if self.trans is not None:
                moved = self._shifts(axis, classes) * length[:, :, 0]
                at = at + moved.reshape((count, classes, 1, bins, bins, 1, 1))
            at = xp.broadcast_to(at, (count, classes, 1, bins, bins, side, side))
            at = at.reshape((count, classes, 1, bins, bins, side * side))
            on = (at >= -0.5) & (at <= limit - 0.5)
            valid = on if valid is None else valid & on
            found.append(xp.minimum(xp.maximum(at, 0), limit - 1))
        self.columns, self.rows = found
        self.valid = valid

    def _shifts(self, axis, classes):
        """Return the shifts of all bins along an axis, (regions, classes, bins, bins)."""
        count, _, high, wide = self.trans.shape
        split = self.trans.reshape((count, classes, 2, high, wide))[:, :, axis]
        return split[:, :, self.part[:, None], self.part[None, :]] * self.spread

    def counts(self):
        """Count the samples on the image, for every bin of every output channel."""
        each = self.valid.sum(axis=5).astype(self.data.dtype)
        shape = self.planes.shape[:5]
        return self.xp.broadcast_to(each, shape).reshape((shape[0], -1, *shape[3:])).copy()

    def corners(self):
        """Yield the pixels around the samples: where they lie in the data, and their weights."""
        line, shape = (1, -1), self.valid.shape
        for corner in corners(
            self.xp, self.rows.reshape(line), self.columns.reshape(line), self.data.shape[2:],
            self.valid.reshape(line),
        ):  # fmt: skip
            parts = type(corner)(*(part.reshape(shape) for part in corner))
            yield parts.index + self.planes, parts

    def shifts_grad(self, by_column, by_row):
        """Carry gradients of the columns and rows back to the shifts."""
        xp = self.xp
        count, channels, high, wide = self.trans.shape
        found = []
        for axis, (slope, at) in enumerate(((by_column, self.columns), (by_row, self.rows))):
            # mxnet: a sample on a pixel's middle does not feel its neighbours
            slope = xp.where(at == xp.floor(at), 0, slope).sum(axis=(2, 5))
            length = self.length[:, axis].reshape((-1, 1, 1, 1))
            found.append(slope * length * self.spread)
        bins = xp.moveaxis(xp.stack(found, axis=2), (3, 4), (0, 1))
        shape = bins.shape[:2]
        parts = [xp.broadcast_to(p, shape) for p in (self.part[:, None], self.part[None, :])]
        total = add_at(xp, bins, xp.stack(parts), shape=(high, wide, *bins.shape[2:]))
        return xp.moveaxis(total, (0, 1), (3, 4)).reshape((count, channels, high, wide))
