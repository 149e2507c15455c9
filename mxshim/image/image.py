"""Reading, resizing and cropping of images, as arrays (height, width, channels) in RGB order.

Decoding takes OpenCV, the extra ``image``; resizing is our own and gives OpenCV's bits.
"""

from __future__ import annotations

import math
import random
import warnings

import numpy as np

from .. import ndarray
from .. import numpy as _mx_np
from .. import numpy_extension as _mx_npx
from .._core.errors import MXNetError, mxnet_error
from .._core.missing import module_getattr
from ..util import is_np_array


def _opencv():
    try:
        import cv2
    except ImportError:
        raise ImportError(
            "reading image files takes OpenCV: pip install 'mxshim[image]'", name="cv2"
        ) from None
    return cv2


def imread(filename, *args, **kwargs):
    """Read an image file as uint8; the other parameters are those of :func:`imdecode`."""
    _opencv()
    try:
        with open(filename, "rb") as file:
            data = file.read()
    except OSError as error:
        raise MXNetError(
            f"Imread: Check failed: file.is_open(): '{filename}' couldn't open file: "
            f"{error.strerror}"
        ) from error
    return imdecode(data, *args, **kwargs)


def imdecode(buf, *args, **kwargs):
    """Decode the bytes of an image file as uint8; ValueError for a ``str``.

    Parameters, by position or name: ``flag=1`` (0 for grey), ``to_rgb=1`` (0 for BGR), ``out``.
    """
    return _decode(buf, *args, **kwargs)


def _decode(buf, flag=1, to_rgb=1, out=None):
    if isinstance(buf, ndarray.NDArray):
        buf = buf.asnumpy()
    elif not isinstance(buf, (bytes, bytearray, np.ndarray)):
        raise ValueError(
            "buf must be of type bytes, bytearray or numpy.ndarray,"
            "if you would like to input type str, please convert to bytes"
        )
    cv2 = _opencv()
    data = np.frombuffer(buf, dtype=np.uint8)
    if data.size == 0:
        raise mxnet_error("Check failed: len > 0: Input cannot be an empty buffer")
    decoded = cv2.imdecode(data, flag)
    if decoded is None:
        raise mxnet_error(
            "Check failed: !res.empty(): Decoding failed. Invalid image file.",
            f"{data.size} bytes that are no image",
        )
    if decoded.ndim == 2:
        decoded = decoded[:, :, None]
    elif to_rgb:
        decoded = decoded[:, :, ::-1]
    made = (_mx_np.array if is_np_array() else ndarray.array)(
        np.ascontiguousarray(decoded), dtype="uint8"
    )
    if out is None:
        return made
    out[:] = made
    return out


def imresize(src, w, h, *args, **kwargs):
    """Resize an image to width ``w`` and height ``h``.

    Parameters, by position or name: ``interp=1`` (0 is nearest, 1 bilinear), ``out``.
    """
    return _resize(src, w, h, *args, **kwargs)


def _resize(src, w, h, interp=1, out=None):
    resize = (_mx_npx if is_np_array() else ndarray).image.resize
    return resize(src, (w, h), False, interp, out=out)


def scale_down(src_size, size):
    """Shrink ``size`` (width, height) in proportion until it fits into ``src_size``."""
    width, height = size
    most_wide, most_high = src_size
    if most_high < height:
        width, height = float(width * most_high) / height, most_high
    if most_wide < width:
        width, height = most_wide, float(height * most_wide) / width
    return int(width), int(height)


def _interpolation(interp, sizes=()):
    """Return OpenCV's number for ``interp``; 9 goes by old and new sizes, 10 draws one."""
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
        raise ValueError(f"Unknown interp method {interp}")
    return interp


def resize_short(src, size, interp=2):
    """Resize an image so that its shorter edge is ``size``."""
    h, w, _ = src.shape
    new_h, new_w = (size * h // w, size) if h > w else (size, size * w // h)
    return imresize(src, new_w, new_h, interp=_interpolation(interp, (h, w, new_h, new_w)))


def fixed_crop(src, x0, y0, w, h, size=None, interp=2):
    """Cut out ``w`` columns from ``x0`` and ``h`` rows from ``y0``; resize to ``size`` if given."""
    out = src[y0 : y0 + h, x0 : x0 + w]
    if size is not None and (w, h) != size:
        out = imresize(out, *size, interp=_interpolation(interp, (h, w, size[1], size[0])))
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
    new_w, new_h = scale_down((w, h), size)
    x0 = random.randint(0, w - new_w)
    y0 = random.randint(0, h - new_h)
    return fixed_crop(src, x0, y0, new_w, new_h, size, interp), (x0, y0, new_w, new_h)


def random_size_crop(src, size, area, ratio, interp=2, **kwargs):
    """Cut out a part of random area and aspect ratio and resize it to ``size``.

    ``area`` is a range of shares of the image's area (a number: up to 1), ``ratio`` of aspect
    ratios. Return the part and (x, y, width, height). After ten misfits, the middle is taken.
    ``min_area`` is the old name of ``area``; other keywords are refused.
    """
    h, w, _ = src.shape
    if "min_area" in kwargs:
        warnings.warn(
            "`min_area` is deprecated. Please use `area` instead.", DeprecationWarning, stacklevel=2
        )
        area = kwargs.pop("min_area")
    assert not kwargs, "unexpected keyword arguments for `random_size_crop`."
    low, high = (area, 1.0) if isinstance(area, (int, float)) else area
    log_ratio = (math.log(ratio[0]), math.log(ratio[1]))
    for _ in range(10):
        target = random.uniform(low, high) * (h * w)
        aspect = math.exp(random.uniform(*log_ratio))
        new_w = round(math.sqrt(target * aspect))
        new_h = round(math.sqrt(target / aspect))
        if new_w <= w and new_h <= h:
            x0 = random.randint(0, w - new_w)
            y0 = random.randint(0, h - new_h)
            return fixed_crop(src, x0, y0, new_w, new_h, size, interp), (x0, y0, new_w, new_h)
    return center_crop(src, size, interp)


def color_normalize(src, mean, std=None):
    """Subtract ``mean`` and divide by ``std``; either may be None."""
    if mean is not None:
        src = src - mean
    if std is not None:
        src = src / std
    return src


__getattr__ = module_getattr(__name__)
