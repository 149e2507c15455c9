"""The data iterators, under the module in which MXNet has them."""

from __future__ import annotations

from .._core.missing import module_getattr
from ._base import DataBatch, DataDesc, DataIter
from ._csv import CSVSource as CSVIter
from ._detection import DetectionSource as ImageDetRecordIter
from ._image_record import (
    ImageRecordInt8Iter,
    ImageRecordIter,
    ImageRecordIter_v1,
    ImageRecordUInt8Iter,
    ImageRecordUInt8Iter_v1,
)
from ._libsvm import LibSVMSource as LibSVMIter
from ._mnist import MNISTSource as MNISTIter
from ._native import MXDataIter
from ._ndarray_iter import NDArrayIter
from ._wrappers import PrefetchingIter, ResizeIter

__all__ = [
    "CSVIter",
    "DataBatch",
    "DataDesc",
    "DataIter",
    "ImageDetRecordIter",
    "ImageRecordInt8Iter",
    "ImageRecordIter",
    "ImageRecordIter_v1",
    "ImageRecordUInt8Iter",
    "ImageRecordUInt8Iter_v1",
    "LibSVMIter",
    "MNISTIter",
    "MXDataIter",
    "NDArrayIter",
    "PrefetchingIter",
    "ResizeIter",
]

__getattr__ = module_getattr(__name__)
