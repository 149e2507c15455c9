"""Pictures by way of OpenCV, the extra ``image``: what MXNet had OpenCV do, and pixels agree.

Intel's IPP, which OpenCV's packages use where they can, blends in another way than the OpenCV that
MXNet was built with; it is switched off while one of our calls runs in this thread.
"""

from __future__ import annotations

import re
from typing import Any

import numpy

from .._core.errors import MXNetError, mxnet_error
from .picture_size import refuse_bomb

NEEDED = "mx.image takes OpenCV for this: pip install 'mxshim[image]'"


def opencv() -> Any:
    """Return OpenCV's module; an ImportError that names the extra where it is missing."""
    try:
        import cv2
    except ImportError:
        raise ImportError(NEEDED, name="cv2") from None
    return cv2


def decoded(xp: Any, data: Any, flag: int, rgb: bool) -> Any:
    """Decode an image file, bytes or an array of them: (height, width, channels).

    ``flag`` is OpenCV's: 0 grey, 1 colour. ``rgb`` puts red first, otherwise it is blue. MXNetError
    for what is no image. A file whose head declares far more pixels than its bytes can hold is
    refused before memory is taken for them.
    """
    cv2 = opencv()
    if not isinstance(data, bytes):
        data = xp.to_host(data).tobytes()
    refuse_bomb(data)
    try:
        image = cv2.imdecode(numpy.frombuffer(data, numpy.uint8), flag)
    except cv2.error as error:
        raise _worded(error) from error
    if image is None:
        # MXNet reads the sizes of JPEG and PNG itself and has OpenCV fill the array it made.
        made = "dst" if data[:2] in (b"\xff\xd8", b"\x89P") else "res"
        raise mxnet_error(
            f"Check failed: !{made}.empty(): Decoding failed. Invalid image file.",
            f"{len(data)} bytes that are no image",
        )
    if image.ndim == 2:
        image = image[:, :, None]
    elif rgb:
        image = cv2.cvtColor(image, cv2.COLOR_BGR2RGB)
    return xp.from_host(image)


def resized(xp: Any, images: Any, width: int, height: int, interp: int) -> Any:
    """Resize images (..., H, W, C); ``interp`` is OpenCV's number.

    0 nearest, 1 bilinear, 2 bicubic, 3 by area, 4 Lanczos. MXNetError for element types that
    OpenCV cannot blend.
    """
    cv2 = opencv()
    host = xp.to_host(images)
    rows, columns, channels = host.shape[-3:]
    flat = host.reshape((-1, rows, columns, channels))
    out = xp.to_host(xp.empty((len(flat), height, width, channels), images.dtype))
    for source, target in zip(flat, out, strict=True):
        target[...] = _resized(cv2, source, width, height, interp).reshape(target.shape)
    return xp.from_host(out.reshape((*host.shape[:-3], height, width, channels)))


def _resized(cv2: Any, image: Any, width: int, height: int, interp: int) -> Any:
    fast = cv2.ipp.useIPP()
    cv2.ipp.setUseIPP(False)
    try:
        return cv2.resize(image, (width, height), interpolation=interp)
    except cv2.error as error:
        raise _worded(error) from error
    finally:
        cv2.ipp.setUseIPP(fast)


def bordered(xp: Any, image: Any, edges: tuple[int, ...], kind: int, values: Any) -> Any:
    """Put a border around an image (H, W, C): ``edges`` are top, bottom, left, right."""
    cv2 = opencv()
    host = xp.to_host(image)
    try:
        out = cv2.copyMakeBorder(host, *edges, kind, value=values)
    except cv2.error as error:
        raise _worded(error) from error
    return xp.from_host(out.reshape((*out.shape[:2], host.shape[2])))


def _worded(error: Any) -> MXNetError:
    """Turn OpenCV's error into MXNet's, which passes OpenCV's words on."""
    text = " ".join(str(error).split())
    found = re.search(r"error: \(-?\d+:.*", text)
    return mxnet_error(f"OpenCV(3.4.2) {found.group() if found else text}")
