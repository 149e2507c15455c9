"""``nd.imdecode``, which ``mx.image.imdecode`` replaced: images (channels, height, width)."""

from __future__ import annotations

import numpy

from .._core.errors import check_failed
from ..context import cpu
from ._create import zeros
from ._data import array
from .ndarray import NDArray


def imdecode(str_img, clip_rect=(0, 0, 0, 0), out=None, index=0, channels=3, mean=None):
    """Decode the bytes of an image file as (channels, height, width), red first, of float32.

    Old programs only: ``mx.image.imdecode`` is its successor. ``clip_rect`` is (left, top, right,
    bottom), the whole image when top and bottom are equal. ``channels=1`` makes it grey. ``mean``
    (of the result's shape) is subtracted and gives the element type. ``out`` receives the image;
    with four dimensions its part ``index`` does.
    """
    # MXNet's passes bytes on as the text b'...', so that under Python 3 it refuses every image.
    rows = _pixels(str_img, channels)
    left, top, right, bottom = clip_rect
    if top == bottom:
        left, top, right, bottom = 0, 0, rows.shape[1], rows.shape[0]
    if right > rows.shape[1] or bottom > rows.shape[0]:
        raise check_failed(
            "x1 <= static_cast<size_t>(res.cols) && y1 <= static_cast<size_t>(res.rows)",
            hint=f"clip_rect {clip_rect} reaches out of {rows.shape[1]} x {rows.shape[0]} pixels",
        )
    image = rows[top:bottom, left:right].transpose((2, 0, 1))
    image = image.astype("float32" if mean is None else mean.dtype)
    if mean is not None:
        image = image - mean
    if out is None:
        out = zeros(image.shape, ctx=cpu(), dtype=image.dtype)
    place = out[index] if out.ndim == 4 else out
    if place.shape != image.shape:
        raise check_failed(
            "n_channels == buff.shape()[1]",
            hint=f"the image has shape {image.shape}, out takes {place.shape}",
        )
    place[:] = image.astype(place.dtype)
    return out


def _pixels(data, channels):
    """Decode to (height, width, channels)."""
    from . import _internal

    buffer = (
        data
        if isinstance(data, NDArray)
        else array(numpy.frombuffer(data, numpy.uint8), ctx=cpu(), dtype="uint8")
    )
    return _internal._cvimdecode(buffer, flag=0 if channels == 1 else 1)
