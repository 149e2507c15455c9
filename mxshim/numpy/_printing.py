"""How NumPy-like arrays print: ``repr`` as MXNet writes it, on every version of NumPy."""

from __future__ import annotations

from typing import Any

import numpy

_SILENT = ("float64", "int64", "bool")


def represent(values: numpy.ndarray[Any, Any]) -> str:
    """Return ``array(...)`` with the dtype except for float32 and bool.

    ``set_printoptions`` of NumPy decides on digits and on when the middle is left out.
    """
    options = numpy.get_printoptions()
    if values.size == 0 and values.shape != (0,):
        body = f"[], shape={values.shape}"
    elif values.ndim == 0 or values.size:
        body = numpy.array2string(values, separator=", ", prefix="array(")
    else:
        body = "[]"
    name = values.dtype.name
    if name == "float32" or (name == "bool" and values.size):
        return f"array({body})"
    if name in _SILENT:
        return f"array({body}, dtype={name})"
    last = len(body) - (body.rfind("\n") + 1) + len("array(") * ("\n" not in body)
    wide = last + len(f", dtype={name})") > options["linewidth"]
    return f"array({body},{chr(10) + ' ' * 6 if wide else ' '}dtype={name})"


def set_printoptions(
    precision: int | None = None, threshold: int | None = None, **kwarg: Any
) -> None:
    """Set how many digits print, and from how many elements on the middle is left out."""
    if kwarg:
        raise NotImplementedError(
            "mxnet.numpy.set_printoptions only supports parameters precision and threshold for now."
        )
    numpy.set_printoptions(precision=precision, threshold=threshold)
