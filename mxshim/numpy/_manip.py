"""Functions of ``mx.np`` that rearrange, repeat, join and split arrays."""

from __future__ import annotations

from typing import Any

import numpy

from ._arguments import ARRAY, INTEGERS, NUMBERS, gather, invoke
from ._create import full


def shape(a: Any) -> Any:
    """Return the shape of an array."""
    return a.shape


def copy(a: Any, out: Any = None) -> Any:
    """Return a copy."""
    return invoke("_np_copy", "copy", [a], {}, out)


def reshape(a: Any, newshape: Any, order: str = "C", out: Any = None) -> Any:
    """Return a copy with a new shape; one dimension may be -1."""
    return invoke("_np_reshape", "reshape", [a], {"newshape": newshape, "order": order}, out)


def ravel(x: Any, order: str = "C") -> Any:
    """Return a flattened copy; a number goes to NumPy."""
    if order == "F":
        raise NotImplementedError(f"order {order} is not supported")
    if isinstance(x, NUMBERS):
        return numpy.reshape(x, -1)
    if not isinstance(x, ARRAY):
        raise TypeError(f"type {type(x)} not supported")
    return invoke("_npi_reshape", "reshape", [x], {"newshape": -1})


def expand_dims(a: Any, axis: int) -> Any:
    """Insert an axis of length 1."""
    return invoke("_npi_expand_dims", "expand_dims", [a], {"axis": axis})


def squeeze(a: Any, axis: Any = None, out: Any = None) -> Any:
    """Drop axes of length 1: all of them, or those in ``axis``."""
    return invoke("_np_squeeze", "squeeze", [a], {"axis": axis}, out)


def transpose(a: Any, axes: Any = None) -> Any:
    """Permute the axes, by default in reverse order; a copy."""
    return invoke("_np_transpose", "transpose", [a], {} if axes is None else {"axes": axes})


def swapaxes(a: Any, axis1: int, axis2: int) -> Any:
    """Interchange two axes."""
    return invoke("_npi_swapaxes", "swapaxes", [a], {"dim1": axis1, "dim2": axis2})


def moveaxis(a: Any, source: Any, destination: Any) -> Any:
    """Move axes to new positions; the others keep their order."""
    given = {"source": source, "destination": destination}
    return invoke("_np_moveaxis", "moveaxis", [a], given)


def broadcast_to(array: Any, shape: Any) -> Any:
    """Repeat axes of length 1, and add leading axes, to reach ``shape``; a copy."""
    if numpy.isscalar(array):
        return full(shape, array)
    return invoke("_npi_broadcast_to", "broadcast_to", [array], {"shape": shape})


def broadcast_arrays(*args: Any) -> list[Any]:
    """Broadcast arrays against each other; equal shapes are returned as they are."""
    try:
        target = numpy.broadcast_shapes(*(array.shape for array in args))
    except ValueError:
        raise _apart(args) from None
    if all(array.shape == target for array in args):
        return list(args)
    return [broadcast_to(array, target) for array in args]


def _apart(arrays: Any) -> ValueError:
    """Name the first two shapes that do not broadcast, as MXNet does."""
    known: tuple[int, ...] = ()
    for array in arrays:
        try:
            known = numpy.broadcast_shapes(known, array.shape)
        except ValueError:
            break
    return ValueError(f"shape1={known} is not broadcastable to shape2={array.shape}")


def meshgrid(*xi: Any, **kwargs: Any) -> list[Any]:
    """Spread vectors over a grid: one array a vector, ``indexing`` is ``"xy"`` or ``"ij"``."""
    if not kwargs.pop("copy", True):
        raise NotImplementedError("copy=False is not implemented")
    if kwargs.pop("sparse", False):
        raise NotImplementedError("sparse=False is not implemented")
    indexing = kwargs.pop("indexing", "xy")
    for name in kwargs:
        raise TypeError(f"meshgrid() got an unexpected keyword argument '{name}'")
    if indexing not in ("xy", "ij"):
        raise ValueError("Valid values for `indexing` are 'xy' and 'ij'.")
    rank = len(xi)
    axes = list(range(rank))
    if indexing == "xy" and rank > 1:
        axes[:2] = [1, 0]
    spread = [
        x.reshape(tuple(-1 if axis == at else 1 for axis in range(rank)))
        for at, x in zip(axes, xi, strict=True)
    ]
    return broadcast_arrays(*spread)


