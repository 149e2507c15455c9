"""Image files and OpenCV's own functions on images (H, W, C): behind ``mx.image``."""

from __future__ import annotations

from .._core.dtypes import CODES
from .._core.errors import MXNetError, check_failed, mxnet_error, shapes_unknown
from .._core.params import Bool, Float, Int, Tuple
from .._core.registry import op
from .kernels import resize as _resize

FLAG = Int(min=0, doc="Convert decoded image to grayscale (0) or color (1).")
WIDTH = Int(min=1, doc="Width of resized image.")
HEIGHT = Int(min=1, doc="Height of resized image.")
DOUBLE = Float("double")
VALUES = Tuple("tuple of <double>")
#: Interpolations of OpenCV 3.4: nearest, bilinear, bicubic, by area, Lanczos, bilinear exactly.
INTERPOLATIONS = range(6)
#: Element types that OpenCV can blend, and those it can hold.
BLENDED = ("uint8", "float32", "float64")
HELD = (*BLENDED, "int32")
#: Bit of a border's type: do not look beyond a part of an image, which arrays never do.
ISOLATED = 16


def _opencv_error(text, hint=""):
    """Build the error that MXNet passes on from the OpenCV it was built with."""
    return mxnet_error(f"OpenCV(3.4.2) error: {text}", hint)


def _need_image(shape, name, **attributes):
    if len(shape) != 3:
        raise shapes_unknown(name, (shape,), (None,), attributes)


@op("_cvimdecode", "_npi_cvimdecode", order=1)
def cvimdecode(xp, buf, *, flag: FLAG = 1, to_rgb: Bool = True):
    """Decode the bytes of an image file, a uint8 array, as uint8 (H, W, C).

    ``flag`` is 0 for one channel of grey, 1 for three of colour, red first; blue first with
    ``to_rgb=False``. MXNetError for bytes that are no image.
    """
    if not buf.size:
        raise check_failed("len > 0", "Input cannot be an empty buffer")
    if buf.dtype != "uint8":
        raise check_failed(
            f"inputs[0].dtype() == mshadow: :kUint8 ({CODES[buf.dtype]} vs. 3) ",
            "Input needs to be uint8 buffer",
        )
    return xp.decode_image(buf, flag, to_rgb)


@cvimdecode.shape
def _(buf, *, flag, to_rgb):
    return (buf,), _unknown(flag)


def _unknown(flag):
    """Return the shape before the file was seen: -1 where it decides."""
    return -1, -1, {0: 1, 1: 3}.get(flag, -1)


@op("_cvimread", "_npi_cvimread", order=1)
def cvimread(xp, *, filename: str, flag: FLAG = 1, to_rgb: Bool = True):
    """Read an image file; the other parameters are those of ``_cvimdecode``."""
    try:
        with open(filename, "rb") as file:
            data = file.read()
    except OSError as error:
        raise MXNetError(
            f"Imread: Check failed: file.is_open(): '{filename}' couldn't open file: "
            f"{error.strerror}"
        ) from error
    if not data:
        raise _opencv_error(
            "(-215:Assertion failed) !buf.empty() && buf.isContinuous() in function 'imdecode_'",
            f"{filename} is empty",
        )
    return xp.decode_image(data, flag, to_rgb)


@cvimread.shape
def _(*, filename, flag, to_rgb):
    return (), _unknown(flag)


@op("_cvimresize", "_npi_cvimresize", order=1)
def cvimresize(xp, src, *, w: WIDTH, h: HEIGHT, interp: Int = 1):
    """Resize an image (H, W, C) to ``h`` rows of ``w`` pixels.

    ``interp`` is OpenCV's number: 0 nearest, 1 bilinear, 2 bicubic, 3 by area, 4 Lanczos.
    """
    _need_resizable(src.shape, w, h, interp)
    try:
        return resized(xp, src, w, h, interp)
    except ImportError:
        if interp > 1:
            raise
        # These two are the same bits without OpenCV, only slower.
        return (_resize.bilinear if interp else _resize.nearest)(xp, src, w, h)


def _need_resizable(shape, w, h, interp):
    named = {"interp": interp} if interp != 1 else {}  # MXNet's error leaves the default out
    _need_image(shape, "_cvimresize", h=h, **named, w=w)


@cvimresize.shape
def _(src, *, w, h, interp):
    _need_resizable(src, w, h, interp)
    return (src,), (h, w, src[2])


def resized(xp, images, width, height, interp):
    """Resize images (..., H, W, C) with OpenCV; MXNetError for what it does not take."""
    if images.dtype == "float16":
        raise check_failed(
            "inputs[0].type_flag_ != mshadow: :kFloat16 (2 vs. 2) ",
            "opencv image mat doesn't support fp16",
        )
    if interp not in INTERPOLATIONS:
        raise _opencv_error(
            "(-5:Bad argument) Unknown interpolation method in function 'resize'",
            f"interpolation {interp}; it is 0 to 4",
        )
    if images.dtype not in (BLENDED if interp else HELD):
        raise _opencv_error(
            "(-215:Assertion failed) func != 0 in function 'resize'",
            f"images of dtype {images.dtype} cannot be resized; cast to uint8 or float32",
        )
    if not images.size:
        raise _opencv_error(
            "(-215:Assertion failed) !ssize.empty() in function 'resize'",
            f"an image of shape {images.shape} has no pixels to resize",
        )
    return xp.resize_image(images, width, height, interp)


@op("_cvcopyMakeBorder", order=1)
def cv_copy_make_border(
    xp, src, *, top: Int, bot: Int, left: Int, right: Int,
    type: Int = 0, value: DOUBLE = 0.0, values: VALUES = (),
):  # fmt: skip
    """Put a border of so many rows and columns around an image (H, W, C).

    ``type`` is OpenCV's: 0 constant ``values`` (one a channel, or ``value`` for all), 1 the edge
    repeated, 2 mirrored, 3 from the other side, 4 mirrored without the edge itself.
    """
    _need_image(src.shape, "_cvcopyMakeBorder", right=right, left=left, bot=bot, top=top)
    if min(top, bot, left, right) < 0:
        raise _opencv_error(
            "(-215:Assertion failed) top >= 0 && bottom >= 0 && left >= 0 && right >= 0 "
            "in function 'copyMakeBorder'"
        )
    if type & ~ISOLATED not in range(5):
        raise _opencv_error(
            "(-5:Bad argument) Unknown/unsupported border type in function 'borderInterpolate'",
            f"border type {type}; it is 0 to 4",
        )
    if src.dtype not in HELD:
        raise mxnet_error(
            f"copyMakeBorder takes uint8, int32, float32 and float64, not {src.dtype}"
        )
    fill = (tuple(values) + (0.0,) * 4)[:4] if values else (value,) * 4
    return xp.border_image(src, (top, bot, left, right), type, fill)


@cv_copy_make_border.shape
def _(src, *, top, bot, left, right, **params):
    _need_image(src, "_cvcopyMakeBorder", right=right, left=left, bot=bot, top=top)
    return (src,), (src[0] + top + bot, src[1] + left + right, src[2])
