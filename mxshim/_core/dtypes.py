"""Element types: names, NumPy dtypes and MXNet's type codes."""

from __future__ import annotations

from typing import Any

import numpy

float16 = numpy.dtype("float16")
float32 = numpy.dtype("float32")
float64 = numpy.dtype("float64")
uint8 = numpy.dtype("uint8")
int8 = numpy.dtype("int8")
int32 = numpy.dtype("int32")
int64 = numpy.dtype("int64")
bool_ = numpy.dtype("bool")

#: MXNet's codes, as its files store them.
CODES: dict[numpy.dtype[Any], int] = {
    float32: 0,
    float64: 1,
    float16: 2,
    uint8: 3,
    int32: 4,
    int8: 5,
    int64: 6,
    bool_: 7,
}
BY_CODE = {code: dtype for dtype, code in CODES.items()}
BY_NAME = {dtype.name: dtype for dtype in CODES}
#: NumPy's scalar class of a dtype. CuPy has int64 as ``long long`` too, an equal dtype whose own
#: class is another one.
SCALARS = {dtype: dtype.type for dtype in CODES}
#: The C++ names that MXNet's errors use.
C_NAMES = {
    float32: "float", float64: "double", float16: "mshadow::half::half_t", uint8: "uint8",
    int32: "int", int8: "char", int64: "int64_t", bool_: "bool",
}  # fmt: skip


def as_dtype(value: Any) -> numpy.dtype[Any]:
    """Return the NumPy dtype that ``value`` names (a string, a type, a dtype).

    Raises TypeError for what NumPy does not know and ValueError for a type MXNet has not.
    """
    dtype: numpy.dtype[Any] = numpy.dtype(value)
    if dtype not in CODES:
        raise ValueError(f"dtype {dtype} is not one of MXNet's: {', '.join(sorted(BY_NAME))}")
    return dtype


def cut(dtype: numpy.dtype[Any], value: float) -> Any:
    """Convert a Python number to a scalar of ``dtype`` as the processor does.

    Integer types cut the fraction off; what does not fit becomes the smallest integer, and the
    narrow ones keep its low bits.
    """
    if dtype.kind == "f":
        return dtype.type(value)
    if dtype.kind == "b":
        return dtype.type(bool(value))
    bits = 64 if dtype.itemsize == 8 else 32
    whole = int(value) if abs(value) < 2.0 ** (bits - 1) else -(2 ** (bits - 1))
    return numpy.int64(whole).astype(dtype)


def is_float(dtype: numpy.dtype[Any]) -> bool:
    """Tell whether ``dtype`` is a floating-point type."""
    return dtype.kind == "f"
