"""Whether two arrays agree within tolerances, by the operator's rule (not NumPy's)."""

from __future__ import annotations

from typing import Any

from .._core.errors import check_failed, mxnet_error, shapes_unknown
from .._core.registry import op
from .._core.shapes import ShapeT

#: The numbers by which MXNet's errors call the dtypes that the operator does not take.
_REFUSED = {"bool": 7, "int16": 8, "uint16": 9, "uint32": 10, "uint64": 11}
_C_NAMES = {
    "float16": "half", "float32": "float", "float64": "double", "uint8": "unsigned char",
    "int8": "char", "int32": "int", "int64": "long long",
}  # fmt: skip


@op("_contrib_allclose")
def allclose(xp, a, b, *, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = True):
    """Return uint8 1 when ``|a - b| <= atol + rtol * |b|`` holds for all elements, else 0.

    Shapes and dtypes must agree. The difference is taken in the arrays' dtype, integers meet the
    tolerance as float32.
    """
    _same(a.shape, b.shape, rtol, atol, equal_nan)
    if a.dtype.name in _REFUSED:
        raise mxnet_error(f"Unknown type enum {_REFUSED[a.dtype.name]}")
    if a.dtype != b.dtype:
        raise check_failed(
            "mshadow: :DataType<DType>::kFlag == type_flag_",
            "TBlob.get_with_shape: data type do not match specified type."
            f"Expected: {_c_name(b)} v.s. given {_c_name(a)}",
            f"allclose: the arrays must have one dtype, not {a.dtype} and {b.dtype}",
        )
    result = a.dtype if a.dtype.kind == "f" else xp.float32
    wide = xp.float64 if a.dtype == xp.float64 else xp.float32
    apart = xp.where(a > b, a - b, b - a).astype(result)
    # Half precision rounds after each step.
    share = (xp.asarray(rtol, wide) * abs(b.astype(wide))).astype(result)
    allowed = (xp.asarray(atol, wide) + share.astype(wide)).astype(result)
    # mxnet: an infinite b is close to anything but NaN, test_infinite in compat_tests/test_utils
    close = (a == b) | (apart <= allowed)
    both = (a != a) & (b != b)
    return (close | both if equal_nan else close).all().astype(xp.uint8)


def _same(a: ShapeT, b: ShapeT, rtol: float, atol: float, equal_nan: bool) -> None:
    if a != b:
        given = {"equal_nan": equal_nan, "atol": f"{atol:g}", "rtol": f"{rtol:g}"}
        defaults = {"equal_nan": True, "atol": "1e-08", "rtol": "1e-05"}
        named = {name: value for name, value in given.items() if value != defaults[name]}
        raise shapes_unknown("_contrib_allclose", (a, b), ((),), named)


def _c_name(array: Any) -> str:
    return _C_NAMES.get(array.dtype.name, array.dtype.name)


@allclose.shape
def _(a, b, *, rtol, atol, equal_nan):
    _same(a, b, rtol, atol, equal_nan)
    return (a, b), ()
