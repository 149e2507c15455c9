"""Resizing, cropping, borders and rotation."""

from __future__ import annotations

import random
import warnings
from numbers import Number

import numpy as np

from .. import ndarray as nd
from ..base import numeric_types
from ..ndarray import _internal
from ..numpy import _internal as _np_internal
from ..util import is_np_array


def imresize(src, w, h, *args, **kwargs):
    """Resize an image (H, W, C) to width ``w`` and height ``h``.

    Parameters, by position or name: ``interp=1`` (0 nearest, 1 bilinear, 2 bicubic, 3 by area, 4
    Lanczos), ``out``. Others than nearest and bilinear take OpenCV, the extra ``image``.
    """
    resize = _np_internal.cvimresize if is_np_array() else _internal._cvimresize
    return resize(src, w, h, *args, **kwargs)


def copyMakeBorder(src, top, bot, left, right, *args, **kwargs):
    """Put a border of so many rows and columns around an image.

    Parameters, by position or name: ``type=0`` (0 constant, 1 the edge repeated, 2 mirrored, 3 from
    the other side, 4 mirrored without the edge), ``value``, ``values`` (one a channel), ``out``.
    """
    return _internal._cvcopyMakeBorder(src, top, bot, left, right, *args, **kwargs)


def scale_down(src_size, size):
    """Shrink ``size`` (width, height) in proportion until it fits into ``src_size``."""
    width, height = size
    most_wide, most_high = src_size
    if most_high < height:
        width, height = float(width * most_high) / height, most_high
    if most_wide < width:
        width, height = most_wide, float(height * most_wide) / width
    return int(width), int(height)


def _get_interp_method(interp, sizes=()):
    """Return OpenCV's number for ``interp``; ValueError for others than 0 to 4, 9 and 10.

    9 takes bicubic to enlarge, area to shrink and bilinear for the rest, by ``sizes``: the old
    height and width, the new height and width. 10 draws one from Python's generator.
    """
    if interp == 9:
        if not sizes:
            return 2
        old_h, old_w, new_h, new_w = sizes
        if new_h > old_h and new_w > old_w:
            return 2
        return 3 if new_h < old_h and new_w < old_w else 1
    if interp == 10:
        return random.randint(0, 4)
    if interp not in (0, 1, 2, 3, 4):
        raise ValueError(f"Unknown interp method {int(interp)}")
    return interp


