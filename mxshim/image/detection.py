"""Augmenters and the iterator for object detection, under the module in which MXNet has them."""

from __future__ import annotations

from .._core.missing import module_getattr
from ..base import numeric_types
from ..ndarray._internal import _cvcopyMakeBorder as copyMakeBorder
from ._det_augmenters import (
    CreateDetAugmenter,
    CreateMultiRandCropAugmenter,
    DetAugmenter,
    DetBorrowAug,
    DetHorizontalFlipAug,
    DetRandomCropAug,
    DetRandomPadAug,
    DetRandomSelectAug,
)
from ._det_iterator import ImageDetIter

__all__ = [
    "CreateDetAugmenter",
    "CreateMultiRandCropAugmenter",
    "DetAugmenter",
    "DetBorrowAug",
    "DetHorizontalFlipAug",
    "DetRandomCropAug",
    "DetRandomPadAug",
    "DetRandomSelectAug",
    "ImageDetIter",
    "copyMakeBorder",
    "numeric_types",
]

__getattr__ = module_getattr(__name__)
