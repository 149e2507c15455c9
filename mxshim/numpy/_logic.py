"""Comparisons and tests of ``mx.np``; their results are bool."""

from __future__ import annotations

from typing import Any

from ._math import binary, unary


def _comparison(name: str, mirrored: str) -> Any:
    return binary(
        name, f"_npi_{name}", f"_npi_{name}_scalar", f"_npi_{mirrored}_scalar", options=False
    )


equal = _comparison("equal", "equal")
not_equal = _comparison("not_equal", "not_equal")
greater = _comparison("greater", "less")
less = _comparison("less", "greater")
greater_equal = _comparison("greater_equal", "less_equal")
less_equal = _comparison("less_equal", "greater_equal")
logical_not = unary("logical_not", "_npi_logical_not")
isnan = unary("isnan", "_npi_isnan")
isinf = unary("isinf", "_npi_isinf")
isfinite = unary("isfinite", "_npi_isfinite")
isposinf = unary("isposinf", "_npi_isposinf")
isneginf = unary("isneginf", "_npi_isneginf")

__all__ = [
    "equal", "greater", "greater_equal", "isfinite", "isinf", "isnan", "isneginf", "isposinf",
    "less", "less_equal", "logical_not", "not_equal",
]  # fmt: skip
