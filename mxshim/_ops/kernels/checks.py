"""Checks on element types that several neural-network families share, in MXNet's words."""

from __future__ import annotations

from typing import Any

from ..._core.dtypes import CODES
from ..._core.errors import MXNetError, check_failed, mxnet_error


def not_floating(dtype: Any) -> MXNetError:
    """Build the error for an element type that is not a floating-point one."""
    comma = "" if dtype.name in ("int8", "uint8") else ","  # mxnet: the comma comes and goes
    return mxnet_error(
        f"This operation only support floating point types{comma} not {dtype.name}",
        f"got {dtype.name}, allowed are float16, float32 and float64",
    )


def uniform(name: str, dtype: Any, expected: Any, variable: str = "dtype") -> MXNetError:
    """Build the error for an input whose element type is not that of the data."""
    return check_failed(
        f"(*in_type)[i] == {variable} ({CODES[dtype]} vs. {CODES[expected]}) ",
        f"This layer requires uniform type. Expected '{expected.name}' v.s. given "
        f"'{dtype.name}' at '{name}'",
    )


def require_uniform(expected: Any, variable: str = "dtype", **arrays: Any) -> None:
    """Raise unless every array (by argument name, None allowed) has the expected type."""
    for name, array in arrays.items():
        if array is not None and array.dtype != expected:
            raise uniform(name, array.dtype, expected, variable)
