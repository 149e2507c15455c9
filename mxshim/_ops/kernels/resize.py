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
    fx = xp.where(beside, xp.float32(0), fx)
    x, right = xp.clip(x, 0, columns - 1), xp.clip(right, 0, columns - 1)
    y, below, fy = _positions(xp, height, rows)
    y, below, fy = xp.clip(y, 0, rows - 1), xp.clip(below, 0, rows - 1), fy[:, None]
    *batch, _, _, channels = images.shape
    # Columns and channels as one long axis: NumPy is slow on inner loops of three.
    sides = [
        xp.take(images, index, axis=-2).reshape(*batch, rows, width * channels)
        for index in (x, right)
    ]
    blend = _blend_floats if images.dtype.kind == "f" else _blend_bytes
    blended = blend(xp, sides, xp.repeat(fx, channels), (y, below), fy)
    return blended.astype(images.dtype).reshape(*batch, height, width, channels)


def _blend_floats(xp, sides, fx, rows, fy):
    lines = sides[0] * (1 - fx) + sides[1] * fx
    above, below = (xp.take(lines, index, axis=-2) for index in rows)
    return above * (1 - fy) + below * fy


def _blend_bytes(xp, sides, fx, rows, fy):
    """Blend in whole numbers, in place."""
    lines = _weighted(sides, _whole(xp, fx), 0)
    lines >>= 4
    blended = _weighted([xp.take(lines, index, axis=-2) for index in rows], _whole(xp, fy), 16)
    blended += 2
    blended >>= 2
    return xp.clip(blended, 0, 255)


def _weighted(ends, weights, shift):
    """Sum the two ends times their weights, each shifted to the right."""
    first, second = (end.astype("int32") for end in ends)
    first *= weights[0]
    second *= weights[1]
    if shift:
        first >>= shift
        second >>= shift
    first += second
    return first


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
