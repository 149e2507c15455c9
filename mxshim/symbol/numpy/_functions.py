"""Functions of ``mx.sym.np`` that cannot share a body with ``mx.np``.

There shapes and values are looked at, or arrays have a way of their own for the sake of speed; a
symbol has neither.
"""

from __future__ import annotations

from typing import Any

import numpy

from ...name import _get_current as _current_names
from ...numpy._manip import check_pad
from ...util import wrap_np_binary_func
from ._arguments import NUMBERS, create, invoke, operator
from ._class import _Symbol

DEFAULT = numpy.float32


def zeros(shape: Any, dtype: Any = DEFAULT, order: str = "C", ctx: Any = None) -> Any:
    """Make an array of zeros, float32 unless ``dtype`` says otherwise."""
    return _filled("_npi_zeros", shape, dtype, order, ctx)


def ones(shape: Any, dtype: Any = DEFAULT, order: str = "C", ctx: Any = None) -> Any:
    """Make an array of ones, float32 unless ``dtype`` says otherwise."""
    return _filled("_npi_ones", shape, dtype, order, ctx)


def _filled(registered: str, shape: Any, dtype: Any, order: str, ctx: Any) -> Any:
    if order != "C":
        raise NotImplementedError
    return create(registered, ctx, {"shape": shape, "dtype": DEFAULT if dtype is None else dtype})


def arange(start: Any, stop: Any = None, step: Any = 1, dtype: Any = None, ctx: Any = None) -> Any:
    """Count from ``start`` (0 with one bound) to below ``stop``, in float32 by default."""
    if stop is None:
        start, stop = 0, start
    if step is None:
        step = 1
    if start is None and stop is None:
        raise ValueError("start and stop cannot be both None")
    if step == 0:
        raise ZeroDivisionError("step cannot be 0")
    given = {"start": start, "stop": stop, "step": step, "dtype": dtype or "float32"}
    return create("_npi_arange", ctx, given)


def clip(a: Any, a_min: Any, a_max: Any, out: Any = None) -> Any:
    """Limit elements to ``[a_min, a_max]``; one of them may be None."""
    if a_min is None and a_max is None:
        raise ValueError("array_clip: must set either max or min")
    low = -float("inf") if a_min is None else a_min
    high = float("inf") if a_max is None else a_max
    return invoke("_npi_clip", "clip", [a], {"a_min": low, "a_max": high})


@wrap_np_binary_func
def matmul(a: Any, b: Any, out: Any = None, **kwargs: Any) -> Any:
    """Multiply matrices; axes before the last two broadcast."""
    return invoke("_npi_matmul", "matmul", [a, b], {})


def where(condition: Any, x: Any, y: Any) -> Any:
    """Choose elements of ``x`` or ``y``, which may be numbers."""
    if isinstance(condition, NUMBERS):
        return x if condition != 0 else y
    x_given, y_given = isinstance(x, _Symbol), isinstance(y, _Symbol)
    if isinstance(x, NUMBERS) and isinstance(y, NUMBERS):
        given = {"x": float(x), "y": float(y)}
        return invoke("_npi_where_scalar2", "where_scalar2", [condition], given)
    if x_given and y_given:
        return invoke("_npi_where", "where", [condition, x, y], {})
    if y_given:
        return invoke("_npi_where_lscalar", "where", [condition, y], {"scalar": float(x)})
    if x_given:
        return invoke("_npi_where_rscalar", "where", [condition, x], {"scalar": float(y)})
    raise TypeError(f"type {type(x)} and {type(y)} not supported")


def pad(x: Any, pad_width: Any, mode: Any = "constant", **kwargs: Any) -> Any:
    """Pad every axis by ``pad_width``, a tuple of (before, after) pairs.

    The constant is always 0, whatever ``constant_values`` says.
    """
    check_pad(pad_width, mode, kwargs)
    given: dict[str, Any] = {"pad_width": pad_width, "mode": mode}
    if mode == "constant":
        _current_names().get(None, "pad")  # mxnet: a node is made and thrown away first
        given["constant_value"] = 0
    elif mode in ("reflect", "symmetric"):
        given["reflect_type"] = "even"
    return invoke("_npi_pad", "pad", [x], given)


