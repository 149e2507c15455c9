"""Conversions between element types."""

from __future__ import annotations

from typing import Any

from .._core.params import DType, Int
from .._core.registry import op
from .._core.shapes import same

#: The types that the mixed-precision operators name.
AMP = DType("bfloat16", "float16", "float32", "float64", "int32", "int64", "int8", "uint8")
#: Wide integers pass through them: C casts a float to a small integer by way of a 32-bit one.
_NARROW = {"int8": "int32", "uint8": "int32"}


def convert(data: Any, dtype: Any) -> Any:
    """Copy ``data`` as ``dtype``; floats out of an integer's range wrap as C on x86 wraps them."""
    narrow = _NARROW.get(dtype.name) if data.dtype.kind == "f" else None
    return data.astype(dtype) if narrow is None else data.astype(narrow).astype(dtype)


@op("Cast", "cast", "_npi_cast", "_npx_cast", shape=same)
def cast(xp, data, *, dtype: DType("bfloat16", *DType().words)):
    """Convert to another element type; floats are cut towards zero, any non-zero is True."""
    return convert(data, dtype)


@cast.vjp("data")
def _(xp, ct, out, data, **params):
    return ct


@op("amp_cast", shape=same)
def amp_cast(xp, data, *, dtype: AMP):
    """Convert floating-point arrays to another type; copy integers as they are."""
    return data.astype(dtype) if data.dtype.kind == "f" else data.copy()


@amp_cast.vjp("data")
def _(xp, ct, out, data, **params):
    return ct


def _multicast_shape(*data, num_outputs, cast_narrow):
    return data, list(data)


@op("amp_multicast", visible=lambda params: params["num_outputs"], shape=_multicast_shape)
def amp_multicast(xp, *data, num_outputs: Int(), cast_narrow: bool = False):
    """Convert floating-point arrays to the widest type among them, or to the narrowest."""
    floats = [part.dtype for part in data if part.dtype.kind == "f"]
    if not floats:
        return tuple(part.copy() for part in data)
    target = (min if cast_narrow else max)(floats, key=lambda dtype: dtype.itemsize)
    return tuple(p.astype(target) if p.dtype.kind == "f" else p.copy() for p in data)


@amp_multicast.vjp("data")
def _(xp, ct, out, *data, **params):
    return list(ct)