def flip(m: Any, axis: Any = None, out: Any = None) -> Any:
    """Reverse the order of the elements along axes (None: all)."""
    if isinstance(m, NUMBERS):
        return numpy.flip(m, axis)
    if not isinstance(m, ARRAY):
        raise TypeError(f"type {type(m)} not supported")
    return invoke("_npi_flip", "flip", [m], {"axis": axis}, out)


def flipud(m: Any) -> Any:
    """Reverse the order along axis 0."""
    return flip(m, 0)


def fliplr(m: Any) -> Any:
    """Reverse the order along axis 1."""
    return flip(m, 1)


def roll(a: Any, shift: Any, axis: Any = None) -> Any:
    """Move elements along axes (None: of the flattened array); those that fall off come back."""
    return invoke("_np_roll", "roll", [a], {"shift": shift, "axis": axis})


def rot90(m: Any, k: int = 1, axes: Any = (0, 1)) -> Any:
    """Rotate by ``k`` quarter turns in the plane of two axes."""
    return invoke("_npi_rot90", "rot90", [m], {"k": k, "axes": axes})


def tile(A: Any, reps: Any) -> Any:
    """Repeat the whole array ``reps`` times along each axis."""
    if isinstance(A, NUMBERS):
        return numpy.tile(A, reps)
    if not isinstance(A, ARRAY):
        raise TypeError(f"type {type(A)} not supported")
    return invoke("_npi_tile", "tile", [A], {"reps": reps})


def repeat(a: Any, repeats: int, axis: Any = None) -> Any:
    """Repeat every element ``repeats`` times along an axis, or of the flattened array."""
    given = {"repeats": repeats} if axis is None else {"repeats": repeats, "axis": axis}
    return invoke("_np_repeat", "repeat", [a], given)


#: The modes of ``pad`` with the keyword each takes; ``None`` marks those MXNet refuses.
_PAD_KEYWORDS = {
    "constant": ["constant_values"], "edge": [], "maximum": ["stat_length"],
    "minimum": ["stat_length"], "reflect": ["reflect_type"], "symmetric": ["reflect_type"],
}  # fmt: skip
_PAD_REFUSED = ("linear_ramp", "wrap", "median", "mean", "empty")


def pad(x: Any, pad_width: Any = None, mode: Any = "constant", **kwargs: Any) -> Any:
    """Pad every axis by ``pad_width``, a tuple of (before, after) pairs.

    The constant is always 0, whatever ``constant_values`` says.
    """
    check_pad(pad_width, mode, kwargs)
    return invoke("_npi_pad", "pad", [x], {"pad_width": pad_width, "mode": mode})


def check_pad(pad_width: Any, mode: Any, kwargs: dict[str, Any]) -> None:
    """Raise unless the arguments of :func:`pad` are some that it can do."""
    if numpy.asarray(pad_width).dtype.kind != "i":
        raise TypeError("`pad_width` must be of integral type.")
    if not isinstance(pad_width, tuple):
        raise TypeError("`pad_width` must be tuple.")
    if callable(mode) or mode in _PAD_REFUSED:
        shown = "<function>" if callable(mode) else mode
        raise ValueError(f"mode {{'{shown}'}} is not supported.")
    for key in kwargs:
        if key not in _PAD_KEYWORDS[mode]:
            raise ValueError(f"{key} keyword not in allowed keywords {_PAD_KEYWORDS[mode]}")
    _PAD_KEYWORDS[mode]  # mxnet: an unknown mode is a KeyError
    _check_options(mode, kwargs)


def _check_options(mode: str, options: dict[str, Any]) -> None:
    if mode == "constant" and isinstance(options.get("constant_values", 0), tuple):
        raise TypeError("unsupported constant_values type: {'tuple'}.")
    kind = options.get("reflect_type", "even")
    if kind not in ("even", None):
        raise ValueError(f"unsupported reflect_type '{kind}'")
    length = options.get("stat_length")
    if length is not None:
        raise ValueError(f"unsupported stat_length '{length}'")


def atleast_1d(*arys: Any) -> Any:
    """Give each array at least one axis."""
    return gather("_np_atleast_1d", "atleast_1d", arys, {})


def atleast_2d(*arys: Any) -> Any:
    """Give each array at least two axes."""
    return gather("_np_atleast_2d", "atleast_2d", arys, {})


def atleast_3d(*arys: Any) -> Any:
    """Give each array at least three axes."""
    return gather("_np_atleast_3d", "atleast_3d", arys, {})


