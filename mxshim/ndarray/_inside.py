"""What MXNet keeps in ``mx.nd.ndarray`` beside the array class: indexing helpers, DLPack's structs.

Other libraries reach for some of them; here nothing else needs them.
"""

from __future__ import annotations

import ctypes
from typing import Any

import numpy

from .._core.tensor import Tensor
from ..util import is_np_array
from ._copies import Copies as NDArrayBase
from ._legacy_imdecode import imdecode

_BASIC, _ADVANCED, _EMPTY_TUPLE = range(3)
_NO_TRUTH = -1


def get_indexing_dispatch_code(key: tuple[Any, ...]) -> int:
    """Say how a complete key is looked up: 0 as a basic one, 1 as an advanced one, 2 ``()`` in it.

    Raises ValueError for anything but integers, slices, None, arrays, lists, tuples and ranges.
    """
    assert isinstance(key, tuple)
    for item in key:
        if isinstance(item, tuple) and not item:
            return _EMPTY_TUPLE
        if isinstance(item, (NDArrayBase, numpy.ndarray, list, tuple, range)):
            return _ADVANCED
        if item is not None and not isinstance(item, (slice, int, numpy.int32, numpy.int64)):
            raise ValueError(
                f"NDArray does not support slicing with key {item} of type {type(item)}."
            )
    return _BASIC


def get_oshape_of_gather_nd_op(dshape: Any, ishape: Any) -> tuple[int, ...]:
    """Return the shape that ``gather_nd`` gives for the shapes of data and indices."""
    assert len(dshape) > 0
    assert len(ishape) > 0
    return (*ishape[1:], *dshape[ishape[0] :])


def check_boolean_array_dimension(array_shape: Any, axis: int, bool_shape: Any) -> None:
    """Raise IndexError unless a mask has the lengths of the axes from ``axis`` on."""
    for at, length in enumerate(bool_shape, axis):
        if array_shape[at] != length:
            raise IndexError(
                f"boolean index did not match indexed array along axis {at}; size is "
                f"{array_shape[at]} but corresponding boolean size is {length}"
            )


def indexing_key_expand_implicit_axes(key: Any, shape: Any) -> tuple[tuple[Any, ...], int]:
    """Return a key with a slice for every axis that it leaves out, and the truth value in it.

    That is 1 for True, 0 for False (of several the last counts), -1 without any.  Masks become the
    positions where they are true; that needs NumPy semantics, ValueError says so.
    """
    items: list[Any] = []
    truth, gap, new_axes, axis = _NO_TRUTH, None, 0, 0
    for item in key if isinstance(key, tuple) else (key,):
        if item is Ellipsis:
            if gap is not None:
                raise IndexError("Cannot use more than one ellipsis (`...`) for indexing")
            gap = len(items)
        elif isinstance(item, bool) or (_is_mask(item) and not item.ndim):
            truth = int(bool(item))
        elif _is_mask(item):
            check_boolean_array_dimension(shape, axis, item.shape)
            if not is_np_array():
                raise ValueError(
                    "Cannot perform boolean indexing in legacy mode. Please activate numpy "
                    "semantics by calling `npx.set_np()` in the global scope before calling this "
                    "function."
                )
            items.extend(item.nonzero())
            axis += item.ndim
        else:
            scalar = isinstance(item, Tensor) and not item._buf.ndim
            items.append(int(item.item()) if scalar else item)
            new_axes += item is None
            axis += 1
    gap = len(items) if gap is None else gap
    missing = len(shape) + new_axes - len(items)
    return (*items[:gap], *(slice(None),) * missing, *items[gap:]), truth


def _is_mask(item: Any) -> bool:
    return isinstance(item, Tensor) and item._buf.dtype.kind == "b"


class DLContext(ctypes.Structure):
    """A device in DLPack: its kind (1: CPU, 2: GPU) and number."""

    _fields_ = (("device_type", ctypes.c_int), ("device_id", ctypes.c_int))


class DLDataType(ctypes.Structure):
    """An element type in DLPack: kind of number, bits, elements to a vector."""

    _fields_ = (
        ("type_code", ctypes.c_uint8), ("bits", ctypes.c_uint8), ("lanes", ctypes.c_uint16),
    )  # fmt: skip
    TYPE_MAP = {
        "int32": (0, 32, 1), "int64": (0, 64, 1), "bool": (1, 1, 1), "uint8": (1, 8, 1),
        "uint32": (1, 32, 1), "uint64": (1, 64, 1), "float16": (2, 16, 1), "float32": (2, 32, 1),
        "float64": (2, 64, 1),
    }  # fmt: skip


class DLTensor(ctypes.Structure):
    """An array in DLPack: memory, device, element type and shape."""

    _fields_ = (
        ("data", ctypes.c_void_p), ("ctx", DLContext), ("ndim", ctypes.c_int),
        ("dtype", DLDataType), ("shape", ctypes.POINTER(ctypes.c_int64)),
        ("strides", ctypes.POINTER(ctypes.c_int64)), ("byte_offset", ctypes.c_uint64),
    )  # fmt: skip


class DLManagedTensor(ctypes.Structure):
    """An array in DLPack with the function that gives its memory back."""

    _fields_ = (
        ("dl_tensor", DLTensor), ("manager_ctx", ctypes.c_void_p),
        ("deleter", ctypes.CFUNCTYPE(None, ctypes.c_void_p)),
    )  # fmt: skip


__all__ = [
    "DLContext", "DLDataType", "DLManagedTensor", "DLTensor", "NDArrayBase",
    "check_boolean_array_dimension", "get_indexing_dispatch_code", "get_oshape_of_gather_nd_op",
    "imdecode", "indexing_key_expand_implicit_axes",
]  # fmt: skip
