"""Reading, resizing, cropping and augmenting images; batches of them."""

from __future__ import annotations

from .._core.missing import module_getattr
from . import detection, image
from . import detection as det
from .detection import *  # noqa: F403
from .image import *  # noqa: F403
from .image import _find_opencv

copyMakeBorder = detection.copyMakeBorder  # the operator itself, as in MXNet

__all__ = ["det", "detection", "image", *image.__all__, *detection.__all__]

__getattr__ = module_getattr(__name__, {"cv2": _find_opencv})
