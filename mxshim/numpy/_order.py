"""Functions of ``mx.np`` that sort or find extremes."""

from __future__ import annotations

from typing import Any

from ._arguments import WORDS, invoke


def sort(a: Any, axis: Any = -1, kind: Any = None, order: Any = None) -> Any:
    """Return a sorted copy, along an axis or flattened when it is None."""
    if order is not None:
        raise NotImplementedError(WORDS["order"])
    return invoke("_npi_sort", "sort", [a], {"axis": axis, "is_ascend": True})


def argsort(a: Any, axis: Any = -1, kind: Any = None, order: Any = None) -> Any:
    """Return the positions that sort, as int64; equal elements keep their order."""
    if order is not None:
        raise NotImplementedError(WORDS["order"])
    given = {"axis": axis, "is_ascend": True, "dtype": "int64"}
    return invoke("_npi_argsort", "argsort", [a], given)


def argmax(a: Any, axis: Any = None, out: Any = None) -> Any:
    """Return the position of the largest element, along an axis or of the flattened array."""
    return invoke("_npi_argmax", "argmax", [a], {"axis": axis, "keepdims": False}, out)


def argmin(a: Any, axis: Any = None, out: Any = None) -> Any:
    """Return the position of the smallest element, along an axis or of the flattened array."""
    return invoke("_npi_argmin", "argmin", [a], {"axis": axis, "keepdims": False}, out)


__all__ = ["argmax", "argmin", "argsort", "sort"]