def resize_short(src, size, interp=2):
    """Resize an image so that its shorter edge is ``size``."""
    h, w, _ = src.shape
    new_h, new_w = (size * h // w, size) if h > w else (size, size * w // h)
    return imresize(src, new_w, new_h, interp=_get_interp_method(interp, (h, w, new_h, new_w)))


def fixed_crop(src, x0, y0, w, h, size=None, interp=2):
    """Cut out ``w`` columns from ``x0`` and ``h`` rows from ``y0``; resize to ``size`` if given."""
    out = src[y0 : y0 + h, x0 : x0 + w]
    if size is not None and (w, h) != size:
        out = imresize(out, *size, interp=_get_interp_method(interp, (h, w, size[1], size[0])))
    return out


def center_crop(src, size, interp=2):
    """Cut out the middle, ``size`` (width, height) large; return it and (x, y, width, height).

    Where the image is smaller, the largest part of that aspect ratio is scaled up.
    """
    h, w, _ = src.shape
    new_w, new_h = scale_down((w, h), size)
    x0 = int((w - new_w) / 2)
    y0 = int((h - new_h) / 2)
    return fixed_crop(src, x0, y0, new_w, new_h, size, interp), (x0, y0, new_w, new_h)


def random_crop(src, size, interp=2):
    """Cut out a part as :func:`center_crop` does, at a place from Python's generator."""
    h, w, _ = src.shape
    return _placed_crop(src, *scale_down((w, h), size), size, interp)


def _placed_crop(src, w, h, size, interp):
    x0 = random.randint(0, src.shape[1] - w)
    y0 = random.randint(0, src.shape[0] - h)
    return fixed_crop(src, x0, y0, w, h, size, interp), (x0, y0, w, h)


def random_size_crop(src, size, area, ratio, interp=2, **kwargs):
    """Cut out a part of random area and aspect ratio and resize it to ``size``.

    ``area`` is a range of shares of the image's area (a number: up to 1), ``ratio`` of aspect
    ratios. Return the part and (x, y, width, height). After ten misfits, the middle is taken.
    ``min_area`` is the old name of ``area``; other keywords are refused.
    """
    h, w, _ = src.shape
    area = _renamed_area(area, kwargs, "random_size_crop")
    low, high = (area, 1.0) if isinstance(area, numeric_types) else area
    for _ in range(10):
        target = random.uniform(low, high) * (h * w)
        aspect = np.exp(random.uniform(np.log(ratio[0]), np.log(ratio[1])))
        new_w = round(np.sqrt(target * aspect))
        new_h = round(np.sqrt(target / aspect))
        if new_w <= w and new_h <= h:
            return _placed_crop(src, new_w, new_h, size, interp)
    return center_crop(src, size, interp)


def _renamed_area(area, kwargs, function):
    """Return the area, which an old program gives as ``min_area``; refuse other keywords."""
    if "min_area" in kwargs:
        warnings.warn(
            "`min_area` is deprecated. Please use `area` instead.", DeprecationWarning, stacklevel=3
        )
        area = kwargs.pop("min_area")
    assert not kwargs, f"unexpected keyword arguments for `{function}`."
    return area


def color_normalize(src, mean, std=None):
    """Subtract ``mean`` from the image in place and divide it by ``std``; either may be None."""
    if mean is not None:
        src -= mean
    if std is not None:
        src /= std
    return src


def imrotate(src, rotation_degrees, zoom_in=False, zoom_out=False):
    """Rotate a float32 image (C, H, W), or each of a batch, about its centre; the size stays.

    ``rotation_degrees`` is a number or, for a batch, an array of one a picture. ``zoom_in``
    enlarges until no corner is empty, ``zoom_out`` shrinks until the whole picture is in sight.
    TypeError and ValueError say what does not fit.
    """
    if zoom_in and zoom_out:
        raise ValueError("`zoom_in` and `zoom_out` cannot be both True")
    if src.dtype is not np.float32:
        raise TypeError("Only `float32` images are supported by this function")
    single = src.ndim == 3
    if single:
        src = src.expand_dims(axis=0)
        if not isinstance(rotation_degrees, Number):
            raise TypeError(
                "When a single image is passed the rotation angle is required to be a scalar."
            )
    elif src.ndim != 4:
        raise ValueError("Only 3D and 4D are supported by this function")
    if isinstance(rotation_degrees, Number):
        rotation_degrees = nd.array([rotation_degrees] * len(src), ctx=src.context)
    if len(src) != len(rotation_degrees):
        raise ValueError("The number of images must be equal to the number of rotation angles")
    angles = (np.pi * rotation_degrees.as_in_context(src.context) / 180).reshape((-1, 1, 1))
    grid = _rotated_grid(angles, *src.shape[2:])
    if zoom_in or zoom_out:
        grid = grid * _zoom(angles, *src.shape[2:], zoom_out)
    rotated = nd.BilinearSampler(src, grid)
    return rotated[0] if single else rotated


def _rotated_grid(angles, h, w):
    """Return where each new pixel comes from: x and y in [-1, 1], as (n, 2, h, w)."""
    cosine, sine = nd.cos(angles), nd.sin(angles)
    half_w, half_h = (w - 1) / 2, (h - 1) / 2
    x = nd.arange(w, ctx=angles.context).reshape((1, 1, w)) - half_w
    y = nd.arange(h, ctx=angles.context).reshape((1, h, 1)) - half_h
    across, down = x * cosine - y * sine, x * sine + y * cosine
    return nd.stack(across / half_w, down / half_h, axis=1)


def _zoom(angles, h, w, zoom_out):
    """Return the factor per picture by which the grid shrinks or grows, (n, 1, 1, 1)."""
    h, w = nd.array([h], ctx=angles.context), nd.array([w], ctx=angles.context)
    turned, corner = nd.abs(angles), nd.arctan(h / w)
    radius = nd.sqrt(h * h + w * w)
    wide, high = (
        nd.maximum(*(nd.abs(radius * part(corner + sign * turned)) for sign in (1, -1)))
        for part in (nd.cos, nd.sin)
    )
    factor = nd.maximum(wide / w, high / h) if zoom_out else nd.minimum(w / wide, h / high)
    return factor.expand_dims(axis=3)


def random_rotate(src, angle_limits, zoom_in=False, zoom_out=False):
    """Rotate by an angle from between two limits in degrees, each picture of a batch by its own.

    The angles come from NumPy's generator; the rest is as in :func:`imrotate`.
    """
    if src.ndim == 3:
        degrees = np.random.uniform(*angle_limits)
    else:
        degrees = nd.array(np.random.uniform(*angle_limits, size=src.shape[0]))
    return imrotate(src, degrees, zoom_in=zoom_in, zoom_out=zoom_out)
