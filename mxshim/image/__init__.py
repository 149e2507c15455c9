"""Reading, resizing and cropping of images."""

from __future__ import annotations

from .._core.missing import module_getattr
from . import detection, image
from .image import (
    center_crop,
    color_normalize,
    fixed_crop,
    imdecode,
    imread,
    imresize,
    random_crop,
    random_size_crop,
    resize_short,
    scale_down,
)

__all__ = [
    "center_crop",
    "color_normalize",
    "detection",
    "fixed_crop",
    "image",
    "imdecode",
    "imread",
    "imresize",
    "random_crop",
    "random_size_crop",
    "resize_short",
    "scale_down",
]

__getattr__ = module_getattr(__name__)