def _cut(name: str, ary: Any, where: Any, axis: int, refusal: str) -> Any:
    """Cut into a number of sections or at positions, which the operator itself checks."""
    places: list[Any] = []
    sections = 0
    if isinstance(where, int):
        sections = where
    elif isinstance(where, (list, set, tuple)):
        places = [0, *where]
    else:
        raise ValueError(refusal)
    given = {"indices": places, "axis": axis, "squeeze_axis": False, "sections": sections}
    return invoke(f"_npi_{name}", name, [ary], given)


_ANY = "indices_or_sections must either int or tuple / list / set of ints"
_TUPLE = "indices_or_sections must either int or tuple of ints"


def split(ary: Any, indices_or_sections: Any, axis: int = 0) -> Any:
    """Cut into equal sections (a number) or at the given positions."""
    return _cut("split", ary, indices_or_sections, axis, _ANY)


def array_split(ary: Any, indices_or_sections: Any, axis: int = 0) -> Any:
    """Cut into sections of nearly equal length, or at the given positions."""
    return _cut("split", ary, indices_or_sections, axis, _ANY)


def hsplit(ary: Any, indices_or_sections: Any) -> Any:
    """Cut along axis 1, or axis 0 for a vector."""
    return _cut("hsplit", ary, indices_or_sections, 1, _TUPLE)


def vsplit(ary: Any, indices_or_sections: Any) -> Any:
    """Cut along axis 0."""
    return split(ary, indices_or_sections, 0)


def dsplit(ary: Any, indices_or_sections: Any) -> Any:
    """Cut along axis 2."""
    return _cut("dsplit", ary, indices_or_sections, 2, _TUPLE)


def diag_indices_from(arr: Any) -> Any:
    """Return the positions of the main diagonal, one row an axis."""
    return invoke("_npi_diag_indices_from", "diag_indices_from", [arr], {})


def shares_memory(a: Any, b: Any, max_work: Any = None) -> Any:
    """Tell whether two arrays may use the same memory, when the graph runs."""
    return invoke("_npi_share_memory", "share_memory", [a, b], {})


def empty_like(
    prototype: Any, dtype: Any = None, order: str = "C", subok: bool = False, shape: Any = None
) -> Any:
    """Make an array of another array's shape (and type) whose elements are not set."""
    if order != "C":
        raise NotImplementedError("Only support C order at this moment")
    if subok:
        raise NotImplementedError(
            "Creating array by using sub-class is not supported at this moment"
        )
    if shape is not None:
        raise NotImplementedError("Parameter 'shape' is not supported at this moment")
    if dtype is not None and not isinstance(dtype, str):
        dtype = "bool" if dtype is bool else numpy.dtype(dtype).name
    given = {"dtype": dtype or "None", "order": order, "subok": subok, "shape": shape}
    return _python("empty_like_fallback", [prototype], given)


def resize(a: Any, new_shape: Any) -> Any:
    """Repeat or cut the elements to fill ``new_shape``; there is no gradient."""
    return _python("resize_fallback", [a], {"new_shape": new_shape})


def unravel_index(indices: Any, shape: Any, order: str = "C") -> Any:
    """Turn positions in a flattened array into coordinates, a row an axis."""
    if order != "C":
        raise NotImplementedError(
            "Don not support column-major (Fortran-style) order at this moment"
        )
    return _python("unravel_index_fallback", [indices], {"shape": shape})


def _python(op_type: str, arrays: Any, given: dict[str, Any]) -> Any:
    """Make the node of a custom operator, which MXNet runs in Python."""
    return operator("_npi_Custom")(*arrays, op_type=op_type, **given)


__all__ = [
    "arange", "array_split", "clip", "diag_indices_from", "dsplit", "empty_like", "hsplit",
    "matmul", "ones", "pad", "resize", "shares_memory", "split", "unravel_index", "vsplit",
    "where", "zeros",
]  # fmt: skip