def _listed(arrays: Any) -> list[Any]:
    if not hasattr(arrays, "__getitem__") and hasattr(arrays, "__iter__"):
        raise ValueError(f"expected iterable for arrays but got {type(arrays)}")
    return list(arrays)


def concatenate(seq: Any, axis: Any = 0, out: Any = None) -> Any:
    """Join arrays along an axis, or flattened when it is None."""
    return gather("_npi_concatenate", "concatenate", list(seq), {"axis": axis}, out)


def append(arr: Any, values: Any, axis: Any = None) -> Any:
    """Join two arrays along an axis, or flattened when it is None."""
    return gather("_npi_concatenate", "concatenate", [arr, values], {"axis": axis})


def stack(arrays: Any, axis: int = 0, out: Any = None) -> Any:
    """Join arrays of one shape along a new axis."""
    return gather("_npi_stack", "stack", _listed(arrays), {"axis": axis}, out)


def vstack(arrays: Any, out: Any = None) -> Any:
    """Stack arrays on top of each other; vectors become rows."""
    return gather("_npi_vstack", "vstack", _listed(arrays), {})


def row_stack(arrays: Any) -> Any:
    """Do :func:`vstack`."""
    return vstack(arrays)


def hstack(arrays: Any) -> Any:
    """Put arrays beside each other: along axis 1, or axis 0 for vectors."""
    return gather("_npi_hstack", "hstack", list(arrays), {})


def dstack(arrays: Any) -> Any:
    """Stack arrays along a third axis."""
    return gather("_npi_dstack", "dstack", list(arrays), {})


def column_stack(tup: Any) -> Any:
    """Put columns beside each other; vectors become columns."""
    return gather("_npi_column_stack", "column_stack", list(tup), {})


def _cuts(indices_or_sections: Any) -> tuple[list[int], int]:
    """Return cut positions (the first is 0) or the number of sections."""
    if isinstance(indices_or_sections, INTEGERS):
        return [], int(indices_or_sections)
    if isinstance(indices_or_sections, (list, set, tuple)):
        return [0, *indices_or_sections], 0
    raise ValueError("indices_or_sections must be either int, or tuple / list / set of ints")


def _cut(name: str, ary: Any, indices: Any, axis: int, sections: int = 0) -> list[Any]:
    given = {"indices": indices, "axis": axis, "squeeze_axis": False, "sections": sections}
    parts = invoke(f"_npi_{name}", name, [ary], given)
    return parts if isinstance(parts, list) else [parts]


def split(ary: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    """Cut an array into equal sections (a number) or at the given positions."""
    length = ary.shape[axis]
    indices, sections = _cuts(indices_or_sections)
    if not indices:
        if length % sections:
            raise ValueError("array split does not result in an equal division")
        each = length // sections
        indices = [i * each for i in range(sections)]
    parts = _cut("split", ary, indices, axis)
    return parts


def array_split(ary: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    """Cut an array into sections of nearly equal length, or at the given positions."""
    indices, sections = _cuts(indices_or_sections)
    return _cut("split", ary, indices, axis, sections)


def hsplit(ary: Any, indices_or_sections: Any) -> list[Any]:
    """Cut along axis 1, or axis 0 for a vector."""
    if len(ary.shape) < 1:
        raise ValueError("hsplit only works on arrays of 1 or more dimensions")
    indices, sections = _cuts(indices_or_sections)
    return _cut("hsplit", ary, indices, 1, sections)


def vsplit(ary: Any, indices_or_sections: Any) -> list[Any]:
    """Cut along axis 0."""
    if len(ary.shape) < 2:
        raise ValueError("vsplit only works on arrays of 2 or more dimensions")
    return split(ary, indices_or_sections, 0)


def dsplit(ary: Any, indices_or_sections: Any) -> list[Any]:
    """Cut along axis 2."""
    if len(ary.shape) < 3:
        raise ValueError("dsplit only works on arrays of 3 or more dimensions")
    return split(ary, indices_or_sections, 2)


__all__ = [
    "append", "array_split", "atleast_1d", "atleast_2d", "atleast_3d", "broadcast_arrays",
    "broadcast_to", "column_stack", "concatenate", "copy", "dsplit", "dstack", "expand_dims",
    "flip", "fliplr", "flipud", "hsplit", "hstack", "meshgrid", "moveaxis", "pad", "ravel",
    "repeat", "reshape", "roll", "rot90", "row_stack", "shape", "split", "squeeze", "stack",
    "swapaxes", "tile", "transpose", "vsplit", "vstack",
]  # fmt: skip
