"""Image resizing as OpenCV does it, bit for bit: nearest and bilinear, on (..., H, W, C) arrays."""

from __future__ import annotations

BITS = 11
ONE = 1 << BITS
"""OpenCV blends bytes with whole weights out of 2,048."""


def nearest(xp, images, width, height):
    """Take the pixel that the upper left corner of each new pixel falls into."""
    rows, columns = images.shape[-3:-1]
    y = xp.minimum(xp.floor(xp.arange(height) * (rows / height)), rows - 1).astype("int64")
    x = xp.minimum(xp.floor(xp.arange(width) * (columns / width)), columns - 1).astype("int64")
    return images[..., y, :, :][..., x, :]


def bilinear(xp, images, width, height):
    """Blend the four pixels around each new pixel's centre; halving both edges averages them."""
    rows, columns = images.shape[-3:-1]
    if (rows, columns) == (height, width):
        return images.copy()
    if (rows, columns) == (2 * height, 2 * width):
        return _halved(images)
    x, right, fx = _positions(xp, width, columns)
    # OpenCV clamps the weights left and right; above and below it repeats the edge rows only.
    beside = (x < 0) | (x >= columns - 1)
    fx = xp.where(beside, xp.float32(0), fx)[:, None]
    x, right = xp.clip(x, 0, columns - 1), xp.clip(right, 0, columns - 1)
    y, below, fy = _positions(xp, height, rows)
    y, below, fy = xp.clip(y, 0, rows - 1), xp.clip(below, 0, rows - 1), fy[:, None, None]
    if images.dtype.kind == "f":
        lines = images[..., x, :] * (1 - fx) + images[..., right, :] * fx
        return (lines[..., y, :, :] * (1 - fy) + lines[..., below, :, :] * fy).astype(images.dtype)
    (a, b), (c, d) = _whole(xp, fx), _whole(xp, fy)
    lines = (images[..., x, :] * a + images[..., right, :] * b) >> 4
    blended = (lines[..., y, :, :] * c >> 16) + (lines[..., below, :, :] * d >> 16)
    return xp.clip((blended + 2) >> 2, 0, 255).astype(images.dtype)


def _positions(xp, count, old):
    """Return the old pixels before and behind each new one's centre, and the latter's weight."""
    centres = ((xp.arange(count) + 0.5) * (old / count) - 0.5).astype("float32")
    first = xp.floor(centres)
    index = first.astype("int64")
    return index, index + 1, centres - first


def _whole(xp, weight):
    return (
        xp.rint((1 - weight) * ONE).astype("int32"),
        xp.rint(weight * ONE).astype("int32"),
    )


def _halved(images):
    wide = images.astype("int32") if images.dtype.kind == "u" else images
    total = wide[..., ::2, ::2, :] + wide[..., ::2, 1::2, :]
    total = total + wide[..., 1::2, ::2, :] + wide[..., 1::2, 1::2, :]
    if images.dtype.kind == "u":
        return ((total + 2) >> 2).astype(images.dtype)
    return total * images.dtype.type(0.25)
